import { type Facets, facetsOf, formOf } from "./arrange";
import { formatNumber, formatShort, withoutZero } from "./format";
import { cellAt, facetOrigin, type Painted, paint, plan, stretched } from "./paint";
import { css, type Palette, type Rgb } from "./palette";
import { colourIndex, type Role, type Scale } from "./scale";
import type { Slice } from "./slice";

/** A heat map (or bars, or one big number) on a canvas of its own, in CSS pixels. */
export interface MapDrawing {
  slice: Slice;
  scale: Scale;
  role: Role;
  palette: Palette;
  width: number;
  height: number;
  dpr: number;
  /** Marked cells, −1 for none. */
  selected: number;
  hovered: number;
}

/** Cells this wide show their number. */
const NUMBERED = 34;
/** A bar less high than this has no room for its number. */
const LEGIBLE = 11;
/** Below this a cell cannot be seen: block means are drawn, and it is said. */
const SMALLEST = 2;
const LARGEST = 64;
const GAP = 5;
/** Room for the mark around a cell at the edge. */
const INSET = 4;

interface Plan {
  facets: Facets;
  painted: Painted;
}

export function planMap(slice: Slice, fullWidth: number, fullHeight: number): Plan {
  const width = Math.max(1, fullWidth - 2 * INSET);
  const height = Math.max(1, fullHeight - 2 * INSET);
  const facets = facetsOf(slice, 0, width / Math.max(1, height));
  const gap = facets.count > 1 ? Math.max(1, Math.min(GAP, width / 40)) : 0;
  const square = plan(facets, width, height, Math.round(gap), SMALLEST, LARGEST);
  // A very long matrix would be a thread: cells that cannot be seen singly need not be square.
  const high = Math.min(height, facets.rows * LARGEST);
  const painted = square.blocks ? stretched(facets, width, high, square.gap) : square;
  // Pictures stand at the left, under their heading.
  return { facets, painted: { ...painted, blocks: square.blocks, left: INSET, top: INSET } };
}

/** The number under a point, or −1. */
export function cellUnder(slice: Slice, width: number, height: number, x: number, y: number): number {
  const form = formOf(slice.shape);
  if (form === "scalar") return 0;
  if (form === "bars") {
    const n = slice.data.length;
    const row = rowHeight(n, height);
    const at = Math.floor(y / row);
    return at >= 0 && at < n ? at : -1;
  }
  const { facets, painted } = planMap(slice, width, height);
  const cell = cellAt(painted, facets, x, y);
  return cell ? cell[0] * facets.rows * facets.columns + cell[1] * facets.columns + cell[2] : -1;
}

/** Whether each cell is drawn with its number. */
export function showsNumbers(slice: Slice, width: number, height: number): boolean {
  const form = formOf(slice.shape);
  if (form === "scalar") return true;
  if (form === "bars") return rowHeight(slice.data.length, height) >= LEGIBLE;
  return planMap(slice, width, height).painted.cell >= NUMBERED;
}

function rowHeight(n: number, height: number): number {
  return Math.min(24, height / n);
}

export function drawMap(context: CanvasRenderingContext2D, d: MapDrawing): void {
  const { dpr } = d;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, d.width * dpr, d.height * dpr);
  const form = formOf(d.slice.shape);
  if (form === "facets") {
    drawFacets(context, d);
    return;
  }
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  if (form === "scalar") drawScalar(context, d);
  else drawBars(context, d);
}

function drawScalar(context: CanvasRenderingContext2D, d: MapDrawing): void {
  const { palette } = d;
  const x = Number(d.slice.data[0]);
  context.font = `660 28px ${palette.fonts.ui}`;
  context.textBaseline = "top";
  context.textAlign = "left";
  context.fillStyle = numberInk(d, x);
  context.fillText(formatNumber(x), 0, 6);
}

function numberInk(d: MapDrawing, x: number): string {
  const { inks } = d.palette;
  if (!Number.isFinite(x)) return inks.nanInk;
  return d.role === "gradient" ? inks.backward : d.role === "delta" ? inks.step : inks.forward;
}

function drawBars(context: CanvasRenderingContext2D, d: MapDrawing): void {
  const { palette, scale, slice, width, height } = d;
  const { inks } = palette;
  const n = slice.data.length;
  const row = rowHeight(n, height);
  const index = 18;
  const text = Math.min(62, width * 0.34);
  const room = width - index - text;
  const half = scale.signed ? room / 2 : room;
  const zero = index + (scale.signed ? half : 0);
  context.textBaseline = "middle";
  for (let i = 0; i < n; i++) {
    const x = slice.data[i] as number;
    const y = i * row;
    const finite = Number.isFinite(x);
    if (i === d.selected || i === d.hovered) {
      context.fillStyle = i === d.selected ? inks.mark : inks.line;
      context.globalAlpha = i === d.selected ? 0.5 : 0.6;
      context.fillRect(0, y, width, row);
      context.globalAlpha = 1;
    }
    const strength = Math.sign(x) * scale.limit * Math.max(0.72, Math.min(1, Math.abs(x) / scale.limit));
    context.fillStyle = finite
      ? css(palette.ramps[scale.ramp][colourIndex(scale, strength)] as Rgb)
      : inks.nanInk;
    const length = finite ? (Math.abs(x) / scale.limit) * half : 0;
    context.fillRect(x < 0 ? zero - length : zero, y + row * 0.14, Math.max(0.75, length), row * 0.72);
    if (row < LEGIBLE) continue;
    context.font = `420 11px ${palette.fonts.ui}`;
    context.textAlign = "left";
    context.fillStyle = inks.ink3;
    context.fillText(String(i), 0, y + row / 2);
    context.textAlign = "right";
    context.font = `${i === d.selected ? 660 : 480} 11px ${palette.fonts.ui}`;
    context.fillStyle = finite ? inks.ink : inks.nanInk;
    context.fillText(formatShort(x), width - 2, y + row / 2);
  }
  context.fillStyle = inks.line2;
  context.fillRect(Math.round(zero), 0, 1, row * n);
}

