import ops from "../../../autograd/tape/sentences/ops.json";
import { type MessageKey, type Params, placeholders, type Token, tokens } from "../i18n";
import { formatCount, formatNumber, formatShape } from "../tensor/format";
import { statistics } from "../tensor/statistics";
import type { Moment, NumericArray } from "./moment";
import { nodeName, tensorName } from "./names";
import { countOf, countZeros, scalar } from "./numbers";
import { indexOf } from "./structure";
import type { OpNode } from "./types";

/*
 * What is said of an op: ops.json gives each op `[the text where the result is many numbers, where it is one]`, and a
 * text names the fields below. autograd/tape/sentences/ops.py has the same fields; a test compares what they say.
 */

/** What an op's sentence may speak of. */
interface Scene {
  moment: Moment;
  node: OpNode;
  out: NumericArray | null;
  /** The operands in the order they are written; null for a number written in the expression. */
  operands: (string | null)[];
  /** Backwards: the first inner tensor it handed a gradient to. */
  handed: string | undefined;
  /** That gradient; null where the tensor had one already: the share arrives with the next event. */
  gradient: NumericArray | null;
}

/** A field's text; null where this op has none. */
type Field = (scene: Scene) => Token | string | null;

function sceneOf(moment: Moment, node: OpNode): Scene {
  const index = indexOf(moment.structure);
  const handed = node.inputs.find((id) => moment.gradient(id) !== null && !index.tensor(id)?.leaf);
  const slots = (moment.current?.writes ?? []).map((slot) => moment.structure.slots[slot]);
  const wrote = new Set(slots.filter((slot) => slot?.of === "gradient").map((slot) => slot?.tensor));
  return {
    moment,
    node,
    out: moment.value(node.outputs[0] ?? ""),
    // `1 - x` and `2 ** x` name the number on the left `input`.
    operands: "input" in node.attributes ? [null, ...node.inputs] : [...node.inputs],
    handed,
    gradient: handed !== undefined && wrote.has(handed) ? moment.gradient(handed) : null,
  };
}

const bright = (text: string | null): Token | null => (text === null ? null : { text, role: "number" });
const plainNumber = (x: number | null): string | null => (x === null ? null : formatNumber(x));
const number = (x: number | null): Token | null => bright(plainNumber(x));
const size = (array: NumericArray | null): string | null => array && formatCount(array.data.length);
const shape = (array: NumericArray | null): string | null => array && formatShape(array.shape);
const named = ({ moment }: Scene, id: string, role: Token["role"]): Token => ({
  text: tensorName(moment.structure, id),
  role,
});

function statistic(array: NumericArray | null, name: "min" | "max" | "mean" | "std"): Token | null {
  const found = array ? statistics(array)[name] : Number.NaN;
  return Number.isNaN(found) ? null : number(found);
}

function operandValue({ moment, operands }: Scene, place: number): NumericArray | null {
  const id = operands[place];
  return id ? moment.value(id) : null;
}

/** An operand by its name; a number written in the expression by itself. */
function operand(scene: Scene, place: number): Token | string | null {
  const id = scene.operands[place];
  if (!id) {
    const written = Object.values(scene.node.attributes).find((value) => typeof value === "number");
    return typeof written === "number" ? formatNumber(written) : null;
  }
  const constant = indexOf(scene.moment.structure).tensor(id)?.kind === "constant";
  const one = constant ? scalar(operandValue(scene, place)) : null;
  return one === null ? named(scene, id, "forward") : formatNumber(one);
}

function factor(scene: Scene, place: number): string | null {
  const one = scalar(operandValue(scene, place));
  if (one !== null) return formatNumber(one);
  const said = operand(scene, place);
  return said !== null && typeof said === "object" ? said.text : said;
}

function exponent(scene: Scene): number | null {
  const written = scene.node.attributes.exponent;
  return typeof written === "number" ? written : scalar(operandValue(scene, 1));
}

/** How many axes one image has: its channels and its own. */
const perImage = (scene: Scene): number =>
  Number(/conv(?:_transpose)?(\d)/.exec(scene.node.op)?.[1] ?? 2) + 1;

const axis = (array: NumericArray | null, place: number): string | null => {
  const found = array?.shape.at(place);
  return found === undefined ? null : formatCount(found);
};

