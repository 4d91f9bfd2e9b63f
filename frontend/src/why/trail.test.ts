import { expect, it } from "vitest";
import { formatStep, parseStep } from "./question";
import { asked, CLOSED, canGo, current, gone, LONGEST, moved } from "./trail";

const weight = { tensor: "conv1.weight", of: "gradient", index: [18, 0, 0, 2] };
const output = { tensor: "conv1:conv2d~2", of: "gradient", index: [3, 18, 4, 4] };
const loss = { tensor: "criterion:nll_loss", of: "value", index: [] };

it("walks to a factor and back, to the moment where each was asked", () => {
  let trail = asked(asked(CLOSED, weight, 98), output, 95);
  expect(current(trail)).toEqual({ ...output, event: 95 });
  trail = gone(trail, trail.at - 1);
  expect(current(trail)).toEqual({ ...weight, event: 98 });
  expect([canGo(trail, -1), canGo(trail, 1)]).toEqual([false, true]);
});

it("forgets what lay ahead when another question is asked", () => {
  const trail = asked(gone(asked(asked(CLOSED, weight, 98), output, 95), 0), loss, 83);
  expect(trail.steps.map((step) => step.tensor)).toEqual(["conv1.weight", "criterion:nll_loss"]);
  expect(canGo(trail, 1)).toBe(false);
});

it("does not take the same question twice", () => {
  const once = asked(CLOSED, weight, 98);
  expect(asked(once, { ...weight, index: [18, 0, 0, 2] }, 98)).toBe(once);
});

it("follows the playhead with the question on the screen, and with no other", () => {
  const trail = moved(asked(asked(CLOSED, weight, 98), output, 95), 90);
  expect(trail.steps.map((step) => step.event)).toEqual([98, 90]);
  expect(moved(CLOSED, 90)).toBe(CLOSED);
});

it("stays short enough for an address", () => {
  let trail = CLOSED;
  for (let n = 0; n < LONGEST + 5; n++) trail = asked(trail, { ...weight, index: [n] }, n);
  expect(trail.steps).toHaveLength(LONGEST);
  expect(current(trail)?.index).toEqual([LONGEST + 4]);
});

it("writes a question for the address and reads it again", () => {
  for (const step of [
    { ...weight, event: 98 },
    { ...output, event: 95 },
    { ...loss, event: -1 },
    { tensor: "a;b", of: "state.exp_avg", index: [0], event: 7 },
  ])
    expect(parseStep(formatStep(step))).toEqual(step);
  for (const nonsense of ["", "98;gradient", "x;value;0;w", "1;everything;0;w", "1;value;0,;w"])
    expect(parseStep(nonsense)).toBeNull();
});
