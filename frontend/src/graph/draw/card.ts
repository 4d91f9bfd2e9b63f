import type { NumericArray } from "../../tape/moment";
import { facetsOf, formOf } from "../../tensor/arrange";
import { isBatched } from "../../tensor/batch";
import { formatNumber, formatShort, withoutZero } from "../../tensor/format";
import { facetGap, facetOrigin, plan } from "../../tensor/paint";
import { css, type Rgb } from "../../tensor/palette";
import { colourIndex, type Role, scaleOfPart } from "../../tensor/scale";
import type { Slice } from "../../tensor/slice";
import { type Picture, sliceOf, thumbnail } from "../../tensor/thumbnail";
import type { Rect } from "../geometry";
import type { Change } from "../motion";
import { DETAIL, type Draw } from "./scene";

/** The inside of a picture card: a heat map, bars or a number, with whatever is changing in it. */

/** Cells this wide (pixels) show their number. */
export const NUMBERED = 34;

/** Pixels left free inside a card of this width. */
export const padding = (width: number): number => Math.min(7, width * 0.05);

export interface Content {
  array: NumericArray | null;
  tensor: string;
  role: Role;
  change: Change | undefined;
  /** Pixels left free inside the card's edge. */
  padding: number;
  /** Which bar is marked with its index: the label of the sample. */
  marked?: number | null;
  colour?: string;
  numberSize?: number;
  /** Fill the card to its edges, cells stretched. */
  stretch?: boolean;
}

/** Draws into a screen rectangle. */
export function drawContent(draw: Draw, r: Rect, content: Content): void {
  const { change, array } = content;
  if (!change || change.amount >= 1) {
    if (array) drawArray(draw, r, array, content, 1);
    return;
  }
  const { amount, before } = change;
  const { context } = draw.pen;
  switch (change.kind) {
    case "fade":
      if (before) drawArray(draw, r, before, content, 1 - amount);
      if (array) drawArray(draw, r, array, content, amount);
      return;
    case "wipe": {
      const edge = r.x + r.w * amount;
      if (before)
        clipped(draw, { ...r, x: edge, w: r.x + r.w - edge }, () => drawArray(draw, r, before, content, 1));
      if (array) clipped(draw, { ...r, w: edge - r.x }, () => drawArray(draw, r, array, content, 1));
      context.fillStyle = draw.pen.inks.zero;
      context.fillRect(edge - 1, r.y, 2, r.h);
      return;
    }
    case "cross":
      drawCross(draw, r, content, amount);
  }
}

function clipped(draw: Draw, r: Rect, body: () => void): void {
  const { context } = draw.pen;
  context.save();
  context.beginPath();
  context.rect(r.x, r.y, Math.max(0, r.w), r.h);
  context.clip();
  body();
  context.restore();
}

/** Before, then what was added to it, then after: the move itself is held in the middle. */
function drawCross(draw: Draw, r: Rect, content: Content, amount: number): void {
  const { array, change } = content;
  const before = change?.before ?? null;
  if (!array || !before) {
    if (array) drawArray(draw, r, array, content, amount);
    return;
  }
  const first = Math.max(0, 1 - amount / 0.35);
  const last = Math.max(0, (amount - 0.65) / 0.35);
  const held = 1 - first - last;
  if (first > 0) drawArray(draw, r, before, content, first);
  if (held > 0) drawArray(draw, r, difference(before, array), { ...content, role: "delta" }, held);
  if (last > 0) drawArray(draw, r, array, content, last);
}

const deltas = new WeakMap<NumericArray, NumericArray>();

/** after − before as an array of its own. Its id is negative, so that it never meets one of the tape's. */
function difference(before: NumericArray, after: NumericArray): NumericArray {
  const known = deltas.get(after);
  if (known) return known;
  const data = Float64Array.from(after.data as Float64Array, (x, i) => Number(x) - Number(before.data[i]));
  const made = { id: -1 - after.id, dtype: "float64", shape: after.shape, data };
  deltas.set(after, made);
  return made;
}

export function pictureOf(draw: Draw, array: NumericArray, tensor: string, role: Role): Picture {
  const batched = isBatched(draw.visible.tensors.get(tensor), draw.visible.batch);
  return { array, role, sample: batched ? draw.sample : null };
}

