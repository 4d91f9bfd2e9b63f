import type { NumericArray } from "../tape/moment";
import { type Moment, momentAt } from "../tape/moment";
import type { Segment } from "../tape/segment";
import type { Call, OpNode, Structure, TapeEvent, TensorInfo } from "../tape/types";

/** Structures for tests: written as a list of ops, with one forward and one backward event each. */

type Op = [id: string, call: string | null, op: string, inputs: string[], shape: number[]];

interface Leaf {
  kind: TensorInfo["kind"];
  shape: number[];
  dtype?: string;
}

export function structureOf(calls: Partial<Call>[], leaves: Record<string, Leaf>, ops: Op[]): Structure {
  const made = new Map(ops.map(([id]) => [id, id]));
  const nodes: OpNode[] = ops.map(([id, call, op, inputs]) => ({
    id,
    call,
    op,
    backward: op,
    line: 1,
    attributes: {},
    inputs,
    outputs: [id],
    saved: [],
  }));
  const tensors: TensorInfo[] = [
    ...Object.entries(leaves).map(([id, leaf]) => ({
      id,
      kind: leaf.kind,
      name: id,
      shape: leaf.shape,
      dtype: leaf.dtype ?? "float32",
      leaf: true,
      requires_grad: leaf.kind === "parameter",
    })),
    ...ops.map(([id, , , , shape]) => ({
      id,
      kind: "result" as const,
      name: null,
      shape,
      dtype: "float32",
      leaf: false,
      requires_grad: true,
    })),
  ];
  const slots: Structure["slots"] = [];
  const slot = (tensor: string, of: "value" | "gradient"): number => {
    const at = slots.findIndex((s) => s.tensor === tensor && s.of === of);
    return at >= 0 ? at : slots.push({ tensor, of }) - 1;
  };
  const event = (
    kind: TapeEvent["kind"],
    node: string | null,
    tensor: string | null,
    writes: number[],
  ): TapeEvent => ({
    kind,
    phase: kind === "forward" ? "forward" : kind === "zero_grad" || kind === "step" ? kind : "backward",
    node,
    tensor,
    line: 1,
    writes,
  });
  const parameters = Object.keys(leaves).filter((id) => leaves[id]?.kind === "parameter");
  const events: TapeEvent[] = parameters.map((id) => event("zero_grad", null, id, [slot(id, "gradient")]));
  for (const [id] of ops) events.push(event("forward", id, null, [slot(id, "value")]));
  const root = ops.at(-1)?.[0] as string;
  events.push(event("accumulate", null, root, [slot(root, "gradient")]));
  for (const [id, , , inputs] of [...ops].reverse()) {
    const inner = inputs.filter((t) => made.has(t));
    events.push(
      event("backward", id, null, [slot(id, "gradient"), ...inner.map((t) => slot(t, "gradient"))]),
    );
    for (const t of inputs.filter((i) => parameters.includes(i)))
      events.push(event("accumulate", id, t, [slot(t, "gradient")]));
  }
  for (const id of parameters) events.push(event("step", null, id, [slot(id, "value")]));
  return {
    calls: calls.map((c) => ({
      id: "",
      parent: null,
      module: "",
      type: "Module",
      summary: "",
      same: null,
      ...c,
    })),
    nodes,
    tensors,
    edges: ops.flatMap(([to, , , inputs]) =>
      inputs.map((tensor, place) => ({ tensor, from: made.get(tensor) ?? null, to, slot: place })),
    ),
    slots,
    entry: Object.keys(leaves).map((id) => slot(id, "value")),
    events,
  };
}

