import { computed, effect, signal } from "@preact/signals";
import type { Lesson, Run } from "../api/types";
import type { Selection } from "../graph/selection";
import type { MessageKey, Params } from "../i18n";
import { makeClock } from "../player/clock";
import { durations } from "../player/durations";
import { settled, type World } from "../player/player";
import { type Moment, momentAt } from "../tape/moment";
import { type Chapter, Tape } from "../tape/tape";

/** What the page is about, as small named atoms. `session.ts` changes them; views only read. */

export const lessons = signal<Lesson[]>([]);
export const run = signal<Run | null>(null);
export const script = signal("");

/** The run's tape. It grows in place: `revision` counts, so that views notice. */
export const tape = signal<Tape>(new Tape(() => Promise.reject(new Error("no run"))));
export const revision = signal(0);

/** A sentence about the run as a whole, where there is something to say. */
export const notice = signal<{ key: MessageKey; params?: Params } | { text: string } | null>(null);

/** Why the server would not take the script, and where. */
export const refusal = signal<{ message: string; line: number | null; column: number | null } | null>(null);

/** What the person pointed at: a tensor, an op or a box. */
export const selection = signal<Selection | null>(null);

/** The number that was picked out of a tensor. */
export const element = signal<{ tensor: string; index: number[] } | null>(null);

/** Which item of a batch is shown; −1 is their mean. */
export const sample = signal(0);

/** The camera, in the graph's own words; the address bar keeps it. */
export const camera = signal<string | null>(null);

const motionQuery = matchMedia("(prefers-reduced-motion: reduce)");

/** The person asked the system for less motion: nothing travels. */
export const reducedMotion = signal(motionQuery.matches);
motionQuery.addEventListener("change", ({ matches }) => {
  reducedMotion.value = matches;
});

function world(): World {
  const held = tape.value;
  return {
    last: held.events - 1,
    growing: run.value?.status === "recording",
    instant: reducedMotion.value,
    ready: (event) => chapterReady(held.locate(event)?.chapter),
    duration(event) {
      const at = held.locate(event);
      return (at && durations(at.chapter.structure)[at.local]) || 600;
    },
  };
}

export const clock = makeClock(world);

/** The event that is playing, or was played last. */
export const position = computed(() => clock.state.value.position);

/** How much of that event has happened. Without motion, it happens at once. */
export const progress = computed(() => (reducedMotion.value ? 1 : clock.state.value.elapsed));

export const direction = computed(() => clock.state.value.direction);
export const playing = computed(() => clock.state.value.playing);
export const speed = computed(() => clock.state.value.speed);

/** Where the person is: panels, sentence and address speak of this event. */
export const here = computed(() => settled(clock.state.value));

function chapterReady(chapter: Chapter | undefined): boolean {
  if (!chapter) return false;
  if (tape.peek().segment(chapter)) return true;
  fetchChapter(chapter);
  return false;
}

const failed = new Map<Chapter, number>();
/** After a failed fetch, leave the server this long. */
const REST_MS = 1000;

function fetchChapter(chapter: Chapter): void {
  if (performance.now() - (failed.get(chapter) ?? Number.NEGATIVE_INFINITY) < REST_MS) return;
  const of = tape.peek();
  of.load(chapter).then(
    () => {
      failed.delete(chapter);
      if (of === tape.peek()) revision.value++;
    },
    () => {
      failed.set(chapter, performance.now());
      setTimeout(() => {
        if (of === tape.peek()) revision.value++;
      }, REST_MS);
    },
  );
}

/** Iterations on either side that are fetched before anybody asks. */
const AHEAD = 2;
const BEHIND = 1;

/** The moment just after an event, or the last one shown while its numbers are on their way. */
function momentOf(event: number, last: Moment | null): Moment | null {
  const held = tape.value;
  const at = held.locate(event);
  if (!at) return null;
  const segment = held.segment(at.chapter);
  if (!segment) {
    fetchChapter(at.chapter);
    return last;
  }
  return momentAt(segment, at.local, last);
}

/** The moment of the event now playing: what the graph draws, together with `progress`. */
export const moment = signal<Moment | null>(null);

/** The moment the person is at. While an event plays forwards it is the same one. */
export const settledMoment = signal<Moment | null>(null);

/** One event before `settledMoment`: what changed is the difference. */
export const momentBefore = computed(() => {
  const now = settledMoment.value;
  return now && momentAt(now.segment, now.local - 1);
});

export function watchMoments(): void {
  effect(() => {
    revision.value;
    const shown = momentOf(position.value, moment.peek());
    moment.value = shown;
    settledMoment.value = here.value === position.value ? shown : momentOf(here.value, settledMoment.peek());
  });
  effect(() => {
    revision.value;
    const place = tape.value.locate(here.value)?.place;
    if (place === undefined) return;
    for (let near = place - BEHIND; near <= place + AHEAD; near++) chapterReady(tape.value.chapters[near]);
  });
}

/** The iteration the person is in: headers only, so it is there before the numbers are. */
export const chapter = computed<Chapter | null>(() => {
  revision.value;
  return tape.value.locate(here.value)?.chapter ?? null;
});

export const local = computed(() => here.value - (chapter.value?.header.first ?? 0));
