import {
  coordGreedy,
  decrossTwoLayer,
  graph,
  layeringLongestPath,
  layeringSimplex,
  sugiyama,
  twolayerGreedy,
} from "d3-dag";
import { curve, moved, type Point, type Rect, rect, union } from "../geometry";
import type { Frame, Item, Link, Visible } from "../visible";
import { placeColumn, SMALL, TITLE } from "./column";
import { closedFrame } from "./lanes";
import { placeCircle, placeLeaf, placeStraight } from "./spine";
import type { Layout, PlacedFrame, PlacedItem, PlacedLink } from "./types";

/**
 * A picture that branches: layers from left to right, one level of the call tree at a time, an open box being
 * one node of the level around it. Loaded only when a picture needs it (d3-dag is half of this front end).
 */

const ROW_GAP = 30;
const COLUMN_GAP = 74;
const MARGIN = 14;
const FRAME_TITLE = 44;
/** Simplex layering has the shortest edges; beyond this it is no longer instant. */
const SIMPLEX_MOST = 120;

interface Unit {
  id: string;
  w: number;
  h: number;
  /** Puts what the unit holds at its place. */
  place(at: Point): void;
}

export function layered(visible: Visible): Layout {
  return new Levels(visible).layout();
}

class Levels {
  private readonly placed = new Map<string, PlacedItem>();
  private readonly frames: PlacedFrame[] = [];
  private readonly bends = new Map<string, Point[]>();

  constructor(private readonly visible: Visible) {}

  layout(): Layout {
    const { visible } = this;
    this.level(null).place({ x: 0, y: 0 });
    const items = visible.items.map((i) => this.placed.get(i.id)).filter((p) => p !== undefined);
    const links = visible.links.map((l) => this.link(l)).filter((l) => l !== null);
    const bounds = union([...items.map((p) => p.rect), ...this.frames.map((f) => f.rect)]);
    return { mode: "layered", bounds, items, frames: this.frames, links, lanes: null };
  }

  /** Everything directly inside a call, laid out with its corner at the origin. */
  private level(call: string | null): Unit {
    const units = new Map<string, Unit>();
    for (const item of this.visible.items) if (item.call === call) units.set(item.id, this.itemUnit(item));
    for (const frame of this.visible.frames)
      if (frame.parent === call) units.set(frame.call, this.frameUnit(frame, units));
    const edges = this.edgesAt(call, units);
    const { centres, bends } = arrange([...units.values()], edges);
    const boxes = [...units.values()].map((u) => {
      const c = centres.get(u.id) as Point;
      return rect(c.x - u.w / 2, c.y - u.h / 2, u.w, u.h);
    });
    const all = union(boxes);
    return {
      id: call ?? "",
      w: all.w,
      h: all.h,
      place: (at) => {
        const dx = at.x - all.x;
        const dy = at.y - all.y;
        [...units.values()].forEach((u, i) => {
          const box = boxes[i] as Rect;
          u.place({ x: box.x + dx, y: box.y + dy });
        });
        for (const [link, points] of bends)
          this.bends.set(
            link,
            points.map((p) => ({ x: p.x + dx, y: p.y + dy })),
          );
      },
    };
  }

  private itemUnit(item: Item): Unit {
    const probe = this.makeItem(item, { x: 0, y: 0 });
    const boxed = item.kind === "box" && !item.loss;
    const pad = boxed ? MARGIN : 0;
    return {
      id: item.id,
      w: probe.rect.w + 2 * pad,
      h: probe.rect.h + 2 * pad,
      place: (at) => {
        const corner = { x: at.x + pad - probe.rect.x, y: at.y + pad - probe.rect.y };
        this.placed.set(item.id, shifted(probe, corner.x, corner.y));
        if (boxed)
          this.addFrame(
            closedFrame(item),
            rect(at.x, at.y, probe.rect.w + 2 * pad, probe.rect.h + 2 * pad),
            false,
            MARGIN,
          );
      },
    };
  }

  private makeItem(item: Item, at: Point): PlacedItem {
    if (!this.visible.scalar) return placeColumn(item, this.visible, { x: at.x, y: at.y + TITLE }, SMALL);
    return item.kind === "leaf" ? placeLeaf(item, this.visible, at, false) : placeCircle(item, at);
  }

  private frameUnit(frame: Frame, siblings: Map<string, Unit>): Unit {
    // The op of a merged box may have been read as a sibling where the box holds nothing else.
    for (const id of frame.items) siblings.delete(id);
    const inner = this.level(frame.call);
    const top = frame.merged ? MARGIN : MARGIN + FRAME_TITLE;
    const w = inner.w + 2 * MARGIN;
    const h = inner.h + top + MARGIN;
    return {
      id: frame.call,
      w,
      h,
      place: (at) => {
        this.addFrame(frame, rect(at.x, at.y, w, h), true, MARGIN);
        inner.place({ x: at.x + MARGIN, y: at.y + top });
      },
    };
  }

  private addFrame(frame: Frame, box: Rect, open: boolean, pad: number): void {
    this.frames.push({
      frame,
      rect: box,
      open,
      title: { x: box.x + pad, y: box.y + (frame.merged ? pad : pad / 2) },
    });
  }

