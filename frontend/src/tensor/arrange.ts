import { part, type Slice, size } from "./slice";

/** How a tensor is laid out as a picture: small images ("facets") of rows × columns, side by side. */
export interface Facets {
  count: number;
  rows: number;
  columns: number;
  /** The number at a cell; NaN past the end of a wrapped vector is never asked for. */
  at(facet: number, row: number, column: number): number;
  /** Cells in use, where a wrapped vector leaves the last row short. */
  cells: number;
}

export type Form = "scalar" | "bars" | "facets";

/** Vectors up to this long are bars; longer ones are a heat map. */
export const MOST_BARS = 16;

export function formOf(shape: readonly number[]): Form {
  const n = size(shape);
  if (n === 1) return "scalar";
  const long = shape.filter((d) => d > 1);
  return long.length === 1 && n <= MOST_BARS ? "bars" : "facets";
}

/**
 * The last two axes make an image; the one before says which. Of a kernel stack (4-d) one input channel is
 * shown, since 20 × 20 kernels would be dust; what lies further out stays at its first index.
 */
export function facetsOf(slice: Slice, channel = 0, aspect = 1.3): Facets {
  const shape = slice.shape;
  const { data } = slice;
  if (shape.length <= 1 || shape.filter((d) => d > 1).length <= 1) return wrapped(data, size(shape), aspect);
  const rows = shape.at(-2) as number;
  const columns = shape.at(-1) as number;
  const image = rows * columns;
  if (shape.length === 2) return grid(data, 1, rows, columns, 0, image);
  const third = shape.at(-3) as number;
  if (shape.length === 3) return grid(data, third, rows, columns, 0, image);
  const fourth = shape.at(-4) as number;
  const inner = part(data, 0, fourth * third * image);
  return grid(inner, fourth, rows, columns, Math.min(channel, third - 1) * image, third * image);
}

function grid(
  data: ArrayLike<number>,
  count: number,
  rows: number,
  columns: number,
  start: number,
  stride: number,
): Facets {
  return {
    count,
    rows,
    columns,
    cells: rows * columns,
    at: (f, r, c) => data[start + f * stride + r * columns + c] as number,
  };
}

/** A long vector, broken into rows so that its cells stay square. */
function wrapped(data: ArrayLike<number>, n: number, aspect: number): Facets {
  // A strip much flatter than its numbers is one row.
  const one = aspect > n / 3;
  const columns = one ? n : Math.max(1, Math.min(n, Math.ceil(Math.sqrt(n * aspect))));
  const rows = Math.ceil(n / columns);
  return { count: 1, rows, columns, cells: n, at: (_, r, c) => data[r * columns + c] as number };
}

export interface Packing {
  across: number;
  down: number;
  /** Pixels per cell; below 1 cells must be averaged into blocks. */
  cell: number;
  gap: number;
}

/** The arrangement of facets in a box that makes their cells largest. */
export function pack(facets: Facets, width: number, height: number, gap: number): Packing {
  let best: Packing = { across: 1, down: facets.count, cell: 0, gap };
  for (let across = 1; across <= facets.count; across++) {
    const down = Math.ceil(facets.count / across);
    const cell = Math.min(
      (width - (across - 1) * gap) / (across * facets.columns),
      (height - (down - 1) * gap) / (down * facets.rows),
    );
    if (cell > best.cell) best = { across, down, cell, gap };
  }
  // So many facets that the gaps alone fill the box: drop the gaps.
  if (best.cell <= 0 && gap > 0) return pack(facets, width, height, 0);
  return best;
}
