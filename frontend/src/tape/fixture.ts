import { crc32 } from "./crc";
import type { ArrayRow, SegmentHeader, Structure } from "./types";

/** Writes a segment as docs/tape-format.md has it, for tests that need one byte by byte. */
export function buildSegment(header: Omit<SegmentHeader, "arrays">, arrays: BuiltArray[]): ArrayBuffer {
  const rows: ArrayRow[] = [];
  let size = 0;
  for (const { id, dtype, shape, bytes } of arrays) {
    rows.push([id, dtype, shape, size]);
    size += Math.ceil(bytes.byteLength / 8) * 8;
  }
  const json = new TextEncoder().encode(JSON.stringify({ ...header, arrays: rows }));
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const out = new ArrayBuffer(24 + padded + size);
  const text = new Uint8Array(out, 24, padded).fill(0x20);
  text.set(json);
  const view = new DataView(out);
  view.setUint32(0, 0x47535042, true);
  view.setUint32(4, 1, true);
  view.setUint32(8, padded, true);
  view.setUint32(12, crc32(text), true);
  view.setBigUint64(16, BigInt(size), true);
  arrays.forEach(({ bytes }, place) => {
    new Uint8Array(out, 24 + padded + (rows[place]?.[3] ?? 0)).set(bytes);
  });
  return out;
}

export interface BuiltArray {
  id: number;
  dtype: string;
  shape: number[];
  bytes: Uint8Array;
}

const f4 = (id: number, ...values: number[]): BuiltArray => ({
  id,
  dtype: "<f4",
  shape: values.length === 1 ? [] : [values.length],
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

/** y = w · x, loss y²; one iteration of every kind of event, with numbers that can be checked by hand. */
export const STRUCTURE: Structure = {
  calls: [],
  nodes: [
    {
      id: "mul",
      call: null,
      op: "mul",
      backward: "MulBackward0",
      line: 5,
      attributes: {},
      inputs: ["w", "x"],
      outputs: ["mul"],
      saved: ["w", "x"],
    },
    {
      id: "pow",
      call: null,
      op: "pow",
      backward: "PowBackward0",
      line: 6,
      attributes: { exponent: 2 },
      inputs: ["mul"],
      outputs: ["pow"],
      saved: ["mul"],
    },
  ],
  tensors: [
    { id: "w", kind: "parameter", name: "w", shape: [], dtype: "float32", leaf: true, requires_grad: true },
    { id: "x", kind: "input", name: "x", shape: [], dtype: "float32", leaf: true, requires_grad: false },
    { id: "mul", kind: "result", name: "mul", shape: [], dtype: "float32", leaf: false, requires_grad: true },
    { id: "pow", kind: "result", name: "pow", shape: [], dtype: "float32", leaf: false, requires_grad: true },
  ],
  edges: [
    { tensor: "w", from: null, to: "mul", slot: 0 },
    { tensor: "x", from: null, to: "mul", slot: 1 },
    { tensor: "mul", from: "mul", to: "pow", slot: 0 },
  ],
  slots: [
    { tensor: "w", of: "value" }, // 0
    { tensor: "w", of: "gradient" }, // 1
    { tensor: "x", of: "value" }, // 2
    { tensor: "mul", of: "value" }, // 3
    { tensor: "pow", of: "value" }, // 4
    { tensor: "pow", of: "arriving" }, // 5
    { tensor: "pow", of: "gradient" }, // 6
    { tensor: "mul", of: "gradient" }, // 7
    { tensor: "w", of: "arriving" }, // 8
  ],
  entry: [0, 1],
  events: [
    { kind: "zero_grad", phase: "zero_grad", node: null, tensor: "w", line: 4, writes: [1] },
    { kind: "forward", phase: "forward", node: "mul", tensor: null, line: 5, writes: [2, 3] },
    { kind: "forward", phase: "forward", node: "pow", tensor: null, line: 6, writes: [4] },
    { kind: "accumulate", phase: "backward", node: null, tensor: "pow", line: 7, writes: [5, 6] },
    { kind: "backward", phase: "backward", node: "pow", tensor: null, line: 7, writes: [6, 7] },
    { kind: "backward", phase: "backward", node: "mul", tensor: null, line: 7, writes: [7] },
    { kind: "accumulate", phase: "backward", node: "mul", tensor: "w", line: 7, writes: [8, 1] },
    { kind: "step", phase: "step", node: null, tensor: "w", line: 8, writes: [0] },
    { kind: "output", phase: "step", node: null, tensor: null, line: 9, writes: [] },
  ],
};

/** Iteration `n`, whose w is 2, x 3: y = 6, loss 36, dL/dw = 2 · 6 · 3 = 36, step 0.01: w becomes 1.64. */
export function buildIteration(n: number, define = n === 0): ArrayBuffer {
  const base = n * 100;
  const id = (k: number): number => base + k;
  return buildSegment(
    {
      iteration: n,
      first: n * STRUCTURE.events.length,
      complete: true,
      structure: "s",
      layout: "l",
      define: define ? STRUCTURE : null,
      entry: [id(0), id(1)],
      writes: [null, id(2), id(3), id(4), id(5), id(5), null, id(6), null, id(7), id(7), id(8)],
      details: { "7": { optimizer: "SGD", lr: 0.01 }, "8": { text: "36\n" } },
      loss: 36,
      norms: { w: [1.64, 36, 0.36] },
    },
    [
      f4(id(0), 2),
      f4(id(1), 5),
      f4(id(2), 3),
      f4(id(3), 6),
      f4(id(4), 36),
      f4(id(5), 1),
      f4(id(6), 12),
      f4(id(7), 36),
      f4(id(8), 1.64),
    ],
  );
}
