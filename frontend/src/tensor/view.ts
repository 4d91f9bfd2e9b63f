import type { Moment, NumericArray } from "../tape/moment";
import type { TensorInfo } from "../tape/types";
import { formOf } from "./arrange";
import { batchSize, isBatched } from "./batch";
import { item, MEAN, part, type Slice, size, whole } from "./slice";

/** What part of a tensor is on the screen, and how an element of it is named. Pure. */
export interface Shown {
  info: TensorInfo;
  batched: boolean;
  /** Axes that are picked from, not drawn: their index, outermost first. */
  picked: Picked[];
  /** The shape that is drawn: at most three axes, the first running over facets. */
  shape: number[];
  /** Which axes of the tensor those are. */
  axes: number[];
}

export interface Picked {
  axis: number;
  kind: "sample" | "channel" | "index";
  at: number;
  count: number;
}

/** `element` says which channel is open, where the tensor has one. */
export function shownOf(
  moment: Moment,
  info: TensorInfo,
  sample: number,
  element: readonly number[] | null,
): Shown {
  const batched = isBatched(info, batchSize(moment.structure));
  const picked: Picked[] = [];
  const axes = info.shape.map((_, axis) => axis);
  if (batched) {
    const count = info.shape[0] as number;
    picked.push({ axis: 0, kind: "sample", at: sample < 0 ? MEAN : Math.min(sample, count - 1), count });
    axes.shift();
  }
  // Kernels: one facet per output, one input channel at a time; whatever lies further out is picked too.
  while (axes.length > 3) {
    const inner = axes.length === 4;
    const axis = (inner ? axes.splice(1, 1) : axes.splice(0, 1))[0] as number;
    const count = info.shape[axis] as number;
    const at = Math.min(element?.[axis] ?? 0, count - 1);
    picked.push({ axis, kind: inner ? "channel" : "index", at, count });
  }
  return { info, batched, picked, axes, shape: axes.map((a) => info.shape[a] as number) };
}

/** The numbers that are drawn. */
export function sliceShown(array: NumericArray, shown: Shown): Slice {
  const first = shown.picked[0];
  let slice = first?.kind === "sample" ? item(array, first.at) : whole(array);
  const rest = shown.picked.filter((p) => p.kind !== "sample");
  for (const p of rest.filter((q) => q.kind === "index")) {
    const [, ...inner] = slice.shape;
    slice = { shape: inner, data: part(slice.data, p.at * size(inner), size(inner)) };
  }
  const channel = rest.find((p) => p.kind === "channel");
  return channel ? channelOf(slice, channel.at) : slice;
}

function channelOf(slice: Slice, channel: number): Slice {
  const [outer = 1, inner = 1, ...image] = slice.shape;
  const cells = size(image);
  const data = new Float64Array(outer * cells);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < cells; i++)
      data[o * cells + i] = slice.data[(o * inner + channel) * cells + i] as number;
  return { shape: [outer, ...image], data };
}

/** The full index of a cell of what is drawn. A mean over the batch has no sample: its first stands in. */
export function indexOfCell(shown: Shown, flat: number): number[] {
  const index = shown.info.shape.map(() => 0);
  for (const p of shown.picked) index[p.axis] = Math.max(0, p.at);
  let rest = flat;
  for (let i = shown.axes.length - 1; i >= 0; i--) {
    const n = shown.shape[i] as number;
    index[shown.axes[i] as number] = rest % n;
    rest = Math.floor(rest / n);
  }
  return index;
}

/** Where an element lies among what is drawn; −1 where it is on another sample or channel. */
export function cellOfIndex(shown: Shown, index: readonly number[] | null): number {
  if (!index || index.length !== shown.info.shape.length) return -1;
  for (const p of shown.picked) if (p.kind !== "sample" && index[p.axis] !== p.at) return -1;
  let flat = 0;
  for (let i = 0; i < shown.axes.length; i++) {
    const at = index[shown.axes[i] as number] ?? 0;
    if (at < 0 || at >= (shown.shape[i] as number)) return -1;
    flat = flat * (shown.shape[i] as number) + at;
  }
  return flat;
}

/** Arrow keys walk the grid as it is drawn: across the last axis, down the one before, over facets at the edges. */
export function walk(shape: readonly number[], flat: number, key: string): number {
  const n = size(shape);
  const at = Math.max(0, flat);
  const bars = formOf(shape) === "bars";
  const columns = bars ? 1 : (shape.at(-1) ?? 1);
  const steps: Record<string, number> = {
    ArrowRight: bars ? 0 : 1,
    ArrowLeft: bars ? 0 : -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    Home: -at,
    End: n - 1 - at,
  };
  const step = steps[key];
  if (step === undefined) return -1;
  const next = at + step;
  return next < 0 || next >= n ? at : next;
}

/** What the axes of an element are called, innermost last: "kernel 7, row 2, column 4". */
export function placeName(
  shown: Shown,
  flat: number,
  say: (key: string, args?: Record<string, string | number>) => string,
): string {
  const { shape } = shown;
  if (flat < 0 || shape.length === 0 || size(shape) === 1) return "";
  if (shape.length === 1) return say("tensor.place", { n: flat });
  const columns = shape.at(-1) as number;
  const rows = shape.at(-2) as number;
  const words = [
    say("tensor.row", { n: Math.floor(flat / columns) % rows }),
    say("tensor.column", { n: flat % columns }),
  ];
  if (shape.length === 3) {
    const kernels = shown.info.kind === "parameter";
    const n = Math.floor(flat / (columns * rows));
    words.unshift(say(kernels ? "tensor.kernel" : "tensor.facet", { n }));
  }
  return words.join(", ");
}
