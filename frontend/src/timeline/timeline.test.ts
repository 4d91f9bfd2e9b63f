import { describe, expect, it } from "vitest";
import { STRUCTURE } from "../tape/fixture";
import { eventAt, mountainOf } from "./mountain";
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
    expect(eventAt(0, 9)).toBe(0);
    expect(eventAt(1, 9)).toBe(8);
    expect(eventAt(4.5 / 9, 9)).toBe(4);
  });
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
