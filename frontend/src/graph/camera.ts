import type { Point, Rect } from "./geometry";

/** Which world point lies in the middle of the view, and how many pixels a world unit is. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly w: number;
  readonly h: number;
}

export const ZOOM_MIN = 0.02;
export const ZOOM_MAX = 8;
/** A fitted picture is not blown up much beyond the size it was drawn for. */
const FIT_MAX = 1.3;
/** Below this the pictures say nothing; the first view shows a part and follows the current node instead. */
const READABLE = 0.62;
export const MARGIN = 24;
/** The lane names stand at the left edge. */
const LEFT = 42;

export const toScreen = (c: Camera, view: Size, p: Point): Point => ({
  x: (p.x - c.x) * c.zoom + view.w / 2,
  y: (p.y - c.y) * c.zoom + view.h / 2,
});

export const toWorld = (c: Camera, view: Size, p: Point): Point => ({
  x: (p.x - view.w / 2) / c.zoom + c.x,
  y: (p.y - view.h / 2) / c.zoom + c.y,
});

export const clampZoom = (zoom: number): number => Math.max(ZOOM_MIN, Math.min(ZOOM_MAX, zoom));

/** Zooms so that the world point under `at` (view pixels) stays there. */
export function zoomAbout(c: Camera, view: Size, at: Point, factor: number): Camera {
  const zoom = clampZoom(c.zoom * factor);
  const fixed = toWorld(c, view, at);
  return {
    x: fixed.x - (at.x - view.w / 2) / zoom,
    y: fixed.y - (at.y - view.h / 2) / zoom,
    zoom,
  };
}

export const panned = (c: Camera, dx: number, dy: number): Camera => ({
  x: c.x - dx / c.zoom,
  y: c.y - dy / c.zoom,
  zoom: c.zoom,
});

/** The whole picture. */
export function fitted(bounds: Rect, view: Size): Camera {
  const wide = (view.w - LEFT - MARGIN) / Math.max(1, bounds.w);
  const high = (view.h - 12) / Math.max(1, bounds.h);
  const zoom = clampZoom(Math.min(wide, high, FIT_MAX));
  return {
    x: bounds.x + bounds.w / 2 - (LEFT - MARGIN) / 2 / zoom,
    y: bounds.y + bounds.h / 2,
    zoom,
  };
}

/** The view nobody has touched: all of it where that is readable, else a readable part around what runs now. */
export function firstView(bounds: Rect, view: Size, current: Rect | null): Camera {
  const all = fitted(bounds, view);
  if (all.zoom >= READABLE) return all;
  const high = (view.h - 12) / Math.max(1, bounds.h);
  const zoom = Math.max(all.zoom, Math.min(1, Math.max(READABLE, high)));
  const focus = current ?? { x: bounds.x, y: bounds.y, w: 0, h: bounds.h };
  return {
    x: within(
      focus.x + focus.w / 2,
      bounds.x - LEFT / zoom,
      bounds.x + bounds.w + MARGIN / zoom,
      view.w / zoom,
    ),
    y: within(focus.y + focus.h / 2, bounds.y - 8, bounds.y + bounds.h + 8, view.h / zoom),
    zoom,
  };
}

/** The middle of a window of this size that shows `at` without looking past the ends. */
function within(at: number, low: number, high: number, window: number): number {
  if (high - low <= window) return (low + high) / 2;
  return Math.max(low + window / 2, Math.min(high - window / 2, at));
}

export function between(a: Camera, b: Camera, t: number): Camera {
  // Zoom in equal ratios, so that it feels even.
  const zoom = a.zoom * (b.zoom / a.zoom) ** t;
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, zoom };
}

/** The part of the URL that belongs to the graph: where the camera is, and which boxes were opened or closed. */
export interface View {
  /** Null: nobody has moved it. */
  camera: Camera | null;
  /** Boxes that are not as they start. */
  toggled: ReadonlySet<string>;
}

export function writeView(view: View): string {
  const c = view.camera;
  const place = c ? [c.x.toFixed(1), c.y.toFixed(1), c.zoom.toFixed(3)].join(",") : "";
  const boxes = [...view.toggled].sort().map(encodeURIComponent).join(";");
  return boxes ? `${place};${boxes}` : place;
}

export function readView(text: string | null): View {
  const [place = "", ...boxes] = (text ?? "").split(";");
  const [x, y, zoom] = place.split(",").map(Number);
  const whole = [x, y, zoom].every((n) => n !== undefined && Number.isFinite(n)) && place !== "";
  const camera = whole ? { x: x as number, y: y as number, zoom: clampZoom(zoom as number) } : null;
  return { camera, toggled: new Set(boxes.filter((b) => b !== "").map(decode)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
