import { describe, expect, it } from "vitest";
import { STRUCTURE } from "../tape/fixture";
import { eventAt, mountainOf, playedOf } from "./mountain";
import { niceStep, rulerOf } from "./ruler";

describe("the mountain", () => {
  const mountain = mountainOf(STRUCTURE);

  it("climbs forward and descends the same rows backward", () => {
    expect(mountain.clips.map(({ kind, row, from, to }) => [kind, row, from, to])).toEqual([
      ["zero", null, 0, 1],
      ["forward", 0, 1, 2],
      ["forward", 1, 2, 3],
      ["backward", 1, 3, 5],
      ["backward", 0, 5, 7],
      ["step", null, 7, 8],
      ["other", null, 8, 9],
    ]);
    expect(mountain.rows).toBe(2);
  });

  it("gives every place to one event", () => {
    expect(eventAt(mountain, 0)).toBe(0);
    expect(eventAt(mountain, 1)).toBe(8);
    for (let event = 0; event < 9; event++)
      expect(eventAt(mountain, playedOf(mountain, event, 0.5))).toBe(event);
  });
});

it("keeps the move over many parameters narrow", () => {
  const parameters = Array.from({ length: 50 }, (_, n) => `p${n}`);
  const [zero] = STRUCTURE.events;
  if (!zero) throw new Error("no event");
  const many = mountainOf({
    ...STRUCTURE,
    events: [...parameters.map((tensor) => ({ ...zero, tensor })), ...STRUCTURE.events.slice(1)],
  });
  expect(many.edges[50]).toBeCloseTo(2 / 10);
});

describe("the ruler", () => {
  it("breaks where an iteration has no finite loss", () => {
    const ruler = rulerOf([3, 2, null, Number.NaN, 1], 500, 40);
    expect(ruler.pieces.map((piece) => piece.length)).toEqual([2, 1]);
  });

  it("finds the iteration under a place", () => {
    const ruler = rulerOf([3, 2, 1, 0], 400, 40);
    expect(ruler.at(-5)).toBe(0);
    expect(ruler.at(150)).toBe(1);
    expect(ruler.at(1000)).toBe(3);
    expect(ruler.cell(2)).toEqual({ x: 200, width: 100 });
  });

  it("counts by ones, twos and fives", () => {
    expect([0.3, 1.5, 3, 7, 12, 40].map(niceStep)).toEqual([1, 2, 5, 10, 20, 50]);
  });
});
