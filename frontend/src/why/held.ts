import type { Moment } from "../tape/moment";
import type { Segment } from "../tape/segment";
import { indexOf } from "../tape/structure";
import type { SlotOf } from "../tape/types";
import type { Question } from "./question";

/** Whether there is such a number just after this moment. Whether a parameter ever moved, only the server knows. */
export function holds(moment: Moment, { tensor, of }: Question): boolean {
  if (of === "value") return moment.value(tensor) !== null;
  if (of === "gradient") return moment.gradient(tensor) !== null;
  if (of === "arriving") return moment.arriving(tensor) !== null;
  if (of.startsWith("state.")) return moment.state(tensor, of.slice("state.".length)) !== null;
  return true;
}

/** When, within an iteration, a slot of a tensor holds numbers. */
interface Writes {
  /** Per event of the segment: whether the slot holds numbers after it. */
  held: boolean[];
  /** Whether it did before the first event. */
  before: boolean;
  /** The events that wrote numbers to it. */
  filled: number[];
}

function writesTo(segment: Segment, tensor: string, of: string): Writes {
  const { structure, header } = segment;
  const index = indexOf(structure);
  const slot = index.slot(tensor, of as SlotOf);
  const entry = structure.entry.indexOf(slot);
  const before = entry >= 0 && (header.entry[entry] ?? null) !== null;
  const held: boolean[] = [];
  const filled: number[] = [];
  let now = before;
  structure.events.forEach((event, at) => {
    event.writes.forEach((written, place) => {
      if (written !== slot) return;
      now = (header.writes[(index.writesBefore[at] ?? 0) + place] ?? null) !== null;
      if (now && filled.at(-1) !== at) filled.push(at);
    });
    held.push(now);
  });
  return { held, before, filled };
}

/** The last event up to `local` after which the slot holds numbers, else the first one after it. */
export function nearestHeld(segment: Segment, tensor: string, of: string, local: number): number | null {
  const { held } = writesTo(segment, tensor, of);
  const earlier = held.lastIndexOf(true, Math.max(0, local));
  if (local >= 0 && earlier >= 0) return earlier;
  const later = held.indexOf(true, local + 1);
  return later >= 0 ? later : null;
}

/**
 * Whether the gradient a tensor holds is the slope of one loss, complete: cleared before this iteration's backward,
 * every share of it arrived, none of a second backward added, and no parameter moved since.
 */
export function isWholeSlope(segment: Segment, tensor: string, local: number): boolean {
  const { held, before, filled } = writesTo(segment, tensor, "gradient");
  if (!held[local]) return false;
  const cleared = held.lastIndexOf(false, local);
  if (cleared < 0 && before) return false;
  const next = held.indexOf(false, local);
  const end = next < 0 ? held.length : next;
  const shares = filled.filter((at) => at > cleared && at < end);
  const last = shares.at(-1);
  const first = shares[0];
  if (first === undefined || last === undefined || last > local) return false;
  const { events } = segment.structure;
  const moved = events.slice(last, local + 1).some(({ kind }) => kind === "step" || kind === "edit");
  return !moved && events.slice(first, last + 1).every((event) => event.phase === "backward");
}
