import { nodeName, outermost } from "../tape/names";
import { indexOf } from "../tape/structure";
import type { OpNode, Structure, TapeEvent } from "../tape/types";

export type ClipKind = "zero" | "forward" | "backward" | "step" | "evaluate" | "other";

/** Events that stand as one bar on the timeline: `from` included, `to` not. */
export interface Clip {
  from: number;
  to: number;
  kind: ClipKind;
  /** Counted from the foot of the mountain; null: as tall as the mountain. */
  row: number | null;
  label: string;
}

export interface Mountain {
  clips: Clip[];
  rows: number;
  events: number;
  /** Where each event begins, as a fraction of the whole; one more for the end. */
  edges: Float64Array;
}

/** `zero_grad` and `step` are one move over all parameters: however many, they are as wide as this many events. */
const WIDEST = 2;

/** With fewer boxes than this, single ops make the better rows. */
const FEW = 3;

const cache = new WeakMap<Structure, Mountain>();

/** Forward climbs one row per box or op to the loss, backward descends the same rows. */
export function mountainOf(structure: Structure): Mountain {
  let made = cache.get(structure);
  if (!made) {
    made = build(structure);
    cache.set(structure, made);
  }
  return made;
}

function build(structure: Structure): Mountain {
  const index = indexOf(structure);
  const boxes = new Set(structure.nodes.map((node) => outermost(structure, node)));
  const group = (node: OpNode): string => (boxes.size < FEW ? node.id : outermost(structure, node));
  const rows = new Map<string, number>();
  for (const node of structure.nodes) if (!rows.has(group(node))) rows.set(group(node), rows.size);

  const clips: Clip[] = [];
  let key = "";
  structure.events.forEach((event, at) => {
    const kind = kindOf(event);
    const node = event.node === null ? undefined : index.node(event.node);
    const owner = node ? group(node) : "";
    const row = tall(kind) ? null : node ? (rows.get(owner) ?? 0) : Math.max(0, rows.size - 1);
    // The seed starts at the loss and is drawn with it.
    const place = tall(kind) ? kind : `${kind} ${row}`;
    const last = clips.at(-1);
    if (last && place === key) {
      last.to = at + 1;
      // The seed has no op of its own: the clip is named by the op that follows.
      last.label ||= labelOf(structure, kind, node, owner);
    } else clips.push({ from: at, to: at + 1, kind, row, label: labelOf(structure, kind, node, owner) });
    key = place;
  });
  const events = structure.events.length;
  return { clips, rows: Math.max(1, rows.size), events, edges: edgesOf(clips, events) };
}

/** Events are equally wide, but for those of a wide move. */
function edgesOf(clips: readonly Clip[], events: number): Float64Array {
  const edges = new Float64Array(events + 1);
  for (const { from, to, kind } of clips) {
    const shared = kind === "zero" || kind === "step";
    const width = shared ? Math.min(1, WIDEST / (to - from)) : 1;
    for (let event = from; event < to; event++) edges[event + 1] = (edges[event] ?? 0) + width;
  }
  const whole = edges[events] || 1;
  return edges.map((edge) => edge / whole);
}

/** How much of the mountain has been played: `progress` of event `local`. */
export function playedOf({ edges, events }: Mountain, local: number, progress: number): number {
  if (local < 0 || events === 0) return 0;
  const from = edges[local] ?? 1;
  return from + ((edges[local + 1] ?? 1) - from) * progress;
}

const tall = (kind: ClipKind): boolean => kind === "zero" || kind === "step" || kind === "other";

function kindOf(event: TapeEvent): ClipKind {
  if (event.kind === "zero_grad") return "zero";
  if (event.kind === "step") return "step";
  if (!["forward", "backward", "accumulate", "hook"].includes(event.kind)) return "other";
  if (event.kind === "forward") return event.phase === "evaluate" ? "evaluate" : "forward";
  return "backward";
}

function labelOf(structure: Structure, kind: ClipKind, node: OpNode | undefined, owner: string): string {
  if (kind === "zero") return "zero_grad";
  if (kind === "step") return "step";
  const call = indexOf(structure).call(owner);
  if (call) return call.module || call.id;
  return node ? nodeName(structure, node) : "";
}

/** The event under a place across the timeline (0..1). */
export function eventAt({ edges, events }: Mountain, fraction: number): number {
  let low = 0;
  let high = events - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? 0) < fraction) low = middle;
    else high = middle - 1;
  }
  return low;
}
