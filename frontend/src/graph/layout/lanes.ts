import { shapePerSample } from "../../tensor/batch";
import { formatShape } from "../../tensor/format";
import { type Point, rect, union } from "../geometry";
import type { Frame, Item, Link, Visible } from "../visible";
import { FULL, placeColumn, TITLE, widthOf } from "./column";
import type { Layout, PlacedFrame, PlacedItem, PlacedLink } from "./types";

/** A chain as two lanes: values run right above, gradients run left below. mockup/backward.png. */

const GAP = 68;
/** Room right of the loss for the way from its value down to its gradient. */
const ARC = 34;
/** Room a frame takes on either side of its columns. */
const FRAME = 14;
const FRAME_BELOW = 12;
/** A frame around several columns has a title line of its own. */
const FRAME_TITLE = 30;
const PILL = { height: 22, padding: 9, letter: 6.4 };

/** The items in order, if each feeds only the next; null where the picture branches. */
export function chainOf(visible: Visible): Item[] | null {
  const { items, links } = visible;
  const next = new Map<string, string>();
  const fed = new Set<string>();
  for (const link of links) {
    if (next.has(link.from) || fed.has(link.to)) return null;
    next.set(link.from, link.to);
    fed.add(link.to);
  }
  const starts = items.filter((i) => !fed.has(i.id));
  const [start] = starts;
  if (!start || starts.length !== 1) return null;
  const byId = new Map(items.map((i) => [i.id, i]));
  const chain: Item[] = [];
  for (let at: string | undefined = start.id; at !== undefined; at = next.get(at)) {
    const item = byId.get(at);
    if (!item || chain.length > items.length) return null;
    chain.push(item);
  }
  return chain.length === items.length ? chain : null;
}

export function lanes(visible: Visible, chain: readonly Item[]): Layout {
  const links = new Map(visible.links.map((l) => [l.to, l]));
  const framesOf = frameStacks(visible);
  const items: PlacedItem[] = [];
  let x = 0;
  let before: Frame[] = [];
  for (const item of chain) {
    const around = framesOf.get(item.id) ?? [];
    const link = links.get(item.id);
    if (link) x += gapFor(link, visible);
    // Each frame that ends or begins here needs its own margin.
    const ends = before.filter((f) => !around.includes(f)).length;
    const begins = around.filter((f) => !before.includes(f)).length;
    x += (ends + begins) * FRAME;
    if (!link && items.length === 0) x = begins * FRAME;
    items.push(placeColumn(item, visible, { x, y: TITLE }, FULL));
    x += widthOf(item, visible, FULL);
    before = around;
  }
  const placed = new Map(items.map((p) => [p.item.id, p]));
  const frames = placeFrames(visible, placed, chain);
  const first = items[0] as PlacedItem;
  const all = union([...items.map((p) => p.rect), ...frames.map((f) => f.rect)]);
  const bounds = { ...all, w: all.w + ARC };
  const band = (y: number) => rect(bounds.x, y + 20, bounds.w, 62);
  return {
    mode: "lanes",
    bounds,
    items,
    frames,
    links: visible.links.map((link) => placeLink(link, placed, frames)),
    lanes: { value: band(first.value.y), gradient: band(first.value.y + FULL.card + FULL.gap) },
  };
}

/** The frames around each item, outermost first. */
function frameStacks(visible: Visible): Map<string, Frame[]> {
  const stacks = new Map<string, Frame[]>();
  for (const frame of visible.frames)
    for (const item of frame.items) stacks.set(item, [...(stacks.get(item) ?? []), frame]);
  for (const item of visible.items) {
    if (item.kind !== "box" || item.loss) continue;
    stacks.set(item.id, [...(stacks.get(item.id) ?? []), closedFrame(item)]);
  }
  return stacks;
}

/** A closed box is drawn as a frame too, around its one column. */
export function closedFrame(item: Item): Frame {
  return {
    call: item.id,
    title: item.title,
    subtitle: item.subtitle,
    parent: item.call,
    items: [item.id],
    merged: true,
  };
}

function pillWidth(title: string): number {
  return title.length * PILL.letter + 2 * PILL.padding;
}

function labelOf(tensor: string, visible: Visible): string {
  const info = visible.tensors.get(tensor);
  return info ? formatShape(shapePerSample(info, visible.batch)) : "";
}

