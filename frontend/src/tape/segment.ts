import type { NumericArray } from "./moment";
import type { SegmentHeader, Structure } from "./types";

/** One iteration (or the setup) of the tape, with its arrays. */
export interface Segment {
  header: SegmentHeader;
  structure: Structure;
  /** Bytes it keeps alive. */
  bytes: number;
  array(id: number): NumericArray | null;
}
