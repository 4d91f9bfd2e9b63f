import { type MessageKey, type Params, type Token, tokens } from "../i18n";
import { formatCount, formatNumber, formatShape } from "../tensor/format";
import { statistics } from "../tensor/statistics";
import type { Moment, NumericArray } from "./moment";
import { nodeName, tensorName } from "./names";
import { countOf, countZeros, scalar } from "./numbers";
import { indexOf } from "./structure";
import type { OpNode } from "./types";

/** What an op's sentence may speak of. */
interface Scene {
  moment: Moment;
  node: OpNode;
  out: NumericArray;
  value: number | null;
  left: NumericArray | null;
  right: NumericArray | null;
}

type Line = (scene: Scene) => [MessageKey, Params];

const number = (x: number): Token => ({ text: formatNumber(x), role: "number" });
const count = (n: number): Token => ({ text: formatCount(n), role: "number" });
const shape = (array: NumericArray | null): string => formatShape(array?.shape ?? []);
const batch = (array: NumericArray): string => formatCount(array.shape[0] ?? 1);

/** An input by its name; a number written in the expression by itself. */
function input({ moment, node }: Scene, place: number): Token {
  const id = node.inputs[place];
  if (id === undefined) {
    const written = Object.values(node.attributes).find((value) => typeof value === "number");
    return { text: typeof written === "number" ? formatNumber(written) : "" };
  }
  const tensor = indexOf(moment.structure).tensor(id);
  const one = tensor?.kind === "constant" ? scalar(moment.value(id)) : null;
  return one === null
    ? { text: tensorName(moment.structure, id), role: "forward" }
    : { text: formatNumber(one) };
}

function factor(scene: Scene, place: number): string {
  const one = scalar(place === 0 ? scene.left : scene.right);
  return one === null ? input(scene, place).text : formatNumber(one);
}

export function exponentOf(node: OpNode, written: number | null): number {
  const attribute = Object.values(node.attributes).find((value) => typeof value === "number");
  return typeof attribute === "number" ? attribute : (written ?? 2);
}

const loss: Line = (scene) => {
  if (scene.value === null || !scene.left) return any(scene);
  return ["say.forward.loss", { batch: batch(scene.left), value: number(scene.value) }];
};

const linear: Line = (scene) => {
  const from = scene.node.op === "addmm" ? scene.right : scene.left;
  const rows = countOf(scene.out.shape.slice(0, -1));
  return [
    "say.forward.linear",
    {
      from: formatCount(from?.shape.at(-1) ?? 0),
      to: count(scene.out.shape.at(-1) ?? 0),
      batch: formatCount(rows),
    },
  ];
};

const two =
  (whole: MessageKey, single: MessageKey): Line =>
  (scene) =>
    scene.value === null
      ? [whole, { left: input(scene, 0), right: input(scene, 1), count: count(scene.out.data.length) }]
      : [single, { a: factor(scene, 0), b: factor(scene, 1), value: number(scene.value) }];

const reduction =
  (key: MessageKey): Line =>
  (scene) =>
    scene.value === null
      ? any(scene)
      : [key, { from: formatCount(scene.left?.data.length ?? 0), value: number(scene.value) }];

const flatten: Line = (scene) => [
  "say.forward.flatten",
  { from: shape(scene.left), shape: { text: shape(scene.out), role: "number" } },
];

const matmul: Line = (scene) => [
  "say.forward.matmul",
  { left: input(scene, 0), right: input(scene, 1), shape: { text: shape(scene.out), role: "number" } },
];

const any: Line = ({ out, value }) =>
  value === null
    ? ["say.forward.any", { shape: { text: shape(out), role: "number" } }]
    : ["say.forward.scalar", { value: number(value) }];

const FORWARD: Record<string, Line> = {
  conv2d: (scene) => [
    "say.forward.conv2d",
    {
      kernels: formatCount(scene.out.shape.at(-3) ?? 0),
      input: input(scene, 0),
      each: { text: formatShape(scene.out.shape.slice(-3)), role: "number" },
      batch: formatCount(scene.out.shape.length > 3 ? (scene.out.shape[0] ?? 1) : 1),
    },
  ],
  linear,
  addmm: linear,
  relu: ({ out }) => [
    "say.forward.relu",
    { zeros: count(countZeros(out)), count: formatCount(out.data.length) },
  ],
  flatten,
  view: flatten,
  reshape: flatten,
  matmul,
  mm: matmul,
  add: two("say.forward.add", "say.forward.addScalar"),
  sub: two("say.forward.sub", "say.forward.subScalar"),
  mul: two("say.forward.mul", "say.forward.mulScalar"),
  pow: (scene) => {
    const exponent = formatNumber(exponentOf(scene.node, scalar(scene.right)));
    return scene.value === null
      ? ["say.forward.pow", { left: input(scene, 0), exponent, count: count(scene.out.data.length) }]
      : ["say.forward.powScalar", { a: factor(scene, 0), exponent, value: number(scene.value) }];
  },
  tanh: (scene) => {
    if (scene.value !== null)
      return ["say.forward.tanhScalar", { a: factor(scene, 0), value: number(scene.value) }];
    const { min, max } = statistics(scene.out);
    return [
      "say.forward.tanh",
      { count: formatCount(scene.out.data.length), min: number(min), max: number(max) },
    ];
  },
  mean: reduction("say.forward.mean"),
  sum: reduction("say.forward.sum"),
  log_softmax: ({ out }) => [
    "say.forward.logSoftmax",
    { to: count(out.shape.at(-1) ?? 0), batch: formatCount(countOf(out.shape.slice(0, -1))) },
  ],
  nll_loss: loss,
  cross_entropy: loss,
  mse_loss: loss,
  l1_loss: loss,
  binary_cross_entropy: loss,
  binary_cross_entropy_with_logits: loss,
};

/** Ops that have a sentence of their own. */
export const FORWARD_OPS = Object.keys(FORWARD);

export function forwardSentence(moment: Moment): Token[] {
  const node = indexOf(moment.structure).node(moment.current?.node ?? "");
  const out = node ? moment.value(node.outputs[0] ?? "") : null;
  if (!node || !out) return tokens("say.loading");
  const [left = null, right = null] = node.inputs.map((id) => moment.value(id));
  const [key, params] = (FORWARD[node.op] ?? any)({ moment, node, out, value: scalar(out), left, right });
  return tokens(key, { node: { text: nodeName(moment.structure, node), role: "forward" }, ...params });
}
