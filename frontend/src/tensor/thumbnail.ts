import type { NumericArray } from "../tape/moment";
import { facetsOf, formOf } from "./arrange";
import { paint, plan } from "./paint";
import type { Palette } from "./palette";
import { type Role, type Scale, scaleOf } from "./scale";
import { item, type Slice, whole } from "./slice";

/** A heat map as a small canvas, painted once for each (array, sample, size, theme): arrays never change. */

const MOST = 600;
const cache = new Map<string, HTMLCanvasElement>();

export interface Picture {
  array: NumericArray;
  role: Role;
  /** Which item of the batch; null where the array has no batch axis. */
  sample: number | null;
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
): HTMLCanvasElement {
  const { array, role, sample } = picture;
  const key = `${array.id}/${sample}/${role}/${width}/${height}/${palette.theme}`;
  const known = cache.get(key);
  if (known) {
    // Most recently used last, so that the first key is the one to drop.
    cache.delete(key);
    cache.set(key, known);
    return known;
  }
  const made = render(sliceOf(picture), scaleOf(array, role), width, height, gap, palette);
  cache.set(key, made);
  if (cache.size > MOST) {
    const oldest = cache.keys().next().value;
    if (oldest !== undefined) cache.delete(oldest);
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
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context) {
    const image = context.createImageData(width, height);
    const facets = facetsOf(slice, 0, width / height);
    paint(image.data, width, height, facets, plan(facets, width, height, gap), scale, palette);
    context.putImageData(image, 0, 0);
  }
  return canvas;
}

/** Whether a picture in this box shows block means instead of single numbers. */
export function averaged(slice: Slice, width: number, height: number, gap: number): boolean {
  if (formOf(slice.shape) !== "facets") return false;
  return plan(facetsOf(slice, 0, width / height), width, height, gap).blocks;
}
