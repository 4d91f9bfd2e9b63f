/** The player: a clock over event indices. Pure; the driver in `clock.ts` feeds it time. */

export interface PlayerState {
  /** The event now playing, or last played. The moment shown is the one just after it. */
  position: number;
  /** How far into that event, 0..1; 1 at rest. Falls when stepping back. */
  elapsed: number;
  direction: 1 | -1;
  moving: boolean;
  playing: boolean;
  speed: number;
}

/** What the player must know of the tape. */
export interface World {
  /** Index of the last event recorded; -1 for none. */
  last: number;
  /** Recording goes on: at the end, wait for more. */
  growing: boolean;
  /** Whether the numbers of an event are here. */
  ready(event: number): boolean;
  duration(event: number): number;
  /** Reduced motion: nothing travels when a person steps. */
  instant: boolean;
}

export type Action =
  | { type: "play" }
  | { type: "pause" }
  | { type: "speed"; speed: number }
  | { type: "seek"; event: number }
  | { type: "step"; direction: 1 | -1 }
  | { type: "tick"; ms: number };

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

export const initial: PlayerState = {
  position: -1,
  elapsed: 1,
  direction: 1,
  moving: false,
  playing: false,
  speed: 1,
};

/** Where the person has gone: an event that is being taken back no longer counts. */
export function settled(state: PlayerState): number {
  return state.moving && state.direction < 0 ? state.position - 1 : state.position;
}

export function reduce(state: PlayerState, action: Action, world: World): PlayerState {
  switch (action.type) {
    case "play":
      return play(state, world);
    case "pause":
      return { ...state, playing: false };
    case "speed":
      return { ...state, speed: action.speed };
    case "seek":
      return rest(state, clamp(action.event, world));
    case "step":
      return step(state, action.direction, world);
    case "tick":
      return tick(state, action.ms, world);
  }
}

function clamp(event: number, world: World): number {
  return Math.max(Math.min(0, world.last), Math.min(event, world.last));
}

function rest(state: PlayerState, position: number): PlayerState {
  return { ...state, position, elapsed: 1, direction: 1, moving: false };
}

function play(state: PlayerState, world: World): PlayerState {
  const at = settled(state);
  const atEnd = at >= world.last && !world.growing;
  const from = rest(state, atEnd ? clamp(0, world) : at);
  // From the end, play begins anew, and the first event is shown happening too.
  const elapsed = atEnd ? 0 : 1;
  return { ...from, elapsed, moving: atEnd, playing: world.last >= 0 };
}

function step(state: PlayerState, direction: 1 | -1, world: World): PlayerState {
  const at = settled(state);
  const goal = clamp(at + direction, world);
  const still = rest({ ...state, playing: false }, goal);
  if (goal === at || world.instant || !world.ready(goal)) return still;
  return direction > 0
    ? { ...still, elapsed: 0, moving: true }
    : { ...still, position: at, direction: -1, moving: true };
}

function tick(state: PlayerState, ms: number, world: World): PlayerState {
  if (!state.moving && !state.playing) return state;
  if (state.moving && state.direction < 0) {
    const elapsed = state.elapsed - (ms * state.speed) / world.duration(state.position);
    return elapsed <= 0 ? rest(state, state.position - 1) : { ...state, elapsed };
  }
  let { position, elapsed, moving } = state;
  let left = ms * state.speed;
  while (left > 0) {
    if (moving) {
      const whole = world.duration(position);
      const rests = (1 - elapsed) * whole;
      if (left < rests) {
        elapsed += left / whole;
        break;
      }
      left -= rests;
      elapsed = 1;
      moving = false;
    }
    if (!state.playing || left <= 0) break;
    if (position >= world.last) return { ...rest(state, position), playing: world.growing };
    if (!world.ready(position + 1)) break;
    position += 1;
    elapsed = 0;
    moving = true;
  }
  return { ...state, position, elapsed, moving, direction: 1 };
}