/** Lesson 1 in small: two convolutions, a head, cross-entropy. */
export const CONVOLUTIONS = structureOf(
  [
    { id: "conv1", type: "Conv2d", summary: "1, 4, kernel_size=(5, 5), stride=(1, 1)" },
    { id: "conv2", type: "Conv2d", summary: "4, 4, kernel_size=(5, 5), stride=(1, 1)" },
    { id: "head", type: "Linear", summary: "in_features=256, out_features=10, bias=True" },
    { id: "criterion", type: "CrossEntropyLoss" },
  ],
  {
    images: { kind: "input", shape: [8, 1, 16, 16] },
    labels: { kind: "input", shape: [8], dtype: "int64" },
    "conv1.weight": { kind: "parameter", shape: [4, 1, 5, 5] },
    "conv1.bias": { kind: "parameter", shape: [4] },
    "conv2.weight": { kind: "parameter", shape: [4, 4, 5, 5] },
    "head.weight": { kind: "parameter", shape: [10, 256] },
  },
  [
    ["conv1:conv2d", "conv1", "conv2d", ["images", "conv1.weight", "conv1.bias"], [8, 4, 12, 12]],
    ["relu", null, "relu", ["conv1:conv2d"], [8, 4, 12, 12]],
    ["conv2:conv2d", "conv2", "conv2d", ["relu", "conv2.weight"], [8, 4, 8, 8]],
    ["relu~2", null, "relu", ["conv2:conv2d"], [8, 4, 8, 8]],
    ["flatten", null, "flatten", ["relu~2"], [8, 256]],
    ["head:linear", "head", "linear", ["flatten", "head.weight"], [8, 10]],
    ["criterion:log_softmax", "criterion", "log_softmax", ["head:linear"], [8, 10]],
    ["criterion:nll_loss", "criterion", "nll_loss", ["criterion:log_softmax", "labels"], []],
  ],
);

/** (w·x + b − y)² */
export const NEURON = structureOf(
  [],
  {
    w: { kind: "parameter", shape: [] },
    b: { kind: "parameter", shape: [] },
    x: { kind: "input", shape: [] },
    y: { kind: "input", shape: [] },
  },
  [
    ["mul", null, "mul", ["w", "x"], []],
    ["add", null, "add", ["mul", "b"], []],
    ["sub", null, "sub", ["add", "y"], []],
    ["pow", null, "pow", ["sub"], []],
  ],
);

/** Blocks of x + f(x), each a box. */
export function residual(blocks: number): Structure {
  const calls: Partial<Call>[] = [];
  const leaves: Record<string, Leaf> = { x: { kind: "input", shape: [4, 8] } };
  const ops: Op[] = [];
  let last = "x";
  for (let i = 0; i < blocks; i++) {
    const box = `block${i}`;
    calls.push({ id: box, type: "Block" }, { id: `${box}.fc`, parent: box, type: "Linear" });
    leaves[`${box}.fc.weight`] = { kind: "parameter", shape: [8, 8] };
    ops.push([`${box}.fc:linear`, `${box}.fc`, "linear", [last, `${box}.fc.weight`], [4, 8]]);
    ops.push([`${box}:relu`, box, "relu", [`${box}.fc:linear`], [4, 8]]);
    ops.push([`${box}:add`, box, "add", [`${box}:relu`, last], [4, 8]]);
    last = `${box}:add`;
  }
  ops.push(["mean", null, "mean", [last], []]);
  return structureOf(calls, leaves, ops);
}

/** The moment after an event, with arrays of ones; what `backward` frees and `zero_grad` clears is none. */
export function momentOf(structure: Structure, local: number, layout = "test"): Moment {
  const arrays: (NumericArray | null)[] = [];
  const put = (tensor: string): number => {
    const shape = structure.tensors.find((t) => t.id === tensor)?.shape ?? [];
    const data = new Float32Array(shape.reduce((p, n) => p * n, 1)).fill(1);
    return arrays.push({ id: arrays.length, dtype: "<f4", shape, data }) - 1;
  };
  const entry = structure.entry.map((s) => put(structure.slots[s]?.tensor ?? ""));
  const writes = structure.events.flatMap((event) =>
    event.writes.map((s, i) => {
      const frees = event.kind === "zero_grad" || (event.kind === "backward" && i === 0);
      return frees ? null : put(structure.slots[s]?.tensor ?? "");
    }),
  );
  const header = { iteration: 0, first: 0, structure: "s", layout, entry, writes, details: {}, norms: {} };
  const segment = { header, structure, bytes: 0, array: (id: number) => arrays[id] ?? null };
  return momentAt(segment as unknown as Segment, local);
}

/** Index of the first event that answers. */
export function eventWhere(structure: Structure, test: (event: TapeEvent) => boolean): number {
  return structure.events.findIndex(test);
}
