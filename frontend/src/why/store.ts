import { batch, computed, effect, signal } from "@preact/signals";
import { api, Refused } from "../api/client";
import type { Explanation, Numeric } from "../api/explanation";
import { clock, here, run, settledMoment } from "../app/state";
import type { Moment } from "../tape/moment";
import { holds, nearestHeld } from "./held";
import { type Question, sameQuestion } from "./question";
import { asked, CLOSED, current, gone, moved, type Trail } from "./trail";

/** The questions so far; closed, there are none. The playhead is always where the question on the screen is asked. */
export const trail = signal<Trail>(CLOSED);

/** What the server said last. While the next answer is on its way, the last one stays on the screen. */
export const answer = signal<Answer | null>(null);

/** The gradient by trying, which is asked for by a button. */
export const check = signal<Check>({ state: "none" });

export type Answer = { question: Question; event: number } & (
  | { explanation: Explanation; refusal: null }
  | { explanation: null; refusal: Refusal }
);
/** There is no such number at this moment; the server does not answer; or it says why it will not. */
export type Refusal = "none" | "offline" | { sentence: string };
export type Check =
  | { state: "none" | "trying" }
  | { state: "done"; numeric: Numeric }
  | { state: "refused"; refusal: Refusal };

/** Terms that are written out at first, and after a press of "more". */
const FEW = 8;
const MANY = 100;
export const limit = signal(FEW);

/** What had the focus when the card was opened, and the panel it was in: the button itself may be drawn anew. */
let opener: { element: HTMLElement; panel: Element | null } | null = null;

function remember(): void {
  const element = document.activeElement;
  if (element instanceof HTMLElement) opener = { element, panel: element.closest("section[aria-label]") };
}

function refocus(): void {
  const { element, panel } = opener ?? {};
  opener = null;
  if (!element || element.isConnected) {
    element?.focus();
    return;
  }
  const buttons = [...(panel?.querySelectorAll<HTMLElement>("button") ?? [])];
  const same = buttons.find((one) => one.ariaLabel !== null && one.ariaLabel === element.ariaLabel);
  (same ?? buttons[0])?.focus();
}

/** Why is this number what it is? Asked at the playhead, or where the number was read: then the playhead goes there. */
export function ask(question: Question, event: number = here.value): void {
  if (!current(trail.value)) remember();
  batch(() => {
    limit.value = FEW;
    trail.value = asked(trail.value, question, event);
    visit();
  });
}

/** Asks about a number that is on the screen. A freed gradient is still shown: it is asked about where it was held. */
export function askShown(moment: Moment, question: Question): void {
  const { segment, local, event } = moment;
  const held = nearestHeld(segment, question.tensor, question.of, local);
  ask(question, held !== null && held < local ? event - local + held : event);
}

export function go(to: number): void {
  batch(() => {
    limit.value = FEW;
    trail.value = gone(trail.value, to);
    visit();
  });
}

/** One question back; from the first one, back to the page. */
export function back(): void {
  if (trail.value.at > 0) go(trail.value.at - 1);
  else close();
}

export function forward(): void {
  go(trail.value.at + 1);
}

export function showMore(): void {
  limit.value = MANY;
}

export function close(): void {
  trail.value = CLOSED;
  answer.value = null;
  // The page is drawn again first: what is hidden cannot take the focus.
  requestAnimationFrame(refocus);
}

function visit(): void {
  const step = current(trail.value);
  if (!step || step.event === here.value) return;
  clock.dispatch({ type: "pause" });
  clock.dispatch({ type: "seek", event: step.event });
}

/** A playing tape passes many events in this time (ms); only the last of them is asked about. */
const PAUSE = 60;

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refused && error.status === 0) return "offline";
  return { sentence: error instanceof Error ? error.message : String(error) };
}

/** Before the tape has come, there is no moment to ask about. */
const begun = computed(() => settledMoment.value !== null);

/** Asks the server whenever the question, the playhead or the run changes. */
export function watchQuestion(): void {
  effect(() => {
    const step = current(trail.value);
    const id = run.value?.id;
    const most = limit.value;
    const event = here.value;
    check.value = { state: "none" };
    if (!step || id === undefined || !begun.value) return;
    const question: Question = { tensor: step.tensor, of: step.of, index: step.index };
    const moment = settledMoment.value;
    // What the page can see is not there, it need not ask for.
    if (moment?.event === event && !holds(moment, question)) {
      answer.value = { question, event, explanation: null, refusal: "none" };
      return;
    }
    const stop = new AbortController();
    const before = answer.peek();
    const follows = before !== null && before.event !== event && sameQuestion(before.question, question);
    const timer = setTimeout(
      () => {
        api.explain(id, { ...question, event, limit: most }, stop.signal).then(
          (explanation) => {
            if (!stop.signal.aborted) answer.value = { question, event, explanation, refusal: null };
          },
          (error) => {
            if (!stop.signal.aborted)
              answer.value = { question, event, explanation: null, refusal: refusalOf(error) };
          },
        );
      },
      follows ? PAUSE : 0,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  });
  effect(() => {
    const event = here.value;
    if (begun.value) trail.value = moved(trail.peek(), event);
  });
}

/** The loss's derivative by trying: the script's arithmetic again, a little to either side. */
export async function checkByTrying(): Promise<void> {
  const step = current(trail.value);
  const id = run.value?.id;
  if (!step || id === undefined) return;
  const asking: Check = { state: "trying" };
  check.value = asking;
  const settle = (next: Check): void => {
    // The person has gone on meanwhile: the answer is to another question.
    if (check.value === asking) check.value = next;
  };
  try {
    const { numeric } = await api.explain(id, { ...step, event: here.value, limit: 1, numeric: true });
    settle(numeric ? { state: "done", numeric } : { state: "refused", refusal: "none" });
  } catch (error) {
    settle({ state: "refused", refusal: refusalOf(error) });
  }
}
