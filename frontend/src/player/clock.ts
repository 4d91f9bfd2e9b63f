import { type Signal, signal } from "@preact/signals";
import { type Action, initial, type PlayerState, reduce, type World } from "./player";

export interface Clock {
  state: Signal<PlayerState>;
  dispatch(action: Action): void;
}

/** A frame longer than this was a tab asleep, not time that anybody watched. */
const LONGEST_FRAME = 100;

/** Drives the player by the browser's frames, and only while something moves. */
export function makeClock(world: () => World): Clock {
  const state = signal<PlayerState>(initial);
  let frame = 0;
  let before = 0;

  const wake = (): void => {
    if (frame || !(state.value.moving || state.value.playing)) return;
    before = performance.now();
    frame = requestAnimationFrame(beat);
  };

  const beat = (now: number): void => {
    frame = 0;
    const ms = Math.max(0, Math.min(now - before, LONGEST_FRAME));
    before = now;
    state.value = reduce(state.value, { type: "tick", ms }, world());
    if (state.value.moving || state.value.playing) frame = requestAnimationFrame(beat);
  };

  return {
    state,
    dispatch(action) {
      state.value = reduce(state.value, action, world());
      wake();
    },
  };
}
