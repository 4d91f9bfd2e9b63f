import { describe, expect, it } from "vitest";
import { buildIteration, buildSegment, STRUCTURE } from "./fixture";
import { parseSegment, TapeError } from "./segment";
import type { Structure } from "./types";

const header = {
  iteration: 0,
  first: 0,
  complete: true,
  structure: "s",
  layout: "l",
  define: STRUCTURE,
  entry: [null, null],
  writes: [],
  details: {},
  loss: null,
  norms: {},
};

describe("a segment", () => {
  it("gives its arrays as views of its bytes", () => {
    const bytes = buildIteration(0);
    const array = parseSegment(bytes, new Map()).array(8);
    expect(array?.data.buffer).toBe(bytes);
    expect(array).toMatchObject({ id: 8, dtype: "float32", shape: [] });
    expect(array?.data[0]).toBeCloseTo(1.64);
  });

  it("reads int64, bool and float16", () => {
    const bytes = buildSegment(header, [
      { id: 1, dtype: "<i8", shape: [2], bytes: new Uint8Array(BigInt64Array.from([-5n, 2n ** 40n]).buffer) },
      { id: 2, dtype: "|b1", shape: [3], bytes: Uint8Array.from([1, 0, 1]) },
      {
        id: 3,
        dtype: "<f2",
        shape: [5],
        bytes: new Uint8Array(Uint16Array.from([0x3c00, 0xc000, 0x0001, 0x7c00, 0x7e00]).buffer),
      },
    ]);
    const segment = parseSegment(bytes, new Map());
    expect([...(segment.array(1)?.data ?? [])]).toEqual([-5n, 2n ** 40n]);
    expect(segment.array(2)).toMatchObject({ dtype: "bool", shape: [3] });
    expect([...(segment.array(2)?.data ?? [])]).toEqual([1, 0, 1]);
    expect(segment.array(3)?.dtype).toBe("float16");
    expect([...(segment.array(3)?.data ?? [])]).toEqual([
      1,
      -2,
      2 ** -24,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it("knows a structure that an earlier segment defined", () => {
    const known = new Map<string, Structure>();
    parseSegment(buildIteration(0), known);
    expect(parseSegment(buildIteration(1), known).structure).toEqual(STRUCTURE);
    expect(() => parseSegment(buildIteration(1), new Map())).toThrow(TapeError);
  });

  it("refuses what is no segment, is damaged, or is newer", () => {
    expect(() => parseSegment(new ArrayBuffer(8), new Map())).toThrow(TapeError);
    const damaged = buildIteration(0);
    new Uint8Array(damaged)[60] = 0x7e;
    expect(() => parseSegment(damaged, new Map())).toThrow(/damaged/);
    const newer = buildIteration(0);
    new DataView(newer).setUint32(4, 2, true);
    expect(() => parseSegment(newer, new Map())).toThrow(/version 2/);
    expect(() => parseSegment(buildIteration(0).slice(0, -8), new Map())).toThrow(/sizes/);
  });
});
