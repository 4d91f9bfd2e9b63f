import { type Facets, pack } from "./arrange";
import type { Palette, Rgb } from "./palette";
import { parseHex } from "./palette";
import { colourIndex, type Scale } from "./scale";
import { size } from "./slice";

/** Where the cells of a painted picture lie, in its own pixels: for hit-testing, marks and printed numbers. */
export interface Painted {
  across: number;
  cell: number;
  facetWidth: number;
  facetHeight: number;
  gap: number;
  left: number;
  top: number;
  /** Cells are smaller than a pixel: each pixel is the mean of a block. */
  blocks: boolean;
}

/** Device pixels between the images of a stack, in a card this wide (CSS pixels). */
export function facetGap(shape: readonly number[], width: number, dpr: number): number {
  return size(shape.slice(0, -2)) > 1 ? Math.max(1, Math.round(Math.min(4, width / 34) * dpr)) : 0;
}

const SLACK = 1.15;

function fill(room: number, count: number, gap: number, wanted: number, slack: number): number {
  const most = Math.floor((room - (count - 1) * gap) / count);
  return Math.max(1, Math.min(most, Math.round(wanted * slack)));
}

export function plan(
  facets: Facets,
  width: number,
  height: number,
  gap: number,
  smallest = 1,
  largest = Number.POSITIVE_INFINITY,
): Painted {
  const packed = pack(facets, width, height, gap);
  const free = Math.min(packed.cell, largest);
  // Whole pixels per cell keep every cell the same size; below three the loss of room would show.
  const cell = free >= 3 ? Math.floor(free) : free;
  const across = packed.across;
  const down = Math.ceil(facets.count / across);
  // Small cells may be a little wider or higher than square, so that a grid of images fills its card.
  const slack = cell < 3 ? SLACK : 1;
  const facetWidth = fill(width, across, packed.gap, cell * facets.columns, slack);
  const facetHeight = fill(height, down, packed.gap, cell * facets.rows, slack);
  return {
    across,
    cell,
    facetWidth,
    facetHeight,
    gap: packed.gap,
    left: Math.max(0, Math.floor((width - across * facetWidth - (across - 1) * packed.gap) / 2)),
    top: Math.max(0, Math.floor((height - down * facetHeight - (down - 1) * packed.gap) / 2)),
    blocks: cell < smallest,
  };
}

/** Fills the box to its edges, cells stretched as need be: for chips, where room is dearer than squareness. */
export function stretched(facets: Facets, width: number, height: number, gap: number): Painted {
  const { across, cell, gap: kept } = pack(facets, width, height, gap);
  const down = Math.ceil(facets.count / across);
  const facetWidth = Math.max(1, Math.floor((width - (across - 1) * kept) / across));
  const facetHeight = Math.max(1, Math.floor((height - (down - 1) * kept) / down));
  return {
    across,
    cell,
    facetWidth,
    facetHeight,
    gap: kept,
    left: Math.floor((width - across * facetWidth - (across - 1) * kept) / 2),
    top: Math.floor((height - down * facetHeight - (down - 1) * kept) / 2),
    blocks: facetWidth < facets.columns || facetHeight < facets.rows,
  };
}

/** Top left corner of a facet. */
export function facetOrigin(p: Painted, facet: number): [number, number] {
  const column = facet % p.across;
  const row = Math.floor(facet / p.across);
  return [p.left + column * (p.facetWidth + p.gap), p.top + row * (p.facetHeight + p.gap)];
}

/** The cell under a pixel, or null between facets. */
export function cellAt(p: Painted, facets: Facets, x: number, y: number): [number, number, number] | null {
  const column = Math.floor((x - p.left) / (p.facetWidth + p.gap));
  const row = Math.floor((y - p.top) / (p.facetHeight + p.gap));
  if (column < 0 || column >= p.across || row < 0) return null;
  const facet = row * p.across + column;
  const [left, top] = facetOrigin(p, facet);
  const c = Math.floor((x - left) / (p.facetWidth / facets.columns));
  const r = Math.floor((y - top) / (p.facetHeight / facets.rows));
  if (facet >= facets.count || c < 0 || r < 0 || c >= facets.columns || r >= facets.rows) return null;
  return r * facets.columns + c < facets.cells ? [facet, r, c] : null;
}

/** Fills `pixels` (RGBA, `width` wide) with the picture. Pure: no canvas needed. */
export function paint(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  facets: Facets,
  planned: Painted,
  scale: Scale,
  palette: Palette,
): void {
  const colours = palette.ramps[scale.ramp].map(packed);
  const bad = packed(parseHex(palette.inks.nanInk));
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  const columns = spans(facets.columns, planned.facetWidth, planned.blocks);
  const rows = spans(facets.rows, planned.facetHeight, planned.blocks);
  for (let f = 0; f < facets.count; f++) {
    const [left, top] = facetOrigin(planned, f);
    for (const row of rows) {
      for (const column of columns) {
        const value = meanOf(facets, f, row, column);
        if (value === null) continue;
        const colour = Number.isFinite(value) ? (colours[colourIndex(scale, value)] as number) : bad;
        const end = Math.min(width, left + column.end);
        for (let y = top + row.at; y < Math.min(height, top + row.end); y++)
          words.fill(colour, y * width + left + column.at, y * width + end);
      }
    }
  }
}

/** Pixels `at`..`end` of an axis show the cells `first`..`last` (excluded). */
interface Span {
  at: number;
  end: number;
  first: number;
  last: number;
}

/** A span for each cell; along an axis with no room for its cells, one for each block of two pixels. */
function spans(cells: number, pixels: number, blocks: boolean): Span[] {
  if (!blocks || pixels >= 2 * cells)
    return Array.from({ length: cells }, (_, i) => ({
      at: Math.round((i * pixels) / cells),
      end: Math.round(((i + 1) * pixels) / cells),
      first: i,
      last: i + 1,
    }));
  const count = Math.max(1, Math.floor(pixels / 2));
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor((i * cells) / count);
    return {
      at: Math.round((i * pixels) / count),
      end: Math.round(((i + 1) * pixels) / count),
      first,
      last: Math.max(first + 1, Math.floor(((i + 1) * cells) / count)),
    };
  });
}

function meanOf(facets: Facets, facet: number, row: Span, column: Span): number | null {
  let sum = 0;
  let count = 0;
  for (let r = row.first; r < row.last; r++) {
    for (let c = column.first; c < column.last; c++) {
      if (r * facets.columns + c >= facets.cells) continue;
      sum += facets.at(facet, r, c);
      count++;
    }
  }
  return count ? sum / count : null;
}

/** A colour as the canvas keeps it: one little-endian word. */
function packed([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
