import type { Moment, NumericArray } from "../tape/moment";
import type { EventKind, TapeEvent } from "../tape/types";
import { before } from "./before";
import type { Layout, PlacedLink } from "./layout/types";
import type { Visible } from "./visible";

/** What moves during the moment's event: a pure function of the moment and how far the event has come. */

export type Hue = "forward" | "backward" | "step" | "zero";

/** A pulse on part of an edge, `from` and `to` as fractions of the way it runs. */
export interface Travel {
  link: PlacedLink;
  way: "forward" | "backward";
  from: number;
  to: number;
  /** 0..1; 1 is arrived. */
  t: number;
}

/** How a picture changes: it fades in (over what was there, if anything), is wiped, or crosses to its new value. */
export interface Change {
  kind: "fade" | "wipe" | "cross";
  amount: number;
  before: NumericArray | null;
}

export interface Motion {
  hue: Hue | null;
  progress: number;
  event: TapeEvent | null;
  /** The items the event happens at. */
  current: ReadonlySet<string>;
  travels: Travel[];
  values: ReadonlyMap<string, Change>;
  gradients: ReadonlyMap<string, Change>;
  /** A share drops from an op into one of its chips: the op's item. */
  drop: { item: string; tensor: string; t: number } | null;
  /** The loss is seeded: how far along its arc. */
  seed: number | null;
}

const HUES: Record<EventKind, Hue | null> = {
  forward: "forward",
  backward: "backward",
  accumulate: "backward",
  zero_grad: "zero",
  step: "step",
  edit: "step",
  adjust: "step",
  hook: "backward",
  mode: null,
  options: null,
  output: null,
};

/** The pulse arrives, then the picture fills. */
const ARRIVE = 0.55;

const ramp = (p: number, from: number, to: number): number =>
  Math.max(0, Math.min(1, (p - from) / (to - from)));

export function motionOf(moment: Moment, visible: Visible, layout: Layout, progress: number): Motion {
  const event = moment.current;
  const values = new Map<string, Change>();
  const gradients = new Map<string, Change>();
  const still: Motion = {
    hue: event && (HUES[event.kind] ?? null),
    progress,
    event,
    current: currentItems(event, visible),
    travels: [],
    values,
    gradients,
    drop: null,
    seed: null,
  };
  if (!event) return still;
  const outputs = new Set(event.node === null ? [] : (visible.nodes.get(event.node)?.outputs ?? []));
  for (const slot of event.writes) {
    const written = moment.structure.slots[slot];
    if (!written || (written.of !== "value" && written.of !== "gradient")) continue;
    const change = changeOf(moment, event, written.tensor, written.of, outputs, progress);
    if (change) (written.of === "value" ? values : gradients).set(written.tensor, change);
  }
  const t = ramp(progress, 0, ARRIVE);
  return {
    ...still,
    travels: travelsOf(event, moment, visible, layout, t),
    drop: dropOf(event, visible, t),
    seed: event.kind === "accumulate" && event.node === null ? t : null,
  };
}

function changeOf(
  moment: Moment,
  event: TapeEvent,
  tensor: string,
  of: "value" | "gradient",
  outputs: ReadonlySet<string>,
  p: number,
): Change | null {
  switch (event.kind) {
    case "forward":
      // Leaves are there before the op that reads them; its result comes after the pulse.
      return {
        kind: "fade",
        amount: outputs.has(tensor) ? ramp(p, ARRIVE - 0.05, 1) : ramp(p, 0, 0.3),
        before: null,
      };
    case "backward":
      if (moment.gradient(tensor) === null) return null;
      return { kind: "fade", amount: ramp(p, ARRIVE - 0.05, 1), before: null };
    case "accumulate":
      return { kind: "fade", amount: ramp(p, ARRIVE - 0.05, 1), before: before(moment, tensor, of) };
    case "zero_grad":
      return { kind: "wipe", amount: p, before: before(moment, tensor, of) };
    case "step":
    case "edit":
    case "adjust":
    case "hook":
      return { kind: "cross", amount: p, before: before(moment, tensor, of) };
    default:
      return null;
  }
}

function currentItems(event: TapeEvent | null, visible: Visible): ReadonlySet<string> {
  if (!event) return new Set();
  if (event.node !== null) {
    const owner = visible.owner.get(event.node);
    return new Set(owner === undefined ? [] : [owner]);
  }
  return new Set(event.tensor === null ? [] : (visible.shows.get(event.tensor) ?? []));
}

/** Fractions of a link's length at its start, its pills and its end. */
export function cuts(link: PlacedLink): number[] {
  return [0, ...link.pills.map((p) => p.at), 1];
}

/** Which stretch of a link ends at a node: its input side. Null where the node is not on it. */
export function stretchInto(link: PlacedLink, node: string, visible: Visible): number | null {
  const pill = link.pills.findIndex((p) => p.node === node);
  if (pill >= 0) return pill;
  if (visible.owner.get(node) !== link.link.to) return null;
  const last = link.link.tensors.at(-1) as string;
  return visible.nodes.get(node)?.inputs.includes(last) ? link.pills.length : null;
}

function travelsOf(event: TapeEvent, moment: Moment, visible: Visible, layout: Layout, t: number): Travel[] {
  const { node, kind } = event;
  if (node === null || !(kind === "forward" || kind === "backward" || kind === "accumulate")) return [];
  const travels: Travel[] = [];
  for (const link of layout.links) {
    const k = stretchInto(link, node, visible);
    if (k === null) continue;
    const tensor = link.link.tensors[k] as string;
    const ends = cuts(link);
    const from = ends[k] as number;
    const to = ends[k + 1] as number;
    if (kind === "forward") travels.push({ link, way: "forward", from, to, t });
    else if (arrives(event, tensor, moment))
      travels.push({ link, way: "backward", from: 1 - to, to: 1 - from, t });
  }
  return travels;
}

function arrives(event: TapeEvent, tensor: string, moment: Moment): boolean {
  if (event.kind === "accumulate") return event.tensor === tensor;
  return event.writes.some((slot) => {
    const written = moment.structure.slots[slot];
    return written?.of === "gradient" && written.tensor === tensor && moment.gradient(tensor) !== null;
  });
}

function dropOf(event: TapeEvent, visible: Visible, t: number): Motion["drop"] {
  if (event.kind !== "accumulate" || event.node === null || event.tensor === null) return null;
  const item = visible.owner.get(event.node);
  const shows = visible.shows.get(event.tensor) ?? [];
  const chip = visible.items.find((i) => i.id === item && i.chips.includes(event.tensor as string));
  return item !== undefined && chip && shows.includes(item) ? { item, tensor: event.tensor, t } : null;
}
