import type { Call, OpNode } from "../tape/types";

/** What ops and modules are called on the picture. */

const SIGNS: Record<string, string> = {
  mul: "×",
  add: "+",
  sub: "−",
  rsub: "−",
  div: "÷",
  neg: "−",
  matmul: "@",
  mm: "@",
  pow: "^",
};

const POWERS: Record<string, string> = { "2": "²", "3": "³", "0.5": "√" };

/** They only change how the numbers are folded; on a chain they shrink to a pill on the edge. */
const SHAPE_ONLY = new Set([
  "view",
  "reshape",
  "flatten",
  "unflatten",
  "squeeze",
  "unsqueeze",
  "contiguous",
  "to",
  "clone",
]);

/** Ops that scripts call as `F.name`. */
const FUNCTIONAL =
  /^(relu|gelu|silu|elu|leaky_relu|softmax|log_softmax|dropout|max_pool|avg_pool|adaptive|conv|linear|cross_entropy|nll_loss|mse_loss|layer_norm|batch_norm|embedding|scaled_dot)/;

export function isShapeOnly(op: string): boolean {
  return SHAPE_ONLY.has(op);
}

/** `×` for `mul`; a power by its exponent, where the tape knows it as an attribute. */
export function signOf(node: OpNode): string {
  if (node.op === "pow") {
    const exponent = node.attributes.exponent;
    return exponent === undefined ? "^" : (POWERS[String(exponent)] ?? `^${String(exponent)}`);
  }
  return SIGNS[node.op] ?? node.op;
}

export function isSign(op: string): boolean {
  return op in SIGNS;
}

/** `^` and 2 are ²; `−` and y are − y. */
export function withOperand(sign: string, operand: string): string {
  if (sign === "^") return POWERS[operand] ?? `^${operand}`;
  return `${sign} ${operand}`;
}

export function opSubtitle(node: OpNode): string {
  if (FUNCTIONAL.test(node.op)) return `F.${node.op}`;
  return isSign(node.op) || node.op === "pow" ? node.op : "";
}

/** `Conv2d(1, 20, 5)`: positional arguments as written, square ones once, defaults left out. */
export function callSubtitle(call: Call): string {
  if (isLoss(call)) return lossName(call.type);
  return `${call.type}(${shortSummary(call.summary)})`;
}

export function shortSummary(summary: string): string {
  const parts = summary.match(/[^,(]+(\([^)]*\))?(?=,|$)/g)?.map((p) => p.trim()) ?? [];
  const kept: string[] = [];
  for (const part of parts) {
    const [name, value] = part.includes("=") ? (part.split("=") as [string, string]) : ["", part];
    const same = value.match(/^\((.+?)(?:, \1)*\)$/)?.[1] ?? value;
    if (name === "" || ["in_features", "out_features", "kernel_size", "p"].includes(name)) kept.push(same);
    else if (!isDefault(name, same)) kept.push(`${name}=${same}`);
  }
  return kept.join(", ");
}

function isDefault(name: string, value: string): boolean {
  const defaults: Record<string, string> = {
    stride: "1",
    bias: "True",
    padding: "0",
    dilation: "1",
    inplace: "False",
    eps: "1e-05",
    momentum: "0.1",
    affine: "True",
    track_running_stats: "True",
    ceil_mode: "False",
    elementwise_affine: "True",
  };
  return defaults[name] === value;
}

export function isLoss(call: Call): boolean {
  return call.type.endsWith("Loss");
}

/** CrossEntropyLoss → cross_entropy, as the function a student would call. */
function lossName(type: string): string {
  return type
    .replace(/Loss$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
