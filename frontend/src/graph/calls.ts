import type { Call, OpNode, Structure } from "../tape/types";
import { size } from "../tensor/slice";
import { isLoss, isShapeOnly } from "./names";

/** The calls of a structure as a tree, and which ops lie in which box. */
export interface CallTree {
  calls: Map<string, Call>;
  /** The ops to draw, in the order they ran. */
  nodes: OpNode[];
  /** From the outermost box around an op to the innermost. */
  ancestors(node: OpNode): string[];
  /** From the outermost call to this one, itself included. */
  pathOf(call: string | null): string[];
  isLoss(call: Call): boolean;
}

const known = new WeakMap<Structure, CallTree>();

export function callTree(structure: Structure): CallTree {
  let tree = known.get(structure);
  if (!tree) {
    tree = build(structure);
    known.set(structure, tree);
  }
  return tree;
}

function build(structure: Structure): CallTree {
  const calls = new Map(structure.calls.map((c) => [c.id, c]));
  const nodes = withCrossEntropy(drawn(structure), calls);
  const paths = new Map<string | null, string[]>([[null, []]]);
  const pathOf = (call: string | null): string[] => {
    const cached = paths.get(call);
    if (cached) return cached;
    const path = [...pathOf(calls.get(call as string)?.parent ?? null), call as string];
    paths.set(call, path);
    return path;
  };
  return {
    calls,
    nodes,
    pathOf,
    ancestors: (node) => pathOf(node.call),
    isLoss,
  };
}

/** Ops that only measure, under `no_grad`, are no part of the picture unless there is nothing else. */
function drawn(structure: Structure): OpNode[] {
  const measuring = new Set<string>();
  const working = new Set<string>();
  for (const event of structure.events)
    if (event.kind === "forward" && event.node !== null)
      (event.phase === "evaluate" ? measuring : working).add(event.node);
  const nodes = structure.nodes.filter((n) => working.has(n.id) || !measuring.has(n.id));
  return nodes.length ? nodes : structure.nodes;
}

/** `F.cross_entropy` is two ops to PyTorch and one idea to a student: draw it as the box its module would be. */
function withCrossEntropy(nodes: OpNode[], calls: Map<string, Call>): OpNode[] {
  return nodes.map((node, i) => {
    const before = nodes[i - 1];
    const after = nodes[i + 1];
    const first = node.op === "log_softmax" && after?.op === "nll_loss" && after.call === node.call;
    const second = node.op === "nll_loss" && before?.op === "log_softmax" && before.call === node.call;
    if (!(first || second)) return node;
    const around = node.call === null ? undefined : calls.get(node.call);
    if (around && isLoss(around)) return node;
    const head = first ? node : (before as OpNode);
    const id = `${head.id}+nll_loss`;
    if (!calls.has(id))
      calls.set(id, {
        id,
        parent: node.call,
        module: "loss",
        type: "CrossEntropyLoss",
        summary: "",
        same: null,
      });
    return { ...node, call: id };
  });
}

/** A chip wider than this in numbers is a blur; its box starts closed and says how many numbers it holds. */
const WIDEST_CHIP = 64;
/** A container starts open while the picture stays readable at one glance. */
const MOST_ITEMS = 12;

/** The boxes that start open. */
export function openAtFirst(structure: Structure): Set<string> {
  const { calls, nodes, pathOf } = callTree(structure);
  const parents = new Set([...calls.values()].map((c) => c.parent));
  const tensors = new Map(structure.tensors.map((t) => [t.id, t]));
  const open = new Set<string>();
  for (const call of calls.values()) {
    if (isLoss(call) || parents.has(call.id)) continue;
    const ops = nodes.filter((n) => n.call === call.id && !isShapeOnly(n.op));
    const weights = ops.flatMap((n) => n.inputs).map((t) => tensors.get(t));
    const clear = weights.every((t) => t?.kind !== "parameter" || (t.shape.at(-1) ?? 1) <= WIDEST_CHIP);
    if (ops.length === 1 && clear) open.add(call.id);
  }
  const containers = [...parents].filter((id) => id !== null);
  for (const id of containers.sort((a, b) => pathOf(a).length - pathOf(b).length)) {
    open.add(id);
    const shown = new Set(nodes.map((n) => pathOf(n.call).find((call) => !open.has(call)) ?? n.id));
    if (shown.size > MOST_ITEMS) open.delete(id);
  }
  return open;
}

/** How many numbers the parameters of a closed box hold. */
export function countNumbers(shapes: readonly (readonly number[])[]): number {
  return shapes.reduce((sum, shape) => sum + size(shape), 0);
}
