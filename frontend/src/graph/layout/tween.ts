import { lerp, lerpRect, type Point, type Rect } from "../geometry";
import type { Layout, PlacedChip, PlacedItem, PlacedLink } from "./types";

/** A layout part of the way from one to another: what opens grows out of its box, what stays glides. */
export function tween(from: Layout, to: Layout, t: number): Layout {
  if (t >= 1) return to;
  const items = new Map(from.items.map((p) => [p.item.id, p]));
  const frames = new Map(from.frames.map((f) => [f.frame.call, f]));
  const links = new Map(from.links.map((l) => [l.link.id, l]));
  return {
    mode: to.mode,
    bounds: lerpRect(from.bounds, to.bounds, t),
    items: to.items.map((p) => tweenItem(items.get(p.item.id) ?? within(p, from), p, t)),
    frames: to.frames.map((f) => {
      const old = frames.get(f.frame.call);
      return old ? { ...f, rect: lerpRect(old.rect, f.rect, t), title: lerpPoint(old.title, f.title, t) } : f;
    }),
    links: to.links.map((l) => tweenLink(links.get(l.link.id), l, t)),
    lanes:
      from.lanes && to.lanes
        ? {
            value: lerpRect(from.lanes.value, to.lanes.value, t),
            gradient: lerpRect(from.lanes.gradient, to.lanes.gradient, t),
          }
        : to.lanes,
  };
}

/** Where an item that was not there comes from: the box that held it, or the op that its box held. */
function within(p: PlacedItem, from: Layout): PlacedItem {
  const box = from.items.find((o) => o.item.nodes.some((n) => p.item.nodes.includes(n)));
  return box
    ? { ...p, rect: box.rect, title: box.title, value: box.value, gradient: box.gradient, chips: [] }
    : p;
}

function tweenItem(a: PlacedItem, b: PlacedItem, t: number): PlacedItem {
  const gradient = a.gradient && b.gradient ? lerpRect(a.gradient, b.gradient, t) : b.gradient;
  const chips = new Map(a.chips.map((c) => [c.tensor, c]));
  return {
    ...b,
    rect: lerpRect(a.rect, b.rect, t),
    title: lerpPoint(a.title, b.title, t),
    value: lerpRect(a.value, b.value, t),
    gradient,
    chips: b.chips.map((c) => tweenChip(chips.get(c.tensor) ?? folded(c, a.rect), c, t)),
    summary: a.summary && b.summary ? lerpPoint(a.summary, b.summary, t) : b.summary,
  };
}

function folded(chip: PlacedChip, into: Rect): PlacedChip {
  const flat = (r: Rect): Rect => ({ x: r.x, y: into.y + into.h, w: r.w, h: 0 });
  return { ...chip, value: flat(chip.value), gradient: chip.gradient && flat(chip.gradient) };
}

function tweenChip(a: PlacedChip, b: PlacedChip, t: number): PlacedChip {
  return {
    tensor: b.tensor,
    label: a.label && b.label ? lerpPoint(a.label, b.label, t) : b.label,
    value: lerpRect(a.value, b.value, t),
    gradient: a.gradient && b.gradient ? lerpRect(a.gradient, b.gradient, t) : b.gradient,
  };
}

function tweenLink(a: PlacedLink | undefined, b: PlacedLink, t: number): PlacedLink {
  if (!a || a.forward.length !== b.forward.length || a.backward.length !== b.backward.length) return b;
  return {
    ...b,
    forward: b.forward.map((p, i) => lerpPoint(a.forward[i] as Point, p, t)),
    backward: b.backward.map((p, i) => lerpPoint(a.backward[i] as Point, p, t)),
    label: lerpPoint(a.label, b.label, t),
    pills: b.pills.map((p, i) => {
      const old = a.pills[i];
      return old ? { ...p, rect: lerpRect(old.rect, p.rect, t) } : p;
    }),
  };
}

function lerpPoint(a: Point, b: Point, t: number): Point {
  return { x: lerp(a.x, b.x, t), y: lerp(a.y, b.y, t) };
}