const FORWARD: Record<string, Field> = {
  node: ({ moment, node }) => ({ text: nodeName(moment.structure, node), role: "forward" }),
  left: (scene) => operand(scene, 0),
  right: (scene) => operand(scene, 1),
  a: (scene) => factor(scene, 0),
  b: (scene) => factor(scene, 1),
  input: (scene) => operand(scene, 0),
  exponent: (scene) => plainNumber(exponent(scene)),
  value: ({ out }) => number(scalar(out)),
  shape: ({ out }) => bright(shape(out)),
  leftShape: (scene) => shape(operandValue(scene, 0)),
  count: ({ out }) => bright(size(out)),
  of: ({ out }) => size(out),
  leftCount: (scene) => size(operandValue(scene, 0)),
  zeros: ({ out }) => bright(out && formatCount(countZeros(out))),
  min: ({ out }) => statistic(out, "min"),
  max: ({ out }) => statistic(out, "max"),
  mean: ({ out }) => statistic(out, "mean"),
  std: ({ out }) => statistic(out, "std"),
  features: (scene) => axis(operandValue(scene, scene.node.op === "addmm" ? 1 : 0), -1),
  last: ({ out }) => bright(axis(out, -1)),
  rows: ({ out }) => out && formatCount(countOf(out.shape.slice(0, -1))),
  batch: (scene) => {
    const left = operandValue(scene, 0);
    return left && formatCount(left.shape[0] ?? 1);
  },
  kernels: (scene) => axis(scene.out, -perImage(scene)),
  each: (scene) => bright(scene.out && formatShape(scene.out.shape.slice(-perImage(scene)))),
  images: (scene) =>
    scene.out && formatCount(scene.out.shape.length > perImage(scene) ? (scene.out.shape[0] ?? 1) : 1),
  parts: ({ node }) => formatCount(node.inputs.length),
};

function slope(scene: Scene): string | null {
  if (scene.node.op === "tanh") {
    const out = scalar(scene.out);
    return out === null ? null : formatNumber(1 - out * out);
  }
  const base = scalar(operandValue(scene, 0));
  const power = exponent(scene);
  if (base === null || power === null) return null;
  const rest = base ** (power - 1);
  return Number.isFinite(rest) ? `${formatNumber(power)} × ${formatNumber(rest)}` : null;
}

const nonzero = (array: NumericArray | null): Token | null =>
  bright(array && formatCount(array.data.length - countZeros(array)));

const BACKWARD: Record<string, Field> = {
  node: ({ moment, node }) => ({ text: nodeName(moment.structure, node), role: "backward" }),
  target: (scene) => (scene.handed === undefined ? null : named(scene, scene.handed, "forward")),
  leaves: ({ moment, node }) => {
    const index = indexOf(moment.structure);
    const leaves = node.inputs.filter((id) => index.tensor(id)?.leaf && index.tensor(id)?.requires_grad);
    const names = leaves.map((id) => tensorName(moment.structure, id));
    return { text: [...new Set(names)].join(", "), role: "backward" };
  },
  left: (scene) => (scene.operands[0] ? named(scene, scene.operands[0], "forward") : null),
  gradient: ({ gradient }) => number(scalar(gradient)),
  shape: ({ gradient }) => bright(shape(gradient)),
  count: ({ gradient }) => bright(size(gradient)),
  of: ({ gradient }) => size(gradient),
  open: ({ out }) => nonzero(out),
  reached: ({ gradient }) => nonzero(gradient),
  min: ({ gradient }) => statistic(gradient, "min"),
  max: ({ gradient }) => statistic(gradient, "max"),
  share: ({ gradient }) => statistic(gradient, "mean"),
  exponent: (scene) => plainNumber(exponent(scene)),
  less: (scene) => {
    const power = exponent(scene);
    return power === null ? null : formatNumber(power - 1);
  },
  slope,
  out: ({ out }) => plainNumber(scalar(out)),
  parts: ({ node }) => formatCount(node.inputs.length),
  unchanged: () => ({ text: tokens("say.unchanged")[0]?.text ?? "", role: "backward" }),
};

const FIELDS = { forward: FORWARD, backward: BACKWARD };

type Rules = Record<string, (string | null)[]>;

/** The first of the texts that fit all of whose fields this op has. */
function told(way: "forward" | "backward", scene: Scene, single: boolean): Token[] {
  const [many = null, one = null] = (ops[way] as Rules)[scene.node.op] ?? [];
  const own = single ? (one === null ? [] : [one, many]) : [many];
  const general = single ? [`say.${way}.scalar`, `say.${way}.any`] : [`say.${way}.any`];
  for (const key of [...own, ...general] as (MessageKey | null)[]) {
    if (key === null) continue;
    const fields = placeholders(key).map((name) => [name, FIELDS[way][name]?.(scene) ?? null] as const);
    if (fields.every(([, said]) => said !== null)) return tokens(key, Object.fromEntries(fields) as Params);
  }
  return tokens("say.loading");
}

export function forwardSentence(moment: Moment): Token[] {
  const node = indexOf(moment.structure).node(moment.current?.node ?? "");
  const scene = node && sceneOf(moment, node);
  if (!scene?.out) return tokens("say.loading");
  return told("forward", scene, scalar(scene.out) !== null);
}

export function backwardSentence(moment: Moment): Token[] {
  const node = indexOf(moment.structure).node(moment.current?.node ?? "");
  if (!node) return tokens("say.loading");
  const scene = sceneOf(moment, node);
  if (scene.handed !== undefined) return told("backward", scene, scalar(scene.gradient) !== null);
  // Only leaves are left to receive it: their shares are the events that follow.
  return tokens("say.backward.end", {
    node: BACKWARD.node?.(scene) ?? node.op,
    leaves: BACKWARD.leaves?.(scene) ?? "",
  });
}