  /** Links whose ends part at this level, between the units that hold them. */
  private edgesAt(
    call: string | null,
    units: ReadonlyMap<string, Unit>,
  ): { from: string; to: string; link: string }[] {
    const edges = [];
    for (const link of this.visible.links) {
      const from = this.unitOf(link.from, call, units);
      const to = this.unitOf(link.to, call, units);
      if (from && to && from !== to) edges.push({ from, to, link: link.id });
    }
    return edges;
  }

  private unitOf(id: string, level: string | null, units: ReadonlyMap<string, Unit>): string | null {
    if (units.has(id)) return id;
    const frame = this.visible.frames.find((f) => f.parent === level && f.items.includes(id));
    return frame && units.has(frame.call) ? frame.call : null;
  }

  private link(link: Link): PlacedLink | null {
    const from = this.placed.get(link.from);
    const to = this.placed.get(link.to);
    if (!from || !to) return null;
    const bends = this.bends.get(link.id) ?? [];
    if (this.visible.scalar && bends.length === 0) return placeStraight(link, this.placed);
    const beside = 7;
    const up = bends.map((p) => ({ x: p.x, y: p.y - beside }));
    const down = bends.map((p) => ({ x: p.x, y: p.y + beside }));
    const forward = through([port(from, "value", "right"), ...up, port(to, "value", "left")]);
    const back = through([port(from, "gradient", "right"), ...down, port(to, "gradient", "left")]).reverse();
    const a = forward[0] as Point;
    const b = forward.at(-1) as Point;
    const middle = forward[Math.floor((forward.length - 1) / 2)] as Point;
    const label =
      forward.length === 2 ? { x: (a.x + b.x) / 2, y: a.y - 8 } : { x: middle.x, y: middle.y - 8 };
    const count = link.pills.length;
    const pills = link.pills.map((pill, i) => {
      const t = (i + 1) / (count + 1);
      const w = pill.title.length * 6.4 + 18;
      const at = forward[Math.round(t * (forward.length - 1))] ?? a;
      const x = forward.length === 2 ? a.x + (b.x - a.x) * t : at.x;
      return { ...pill, rect: rect(x - w / 2, at.y + 8, w, 22), at: t };
    });
    return { link, forward, backward: back, label, room: COLUMN_GAP, pills };
  }
}

function shifted(p: PlacedItem, dx: number, dy: number): PlacedItem {
  return {
    ...p,
    rect: moved(p.rect, dx, dy),
    title: { x: p.title.x + dx, y: p.title.y + dy },
    value: moved(p.value, dx, dy),
    gradient: p.gradient && moved(p.gradient, dx, dy),
    chips: p.chips.map((c) => ({
      ...c,
      label: c.label && { x: c.label.x + dx, y: c.label.y + dy },
      value: moved(c.value, dx, dy),
      gradient: c.gradient && moved(c.gradient, dx, dy),
    })),
    summary: p.summary && { x: p.summary.x + dx, y: p.summary.y + dy },
  };
}

function port(p: PlacedItem, of: "value" | "gradient", side: "left" | "right"): Point {
  const card = of === "value" ? p.value : p.shape === "column" ? (p.gradient ?? p.value) : p.value;
  const beside = p.shape === "column" ? 0 : of === "value" ? -7 : 7;
  return { x: side === "right" ? card.x + card.w + 3 : card.x - 3, y: card.y + card.h / 2 + beside };
}

function through(points: readonly Point[]): Point[] {
  const path: Point[] = [];
  for (let i = 1; i < points.length; i++) path.push(...curve(points[i - 1] as Point, points[i] as Point));
  return path;
}

interface Arranged {
  centres: Map<string, Point>;
  bends: Map<string, Point[]>;
}

/** One level: sugiyama with its axes swapped, so that layers run from left to right. */
function arrange(
  units: readonly Unit[],
  edges: readonly { from: string; to: string; link: string }[],
): Arranged {
  const centres = new Map<string, Point>();
  const bends = new Map<string, Point[]>();
  if (units.length === 0) return { centres, bends };
  const g = graph<Unit, string>();
  const made = new Map(units.map((u) => [u.id, g.node(u)]));
  const seen = new Map<string, string[]>();
  for (const { from, to, link } of edges) {
    // Two links between the same boxes take one road: sugiyama would make a detour of the second.
    const road = `${from} ${to}`;
    const sharing = seen.get(road);
    if (sharing) {
      sharing.push(link);
      continue;
    }
    seen.set(road, [link]);
    const a = made.get(from);
    const b = made.get(to);
    if (a && b) g.link(a, b, road);
  }
  const layout = sugiyama()
    .layering(units.length <= SIMPLEX_MOST ? layeringSimplex() : layeringLongestPath())
    .decross(decrossTwoLayer().order(twolayerGreedy()))
    .coord(coordGreedy())
    .nodeSize((n: { data: Unit }) => [n.data.h, n.data.w] as const)
    .gap([ROW_GAP, COLUMN_GAP]);
  layout(g as never);
  for (const node of g.nodes()) centres.set(node.data.id, { x: node.y, y: node.x });
  for (const link of g.links()) {
    const inner = link.points.slice(1, -1).map(([x, y]) => ({ x: y, y: x }));
    for (const id of seen.get(link.data) ?? []) bends.set(id, inner);
  }
  return { centres, bends };
}
