import { type Facets, pack } from "./arrange";
import type { Palette, Rgb } from "./palette";
import { parseHex } from "./palette";
import { colourIndex, type Scale } from "./scale";

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
  const facetWidth = Math.max(1, Math.round(cell * facets.columns));
  const facetHeight = Math.max(1, Math.round(cell * facets.rows));
  const across = packed.across;
  const down = Math.ceil(facets.count / across);
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
  const colours = palette.ramps[scale.ramp];
  const bad = parseHex(palette.inks.nanInk);
  const { facetWidth, facetHeight } = planned;
  const step = planned.blocks ? block(planned, facets) : 1;
  for (let f = 0; f < facets.count; f++) {
    const [left, top] = facetOrigin(planned, f);
    for (let y = 0; y < facetHeight; y += step) {
      if (top + y >= height) break;
      for (let x = 0; x < facetWidth; x += step) {
        if (left + x >= width) break;
        const value = sampleCell(facets, f, x, y, step, planned);
        if (value === null) continue;
        const colour = Number.isFinite(value) ? (colours[colourIndex(scale, value)] as Rgb) : bad;
        for (let dy = 0; dy < step && y + dy < facetHeight; dy++)
          for (let dx = 0; dx < step && x + dx < facetWidth; dx++)
            put(pixels, width, height, left + x + dx, top + y + dy, colour);
      }
    }
  }
}

/** Side of the square a block mean fills: one pixel where cells are dust, two where they nearly fit. */
function block(p: Painted, facets: Facets): number {
  return p.facetWidth < facets.columns / 4 ? 1 : 2;
}

function put(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  x: number,
  y: number,
  colour: Rgb,
): void {
  if (x >= width || y >= height) return;
  const at = (y * width + x) * 4;
  pixels[at] = colour[0];
  pixels[at + 1] = colour[1];
  pixels[at + 2] = colour[2];
  pixels[at + 3] = 255;
}

/** The number a pixel shows: its cell's, or the mean of the cells under a block. */
function sampleCell(
  facets: Facets,
  facet: number,
  x: number,
  y: number,
  step: number,
  p: Painted,
): number | null {
  const { columns, rows, cells } = facets;
  if (!p.blocks) {
    const c = Math.min(columns - 1, Math.floor(((x + 0.5) / p.facetWidth) * columns));
    const r = Math.min(rows - 1, Math.floor(((y + 0.5) / p.facetHeight) * rows));
    return r * columns + c < cells ? facets.at(facet, r, c) : null;
  }
  const c0 = Math.floor((x / p.facetWidth) * columns);
  const c1 = Math.min(columns, Math.max(c0 + 1, Math.ceil(((x + step) / p.facetWidth) * columns)));
  const r0 = Math.floor((y / p.facetHeight) * rows);
  const r1 = Math.min(rows, Math.max(r0 + 1, Math.ceil(((y + step) / p.facetHeight) * rows)));
  let sum = 0;
  let count = 0;
  for (let r = r0; r < r1; r++) {
    for (let c = c0; c < c1; c++) {
      if (r * columns + c >= cells) continue;
      sum += facets.at(facet, r, c);
      count++;
    }
  }
  return count ? sum / count : null;
}