function drawArray(draw: Draw, r: Rect, array: NumericArray, content: Content, alpha: number): void {
  if (alpha <= 0 || r.w < 2 || r.h < 2) return;
  const picture = pictureOf(draw, array, content.tensor, content.role);
  const shape = picture.sample === null ? array.shape : array.shape.slice(1);
  const { pen } = draw;
  const { context } = pen;
  const pad = content.padding;
  const inner = { x: r.x + pad, y: r.y + pad, w: r.w - 2 * pad, h: r.h - 2 * pad };
  const form = formOf(shape);
  if (form === "scalar" && content.numberSize !== 0) {
    const x = Number(sliceOf(picture).data[0]);
    const sizeOf = content.numberSize ?? 20;
    const style = { size: sizeOf, weight: 540, align: "center" as const, room: r.w - 4, alpha };
    const colour = Number.isFinite(x) ? (content.colour ?? pen.inks.ink) : pen.inks.nanInk;
    const text = formatNumber(x, { sign: content.role === "delta" });
    pen.text(
      text,
      { x: r.x + r.w / 2, y: r.y + r.h / 2 + pen.textSize(sizeOf) * 0.35 },
      { ...style, colour },
    );
    return;
  }
  if (form === "bars" && r.h > 30) {
    context.globalAlpha = alpha;
    drawBars(draw, inner, sliceOf(picture), content, picture);
    context.globalAlpha = 1;
    return;
  }
  const gap = facetGap(shape, inner.w, draw.dpr);
  const w = Math.round(inner.w * draw.dpr);
  const h = Math.round(inner.h * draw.dpr);
  if (w < 1 || h < 1) return;
  const canvas = thumbnail(
    picture,
    w,
    h,
    content.stretch ? Math.min(gap, 1) : gap,
    pen.palette,
    content.stretch,
  );
  context.globalAlpha = alpha;
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, pen.snap(inner.x), pen.snap(inner.y), w / draw.dpr, h / draw.dpr);
  if (r.w >= DETAIL.digits) drawDigits(draw, inner, picture, w, h, gap);
  context.globalAlpha = 1;
}

/** Close by, each cell with room for it says its number. */
function drawDigits(draw: Draw, r: Rect, picture: Picture, w: number, h: number, gap: number): void {
  const { pen, dpr, view } = draw;
  const slice = sliceOf(picture);
  const facets = facetsOf(slice, 0, w / h);
  const planned = plan(facets, w, h, gap);
  if (planned.cell / dpr < NUMBERED) return;
  const scale = scaleOfPart(picture.array, picture.role, picture.sample, slice.data);
  const colours = pen.palette.ramps[scale.ramp];
  const cell = planned.cell / dpr;
  const style = { size: 11, weight: 480, align: "center" as const, fixed: true, colour: "" };
  for (let f = 0; f < facets.count; f++) {
    const [left, top] = facetOrigin(planned, f);
    for (let row = 0; row < facets.rows; row++) {
      for (let column = 0; column < facets.columns; column++) {
        if (row * facets.columns + column >= facets.cells) break;
        const x = r.x + left / dpr + (column + 0.5) * cell;
        const y = r.y + top / dpr + (row + 0.5) * cell;
        if (x < 0 || y < 0 || x > view.w || y > view.h) continue;
        const number = facets.at(f, row, column);
        const back = Number.isFinite(number) ? (colours[colourIndex(scale, number)] as Rgb) : null;
        // Ink on pale cells, paper on dark ones; NaN stands on crimson.
        const dark = back === null || 0.299 * back[0] + 0.587 * back[1] + 0.114 * back[2] < 140;
        const ink = dark ? "#ffffff" : "#1a1c21";
        const short = formatShort(number);
        // A number cut short would be another number.
        const text = [short, withoutZero(short)].find((t) => pen.width(t, style) <= cell - 2);
        if (text !== undefined) pen.text(text, { x, y: y + 4 }, { ...style, colour: ink });
      }
    }
  }
}

/** One bar a number, from a zero line in the middle (or the left, where nothing is negative). */
function drawBars(draw: Draw, r: Rect, slice: Slice, content: Content, picture: Picture): void {
  const { pen } = draw;
  const { context, palette, inks } = pen;
  const { data } = slice;
  const scale = scaleOfPart(picture.array, content.role, picture.sample, data);
  const n = data.length;
  let limit = 0;
  for (let i = 0; i < n; i++)
    if (Number.isFinite(data[i])) limit = Math.max(limit, Math.abs(data[i] as number));
  const marked = Number.isInteger(content.marked) ? content.marked : null;
  const left = marked === null ? 0 : Math.min(14, r.w * 0.12);
  const half = scale.signed ? (r.w - left) / 2 : r.w - left;
  const zero = r.x + left + (scale.signed ? half : 0);
  const row = Math.min(r.h / n, 22);
  const top = r.y + (r.h - row * n) / 2;
  for (let i = 0; i < n; i++) {
    const x = data[i] as number;
    const y = top + i * row;
    const finite = Number.isFinite(x);
    // The darker half of the ramp: a bar's length says how much, its colour only which way.
    const strength = Math.sign(x) * scale.limit * Math.max(0.72, Math.min(1, Math.abs(x) / scale.limit));
    const colour = palette.ramps[scale.ramp][colourIndex(scale, strength)] as Rgb;
    context.fillStyle = finite ? css(colour) : inks.nanInk;
    const length = finite ? (Math.abs(x) / (limit || 1)) * half * 0.96 : half * 0.5;
    context.fillRect(x < 0 ? zero - length : zero, y + row * 0.12, Math.max(length, 0.75), row * 0.76);
    if (marked === i)
      pen.text(String(i), { x: r.x, y: y + row / 2 + 4 }, { size: 11, weight: 660, colour: inks.ink });
  }
  context.fillStyle = inks.line2;
  context.fillRect(pen.snap(zero) - 0.5, top, 1, row * n);
}
