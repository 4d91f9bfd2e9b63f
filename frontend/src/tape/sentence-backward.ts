import { type MessageKey, type Params, type Token, tokens } from "../i18n";
import { formatCount, formatNumber, formatShape } from "../tensor/format";
import { statistics } from "../tensor/statistics";
import type { Moment, NumericArray } from "./moment";
import { nodeName, tensorName } from "./names";
import { countZeros, scalar } from "./numbers";
import { exponentOf } from "./sentence-forward";
import { indexOf } from "./structure";
import type { OpNode } from "./types";

/** What a backward's sentence may speak of: the first tensor it hands a gradient to, and that gradient. */
interface Scene {
  moment: Moment;
  node: OpNode;
  target: Token | null;
  gradient: NumericArray | null;
  /** That gradient, where it is one number. */
  single: number | null;
}

type Line = (scene: Scene) => [MessageKey, Params];

const number = (x: number): Token => ({ text: formatNumber(x), role: "number" });
const count = (n: number): Token => ({ text: formatCount(n), role: "number" });

const any: Line = ({ target, single, node }) => {
  if (!target) return ["say.backward.any", { target: node.id }];
  return single === null
    ? ["say.backward.any", { target }]
    : ["say.backward.scalar", { target, gradient: number(single) }];
};

const to =
  (key: MessageKey): Line =>
  (scene) =>
    scene.target ? [key, { target: scene.target }] : any(scene);

const said =
  (key: MessageKey): Line =>
  () => [key, {}];

const flatten: Line = (scene) => {
  if (!scene.gradient) return any(scene);
  return ["say.backward.flatten", { shape: { text: formatShape(scene.gradient.shape), role: "number" } }];
};

const loss: Line = (scene) => {
  if (!scene.gradient || scene.single !== null) return any(scene);
  const { min, max } = statistics(scene.gradient);
  return [
    "say.backward.loss",
    { count: formatCount(scene.gradient.data.length), min: number(min), max: number(max) },
  ];
};

const inputValue = ({ moment, node }: Scene, place: number): number | null =>
  scalar(moment.value(node.inputs[place] ?? ""));

const outputValue = ({ moment, node }: Scene): NumericArray | null => moment.value(node.outputs[0] ?? "");

const BACKWARD: Record<string, Line> = {
  conv2d: to("say.backward.conv2d"),
  linear: to("say.backward.linear"),
  addmm: to("say.backward.linear"),
  relu: (scene) => {
    const out = outputValue(scene);
    if (!out) return any(scene);
    const all = out.data.length;
    return ["say.backward.relu", { open: count(all - countZeros(out)), count: formatCount(all) }];
  },
  flatten,
  view: flatten,
  reshape: flatten,
  matmul: said("say.backward.matmul"),
  mm: said("say.backward.matmul"),
  add: () => ["say.backward.add", { unchanged: { text: unchanged(), role: "backward" } }],
  sub: ({ moment, node }) => [
    "say.backward.sub",
    { left: { text: tensorName(moment.structure, node.inputs[0] ?? ""), role: "forward" } },
  ],
  mul: (scene) =>
    scene.single === null || !scene.target
      ? ["say.backward.mul", {}]
      : ["say.backward.mulScalar", { target: scene.target, gradient: number(scene.single) }],
  pow: (scene) => {
    const exponent = exponentOf(scene.node, inputValue(scene, 1));
    const base = inputValue(scene, 0);
    if (base !== null && scene.single !== null && scene.target)
      return [
        "say.backward.powScalar",
        {
          slope: `${formatNumber(exponent)} × ${formatNumber(base ** (exponent - 1))}`,
          target: scene.target,
          gradient: number(scene.single),
        },
      ];
    const left: Token = {
      text: tensorName(scene.moment.structure, scene.node.inputs[0] ?? ""),
      role: "forward",
    };
    return ["say.backward.pow", { exponent: formatNumber(exponent), left, less: formatNumber(exponent - 1) }];
  },
  tanh: (scene) => {
    const out = scalar(outputValue(scene));
    if (out === null || scene.single === null || !scene.target) return ["say.backward.tanh", {}];
    return [
      "say.backward.tanhScalar",
      {
        out: formatNumber(out),
        slope: formatNumber(1 - out * out),
        target: scene.target,
        gradient: number(scene.single),
      },
    ];
  },
  mean: (scene) => {
    if (!scene.gradient) return any(scene);
    const share = number(statistics(scene.gradient).mean);
    return ["say.backward.mean", { count: formatCount(scene.gradient.data.length), share }];
  },
  sum: (scene) =>
    scene.gradient ? ["say.backward.sum", { count: count(scene.gradient.data.length) }] : any(scene),
  log_softmax: to("say.backward.logSoftmax"),
  nll_loss: (scene) =>
    scene.gradient ? ["say.backward.nllLoss", { min: number(statistics(scene.gradient).min) }] : any(scene),
  cross_entropy: loss,
  mse_loss: loss,
  l1_loss: loss,
  binary_cross_entropy: loss,
  binary_cross_entropy_with_logits: loss,
};

/** Ops that have a sentence of their own. */
export const BACKWARD_OPS = Object.keys(BACKWARD);

/** The coloured word of `say.backward.add`. */
function unchanged(): string {
  return tokens("say.unchanged")[0]?.text ?? "";
}

function leavesOf(moment: Moment, node: OpNode): Token {
  const index = indexOf(moment.structure);
  const names = node.inputs
    .filter((id) => index.tensor(id)?.leaf && index.tensor(id)?.requires_grad)
    .map((id) => tensorName(moment.structure, id));
  return { text: [...new Set(names)].join(", "), role: "backward" };
}

export function backwardSentence(moment: Moment): Token[] {
  const index = indexOf(moment.structure);
  const node = index.node(moment.current?.node ?? "");
  if (!node) return tokens("say.loading");
  const handed = node.inputs.find((id) => moment.gradient(id) !== null && !index.tensor(id)?.leaf);
  const gradient = handed === undefined ? null : moment.gradient(handed);
  const scene: Scene = {
    moment,
    node,
    target: handed === undefined ? null : { text: tensorName(moment.structure, handed), role: "forward" },
    gradient,
    single: scalar(gradient),
  };
  // Only leaves are left to receive it: their shares are the events that follow.
  const [key, params]: [MessageKey, Params] =
    handed === undefined
      ? ["say.backward.end", { leaves: leavesOf(moment, node) }]
      : (BACKWARD[node.op] ?? any)(scene);
  return tokens(key, { node: { text: nodeName(moment.structure, node), role: "backward" }, ...params });
}
