import { expect, it } from "vitest";
import { buildIteration } from "../tape/fixture";
import { momentAt } from "../tape/moment";
import { parseSegment } from "../tape/segment";
import { holds, isWholeSlope, nearestHeld } from "./held";

// zero_grad, forward ×2, accumulate and backward of pow, backward of mul, accumulate into w, step, print.
const segment = parseSegment(buildIteration(0), new Map());

it("knows whether a moment has the number", () => {
  const has = (local: number, tensor: string, of: string): boolean =>
    holds(momentAt(segment, local), { tensor, of, index: [] });
  expect([has(-1, "w", "gradient"), has(0, "w", "gradient"), has(6, "w", "gradient")]).toEqual([
    true,
    false,
    true,
  ]);
  expect([has(6, "w", "arriving"), has(7, "w", "arriving")]).toEqual([true, false]);
  expect([has(4, "mul", "gradient"), has(5, "mul", "gradient")]).toEqual([true, false]);
  expect(has(6, "elsewhere", "value")).toBe(false);
});

it("finds the nearest moment that has it: the last one before, else the first one after", () => {
  expect(nearestHeld(segment, "mul", "gradient", 8)).toBe(4);
  expect(nearestHeld(segment, "mul", "gradient", 1)).toBe(4);
  expect(nearestHeld(segment, "w", "gradient", 3)).toBe(6);
  expect(nearestHeld(segment, "w", "gradient", -1)).toBe(6);
  expect(nearestHeld(segment, "x", "gradient", 3)).toBeNull();
});

it("takes a gradient for the loss's slope once it is whole, and was cleared before", () => {
  const whole = [...segment.structure.events.keys()].filter((at) => isWholeSlope(segment, "w", at));
  // At 7 the optimizer steps: the slope is that of where w was.
  expect(whole).toEqual([6]);
  expect(isWholeSlope(segment, "mul", 4)).toBe(true);
  expect(isWholeSlope(segment, "mul", 5)).toBe(false);
});

it("does not take what piled up for a slope", () => {
  const { structure } = segment;
  const events = structure.events.map((event, at) => (at === 0 ? { ...event, writes: [] } : event));
  const writes = segment.header.writes.slice(1);
  const uncleared = {
    ...segment,
    structure: { ...structure, events },
    header: { ...segment.header, writes },
  } as typeof segment;
  expect(isWholeSlope(uncleared, "w", 6)).toBe(false);
});
