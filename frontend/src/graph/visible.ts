import type { Call, OpNode, Structure, TensorInfo } from "../tape/types";
import { batchSize, shapePerSample } from "../tensor/batch";
import { size } from "../tensor/slice";
import { type CallTree, callTree } from "./calls";
import { callSubtitle, isShapeOnly, isSign, opSubtitle, signOf } from "./names";

/** One thing on the picture: an op, a closed box with the ops in it, or a leaf. */
export interface Item {
  id: string;
  kind: "op" | "box" | "leaf";
  title: string;
  subtitle: string;
  /** A leaf that is part of the title: y in "− y". */
  operand: string | null;
  /** The ops it stands for, in the order they ran. */
  nodes: string[];
  /** The innermost open call around it. */
  call: string | null;
  /** The tensor its value and gradient pictures show: what it hands on. */
  tensor: string;
  /** Leaves drawn under it: parameters first, then buffers and data. */
  chips: string[];
  /** Labels a loss is measured against. */
  target: string | null;
  loss: boolean;
}

/** What flows from one item to the next, through ops that only change the shape. */
export interface Link {
  id: string;
  from: string;
  to: string;
  /** One more than there are pills: before, between and after them. */
  tensors: string[];
  pills: { node: string; title: string }[];
  /** The op that takes the last tensor. */
  taker: string;
}

/** An open box. */
export interface Frame {
  call: string;
  title: string;
  subtitle: string;
  parent: string | null;
  items: string[];
  /** Around a single op the box and its op share one title. */
  merged: boolean;
}

export interface Visible {
  items: Item[];
  links: Link[];
  frames: Frame[];
  /** The item, closed box or pill's link that stands for a node. */
  owner: Map<string, string>;
  /** The items whose picture or chip shows a tensor. */
  shows: Map<string, string[]>;
  tensors: Map<string, TensorInfo>;
  nodes: Map<string, OpNode>;
  batch: number | null;
  /** Every number is one number: nodes are circles with it inside. */
  scalar: boolean;
  /** The loss, where the gradient is seeded. */
  root: string | null;
  /** What the loss is measured against. */
  target: string | null;
  /** Ops that share box and title with an open call of their own. */
  merged: ReadonlySet<string>;
}

/** What there is to see of a structure with these boxes open. */
export function visible(structure: Structure, open: ReadonlySet<string>): Visible {
  return new Reading(structure, open).visible();
}

/** The output of a node inside a box that something outside it takes. */
function outcome(nodes: readonly OpNode[], takers: Map<string, string[]>): string {
  const inside = new Set(nodes.map((n) => n.id));
  for (const node of [...nodes].reverse())
    for (const output of node.outputs)
      if (takers.get(output)?.some((taker) => !inside.has(taker))) return output;
  return nodes.at(-1)?.outputs[0] ?? "";
}

class Reading {
  private readonly tree: CallTree;
  private readonly tensors: Map<string, TensorInfo>;
  private readonly nodes: Map<string, OpNode>;
  private readonly maker = new Map<string, OpNode>();
  private readonly takers = new Map<string, string[]>();
  private readonly batch: number | null;
  private readonly root: string | null;
  private readonly owner = new Map<string, string>();
  private readonly pills = new Set<string>();

  constructor(
    structure: Structure,
    private readonly open: ReadonlySet<string>,
  ) {
    this.tree = callTree(structure);
    this.tensors = new Map(structure.tensors.map((t) => [t.id, t]));
    this.nodes = new Map(this.tree.nodes.map((n) => [n.id, n]));
    this.batch = batchSize(structure);
    for (const node of this.tree.nodes) {
      for (const output of node.outputs) this.maker.set(output, node);
      for (const input of node.inputs) {
        const takers = this.takers.get(input);
        if (takers) takers.push(node.id);
        else this.takers.set(input, [node.id]);
      }
    }
    this.root = structure.events.find((e) => e.kind === "accumulate" && e.node === null)?.tensor ?? null;
  }

