import { type MessageKey, type Params, t } from "../i18n";
import type { Moment } from "../tape/moment";
import { scalar } from "../tape/numbers";
import { indexOf } from "../tape/structure";
import type { EventKind, TapeEvent } from "../tape/types";
import { formatNumber, formatShape } from "../tensor/format";

/** What a line of the script did in this iteration, up to now. */
export interface Note {
  text: string;
  kind: EventKind;
}

export function notesOf(moment: Moment): Map<number, Note> {
  const notes = new Map<number, Note>();
  const counts = tally(moment);
  moment.structure.events.forEach((event, local) => {
    if (event.line === null || local > moment.local) return;
    const text = noteOf(event, moment, counts.get(event.line));
    if (text) notes.set(event.line, { text, kind: event.kind });
  });
  return notes;
}

interface Count {
  done: number;
  all: number;
}

/** Per line that does many things at once: how many are done. A backward's shares are part of it. */
function tally(moment: Moment): Map<number, Count> {
  const counts = new Map<number, Count>();
  moment.structure.events.forEach((event, local) => {
    if (event.line === null || event.kind === "forward" || event.kind === "accumulate") return;
    const count = counts.get(event.line) ?? { done: 0, all: 0 };
    count.all++;
    if (local <= moment.local) count.done++;
    counts.set(event.line, count);
  });
  return counts;
}

function noteOf(event: TapeEvent, moment: Moment, count: Count | undefined): string {
  const of = (key: MessageKey, params: Params): string => t(key, params);
  switch (event.kind) {
    case "forward": {
      const output = indexOf(moment.structure).node(event.node ?? "")?.outputs[0] ?? "";
      const value = moment.value(output);
      const one = scalar(value);
      return one === null ? formatShape(value?.shape ?? []) : formatNumber(one);
    }
    case "zero_grad":
      // Once all of them are done, the count says more than the fraction.
      if (count && count.done === count.all) return of("code.cleared", { count: count.all });
      return count ? of("code.of", { done: count.done, count: count.all }) : "";
    case "output":
    case "edit":
    case "mode":
    case "options":
      return "";
    default:
      return count ? of("code.of", { done: count.done, count: count.all }) : "";
  }
}

/** The line that runs, and the line whose op a backward is going through. */
export function linesNow(moment: Moment | null): { running: number | null; about: number | null } {
  const event = moment?.current;
  if (!moment || !event) return { running: null, about: null };
  const about = event.node === null ? null : (indexOf(moment.structure).node(event.node)?.line ?? null);
  return { running: event.line, about: about === event.line ? null : about };
}
