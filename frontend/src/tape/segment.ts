import { crc32 } from "./crc";
import type { NumericArray, NumericData } from "./moment";
import type { ArrayRow, SegmentHeader, Structure } from "./types";

/** One iteration (or the setup) of the tape, with its arrays. */
export interface Segment {
  header: SegmentHeader;
  structure: Structure;
  /** Bytes it keeps alive. */
  bytes: number;
  array(id: number): NumericArray | null;
}

const MAGIC = 0x47_53_50_42; // "BPSG", little-endian
const VERSION = 1;
const PREFIX = 24;

export class TapeError extends Error {}

/** The header alone, and where the body lies: what a frame of the stream needs. */
export function parseHeader(bytes: ArrayBuffer): { header: SegmentHeader; body: number; bodyBytes: number } {
  if (bytes.byteLength < PREFIX) throw new TapeError("a segment is at least 24 bytes long");
  const view = new DataView(bytes);
  if (view.getUint32(0, true) !== MAGIC) throw new TapeError("these bytes are not a segment of a tape");
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw new TapeError(`the tape has version ${version}; this page reads ${VERSION}`);
  const headerBytes = view.getUint32(8, true);
  const body = PREFIX + headerBytes;
  const bodyBytes = Number(view.getBigUint64(16, true));
  if (headerBytes % 8 !== 0 || body + bodyBytes !== bytes.byteLength)
    throw new TapeError("the segment's sizes do not fit its length");
  const text = new Uint8Array(bytes, PREFIX, headerBytes);
  if (crc32(text) !== view.getUint32(12, true)) throw new TapeError("the segment's header is damaged");
  const header = JSON.parse(new TextDecoder().decode(text)) as SegmentHeader;
  return { header, body, bodyBytes };
}

/** `known` holds the structures seen so far; a segment that defines one adds it. */
export function parseSegment(bytes: ArrayBuffer, known: Map<string, Structure>): Segment {
  const { header, body } = parseHeader(bytes);
  if (header.define) known.set(header.structure, header.define);
  const structure = known.get(header.structure);
  if (!structure) throw new TapeError(`structure ${header.structure} was never defined`);
  const rows = new Map(header.arrays.map((row) => [row[0], row]));
  const made = new Map<number, NumericArray>();
  return {
    header,
    structure,
    bytes: bytes.byteLength,
    array(id) {
      const ready = made.get(id);
      if (ready) return ready;
      const row = rows.get(id);
      if (!row) return null;
      const array = readArray(bytes, body, row);
      made.set(id, array);
      return array;
    },
  };
}

type View = new (buffer: ArrayBuffer, offset: number, length: number) => NumericData;

/** By numpy's kind and size. The page runs little-endian, as every browser does. */
const VIEWS: Record<string, { view: View; size: number; name: string }> = {
  f4: { view: Float32Array, size: 4, name: "float32" },
  f8: { view: Float64Array, size: 8, name: "float64" },
  i1: { view: Int8Array, size: 1, name: "int8" },
  i2: { view: Int16Array, size: 2, name: "int16" },
  i4: { view: Int32Array, size: 4, name: "int32" },
  i8: { view: BigInt64Array, size: 8, name: "int64" },
  u1: { view: Uint8Array, size: 1, name: "uint8" },
  u2: { view: Uint16Array, size: 2, name: "uint16" },
  u4: { view: Uint32Array, size: 4, name: "uint32" },
  u8: { view: BigUint64Array, size: 8, name: "uint64" },
  b1: { view: Uint8Array, size: 1, name: "bool" },
  f2: { view: Uint16Array, size: 2, name: "float16" },
};

function readArray(bytes: ArrayBuffer, body: number, [id, dtype, shape, offset]: ArrayRow): NumericArray {
  const kind = VIEWS[dtype.slice(1)];
  if (!kind || dtype.startsWith(">")) throw new TapeError(`arrays of ${dtype} cannot be shown`);
  const length = shape.reduce((product, size) => product * size, 1);
  const start = body + offset;
  if (start + length * kind.size > bytes.byteLength)
    throw new TapeError(`array ${id} reaches past its segment`);
  const raw = new kind.view(bytes, start, length);
  const data = kind.name === "float16" ? halves(raw as Uint16Array) : raw;
  return { id, dtype: kind.name, shape, data };
}

/** float16 has no typed array that every browser knows: widened, its values are exact. */
function halves(raw: Uint16Array): Float32Array {
  const wide = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) {
    const bits = raw[i] ?? 0;
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) wide[i] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else if (exponent === 0) wide[i] = sign * fraction * 2 ** -24;
    else wide[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return wide;
}
