/** The tape as `docs/tape-format.md` writes it, version 1. Field names are the format's own. */

/** The kinds known here; a tape may have others, of a newer recorder. */
export type EventKind =
  | "forward"
  | "backward"
  | "accumulate"
  | "zero_grad"
  | "step"
  | "edit"
  | "adjust"
  | "hook"
  | "mode"
  | "options"
  | "output";
export type Phase = "zero_grad" | "forward" | "backward" | "step" | "evaluate";
export type TensorKind = "parameter" | "buffer" | "input" | "constant" | "result";

/** JSON has no word for NaN and the infinities; the format writes them as strings. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** One call of a module: a box of the picture. */
export interface Call {
  id: string;
  parent: string | null;
  module: string;
  type: string;
  summary: string;
  /** The call this one is a copy of, where the script runs equal modules in a row. */
  same: string | null;
}

/** One recorded op. */
export interface OpNode {
  id: string;
  /** Null: the op lies outside every box. */
  call: string | null;
  op: string;
  backward: string | null;
  line: number | null;
  attributes: Record<string, unknown>;
  inputs: string[];
  outputs: string[];
  saved: string[];
}

export interface TensorInfo {
  id: string;
  kind: TensorKind;
  name: string | null;
  shape: number[];
  dtype: string;
  leaf: boolean;
  requires_grad: boolean;
  /** The tensor whose numbers these are, outside the graph: no gradient goes back there. */
  detached?: string;
}

export interface Edge {
  tensor: string;
  /** Null: the tensor is a leaf. */
  from: string | null;
  to: string;
  /** The input's place in the node `to`. */
  slot: number;
}

export type SlotOf = "value" | "gradient" | "arriving" | `state.${string}`;

/** A place an array can be written to. */
export interface Slot {
  tensor: string;
  of: SlotOf;
}

export interface TapeEvent {
  kind: EventKind;
  phase: Phase;
  node: string | null;
  tensor: string | null;
  line: number | null;
  /** Indices into `Structure.slots`, in the order they are written. */
  writes: number[];
}

/** Everything about an iteration but its numbers. */
export interface Structure {
  calls: Call[];
  nodes: OpNode[];
  tensors: TensorInfo[];
  edges: Edge[];
  slots: Slot[];
  /** Indices into `slots`: what holds an array when the iteration begins. */
  entry: number[];
  events: TapeEvent[];
}

export type ArrayId = number;
/** `[id, dtype as numpy writes it, shape, offset in the body]` */
export type ArrayRow = [ArrayId, string, number[], number];
/** L2 norms of value, gradient and update; null where there is none. */
export type Norms = [JsonNumber | null, JsonNumber | null, JsonNumber | null];

export interface EventDetails {
  /** What the script printed (`output`). */
  text?: string;
  /** Whose step it was (`step`), and its hyperparameters beside it. */
  optimizer?: string;
  /** Who changed a gradient (`adjust`): "script" or the name of a function. */
  by?: string;
  [hyperparameter: string]: unknown;
}

export interface SegmentHeader {
  /** Null: the setup. */
  iteration: number | null;
  /** Index, in the tape, of the segment's first event. */
  first: number;
  /** False: recording ended inside this iteration. */
  complete: boolean;
  structure: string;
  layout: string;
  define: Structure | null;
  entry: (ArrayId | null)[];
  writes: (ArrayId | null)[];
  /** By index within the segment. */
  details: Record<string, EventDetails>;
  arrays: ArrayRow[];
  loss: JsonNumber | null;
  norms: Record<string, Norms>;
}
