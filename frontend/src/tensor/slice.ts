import type { NumericArray } from "../tape/moment";

/** A part of an array: C-ordered numbers with a shape. */
export interface Slice {
  shape: number[];
  data: ArrayLike<number>;
}

/** `sample` when the mean over the batch is shown instead of one item of it. */
export const MEAN = -1;

const converted = new WeakMap<NumericArray, Float64Array>();

/** The array's data as plain numbers (labels are int64, which JavaScript holds as BigInt). */
export function numbers(array: NumericArray): ArrayLike<number> {
  const { data } = array;
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return data;
  let plain = converted.get(array);
  if (!plain) {
    plain = Float64Array.from(data, Number);
    converted.set(array, plain);
  }
  return plain;
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

export function whole(array: NumericArray): Slice {
  return { shape: array.shape, data: numbers(array) };
}

/** One item of a batched array, or the mean over its items. */
export function item(array: NumericArray, sample: number): Slice {
  const [count = 1, ...shape] = array.shape;
  const data = numbers(array);
  const each = size(shape);
  if (sample === MEAN) return { shape, data: meanOf(data, count, each) };
  const at = Math.min(Math.max(0, sample), count - 1) * each;
  return { shape, data: part(data, at, each) };
}

function meanOf(data: ArrayLike<number>, count: number, each: number): Float64Array {
  const mean = new Float64Array(each);
  for (let n = 0; n < count; n++)
    for (let i = 0; i < each; i++) mean[i] = (mean[i] as number) + (data[n * each + i] as number) / count;
  return mean;
}

/** `count` numbers from `at`, without copying where the data allows it. */
export function part(data: ArrayLike<number>, at: number, count: number): ArrayLike<number> {
  if (data instanceof Float32Array) return data.subarray(at, at + count);
  if (data instanceof Float64Array) return data.subarray(at, at + count);
  const copy = new Float64Array(count);
  for (let i = 0; i < count; i++) copy[i] = data[at + i] as number;
  return copy;
}

/** Where an index lies in C order. */
export function offset(shape: readonly number[], index: readonly number[]): number {
  let at = 0;
  for (let d = 0; d < shape.length; d++) at = at * (shape[d] as number) + (index[d] ?? 0);
  return at;
}
