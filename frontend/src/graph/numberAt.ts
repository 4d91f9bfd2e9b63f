import type { Moment, NumericArray } from "../tape/moment";
import { facetsOf, formOf } from "../tensor/arrange";
import { isBatched } from "../tensor/batch";
import { cellAt, facetGap, plan } from "../tensor/paint";
import { item, size, whole } from "../tensor/slice";
import { NUMBERED, padding } from "./draw/card";
import { DETAIL } from "./draw/scene";
import { contains, type Point, type Rect } from "./geometry";
import type { PlacedItem } from "./layout/types";
import type { Visible } from "./visible";

/** A number that is drawn on the graph. */
export interface GraphNumber {
  tensor: string;
  of: "value" | "gradient";
  index: number[];
}

export interface Sight {
  moment: Moment;
  visible: Visible;
  /** Which item of the batch is shown; −1 for their mean, which is no number of the tape. */
  sample: number;
  zoom: number;
  dpr: number;
}

/** The number under a point of the world, where the picture there is close enough to print its numbers. */
export function numberAt(placed: PlacedItem, at: Point, sight: Sight): GraphNumber | null {
  const { tensor } = placed.item;
  const { moment } = sight;
  const sides: ["value" | "gradient", Rect | null, NumericArray | null][] = [
    ["value", placed.value, moment.value(tensor)],
    ["gradient", placed.gradient, moment.seenGradient(tensor)],
  ];
  for (const [of, rect, array] of sides) {
    if (!rect || !array || !contains(rect, at)) continue;
    const index = indexAt(tensor, array, rect, at, sight);
    return index && { tensor, of, index };
  }
  return null;
}

function indexAt(
  tensor: string,
  array: NumericArray,
  rect: Rect,
  at: Point,
  { visible, sample, zoom, dpr }: Sight,
): number[] | null {
  const width = rect.w * zoom;
  if (width < DETAIL.digits) return null;
  const batched = isBatched(visible.tensors.get(tensor), visible.batch);
  if (batched && sample < 0) return null;
  const slice = batched ? item(array, sample) : whole(array);
  const { shape } = slice;
  const outer = batched ? [Math.min(sample, (array.shape[0] ?? 1) - 1)] : [];
  const form = formOf(shape);
  if (form === "scalar") return [...outer, ...shape.map(() => 0)];
  // Further axes than kernels have are not told apart on a card.
  if (form === "bars" || shape.length > 4) return null;
  const pad = padding(width);
  const inner = { w: width - 2 * pad, h: rect.h * zoom - 2 * pad };
  const w = Math.round(inner.w * dpr);
  const h = Math.round(inner.h * dpr);
  const facets = facetsOf(slice, 0, w / h);
  const planned = plan(facets, w, h, facetGap(shape, inner.w, dpr));
  if (planned.cell / dpr < NUMBERED) return null;
  const x = ((at.x - rect.x) * zoom - pad) * dpr;
  const y = ((at.y - rect.y) * zoom - pad) * dpr;
  const cell = cellAt(planned, facets, x, y);
  if (!cell) return null;
  const [facet, row, column] = cell;
  if (shape.length <= 1 || shape.filter((n) => n > 1).length <= 1)
    return [...outer, ...unravelled(shape, row * facets.columns + column)];
  if (shape.length === 2) return [...outer, row, column];
  // Of a stack of kernels the first channel is drawn.
  return [...outer, facet, ...(shape.length === 4 ? [0] : []), row, column];
}

function unravelled(shape: readonly number[], flat: number): number[] {
  return shape.map((n, axis) => Math.floor(flat / size(shape.slice(axis + 1))) % n);
}
