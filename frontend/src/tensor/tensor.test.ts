import { describe, expect, it } from "vitest";
import { CONVOLUTIONS, momentOf } from "../graph/fixture";
import type { NumericArray } from "../tape/moment";
import { facetsOf, formOf, pack } from "./arrange";
import { batchSize, isBatched } from "./batch";
import { formatNumber, formatRange, formatShape, formatShort, withoutZero } from "./format";
import { cellAt, facetOrigin, paint, plan } from "./paint";
import { buildPalette } from "./palette";
import { colourIndex, makeScale } from "./scale";
import { item, MEAN } from "./slice";
import { statistics } from "./statistics";
import { cellOfIndex, indexOfCell, shownOf, sliceShown, walk } from "./view";

let ids = 0;
const array = (shape: number[], values: number[]): NumericArray => ({
  id: 1e6 + ids++,
  dtype: "<f4",
  shape,
  data: Float32Array.from(values),
});

describe("statistics", () => {
  it("agrees with arithmetic, std unbiased", () => {
    const s = statistics(array([4], [1, 2, 3, 4]));
    expect(s).toMatchObject({ min: 1, max: 4, mean: 2.5, nonfinite: 0 });
    expect(s.std).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(s.norm).toBeCloseTo(Math.sqrt(30), 12);
  });

  it("leaves NaN and infinities out and counts them", () => {
    const s = statistics(array([4], [Number.NaN, 3, Number.POSITIVE_INFINITY, 5]));
    expect(s).toMatchObject({ min: 3, max: 5, mean: 4, nonfinite: 2 });
    expect(Number.isNaN(statistics(array([1], [7])).std)).toBe(true);
    expect(Number.isNaN(statistics(array([1], [Number.NaN])).mean)).toBe(true);
  });

  it("keeps its digits where the mean is large", () => {
    expect(statistics(array([3], [1e6, 1e6 + 1, 1e6 + 2])).std).toBeCloseTo(1, 9);
  });

  it("reads labels", () => {
    const labels = { id: 1, dtype: "<i8", shape: [2], data: BigInt64Array.from([2n, 4n]) };
    expect(statistics(labels).mean).toBe(3);
  });
});

