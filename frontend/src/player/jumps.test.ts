import { expect, it } from "vitest";
import { buildIteration } from "../tape/fixture";
import { Tape } from "../tape/tape";
import { nextIteration, nextPhase, previousIteration, previousPhase } from "./jumps";

const tape = new Tape(() => Promise.reject(new Error("not needed")));
for (let n = 0; n < 3; n++) tape.add(buildIteration(n));

// Each iteration: 0 zero_grad, 1–2 forward, 3–6 backward, 7–8 step.
it("goes from phase to phase, across iterations", () => {
  const visited = [0];
  for (let at = 0; at < tape.events - 1; ) {
    at = nextPhase(tape, at);
    visited.push(at);
  }
  expect(visited).toEqual([0, 1, 3, 7, 9, 10, 12, 16, 18, 19, 21, 25, 26]);
});

it("goes back to the start of a phase, then to the one before", () => {
  expect(previousPhase(tape, 5)).toBe(3);
  expect(previousPhase(tape, 3)).toBe(1);
  expect(previousPhase(tape, 9)).toBe(7);
  expect(previousPhase(tape, 0)).toBe(0);
});

it("goes from iteration to iteration", () => {
  expect(nextIteration(tape, 4)).toBe(9);
  expect(nextIteration(tape, 20)).toBe(26);
  expect(previousIteration(tape, 13)).toBe(9);
  expect(previousIteration(tape, 9)).toBe(0);
  expect(previousIteration(tape, 0)).toBe(0);
});
