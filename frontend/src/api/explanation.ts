import type { JsonNumber } from "../tape/types";

/** The arithmetic behind one number, as `GET /runs/{run}/explain` answers it. */

/** An element of a tensor: it can be asked about in turn. */
export interface Factor {
  tensor: string;
  index: number[];
  of: string;
  /** The event after which it had this value; −1: before the first. */
  at: number;
  value: JsonNumber;
}

/** A function of sums: `exp` of one. */
export interface Part {
  function: string;
  /** What the formula calls it, in LaTeX, where it has a name. */
  symbol: string | null;
  /** Null where it lies too deep. */
  arguments: Sum[] | null;
  value: JsonNumber;
}

export interface Term {
  coefficient: JsonNumber;
  factors: (Factor | Part)[];
  /** The sample of the batch that it comes from, where it comes from one. */
  sample: number | null;
  value: JsonNumber;
}

export interface LeftOut {
  count: number;
  value: JsonNumber;
}

export interface Sum {
  /** Largest first. */
  terms: (Term | Group)[];
  left_out: LeftOut;
  value: JsonNumber;
}

/** Terms that belong together: the share of one sample, or of one node. */
export interface Group extends Sum {
  group: "sample" | "share";
  key: number | string | null;
  reference: Factor | null;
}

/** The derivative of the loss by trying. */
export interface Numeric {
  /** Null where it cannot be had; the sentence says why. */
  value: JsonNumber | null;
  nudge: number | null;
  digits: number | null;
  sentence: Record<string, string>;
}

export interface Explanation extends Sum {
  tensor: string;
  index: number[];
  of: string;
  at: number;
  /** The event that wrote the number; −1: it was there before the recording. */
  event: number;
  kind: string;
  node: string | null;
  line: number | null;
  latex: string;
  latex_numbers: string;
  sentence: Record<string, string>;
  /** What all terms add up to. */
  evaluated: JsonNumber;
  numeric: Numeric | null;
}

export interface ExplainWish {
  tensor: string;
  of: string;
  index: number[];
  /** −1: before the first event. */
  event: number;
  limit: number;
  numeric?: boolean;
}

export const isGroup = (item: Term | Group): item is Group => "group" in item;
export const isPart = (factor: Factor | Part): factor is Part => "function" in factor;
