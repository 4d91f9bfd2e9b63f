import type { NumericArray } from "./moment";

/** Over the finite values, as the API counts them; `nonfinite` says how many were left out. */
export interface Statistics {
  min: number;
  max: number;
  mean: number;
  std: number;
  norm: number;
  nonfinite: number;
  zeros: number;
  count: number;
}

const cache = new WeakMap<NumericArray, Statistics>();

export function statistics(array: NumericArray): Statistics {
  const known = cache.get(array);
  if (known) return known;
  const made = compute(array);
  cache.set(array, made);
  return made;
}

function compute({ data }: NumericArray): Statistics {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  let zeros = 0;
  let finite = 0;
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i]);
    if (!Number.isFinite(x)) continue;
    finite++;
    if (x < min) min = x;
    if (x > max) max = x;
    if (x === 0) zeros++;
    sum += x;
    squares += x * x;
  }
  const mean = finite ? sum / finite : Number.NaN;
  let spread = 0;
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i]);
    if (Number.isFinite(x)) spread += (x - mean) ** 2;
  }
  return {
    min: finite ? min : Number.NaN,
    max: finite ? max : Number.NaN,
    mean,
    std: finite ? Math.sqrt(spread / finite) : Number.NaN,
    norm: Math.sqrt(squares),
    nonfinite: data.length - finite,
    zeros,
    count: data.length,
  };
}

/** The only number of a tensor that holds one, else null. */
export function scalar(array: NumericArray | null): number | null {
  return array && array.data.length === 1 ? Number(array.data[0]) : null;
}

/** The largest |after − before|: how far the most moved number moved. */
export function largestChange(before: NumericArray, after: NumericArray): number {
  let largest = 0;
  const length = Math.min(before.data.length, after.data.length);
  for (let i = 0; i < length; i++)
    largest = Math.max(largest, Math.abs(Number(after.data[i]) - Number(before.data[i])));
  return largest;
}
