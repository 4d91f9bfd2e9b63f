import type { Moment, NumericArray } from "../tape/moment";
import { shapePerSample } from "../tensor/batch";
import { formatShape, formatShort } from "../tensor/format";
import { numbers, size } from "../tensor/slice";
import { contains, type Point, type Rect } from "./geometry";
import type { Layout, PlacedItem } from "./layout/types";
import type { Selection } from "./selection";
import { titleOf } from "./title";
import type { Item, Visible } from "./visible";

/** What can be pointed at, focused and chosen. The page makes a button of each; far away the canvas is asked instead. */
export interface Target {
  key: string;
  item: string;
  rect: Rect;
  /** What choosing it selects; a box's title opens or closes it instead. */
  selects: Selection | null;
  toggles: string | null;
  /** What a screen reader says; made when asked, since most are never on the screen. */
  name(): string;
}

type Messages = (key: string, args?: Record<string, string | number>) => string;

/** Titles, value cards, gradient cards and chips, in the order they run. */
export function targetsOf(layout: Layout, visible: Visible, moment: Moment, say: Messages): Target[] {
  const targets: Target[] = [];
  for (const frame of layout.frames) {
    const { call, title, subtitle } = frame.frame;
    const height = frame.frame.merged ? 40 : 26;
    targets.push({
      key: `title ${call}`,
      item: frame.frame.items[0] ?? call,
      rect: { x: frame.rect.x, y: frame.title.y - 2, w: frame.rect.w, h: height },
      selects: null,
      toggles: call,
      name: () => `${say(frame.open ? "graph.close" : "graph.open", { name: title })}, ${subtitle}`,
    });
  }
  for (const placed of layout.items) {
    const { item } = placed;
    const name = (): string => nameOf(item, visible, moment, say);
    const selects = { tensor: item.tensor };
    const whole = placed.gradient
      ? { ...placed.value, h: placed.gradient.y + placed.gradient.h - placed.value.y }
      : placed.value;
    const beside = placed.gradient !== null && placed.gradient.y < placed.value.y + placed.value.h;
    targets.push({
      key: item.id,
      item: item.id,
      rect: beside ? placed.value : whole,
      selects,
      toggles: null,
      name,
    });
    for (const chip of placed.chips) {
      const right = chip.gradient ?? chip.value;
      targets.push({
        key: `${item.id} ${chip.tensor}`,
        item: item.id,
        rect: atLeast({ ...chip.value, w: right.x + right.w - chip.value.x }, 10),
        selects: { tensor: chip.tensor },
        toggles: null,
        name: () => chipName(chip.tensor, visible, moment, say),
      });
    }
    if (item.kind === "box" && item.loss) targets.push(lossTitle(placed, say));
  }
  return inOrder(targets, layout);
}

/** In reading order: a box's title, then what is in it. */
function inOrder(targets: readonly Target[], layout: Layout): Target[] {
  const place = new Map(layout.items.map((p, i) => [p.item.id, i]));
  const rank = (t: Target): number => (place.get(t.item) ?? 0) * 2 + (t.toggles === null ? 1 : 0);
  return [...targets].sort((a, b) => rank(a) - rank(b));
}

/** The loss stands without a frame, but it too can be opened. */
function lossTitle(placed: PlacedItem, say: Messages): Target {
  const { item, title, value } = placed;
  return {
    key: `title ${item.id}`,
    item: item.id,
    rect: { x: title.x, y: title.y, w: value.w, h: 38 },
    selects: null,
    toggles: item.id,
    name: () => `${say("graph.open", { name: item.title })}, ${item.subtitle}`,
  };
}

function atLeast(r: Rect, height: number): Rect {
  const grow = Math.max(0, height - r.h) / 2;
  return { ...r, y: r.y - grow, h: r.h + 2 * grow };
}

/** The topmost target at a world point: the smallest, since chips lie inside boxes. */
export function hit(targets: readonly Target[], at: Point): Target | null {
  let best: Target | null = null;
  for (const target of targets) {
    if (!contains(target.rect, at)) continue;
    if (!best || target.rect.w * target.rect.h <= best.rect.w * best.rect.h) best = target;
  }
  return best;
}

const scalarText = (array: NumericArray): string | null =>
  size(array.shape) === 1 ? formatShort(Number(numbers(array)[0])) : null;

function valueState(array: NumericArray | null, say: Messages): string {
  if (!array) return say("graph.state.not");
  const value = scalarText(array);
  return value === null ? say("graph.state.here") : say("graph.state.is", { value });
}

function gradientState(tensor: string, visible: Visible, moment: Moment, say: Messages): string {
  const array = moment.gradient(tensor) ?? moment.seenGradient(tensor);
  if (moment.freed(tensor)) return say("graph.gradient.freed");
  if (!array) return say(visible.tensors.get(tensor)?.leaf ? "graph.gradient.none" : "graph.gradient.not");
  const value = scalarText(array);
  return value === null ? say("graph.gradient.here") : say("graph.gradient.is", { value });
}

function shapeText(tensor: string, visible: Visible, say: Messages): string {
  const info = visible.tensors.get(tensor);
  const shape = info ? shapePerSample(info, visible.batch) : [];
  return shape.length ? formatShape(shape) : say("graph.scalar");
}

function nameOf(item: Item, visible: Visible, moment: Moment, say: Messages): string {
  const { text, sub } = titleOf({ visible, moment }, item);
  const info = visible.tensors.get(item.tensor);
  const shape = shapeText(item.tensor, visible, say);
  const state = valueState(moment.value(item.tensor), say);
  const type = sub.split("(")[0] ?? "";
  if (item.kind === "leaf" && !info?.requires_grad) return say("graph.leaf", { name: text, shape, state });
  if (!info?.requires_grad) return say("graph.card.value", { name: text, type, shape, state });
  const gradient = gradientState(item.tensor, visible, moment, say);
  return say("graph.card.both", { name: text, type, shape, state, gradient });
}

function chipName(tensor: string, visible: Visible, moment: Moment, say: Messages): string {
  const info = visible.tensors.get(tensor);
  const name = info?.name ?? tensor;
  const shape = shapeText(tensor, visible, say);
  const state = valueState(moment.value(tensor), say);
  if (!info?.requires_grad) return say("graph.leaf", { name, shape, state });
  return say("graph.chip", { name, shape, state, gradient: gradientState(tensor, visible, moment, say) });
}
