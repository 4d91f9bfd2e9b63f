import type { Call, OpNode, SlotOf, Structure, TensorInfo } from "./types";

/** Look-ups over one structure, made once: structures are shared by many segments. */
export interface StructureIndex {
  node(id: string): OpNode | undefined;
  nodePlace(id: string): number;
  tensor(id: string): TensorInfo | undefined;
  call(id: string): Call | undefined;
  /** Index of a slot, -1 where the iteration never holds it. */
  slot(tensor: string, of: SlotOf): number;
  /** For each event, how many writes lie before it. */
  writesBefore: Int32Array;
  /** The calls around a node, outermost first. */
  path(call: string | null): Call[];
  nodesOf(call: string): OpNode[];
  producer(tensor: string): OpNode | undefined;
}

const cache = new WeakMap<Structure, StructureIndex>();

export function indexOf(structure: Structure): StructureIndex {
  let index = cache.get(structure);
  if (!index) {
    index = build(structure);
    cache.set(structure, index);
  }
  return index;
}

function build(structure: Structure): StructureIndex {
  const nodes = new Map(structure.nodes.map((node, place) => [node.id, place]));
  const tensors = new Map(structure.tensors.map((tensor) => [tensor.id, tensor]));
  const calls = new Map(structure.calls.map((call) => [call.id, call]));
  const slots = new Map(structure.slots.map((slot, place) => [`${slot.of} ${slot.tensor}`, place]));
  const producers = new Map(structure.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  const byCall = new Map<string, OpNode[]>();
  for (const node of structure.nodes) {
    if (node.call === null) continue;
    const list = byCall.get(node.call);
    if (list) list.push(node);
    else byCall.set(node.call, [node]);
  }
  const writesBefore = new Int32Array(structure.events.length + 1);
  structure.events.forEach((event, place) => {
    writesBefore[place + 1] = (writesBefore[place] ?? 0) + event.writes.length;
  });
  return {
    node: (id) => structure.nodes[nodes.get(id) ?? -1],
    nodePlace: (id) => nodes.get(id) ?? -1,
    tensor: (id) => tensors.get(id),
    call: (id) => calls.get(id),
    slot: (tensor, of) => slots.get(`${of} ${tensor}`) ?? -1,
    writesBefore,
    path(call) {
      const path: Call[] = [];
      for (let at = call; at !== null; ) {
        const found = calls.get(at);
        if (!found) break;
        path.unshift(found);
        at = found.parent;
      }
      return path;
    },
    nodesOf: (call) => byCall.get(call) ?? [],
    producer: (tensor) => producers.get(tensor),
  };
}