describe("numbers as text", () => {
  it.each([
    [-0.0249, "−0.0249"],
    [2.274, "2.2740"],
    [0, "0"],
    [1, "1"],
    [-3, "−3"],
    [0.001, "0.0010"],
    [4.6e-5, "4.6×10⁻⁵"],
    [-6.5e-4, "−6.5×10⁻⁴"],
    [12810, "12,810"],
    [1234.56, "1,234.6"],
    [123.456, "123.46"],
    [3.2e9 + 0.5, "3.2×10⁹"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("%d", (x, text) => expect(formatNumber(x)).toBe(text));

  it("writes the plus where the sign is the point", () => {
    expect(formatNumber(1.1e-4, { sign: true })).toBe("+1.1×10⁻⁴");
    expect(formatNumber(0, { sign: true })).toBe("0");
  });

  it.each([
    [0.8, "0.80"],
    [1.2, "1.20"],
    [-0.276, "−0.276"],
    [0.0804, "0.080"],
    [1, "1"],
    [12.345, "12.35"],
    [250.4, "250.4"],
    [1e-5, "1.0×10⁻⁵"],
  ])("in short %d", (x, text) => expect(formatShort(Math.fround(x))).toBe(text));

  it("drops the zero where room is dear", () => {
    expect(withoutZero("−0.013")).toBe("−.013");
    expect(withoutZero("0.50")).toBe(".50");
    expect(withoutZero("10.50")).toBe("10.50");
  });

  it("ranges and shapes", () => {
    expect(formatRange(0.0452)).toBe("±0.0452");
    expect(formatShape([20, 12, 12])).toBe("20×12×12");
  });
});

describe("colour scales", () => {
  it("are symmetric where there are negatives, and put zero on paper", () => {
    const scale = makeScale([-1, 0.2, 3], "gradient");
    expect(scale).toMatchObject({ ramp: "gradient", signed: true, limit: 3 });
    expect(colourIndex(scale, 0)).toBe(128);
    expect(colourIndex(scale, 3)).toBe(255);
    expect(colourIndex(scale, -99)).toBe(0);
    expect(colourIndex(scale, 1.5) - 127.5).toBeCloseTo(127.5 - colourIndex(scale, -1.5), 0);
  });

  it("are sequential for activations, ink on paper for data", () => {
    expect(makeScale([0, 1, 2], "value").ramp).toBe("activation");
    expect(makeScale([-1, 1, 2], "value").ramp).toBe("value");
    expect(makeScale([0, 1], "data").ramp).toBe("image");
    expect(colourIndex(makeScale([0, 1], "data"), 0)).toBe(0);
  });

  it("clip values at the 99th percentile, but never gradients, and never zeros", () => {
    const data = Array.from({ length: 1000 }, (_, i) => (i === 0 ? 1000 : 1));
    expect(makeScale(data, "value").limit).toBe(1);
    expect(makeScale(data, "gradient").limit).toBe(1000);
    const sparse = Array.from({ length: 1000 }, (_, i) => (i < 5 ? 2 : 0));
    expect(makeScale(sparse, "value").limit).toBe(2);
    expect(makeScale([0, 0, Number.NaN], "gradient").limit).toBe(1);
  });
});

describe("pictures", () => {
  it("choose bars, numbers or facets", () => {
    expect(formOf([])).toBe("scalar");
    expect(formOf([1, 1])).toBe("scalar");
    expect(formOf([10])).toBe("bars");
    expect(formOf([17])).toBe("facets");
    expect(formOf([2, 3])).toBe("facets");
  });

  it("show 20 channels as 5×4 in a landscape card", () => {
    const facets = facetsOf({ shape: [20, 12, 12], data: new Float32Array(2880) });
    expect(pack(facets, 118, 86, 3)).toMatchObject({ across: 5, down: 4 });
  });

  it("show one input channel of kernels", () => {
    const data = Float32Array.from({ length: 2 * 3 * 4 }, (_, i) => i);
    const facets = facetsOf({ shape: [2, 3, 2, 2], data }, 1);
    expect([facets.count, facets.at(0, 0, 0), facets.at(1, 1, 1)]).toEqual([2, 4, 19]);
  });

  const palette = buildPalette("test", (name) =>
    name.includes("p2") ? "#ff0000" : name.startsWith("--font") ? "" : "#00ff00",
  );

  it("paint each cell, leave the gaps, and mark NaN", () => {
    const facets = facetsOf({ shape: [2, 1, 2], data: Float32Array.from([1, -1, 1, Number.NaN]) });
    const planned = plan(facets, 21, 5, 1);
    const pixels = new Uint8ClampedArray(21 * 5 * 4);
    paint(pixels, 21, 5, facets, planned, makeScale([1, -1], "gradient"), palette);
    const at = (f: number, c: number): number[] => {
      const [x, y] = facetOrigin(planned, f);
      return [...pixels.slice((y * 21 + x + c * planned.cell) * 4, (y * 21 + x + c * planned.cell) * 4 + 4)];
    };
    expect(at(0, 0)).toEqual([255, 0, 0, 255]);
    expect(at(0, 1)).toEqual([0, 255, 0, 255]);
    expect(cellAt(planned, facets, ...facetOrigin(planned, 1))).toEqual([1, 0, 0]);
    expect(cellAt(planned, facets, -1, 0)).toBeNull();
  });

  it("average blocks where cells would be dust", () => {
    const facets = facetsOf({ shape: [1, 400], data: new Float32Array(400).fill(1) }, 0, 1);
    expect(plan({ ...facets, columns: 400, rows: 2, cells: 800, count: 1 }, 100, 40, 0).blocks).toBe(true);
  });
});

describe("one item of a batch", () => {
  it("is a slice, or the mean", () => {
    const batch = array([2, 2], [1, 2, 3, 6]);
    expect([...(item(batch, 1).data as Float32Array)]).toEqual([3, 6]);
    expect([...(item(batch, MEAN).data as Float64Array)]).toEqual([2, 4]);
    expect(item(batch, 99).shape).toEqual([2]);
  });

  it("is taken from data and results, never from parameters", () => {
    const batch = batchSize(CONVOLUTIONS);
    expect(batch).toBe(8);
    const of = (id: string) => CONVOLUTIONS.tensors.find((t) => t.id === id);
    expect(isBatched(of("relu"), batch)).toBe(true);
    expect(isBatched(of("conv1.weight"), batch)).toBe(false);
    const weight = CONVOLUTIONS.tensors.find((t) => t.id === "conv1.weight");
    expect(weight && isBatched({ ...weight, shape: [8, 8] }, batch)).toBe(false);
  });
});

describe("the tensor view's indices", () => {
  const moment = momentOf(CONVOLUTIONS, 3);
  const info = CONVOLUTIONS.tensors.find((t) => t.id === "conv2.weight");
  if (!info) throw new Error("conv2.weight is missing");

  it("go from cell to element and back, by channel", () => {
    const shown = shownOf(moment, info, 0, [1, 3, 2, 4]);
    expect(shown.picked).toEqual([{ axis: 1, kind: "channel", at: 3, count: 4 }]);
    expect(shown.shape).toEqual([4, 5, 5]);
    const cell = cellOfIndex(shown, [1, 3, 2, 4]);
    expect(indexOfCell(shown, cell)).toEqual([1, 3, 2, 4]);
    expect(cellOfIndex(shown, [1, 2, 2, 4])).toBe(-1);
    expect(cellOfIndex(shown, [9, 3, 2, 4])).toBe(-1);
  });

  it("read the number they name", () => {
    const data = Float32Array.from({ length: 400 }, (_, i) => i);
    const shown = shownOf(moment, info, 0, [1, 3, 2, 4]);
    const slice = sliceShown({ id: 5e6, dtype: "<f4", shape: [4, 4, 5, 5], data }, shown);
    expect(slice.data[cellOfIndex(shown, [1, 3, 2, 4])]).toBe(1 * 100 + 3 * 25 + 2 * 5 + 4);
  });

  it("walk with the arrow keys and stop at the ends", () => {
    expect(walk([4, 5], 0, "ArrowRight")).toBe(1);
    expect(walk([4, 5], 2, "ArrowDown")).toBe(7);
    expect(walk([4, 5], 0, "ArrowLeft")).toBe(0);
    expect(walk([10], 3, "ArrowDown")).toBe(4);
    expect(walk([4, 5], 0, "a")).toBe(-1);
    expect(walk([4, 5], 3, "End")).toBe(19);
  });
});