  visible(): Visible {
    const items = this.group();
    const scalar = items.every((i) => this.isScalar(i.tensor) && i.chips.every((c) => this.isScalar(c)));
    const leaves = this.leaves(items, scalar);
    const all = [...leaves, ...items];
    const links = this.links(all);
    const shows = new Map<string, string[]>();
    for (const item of all)
      for (const tensor of [item.tensor, ...item.chips])
        shows.set(tensor, [...(shows.get(tensor) ?? []), item.id]);
    const frames = this.frames(items);
    return {
      items: all,
      links,
      frames,
      owner: this.owner,
      shows,
      tensors: this.tensors,
      nodes: this.nodes,
      batch: this.batch,
      scalar,
      root: this.root,
      target: items.find((i) => i.loss)?.target ?? null,
      merged: new Set(frames.filter((f) => f.merged).map((f) => f.items[0] as string)),
    };
  }

  private isScalar(tensor: string): boolean {
    const info = this.tensors.get(tensor);
    return info !== undefined && size(shapePerSample(info, null)) === 1;
  }

  private group(): Item[] {
    const groups = new Map<string, OpNode[]>();
    for (const node of this.tree.nodes) {
      const box = this.tree.ancestors(node).find((call) => !this.open.has(call));
      if (box === undefined && this.isPill(node)) {
        this.pills.add(node.id);
        continue;
      }
      const id = box ?? node.id;
      this.owner.set(node.id, id);
      const group = groups.get(id);
      if (group) group.push(node);
      else groups.set(id, [node]);
    }
    return [...groups].map(([id, nodes]) => this.makeItem(id, nodes));
  }

  /** A shape-only op between two others; at an end of the graph it stays an op, or its edge would end in nothing. */
  private isPill(node: OpNode): boolean {
    const [input] = node.inputs;
    const [output] = node.outputs;
    if (!isShapeOnly(node.op) || input === undefined || output === undefined) return false;
    return this.maker.has(input) && (this.takers.get(output)?.length ?? 0) === 1 && output !== this.root;
  }

  private makeItem(id: string, nodes: OpNode[]): Item {
    const call = this.tree.calls.get(id);
    const first = nodes[0] as OpNode;
    const tensor = outcome(nodes, this.takers);
    const loss = tensor === this.root || (call !== undefined && this.tree.isLoss(call));
    const leaves = [...new Set(nodes.flatMap((n) => n.inputs))].filter((t) => !this.maker.has(t));
    const kindOf = (t: string) => this.tensors.get(t)?.kind;
    const constants = leaves.filter((t) => kindOf(t) === "constant");
    const operand = !call && isSign(first.op) ? (constants[0] ?? null) : null;
    const labels = leaves.filter((t) => /^u?int|long/.test(this.tensors.get(t)?.dtype ?? ""));
    const beside = new Set(nodes.flatMap((n) => n.inputs.slice(1)));
    const answers = leaves.filter((t) => beside.has(t) && kindOf(t) === "input" && !this.learns(t));
    const target = loss ? (labels[0] ?? answers[0] ?? null) : null;
    const order = ["parameter", "buffer", "input"];
    const chips = leaves
      .filter((t) => t !== target && order.includes(kindOf(t) ?? ""))
      .sort((a, b) => order.indexOf(kindOf(a) ?? "") - order.indexOf(kindOf(b) ?? ""));
    return {
      id,
      kind: call ? "box" : "op",
      title: call ? this.callTitle(call) : signOf(first),
      subtitle: call ? callSubtitle(call) : opSubtitle(first),
      operand,
      nodes: nodes.map((n) => n.id),
      call: call ? call.parent : (this.tree.ancestors(first).at(-1) ?? null),
      tensor,
      chips,
      target,
      loss,
    };
  }

  private callTitle(call: Call): string {
    if (this.tree.isLoss(call)) return "loss";
    const name = call.id.split(".").at(-1) ?? call.id;
    return /^\d+(~\d+)?$/.test(name) ? call.type : name;
  }