/** The gap holds the longest label and the pills. */
function gapFor(link: Link, visible: Visible): number {
  const label = labelOf(link.tensors[0] as string, visible).length * PILL.letter + 8;
  const pills = link.pills.reduce((sum, p) => sum + pillWidth(p.title) + 28, 0);
  return Math.max(GAP, label, pills);
}

export function placeFrames(
  visible: Visible,
  placed: ReadonlyMap<string, PlacedItem>,
  chain: readonly Item[],
): PlacedFrame[] {
  const floor = frameFloor(visible, placed);
  const frames: PlacedFrame[] = [];
  const inner = new Map<string, number>();
  // Inner frames first, so that an outer one can make room around them.
  for (const frame of [...visible.frames].reverse()) {
    const depth = inner.get(frame.call) ?? 0;
    const columns = frame.items.map((i) => placed.get(i)).filter((p) => p !== undefined);
    const box = union(columns.map((p) => p.rect));
    const up = frame.merged ? 0 : FRAME_TITLE;
    const lift = depth * FRAME_TITLE + up;
    const side = FRAME * (1 + depth);
    frames.unshift({
      frame,
      open: true,
      rect: rect(box.x - side, -lift, box.w + 2 * side, floor + lift + FRAME_BELOW * (1 + depth)),
      title: { x: frame.merged ? box.x : box.x - side + FRAME, y: -lift },
    });
    if (frame.parent !== null)
      inner.set(
        frame.parent,
        Math.max(inner.get(frame.parent) ?? 0, depth + (frame.merged ? 0 : 1), frame.merged ? 1 : 0),
      );
  }
  for (const item of chain) {
    const column = placed.get(item.id);
    if (item.kind !== "box" || item.loss || !column) continue;
    const r = rect(column.rect.x - FRAME, 0, column.rect.w + 2 * FRAME, floor + FRAME_BELOW);
    frames.push({ frame: closedFrame(item), open: false, rect: r, title: { x: column.rect.x, y: 0 } });
  }
  return frames;
}

/** Frames on one row end at one height, whatever chips they hold. */
function frameFloor(visible: Visible, placed: ReadonlyMap<string, PlacedItem>): number {
  const framed = new Set(visible.frames.flatMap((f) => f.items));
  const columns = [...placed.values()].filter((p) => framed.has(p.item.id) || p.item.kind === "box");
  return Math.max(0, ...columns.map((p) => p.rect.y + p.rect.h));
}

function placeLink(
  link: Link,
  placed: ReadonlyMap<string, PlacedItem>,
  frames: readonly PlacedFrame[],
): PlacedLink {
  const from = placed.get(link.from) as PlacedItem;
  const to = placed.get(link.to) as PlacedItem;
  const y = from.value.y + from.value.h / 2;
  const down = (from.gradient ?? from.value).y + from.value.h / 2;
  const x0 = from.value.x + from.value.w + 2;
  const x1 = to.value.x - 2;
  const edge = (p: PlacedItem, side: "left" | "right") => outerEdge(p, frames, side);
  const a = Math.max(x0, edge(from, "right"));
  const b = Math.min(x1, edge(to, "left"));
  const widths = link.pills.map((p) => pillWidth(p.title));
  const total = widths.reduce((sum, w) => sum + w, 0);
  let x = (a + b) / 2 - (total + 10 * (widths.length - 1)) / 2;
  const pills = link.pills.map((pill, i) => {
    const w = widths[i] as number;
    const box = rect(x, y + 8, w, PILL.height);
    x += w + 10;
    return { ...pill, rect: box, at: (box.x + w / 2 - x0) / (x1 - x0) };
  });
  const point = (px: number, py: number): Point => ({ x: px, y: py });
  return {
    link,
    forward: [point(x0, y), point(x1, y)],
    backward: [point(x1, down), point(x0, down)],
    label: point((a + b) / 2, y - 11),
    room: b - a,
    pills,
  };
}

/** Where the outermost frame around a column ends, so that labels sit between boxes and not across their edge. */
function outerEdge(p: PlacedItem, frames: readonly PlacedFrame[], side: "left" | "right"): number {
  const around = frames.filter((f) => f.frame.items.includes(p.item.id)).map((f) => f.rect);
  const edges = around.map((r) => (side === "left" ? r.x : r.x + r.w));
  return side === "left" ? Math.min(p.value.x, ...edges) : Math.max(p.value.x + p.value.w, ...edges);
}
