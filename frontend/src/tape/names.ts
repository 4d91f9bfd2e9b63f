import { signOf } from "../graph/names";
import { indexOf } from "./structure";
import type { OpNode, Structure } from "./types";

/** `conv1~2` is the second call of `conv1`; the picture and the sentence name the module. */
const bare = (id: string): string => id.replace(/~\d+$/, "");

/** What a reader calls an op: its module where the module is that op alone, else the op. */
export function nodeName(structure: Structure, node: OpNode): string {
  const index = indexOf(structure);
  if (node.call !== null) {
    const call = index.call(node.call);
    const inner = structure.calls.some((other) => other.parent === node.call);
    if (call && !inner && index.nodesOf(node.call).length === 1) return bare(call.module || call.id);
  }
  // An op that the script writes as a sign is called by that sign.
  return signOf(node);
}

/** What a reader calls a tensor: its name in the script, else the op that made it. */
export function tensorName(structure: Structure, id: string): string {
  const index = indexOf(structure);
  const tensor = index.tensor(id);
  const producer = index.producer(id);
  if (producer) return nodeName(structure, producer);
  return tensor?.name ?? id;
}

/** The box, one level deep, that an op belongs to on the timeline; ops outside every box stand alone. */
export function outermost(structure: Structure, node: OpNode): string {
  return indexOf(structure).path(node.call)[0]?.id ?? node.id;
}
