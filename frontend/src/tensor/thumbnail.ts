import type { NumericArray } from "../tape/moment";
import { facetsOf, formOf } from "./arrange";
import { paint, plan, stretched } from "./paint";
import type { Palette } from "./palette";
import { type Role, type Scale, scaleOfPart } from "./scale";
import { item, type Slice, whole } from "./slice";

/** A heat map as a small canvas, painted once for each (array, sample, size, theme): arrays never change. */

/** Together they may hold this many pixels (four bytes each): enough for a screen and what lies just beyond. */
const MOST_PIXELS = 16e6;
let held = 0;
const cache = new Map<string, HTMLCanvasElement>();

export interface Picture {
  array: NumericArray;
  role: Role;
  /** Which item of the batch; null where the array has no batch axis. */
  sample: number | null;
}

/** The numbers a small picture shows: of stacked kernels one channel, and its colours are spread over that. */
function shownIn(slice: Slice): ArrayLike<number> {
  if (slice.shape.length < 4) return slice.data;
  const { count, rows, columns, at } = facetsOf(slice);
  const image = rows * columns;
  return Float64Array.from({ length: count * image }, (_, i) =>
    at(Math.floor(i / image), Math.floor((i % image) / columns), i % columns),
  );
}

export function sliceOf(picture: Picture): Slice {
  return picture.sample === null ? whole(picture.array) : item(picture.array, picture.sample);
}

/** `width` and `height` in device pixels; `gap` between facets likewise. */
export function thumbnail(
  picture: Picture,
  width: number,
  height: number,
  gap: number,
  palette: Palette,
  stretch = false,
): HTMLCanvasElement {
  const { array, role, sample } = picture;
  const key = `${array.id}/${sample}/${role}/${width}/${height}/${palette.theme}/${stretch}`;
  const known = cache.get(key);
  if (known) {
    // Most recently used last, so that the first key is the one to drop.
    cache.delete(key);
    cache.set(key, known);
    return known;
  }
  const slice = sliceOf(picture);
  const scale = scaleOfPart(array, role, sample, shownIn(slice));
  const made = render(slice, scale, width, height, gap, palette, stretch);
  cache.set(key, made);
  held += width * height;
  for (const [old, canvas] of cache) {
    if (held <= MOST_PIXELS || old === key) break;
    held -= canvas.width * canvas.height;
    cache.delete(old);
  }
  return made;
}

export function render(
  slice: Slice,
  scale: Scale,
  width: number,
  height: number,
  gap: number,
  palette: Palette,
  stretch: boolean,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context) {
    const image = context.createImageData(width, height);
    const facets = facetsOf(slice, 0, width / height);
    const planned = (stretch ? stretched : plan)(facets, width, height, gap);
    paint(image.data, width, height, facets, planned, scale, palette);
    context.putImageData(image, 0, 0);
  }
  return canvas;
}

/** Whether a picture in this box shows block means instead of single numbers. */
export function averaged(slice: Slice, width: number, height: number, gap: number): boolean {
  if (formOf(slice.shape) !== "facets") return false;
  return plan(facetsOf(slice, 0, width / height), width, height, gap).blocks;
}
