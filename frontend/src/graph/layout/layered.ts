import {
  coordGreedy,
  coordQuad,
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

/** Quadratic placement keeps a spine straight; it costs milliseconds here and minutes beyond. */
const QUAD_MOST = 40;

interface Unit {
  id: string;
  w: number;
  h: number;
  /** The line, from the top, on which units of a row are aligned: between value and gradient. */
  anchor: number;
  /** Where a link enters an open box. */
  port?: boolean;
  /** Puts what the unit holds at its place. */
  place(at: Point): void;
}

interface Road {
  from: string;
  to: string;
  link: string;
}

export function layered(visible: Visible): Layout {
  return new Levels(visible).layout();
}

class Levels {
  private readonly placed = new Map<string, PlacedItem>();
  private readonly frames: PlacedFrame[] = [];
  /** By link, from the outermost level to the innermost. */
  private readonly bends = new Map<string, Point[]>();
  /** The open boxes around each item, outermost first. */
  private readonly around = new Map<string, string[]>();
  /** The links with an end inside a call, so that each level need not ask them all. */
  private readonly entering = new Map<string | null, Link[]>();

  private readonly itemsIn: Map<string | null, Item[]>;
  private readonly framesIn: Map<string | null, Frame[]>;

  constructor(private readonly visible: Visible) {
    this.itemsIn = grouped(visible.items, (i) => i.call);
    this.framesIn = grouped(visible.frames, (f) => f.parent);
    const parents = new Map(visible.frames.map((f) => [f.call, f.parent]));
    for (const item of visible.items) {
      const path: string[] = [];
      for (let call = item.call; call !== null; call = parents.get(call) ?? null) path.unshift(call);
      this.around.set(item.id, path);
    }
    for (const link of visible.links) {
      for (const call of [null, ...(this.around.get(link.to) ?? [])]) {
        const links = this.entering.get(call);
        if (links) links.push(link);
        else this.entering.set(call, [link]);
      }
    }
  }

  layout(): Layout {
    const { visible } = this;
    this.level(null).place({ x: 0, y: 0 });
    const items = visible.items.map((i) => this.placed.get(i.id)).filter((p) => p !== undefined);
    const labelled = new Set<string>();
    const links = visible.links.map((l) => this.link(l, labelled)).filter((l) => l !== null);
    const bounds = union([...items.map((p) => p.rect), ...this.frames.map((f) => f.rect)]);
    return { mode: "layered", bounds, items, frames: this.frames, links, lanes: null };
  }

  /** Everything directly inside a call, laid out with its corner at the origin. */
  private level(call: string | null): Unit {
    const units = new Map<string, Unit>();
    for (const item of this.itemsIn.get(call) ?? []) units.set(item.id, this.itemUnit(item));
    for (const frame of this.framesIn.get(call) ?? []) units.set(frame.call, this.frameUnit(frame));
    const roads = this.roadsAt(call, units);
    const { centres, bends } = arrange([...units.values()], roads);
    const boxes = new Map<Unit, Rect>();
    for (const u of units.values()) {
      const c = centres.get(u.id) as Point;
      boxes.set(u, rect(c.x - u.w / 2, c.y - u.anchor, u.w, u.h));
    }
    // A frame is as wide as what it holds, and high enough for the roads past it.
    const held = union([...boxes].filter(([u]) => !u.port).map(([, box]) => box));
    const ports = [...boxes].filter(([u]) => u.port).map(([, box]) => rect(held.x, box.y - 12, 0, 24));
    const all = union([held, ...ports]);
    const [first] = [...boxes].find(([u]) => !u.port) ?? [];
    return {
      id: call ?? "",
      w: all.w,
      h: all.h,
      anchor: first ? (boxes.get(first) as Rect).y + first.anchor - all.y : 0,
      place: (at) => {
        const dx = at.x - all.x;
        const dy = at.y - all.y;
        for (const [link, points] of bends)
          this.bend(
            link,
            points.map((p) => ({ x: p.x + dx, y: p.y + dy })),
          );
        for (const [u, box] of boxes) u.place({ x: box.x + dx, y: box.y + dy });
      },
    };
  }

  private bend(link: string, points: Point[]): void {
    this.bends.set(link, [...(this.bends.get(link) ?? []), ...points]);
  }

  private itemUnit(item: Item): Unit {
    const probe = this.makeItem(item, { x: 0, y: 0 });
    const boxed = item.kind === "box" && !item.loss;
    const pad = boxed ? MARGIN : 0;
    return {
      id: item.id,
      w: probe.rect.w + 2 * pad,
      h: probe.rect.h + 2 * pad,
      anchor: middleOf(probe) - probe.rect.y + pad,
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

  private frameUnit(frame: Frame): Unit {
    const inner = this.level(frame.call);
    const top = frame.merged ? MARGIN : MARGIN + FRAME_TITLE;
    const w = inner.w + 2 * MARGIN;
    const h = inner.h + top + MARGIN;
    return {
      id: frame.call,
      w,
      h,
      anchor: top + inner.anchor,
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

  /** Links between the units of this level; one that comes from outside enters by a port at its left edge. */
  private roadsAt(call: string | null, units: Map<string, Unit>): Road[] {
    const roads: Road[] = [];
    for (const link of this.entering.get(call) ?? []) {
      const to = this.unitAt(link.to, call);
      if (to === null) continue;
      let from = this.unitAt(link.from, call);
      if (from === null) {
        // Into a box of one thing there is but one way.
        if (units.size === 1) continue;
        from = `port ${link.from} ${to}`;
        if (!units.has(from))
          units.set(from, { id: from, w: 0, h: 0, anchor: 0, port: true, place: () => {} });
      }
      if (from !== to) roads.push({ from, to, link: link.id });
    }
    return roads;
  }

  /** The unit of a level that an item is, or lies in; null where it is not inside that level at all. */
  private unitAt(id: string, level: string | null): string | null {
    const path = [...(this.around.get(id) ?? []), id];
    if (level === null) return path[0] ?? null;
    const at = path.indexOf(level);
    return at < 0 ? null : (path[at + 1] ?? null);
  }

  private link(link: Link, labelled: Set<string>): PlacedLink | null {
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
    // A tensor that goes several ways says its shape once.
    const tensor = link.tensors[0] as string;
    const room = labelled.has(tensor) ? 0 : COLUMN_GAP;
    labelled.add(tensor);
    return { link, forward, backward: back, label, room, pills };
  }
}

function grouped<T>(all: readonly T[], by: (one: T) => string | null): Map<string | null, T[]> {
  const groups = new Map<string | null, T[]>();
  for (const one of all) {
    const key = by(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

/** The line between a column's two pictures; the middle of a circle. */
function middleOf(p: PlacedItem): number {
  if (p.shape !== "column" || !p.gradient) return p.value.y + p.value.h / 2;
  return (p.value.y + p.value.h + p.gradient.y) / 2;
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

/** Levels of one shape, as repeated blocks have, are laid out once. */
const arranged = new Map<string, { centres: Point[]; roads: Point[][] }>();

/** One level: sugiyama with its axes swapped, so that layers run from left to right. */
function arrange(units: readonly Unit[], roads: readonly Road[]): Arranged {
  const places = new Map(units.map((u, i) => [u.id, i]));
  const ends = roads.map((r) => [places.get(r.from), places.get(r.to)] as [number, number]);
  const shape = JSON.stringify([units.map((u) => [u.w, u.h, u.anchor, u.port ? 1 : 0]), ends]);
  let made = arranged.get(shape);
  if (!made) {
    made = sugiyamaOf(units, ends);
    if (arranged.size > 500) arranged.clear();
    arranged.set(shape, made);
  }
  const { centres, roads: ways } = made;
  return {
    centres: new Map(units.map((u, i) => [u.id, centres[i] as Point])),
    bends: new Map(roads.map((r, i) => [r.link, ways[i] as Point[]])),
  };
}

function sugiyamaOf(
  units: readonly Unit[],
  ends: readonly [number, number][],
): { centres: Point[]; roads: Point[][] } {
  if (units.length === 0) return { centres: [], roads: [] };
  const g = graph<Unit, string>();
  const made = units.map((u) => g.node(u));
  // Two links between the same units take one road: sugiyama would make a detour of the second.
  for (const road of new Set(ends.map(([a, b]) => `${a} ${b}`))) {
    const [a = 0, b = 0] = road.split(" ").map(Number);
    const from = made[a];
    const to = made[b];
    if (from && to) g.link(from, to, road);
  }
  const short = units.length <= SIMPLEX_MOST;
  const layout = sugiyama()
    .layering(
      short ? layeringSimplex().rank((n: Ranked) => (n.data.port ? 0 : undefined)) : layeringLongestPath(),
    )
    .decross(decrossTwoLayer().order(twolayerGreedy()))
    .coord(units.length <= QUAD_MOST ? straightSpine() : coordGreedy())
    // Heights are made symmetric about the anchor, so that the rows of neighbours meet.
    .nodeSize((n: { data: Unit }) => [
      2 * Math.max(n.data.anchor, n.data.h - n.data.anchor) || 1,
      n.data.w || 1,
    ])
    .gap([ROW_GAP, COLUMN_GAP]);
  layout(g as never);
  const ways = new Map<string, Point[]>();
  for (const link of g.links()) {
    // The way in through a port is a bend of its own.
    const points = link.source.data.port ? link.points.slice(0, -1) : link.points.slice(1, -1);
    ways.set(
      link.data,
      points.map(([x, y]) => ({ x: y, y: x })),
    );
  }
  return {
    centres: made.map((n) => ({ x: n.y, y: n.x })),
    roads: ends.map(([a, b]) => ways.get(`${a} ${b}`) ?? []),
  };
}

interface Ranked {
  data: Unit;
}
/** Edges between neighbours pull hard to be level, long ones hardly: the spine is straight, detours give way. */
function straightSpine() {
  const weigh = (n: number) => () => n;
  return coordQuad().vertWeak(weigh(8)).vertStrong(weigh(0.2)).linkCurve(weigh(0)).nodeCurve(weigh(0));
}
