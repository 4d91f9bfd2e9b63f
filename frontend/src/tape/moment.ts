import type { Segment } from "./segment";
import type { Phase, Structure, TapeEvent } from "./types";

export type NumericData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** An array of the tape. Ids are unique over the tape and their content never changes: safe as a cache key. */
export interface NumericArray {
  id: number;
  dtype: string;
  shape: number[];
  data: NumericData;
}

/** The whole state just after one event. */
export interface Moment {
  /** Index in the tape; -1 is the start. */
  event: number;
  /** Index within the segment; -1 before its first event. */
  local: number;
  iteration: number | null;
  phase: Phase | "setup" | "start";
  segment: Segment;
  structure: Structure;
  current: TapeEvent | null;
  value(tensor: string): NumericArray | null;
  gradient(tensor: string): NumericArray | null;
  /** The share that an `accumulate` just added. */
  arriving(tensor: string): NumericArray | null;
  state(tensor: string, name: string): NumericArray | null;
  /** An inner gradient that was used and let go. */
  freed(tensor: string): boolean;
  /** The last gradient this iteration, also after it was freed. */
  seenGradient(tensor: string): NumericArray | null;
  nodeState(node: string): "waiting" | "forward" | "backward";
}
