import type { NumericArray } from "../tape/moment";
import { numbers } from "./slice";

export interface Statistics {
  min: number;
  max: number;
  mean: number;
  /** Unbiased (n − 1), as `torch.std`; NaN for a single number, as there. */
  std: number;
  norm: number;
  /** How many numbers are NaN or infinite; the figures above leave them out. */
  nonfinite: number;
}

const cache = new WeakMap<NumericArray, Statistics>();

/** Over the finite values, summed in float64 whatever the dtype. */
export function statistics(array: NumericArray): Statistics {
  const known = cache.get(array);
  if (known) return known;
  const made = compute(numbers(array));
  cache.set(array, made);
  return made;
}

function compute(data: ArrayLike<number>): Statistics {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    const x = data[i] as number;
    if (!Number.isFinite(x)) continue;
    count++;
    sum += x;
    squares += x * x;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  const nonfinite = data.length - count;
  if (count === 0) {
    const none = Number.NaN;
    return { min: none, max: none, mean: none, std: none, norm: none, nonfinite };
  }
  const mean = sum / count;
  // A second pass: sum-of-squares minus square-of-sum loses every digit when the mean is large.
  let spread = 0;
  for (let i = 0; i < data.length; i++) {
    const x = data[i] as number;
    if (Number.isFinite(x)) spread += (x - mean) * (x - mean);
  }
  return { min, max, mean, std: Math.sqrt(spread / (count - 1)), norm: Math.sqrt(squares), nonfinite };
}
