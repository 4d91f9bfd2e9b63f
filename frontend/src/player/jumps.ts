import type { Chapter, Tape } from "../tape/tape";
import type { Phase } from "../tape/types";

/** A run of events of one phase: `from` to `to`, both included, tape-wide. */
export interface Stretch {
  phase: Phase | "setup";
  from: number;
  to: number;
}

export function stretches({ header, structure }: Chapter): Stretch[] {
  const out: Stretch[] = [];
  structure.events.forEach((event, local) => {
    const phase = header.iteration === null ? "setup" : event.phase;
    const last = out.at(-1);
    if (last && last.phase === phase) last.to = header.first + local;
    else out.push({ phase, from: header.first + local, to: header.first + local });
  });
  return out;
}

/** The first event of the next phase; at the last phase of the tape, its end. */
export function nextPhase(tape: Tape, at: number): number {
  const here = tape.locate(at);
  if (!here) return at;
  const next = stretches(here.chapter).find((stretch) => stretch.from > at);
  return next?.from ?? nextChapter(tape, at)?.header.first ?? tape.events - 1;
}

/** The first event of this phase, or of the one before where we are already there. */
export function previousPhase(tape: Tape, at: number): number {
  const here = tape.locate(at);
  if (!here) return at;
  const before = stretches(here.chapter).findLast((stretch) => stretch.from < at);
  if (before) return before.from;
  const chapter = previousChapter(tape, at);
  return (chapter && stretches(chapter).at(-1)?.from) ?? 0;
}

export function nextIteration(tape: Tape, at: number): number {
  return nextChapter(tape, at)?.header.first ?? tape.events - 1;
}

/** The first event of this iteration, or of the one before where we are already there. */
export function previousIteration(tape: Tape, at: number): number {
  const here = tape.locate(at);
  if (!here) return at;
  if (here.local > 0) return here.chapter.header.first;
  return previousChapter(tape, at)?.header.first ?? 0;
}

function nextChapter(tape: Tape, at: number): Chapter | undefined {
  return tape.chapters.find(({ header, structure }) => header.first > at && structure.events.length > 0);
}

function previousChapter(tape: Tape, at: number): Chapter | undefined {
  const here = tape.locate(at)?.chapter;
  return tape.chapters.findLast(
    (chapter) =>
      here &&
      chapter !== here &&
      chapter.header.first < here.header.first &&
      chapter.structure.events.length > 0,
  );
}
