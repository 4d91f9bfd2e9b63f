import type { NumericArray } from "./moment";

/** The format writes NaN and the infinities as strings. */
export function toNumber(x: number | string | null | undefined): number | null {
  return x === null || x === undefined ? null : Number(x);
}

/** How many numbers a shape holds. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The only number of a tensor that holds one, else null. */
export function scalar(array: NumericArray | null): number | null {
  return array && array.data.length === 1 ? Number(array.data[0]) : null;
}

export function countZeros({ data }: NumericArray): number {
  let zeros = 0;
  for (let i = 0; i < data.length; i++) if (Number(data[i]) === 0) zeros++;
  return zeros;
}

/** The largest |after − before|: how far the most moved number moved. */
export function largestChange(before: NumericArray, after: NumericArray): number {
  let largest = 0;
  const length = Math.min(before.data.length, after.data.length);
  for (let i = 0; i < length; i++)
    largest = Math.max(largest, Math.abs(Number(after.data[i]) - Number(before.data[i])));
  return largest;
}
