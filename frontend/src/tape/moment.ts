import type { Segment } from "./segment";
import { indexOf } from "./structure";
import type { Phase, SlotOf, Structure, TapeEvent } from "./types";

export type NumericData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** An array of the tape. Ids are unique over the tape and their content never changes: safe as a cache key. */
export interface NumericArray {
  id: number;
  dtype: string;
  shape: number[];
  data: NumericData;
}

/** The whole state just after one event. */
export interface Moment {
  /** Index in the tape; -1 is the start. */
  event: number;
  /** Index within the segment; -1 before its first event. */
  local: number;
  iteration: number | null;
  phase: Phase | "setup" | "start";
  segment: Segment;
  structure: Structure;
  current: TapeEvent | null;
  value(tensor: string): NumericArray | null;
  gradient(tensor: string): NumericArray | null;
  /** The share that an `accumulate` just added. */
  arriving(tensor: string): NumericArray | null;
  state(tensor: string, name: string): NumericArray | null;
  /** An inner gradient that was used and let go. */
  freed(tensor: string): boolean;
  /** The last gradient this iteration, also after it was freed. */
  seenGradient(tensor: string): NumericArray | null;
  nodeState(node: string): "waiting" | "forward" | "backward";
}

const NONE = -1;
const WAITING = 0;
const FORWARD = 1;
const BACKWARD = 2;

/** What the fold carries from event to event. Array ids by slot; `NONE` for none. */
interface Fold {
  slots: Int32Array;
  /** Per slot: the last gradient of this iteration, kept when a backward frees it. */
  seen: Int32Array;
  freed: Uint8Array;
  nodes: Uint8Array;
}

/** Beside each moment, the fold it came from: stepping on by one copies it and applies one event. */
const folds = new WeakMap<Moment, Fold>();

/**
 * The moment just after event `local` of a segment (-1: before its first). A moment never changes once made, so a
 * view may hold two of them and draw the way between.
 */
export function momentAt(segment: Segment, local: number, near?: Moment | null): Moment {
  const last = segment.structure.events.length - 1;
  const goal = Math.max(-1, Math.min(local, last));
  if (near && near.segment === segment && near.local === goal) return near;
  const known = near && near.segment === segment && near.local < goal ? folds.get(near) : undefined;
  const fold = known ? copy(known) : begin(segment);
  for (let at = known && near ? near.local + 1 : 0; at <= goal; at++) apply(segment, fold, at);
  const moment = view(segment, goal, fold);
  folds.set(moment, fold);
  return moment;
}

function begin(segment: Segment): Fold {
  const { structure, header } = segment;
  const slots = new Int32Array(structure.slots.length).fill(NONE);
  structure.entry.forEach((slot, place) => {
    slots[slot] = header.entry[place] ?? NONE;
  });
  return {
    slots,
    seen: slots.slice(),
    freed: new Uint8Array(slots.length),
    nodes: new Uint8Array(structure.nodes.length),
  };
}

function copy(fold: Fold): Fold {
  return {
    slots: fold.slots.slice(),
    seen: fold.seen.slice(),
    freed: fold.freed.slice(),
    nodes: fold.nodes.slice(),
  };
}

function apply(segment: Segment, fold: Fold, at: number): void {
  const { structure, header } = segment;
  const event = structure.events[at];
  if (!event) return;
  const index = indexOf(structure);
  const base = index.writesBefore[at] ?? 0;
  event.writes.forEach((slot, place) => {
    const id = header.writes[base + place] ?? NONE;
    const lost = id === NONE && event.kind === "backward" && fold.slots[slot] !== NONE;
    fold.freed[slot] = lost ? 1 : 0;
    if (!lost) fold.seen[slot] = id;
    fold.slots[slot] = id;
  });
  if (event.node !== null && (event.kind === "forward" || event.kind === "backward")) {
    const place = index.nodePlace(event.node);
    if (place >= 0) fold.nodes[place] = event.kind === "backward" ? BACKWARD : FORWARD;
  }
}

function view(segment: Segment, local: number, fold: Fold): Moment {
  const { structure, header } = segment;
  const index = indexOf(structure);
  const read = (table: Int32Array, tensor: string, of: SlotOf): NumericArray | null => {
    const id = table[index.slot(tensor, of)] ?? NONE;
    return id === NONE ? null : segment.array(id);
  };
  const current = structure.events[local] ?? null;
  const setup = header.iteration === null;
  return {
    event: header.first + local,
    local,
    iteration: header.iteration,
    phase: setup ? (local < 0 ? "start" : "setup") : (current?.phase ?? "start"),
    segment,
    structure,
    current,
    value: (tensor) => read(fold.slots, tensor, "value"),
    gradient: (tensor) => read(fold.slots, tensor, "gradient"),
    arriving: (tensor) =>
      (current?.kind === "accumulate" || current?.kind === "hook") && current.tensor === tensor
        ? read(fold.slots, tensor, "arriving")
        : null,
    state: (tensor, name) => read(fold.slots, tensor, `state.${name}`),
    freed: (tensor) => fold.freed[index.slot(tensor, "gradient")] === 1,
    seenGradient: (tensor) => read(fold.seen, tensor, "gradient"),
    nodeState(node) {
      const state = fold.nodes[index.nodePlace(node)] ?? WAITING;
      return state === BACKWARD ? "backward" : state === FORWARD ? "forward" : "waiting";
    },
  };
}
