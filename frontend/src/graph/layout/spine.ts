import { inflated, type Point, rect, union } from "../geometry";
import type { Item, Visible } from "../visible";
import { chainOf } from "./lanes";
import type { Layout, PlacedItem, PlacedLink } from "./types";

/** A chain of single numbers with its leaves hung beside it. mockup/neuron.png. */

const PITCH = 200;
const CIRCLE = 112;
const PILL = { width: 104, height: 38, gap: 14 };
const LEAF_RISE = 150;
const LEAF_SPREAD = 100;

/** The ops in order, if they are a chain once the leaves are taken away. */
export function spineOf(visible: Visible): Item[] | null {
  if (!visible.scalar) return null;
  const ops = new Set(visible.items.filter((i) => i.kind !== "leaf").map((i) => i.id));
  if (ops.size === 0) return null;
  const links = visible.links.filter((l) => ops.has(l.from));
  // A leaf that feeds two ops would cross the spine.
  const uses = visible.links.filter((l) => !ops.has(l.from)).map((l) => l.from);
  if (new Set(uses).size !== uses.length) return null;
  return chainOf({ ...visible, items: visible.items.filter((i) => ops.has(i.id)), links });
}

export function spine(visible: Visible, chain: readonly Item[]): Layout {
  const placed = new Map<string, PlacedItem>();
  const hasLeaves = visible.links.some((l) => l.to === chain[0]?.id);
  const start = hasLeaves ? 1 : 0;
  chain.forEach((item, i) => {
    placed.set(item.id, placeCircle(item, { x: (start + i) * PITCH, y: 0 }));
    const feeds = visible.links.filter((l) => l.to === item.id && !placed.has(l.from));
    feeds.forEach((link, k) => {
      const leaf = visible.items.find((other) => other.id === link.from);
      if (leaf)
        placed.set(leaf.id, placeLeaf(leaf, visible, leafCentre(start + i, i === 0, k, feeds.length), i > 0));
    });
  });
  const items = visible.items.map((i) => placed.get(i.id)).filter((p) => p !== undefined);
  const bounds = inflated(union(items.map((p) => p.rect)), 14);
  const links = visible.links.map((link) => placeStraight(link, placed)).filter((l) => l !== null);
  return { mode: "spine", bounds, items, frames: [], links, lanes: null };
}

/** The first op's leaves stand before it, above and below; a later op's hang above the spine, between two ops. */
function leafCentre(column: number, first: boolean, k: number, count: number): Point {
  if (!first) return { x: (column - 0.72) * PITCH - k * LEAF_SPREAD, y: -LEAF_RISE };
  const spread = count === 1 ? 0 : (k / (count - 1) - 0.5) * 2;
  return { x: (column - 1) * PITCH, y: spread * LEAF_SPREAD };
}

export function placeCircle(item: Item, at: Point): PlacedItem {
  const value = rect(at.x - CIRCLE / 2, at.y - CIRCLE / 2, CIRCLE, CIRCLE);
  const gradient = rect(at.x - PILL.width / 2, value.y + CIRCLE + PILL.gap, PILL.width, PILL.height);
  return {
    item,
    shape: "circle",
    rect: union([value, gradient]),
    title: { x: at.x, y: at.y - 24 },
    value,
    gradient,
    chips: [],
    summary: null,
  };
}

/** `hanging`: above the spine its edge leaves downwards, so its gradient stands to the left. */
export function placeLeaf(item: Item, visible: Visible, at: Point, hanging: boolean): PlacedItem {
  const learns = visible.tensors.get(item.tensor)?.requires_grad === true;
  const circle = placeCircle(item, at);
  const value = rect(at.x - CIRCLE / 2, at.y - 46, CIRCLE, 92);
  const w = hanging ? 84 : CIRCLE - 8;
  const gradient = hanging
    ? rect(value.x - w - 8, at.y - 16, w, 32)
    : rect(at.x - w / 2, value.y + value.h + 4, w, 32);
  if (!learns) return { ...circle, gradient: null, rect: circle.value };
  return { ...circle, shape: "leaf", value, gradient, rect: union([value, gradient]) };
}

const BESIDE = 8;

/** Two straight lines side by side: value over, gradient under. */
export function placeStraight(
  link: PlacedLink["link"],
  placed: ReadonlyMap<string, PlacedItem>,
): PlacedLink | null {
  const from = placed.get(link.from);
  const to = placed.get(link.to);
  if (!from || !to) return null;
  const a = middle(from);
  const b = middle(to);
  const span = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const u = { x: (b.x - a.x) / span, y: (b.y - a.y) / span };
  // To the right of the way forward, so that gradients keep to one side of every edge.
  const n = { x: -u.y * BESIDE, y: u.x * BESIDE };
  const start = exit(from, u) + 7;
  const end = span - exit(to, { x: -u.x, y: -u.y }) - 7;
  const on = (d: number, side: number): Point => ({
    x: a.x + u.x * d + n.x * side,
    y: a.y + u.y * d + n.y * side,
  });
  const mid = on((start + end) / 2, Math.abs(u.y) > 0.3 ? 4.5 : 3.6);
  return {
    link,
    forward: [on(start, -1), on(end, -1)],
    backward: [on(end, 1), on(start, 1)],
    label: { x: mid.x, y: mid.y },
    room: end - start,
    pills: [],
  };
}

function middle(p: PlacedItem): Point {
  return { x: p.value.x + p.value.w / 2, y: p.value.y + p.value.h / 2 };
}

/** How far from its middle a shape reaches in a direction. */
function exit(p: PlacedItem, u: Point): number {
  if (p.shape === "circle") return p.value.w / 2;
  const across = Math.abs(u.x) > 1e-6 ? p.value.w / 2 / Math.abs(u.x) : Number.POSITIVE_INFINITY;
  const down = Math.abs(u.y) > 1e-6 ? p.value.h / 2 / Math.abs(u.y) : Number.POSITIVE_INFINITY;
  return Math.min(across, down);
}
