import type { NumericArray } from "../tape/moment";
import type { RampName } from "./palette";
import { numbers } from "./slice";

/** What a number stands for decides its colours. */
export type Role = "value" | "data" | "gradient" | "delta";

/** From numbers to places on a ramp. Signed scales are symmetric, so that zero is always paper. */
export interface Scale {
  ramp: RampName;
  signed: boolean;
  /** The magnitude that takes the last colour; larger ones are clipped to it. */
  limit: number;
}

/** Enough to find a percentile by; sorting a million numbers for a thumbnail is not worth a frame. */
const SAMPLE = 4096;
const PERCENTILE = 0.99;

const cache = new Map<string, Scale>();

/** The scale of a whole array. */
export function scaleOf(array: NumericArray, role: Role): Scale {
  return scaleOfPart(array, role, null, numbers(array));
}

/** The scale of a whole array up to its largest number: where the range is printed, nothing is clipped. */
export function rangeOf(array: NumericArray, role: Role): Scale {
  return cached(`${array.id}/${role}/range`, () => makeScale(numbers(array), role, false));
}

/** The scale of one item of a batch: a sample with small gradients must not look like one with none. */
export function scaleOfPart(
  array: NumericArray,
  role: Role,
  sample: number | null,
  data: ArrayLike<number>,
): Scale {
  return cached(`${array.id}/${role}/${sample}`, () => makeScale(data, role));
}

function cached(key: string, make: () => Scale): Scale {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  if (cache.size > 5000) cache.clear();
  cache.set(key, made);
  return made;
}

export function makeScale(data: ArrayLike<number>, role: Role, clip = true): Scale {
  let min = 0;
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const x = data[i] as number;
    if (!Number.isFinite(x)) continue;
    if (x < min) min = x;
    if (Math.abs(x) > largest) largest = Math.abs(x);
  }
  const signed = role === "gradient" || role === "delta" || min < 0;
  // A few outliers must not bleach the rest, but a gradient's outlier is the news.
  const clipped = clip && role === "value" && data.length >= 32 ? percentile(data) : largest;
  const ramp: RampName = signed
    ? role === "data"
      ? "value"
      : role
    : role === "data"
      ? "image"
      : "activation";
  return { ramp, signed, limit: clipped || largest || 1 };
}

/** The 99th percentile of the magnitudes that are not zero: after a ReLU most are, and say nothing of the rest. */
function percentile(data: ArrayLike<number>): number {
  const stride = Math.max(1, Math.floor(data.length / SAMPLE));
  const sample: number[] = [];
  for (let i = 0; i < data.length; i += stride) {
    const x = Math.abs(data[i] as number);
    if (Number.isFinite(x) && x > 0) sample.push(x);
  }
  sample.sort((a, b) => a - b);
  return sample[Math.min(sample.length - 1, Math.floor(sample.length * PERCENTILE))] ?? 0;
}

/** Place of `x` among a ramp's 256 colours. */
export function colourIndex(scale: Scale, x: number): number {
  const t = Math.max(-1, Math.min(1, x / scale.limit));
  return scale.signed ? Math.round(127.5 + t * 127.5) : Math.round(Math.max(0, t) * 255);
}
