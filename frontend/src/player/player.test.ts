import { describe, expect, it } from "vitest";
import { type Action, initial, type PlayerState, reduce, settled, type World } from "./player";

const world: World = { last: 9, growing: false, instant: false, ready: () => true, duration: () => 600 };

function go(state: PlayerState, actions: Action[], of: World = world): PlayerState {
  return actions.reduce((held, action) => reduce(held, action, of), state);
}

const at = (position: number): PlayerState => ({ ...initial, position });

describe("the player", () => {
  it("plays an event in its time, and carries what is left into the next", () => {
    const playing = go(at(0), [{ type: "play" }, { type: "tick", ms: 300 }]);
    expect(playing).toMatchObject({ position: 1, elapsed: 0.5, playing: true });
    expect(go(playing, [{ type: "tick", ms: 600 }])).toMatchObject({ position: 2, elapsed: 0.5 });
  });

  it("plays faster at a higher speed", () => {
    const state = go(at(0), [{ type: "speed", speed: 4 }, { type: "play" }, { type: "tick", ms: 600 }]);
    expect(state).toMatchObject({ position: 4, elapsed: 1 });
  });

  it("pauses at the tape's end, and begins anew from there", () => {
    const end = go(at(8), [{ type: "play" }, { type: "tick", ms: 5000 }]);
    expect(end).toMatchObject({ position: 9, elapsed: 1, playing: false, moving: false });
    expect(go(end, [{ type: "play" }])).toMatchObject({ position: 0, elapsed: 0, playing: true });
  });

  it("waits at the end while recording goes on", () => {
    const growing = { ...world, growing: true };
    expect(go(at(8), [{ type: "play" }, { type: "tick", ms: 5000 }], growing)).toMatchObject({
      position: 9,
      playing: true,
    });
  });

  it("waits for numbers that are on their way", () => {
    const late = { ...world, ready: (event: number) => event < 5 };
    expect(go(at(4), [{ type: "play" }, { type: "tick", ms: 900 }], late)).toMatchObject({
      position: 4,
      playing: true,
    });
  });

  it("finishes the event it is in when paused", () => {
    const paused = go(at(0), [{ type: "play" }, { type: "tick", ms: 300 }, { type: "pause" }]);
    expect(paused.elapsed).toBe(0.5);
    expect(go(paused, [{ type: "tick", ms: 900 }])).toMatchObject({
      position: 1,
      elapsed: 1,
      moving: false,
    });
  });

  it("steps back along the same path reversed", () => {
    const back = go(at(5), [{ type: "step", direction: -1 }]);
    expect(back).toMatchObject({ position: 5, direction: -1, moving: true });
    expect(settled(back)).toBe(4);
    expect(go(back, [{ type: "tick", ms: 300 }])).toMatchObject({ position: 5, elapsed: 0.5 });
    expect(go(back, [{ type: "tick", ms: 600 }])).toMatchObject({
      position: 4,
      elapsed: 1,
      moving: false,
    });
  });

  it("counts every press, however quick", () => {
    const back: Action = { type: "step", direction: -1 };
    const on: Action = { type: "step", direction: 1 };
    expect(settled(go(at(5), [back, back, back]))).toBe(2);
    expect(settled(go(at(5), [on, on, back]))).toBe(6);
    expect(settled(go(at(0), [back, back]))).toBe(0);
    expect(settled(go(at(9), [on]))).toBe(9);
  });

  it("moves nothing when motion is reduced", () => {
    const still = { ...world, instant: true };
    expect(go(at(5), [{ type: "step", direction: -1 }], still)).toMatchObject({
      position: 4,
      elapsed: 1,
      moving: false,
    });
  });

  it("keeps a seek within the tape", () => {
    expect(go(at(5), [{ type: "seek", event: 99 }]).position).toBe(9);
    expect(go(at(5), [{ type: "seek", event: -7 }]).position).toBe(0);
    expect(go(initial, [{ type: "seek", event: 3 }], { ...world, last: -1 }).position).toBe(-1);
  });
});
