import { type Question, type Step, sameQuestion } from "./question";

/** The questions asked one after the other, and which of them is on the screen. Pure. */
export interface Trail {
  steps: readonly Step[];
  /** −1: the card is closed. */
  at: number;
}

export const CLOSED: Trail = { steps: [], at: -1 };

/** An address has to stay short: the oldest questions are forgotten. */
export const LONGEST = 12;

export const current = (trail: Trail): Step | null => trail.steps[trail.at] ?? null;

/** Asks further: what lay ahead of here is dropped, as a browser does. */
export function asked(trail: Trail, question: Question, event: number): Trail {
  const now = current(trail);
  if (now && now.event === event && sameQuestion(now, question)) return trail;
  const steps = [...trail.steps.slice(0, trail.at + 1), { ...question, event }].slice(-LONGEST);
  return { steps, at: steps.length - 1 };
}

export const canGo = (trail: Trail, by: 1 | -1): boolean => trail.steps[trail.at + by] !== undefined;

export const gone = (trail: Trail, to: number): Trail => (trail.steps[to] ? { ...trail, at: to } : trail);

/** The playhead moved: the question on the screen is asked there from now on. */
export function moved(trail: Trail, event: number): Trail {
  const now = current(trail);
  if (!now || now.event === event) return trail;
  return { ...trail, steps: trail.steps.map((step, at) => (at === trail.at ? { ...step, event } : step)) };
}

export const trailOf = (steps: readonly Step[]): Trail => ({ steps, at: steps.length - 1 });