  /** Data stands as an item of its own where nothing else feeds its op; in a scalar graph parameters do too. */
  private leaves(items: Item[], scalar: boolean): Item[] {
    const made: Item[] = [];
    const seen = new Map<string, Item>();
    for (const item of items) {
      const fed = item.nodes.some((n) =>
        this.nodes.get(n)?.inputs.some((t) => this.comesFromOutside(t, item)),
      );
      const own = item.chips.filter((t) => {
        const kind = this.tensors.get(t)?.kind;
        if (kind === "parameter") return scalar;
        return kind === "input" && (!fed || (this.takers.get(t)?.length ?? 0) > 1 || this.learns(t));
      });
      const folded = scalar ? item.chips.find((t) => !own.includes(t)) : undefined;
      if (folded !== undefined && item.operand === null) item.operand = folded;
      item.chips = item.chips.filter((t) => !own.includes(t) && t !== item.operand);
      for (const tensor of own) {
        if (seen.has(tensor)) continue;
        // Data comes from outside every box.
        const data = this.tensors.get(tensor)?.kind === "input";
        const leaf = this.makeLeaf(tensor, data ? null : item.call);
        seen.set(tensor, leaf);
        made.push(leaf);
      }
    }
    return made;
  }

  private learns(tensor: string): boolean {
    return this.tensors.get(tensor)?.requires_grad === true;
  }

  private comesFromOutside(tensor: string, item: Item): boolean {
    const maker = this.maker.get(tensor);
    return maker !== undefined && this.owner.get(maker.id) !== item.id;
  }

  private makeLeaf(tensor: string, call: string | null): Item {
    const info = this.tensors.get(tensor);
    const name = info?.name ?? "input";
    const data = info?.kind === "input" && !this.isScalar(tensor);
    return {
      id: tensor,
      kind: "leaf",
      title: data ? "input" : name,
      subtitle: data && name !== "input" ? name : "",
      operand: null,
      nodes: [],
      call,
      tensor,
      chips: [],
      target: null,
      loss: false,
    };
  }

  private links(items: Item[]): Link[] {
    const leaves = new Set(items.filter((i) => i.kind === "leaf").map((i) => i.id));
    const links = new Map<string, Link>();
    for (const item of items) {
      for (const node of item.nodes) {
        for (const input of this.nodes.get(node)?.inputs ?? []) {
          const link = this.trace(input, node, item.id, leaves);
          if (link && link.from !== item.id && !links.has(link.id)) links.set(link.id, link);
        }
      }
    }
    for (const link of links.values()) for (const pill of link.pills) this.owner.set(pill.node, link.id);
    return [...links.values()];
  }

  /** Back from an input through pills to the item that made it. */
  private trace(tensor: string, taker: string, to: string, leaves: ReadonlySet<string>): Link | null {
    const tensors = [tensor];
    const pills: Link["pills"] = [];
    let at = tensor;
    let maker = this.maker.get(at);
    while (maker && this.pills.has(maker.id)) {
      pills.unshift({ node: maker.id, title: maker.op });
      at = maker.inputs[0] as string;
      tensors.unshift(at);
      maker = this.maker.get(at);
    }
    const from = maker ? this.owner.get(maker.id) : leaves.has(at) ? at : undefined;
    return from === undefined ? null : { id: `${tensor}>${to}`, from, to, tensors, pills, taker };
  }

  private frames(items: Item[]): Frame[] {
    const frames: Frame[] = [];
    const held = new Map<string, Item[]>();
    for (const item of items)
      for (const call of this.tree.pathOf(item.call)) held.set(call, [...(held.get(call) ?? []), item]);
    for (const call of this.tree.calls.values()) {
      if (!this.open.has(call.id)) continue;
      const inside = held.get(call.id) ?? [];
      const [only] = inside;
      if (!only || this.tree.pathOf(call.parent).some((id) => !this.open.has(id))) continue;
      const merged = inside.length === 1 && only.kind === "op" && only.call === call.id;
      frames.push({
        call: call.id,
        title: this.callTitle(call),
        subtitle: callSubtitle(call),
        parent: call.parent,
        items: inside.map((i) => i.id),
        merged,
      });
      if (!merged) continue;
      only.title = this.callTitle(call);
      only.subtitle = callSubtitle(call);
    }
    return frames;
  }
}