function drawFacets(context: CanvasRenderingContext2D, d: MapDrawing): void {
  const { dpr, palette, slice, scale } = d;
  const { facets, painted } = planMap(slice, d.width, d.height);
  const w = Math.round(d.width);
  const h = Math.round(d.height);
  const canvas = document.createElement("canvas");
  canvas.width = w;
  canvas.height = h;
  const inner = canvas.getContext("2d");
  if (!inner || w < 1 || h < 1) return;
  const image = inner.createImageData(w, h);
  paint(image.data, w, h, facets, painted, scale, palette);
  inner.putImageData(image, 0, 0);
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, w, h);
  if (!painted.blocks && painted.cell >= 5) drawGlyphs(context, d, facets, painted);
  for (const [cell, strong] of [
    [d.hovered, false],
    [d.selected, true],
  ] as const)
    if (cell >= 0) drawMark(context, d, facets, painted, cell, strong);
}

/** Numbers in cells that have room, and a crimson sign where there is no number to show. */
function drawGlyphs(
  context: CanvasRenderingContext2D,
  d: MapDrawing,
  facets: Facets,
  painted: Painted,
): void {
  const { palette } = d;
  const colours = palette.ramps[d.scale.ramp];
  context.font = `480 11px ${palette.fonts.ui}`;
  const write = painted.cell >= NUMBERED ? writing(context, d.slice.data, painted.cell - 2) : null;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let f = 0; f < facets.count; f++) {
    const [left, top] = facetOrigin(painted, f);
    for (let r = 0; r < facets.rows; r++) {
      for (let c = 0; c < facets.columns; c++) {
        if (r * facets.columns + c >= facets.cells) continue;
        const x = facets.at(f, r, c);
        const finite = Number.isFinite(x);
        if (finite && !write) continue;
        const cell = painted.cell;
        const cx = left + (c + 0.5) * cell;
        const cy = top + (r + 0.5) * cell;
        if (finite) {
          const [red, green, blue] = colours[colourIndex(d.scale, x)] as Rgb;
          // Ink on pale cells, paper on dark ones.
          context.fillStyle = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#1a1c21" : "#ffffff";
          context.font = `480 11px ${palette.fonts.ui}`;
          context.fillText(write?.(x) ?? "", cx, cy);
        } else {
          context.fillStyle = palette.inks.nan;
          context.fillRect(cx - cell / 2 + 0.5, cy - cell / 2 + 0.5, cell - 1, cell - 1);
          context.fillStyle = palette.inks.nanInk;
          context.font = `700 ${Math.min(13, cell * 0.9)}px ${palette.fonts.ui}`;
          context.fillText(Number.isNaN(x) ? "×" : x > 0 ? "∞" : "−∞", cx, cy);
        }
      }
    }
  }
}

/** One way of writing for all cells, so that none is left empty beside others; null where no way fits. */
function writing(
  context: CanvasRenderingContext2D,
  data: ArrayLike<number>,
  room: number,
): ((x: number) => string) | null {
  const ways = [formatShort, (x: number) => withoutZero(formatShort(x))];
  const fits = (write: (x: number) => string): boolean => {
    for (let i = 0; i < data.length; i++)
      if (Number.isFinite(data[i]) && context.measureText(write(data[i] as number)).width > room)
        return false;
    return true;
  };
  return ways.find(fits) ?? null;
}

function drawMark(
  context: CanvasRenderingContext2D,
  d: MapDrawing,
  facets: Facets,
  painted: Painted,
  cell: number,
  strong: boolean,
): void {
  const image = facets.rows * facets.columns;
  const [left, top] = facetOrigin(painted, Math.floor(cell / image));
  const inside = cell % image;
  const w = painted.facetWidth / facets.columns;
  const h = painted.facetHeight / facets.rows;
  const x = left + (inside % facets.columns) * w;
  const y = top + Math.floor(inside / facets.columns) * h;
  const grow = Math.max(1, 4 - w / 4);
  const { inks } = d.palette;
  if (strong) {
    context.strokeStyle = inks.mark;
    context.lineWidth = 5;
    context.strokeRect(x - grow - 0.5, y - grow - 0.5, w + 2 * grow + 1, h + 2 * grow + 1);
  }
  context.strokeStyle = strong ? "#1a1c21" : inks.ink;
  context.lineWidth = strong ? 2 : 1.5;
  context.strokeRect(x - grow, y - grow, w + 2 * grow, h + 2 * grow);
}
