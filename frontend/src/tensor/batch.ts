import type { Structure, TensorInfo } from "../tape/types";

const known = new WeakMap<Structure, number | null>();

/** How many items a batch has: the first axis of the data the iteration begins with; null without a batch. */
export function batchSize(structure: Structure): number | null {
  const cached = known.get(structure);
  if (cached !== undefined) return cached;
  const size = findBatch(structure);
  known.set(structure, size);
  return size;
}

function findBatch(structure: Structure): number | null {
  const tensors = new Map(structure.tensors.map((t) => [t.id, t]));
  for (const node of structure.nodes) {
    const outputs = node.outputs.map((id) => tensors.get(id));
    for (const id of node.inputs) {
      const input = tensors.get(id);
      const n = input?.shape[0];
      if (input?.kind !== "input" || input.shape.length < 2 || n === undefined || n < 2) continue;
      // x @ w keeps the rows of x; a matrix that is not a batch of anything loses its first axis.
      if (outputs.some((o) => o?.shape[0] === n)) return n;
    }
  }
  return null;
}

/** Whether the tensor's first axis runs over the items of the batch. */
export function isBatched(tensor: TensorInfo | undefined, batch: number | null): boolean {
  if (!tensor || batch === null || tensor.shape[0] !== batch) return false;
  return tensor.kind === "result" || tensor.kind === "input";
}

/** The shape of one item. */
export function shapePerSample(tensor: TensorInfo, batch: number | null): number[] {
  return isBatched(tensor, batch) ? tensor.shape.slice(1) : tensor.shape;
}
