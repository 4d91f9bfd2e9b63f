/** Immutable points and rectangles, in world units (one is a CSS pixel at zoom 1) unless said otherwise. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const rect = (x: number, y: number, w: number, h: number): Rect => ({ x, y, w, h });

export const centre = (r: Rect): Point => ({ x: r.x + r.w / 2, y: r.y + r.h / 2 });

export const moved = (r: Rect, dx: number, dy: number): Rect => ({
  x: r.x + dx,
  y: r.y + dy,
  w: r.w,
  h: r.h,
});

export const inflated = (r: Rect, by: number): Rect => ({
  x: r.x - by,
  y: r.y - by,
  w: r.w + 2 * by,
  h: r.h + 2 * by,
});

export const contains = (r: Rect, p: Point): boolean =>
  p.x >= r.x && p.x <= r.x + r.w && p.y >= r.y && p.y <= r.y + r.h;

export const overlaps = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

export function union(rects: readonly Rect[]): Rect {
  if (rects.length === 0) return rect(0, 0, 0, 0);
  const x = Math.min(...rects.map((r) => r.x));
  const y = Math.min(...rects.map((r) => r.y));
  const right = Math.max(...rects.map((r) => r.x + r.w));
  const bottom = Math.max(...rects.map((r) => r.y + r.h));
  return rect(x, y, right - x, bottom - y);
}

export const lerp = (a: number, b: number, t: number): number => a + (b - a) * t;

export const lerpRect = (a: Rect, b: Rect, t: number): Rect =>
  rect(lerp(a.x, b.x, t), lerp(a.y, b.y, t), lerp(a.w, b.w, t), lerp(a.h, b.h, t));

/** Cumulative lengths of a polyline: the last is its whole length. */
export function lengths(points: readonly Point[]): number[] {
  const sums = [0];
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1] as Point;
    const b = points[i] as Point;
    sums.push((sums[i - 1] as number) + Math.hypot(b.x - a.x, b.y - a.y));
  }
  return sums;
}

/** The point at a fraction of a polyline's length, and the direction there. */
export function along(points: readonly Point[], t: number): { at: Point; angle: number } {
  const sums = lengths(points);
  const target = (sums.at(-1) as number) * Math.max(0, Math.min(1, t));
  let i = 1;
  while (i < points.length - 1 && (sums[i] as number) < target) i++;
  const a = points[i - 1] as Point;
  const b = points[i] ?? a;
  const span = (sums[i] as number) - (sums[i - 1] as number) || 1;
  const k = (target - (sums[i - 1] as number)) / span;
  return { at: { x: lerp(a.x, b.x, k), y: lerp(a.y, b.y, k) }, angle: Math.atan2(b.y - a.y, b.x - a.x) };
}

/** The part of a polyline between two fractions of its length. */
export function piece(points: readonly Point[], from: number, to: number): Point[] {
  const sums = lengths(points);
  const whole = sums.at(-1) as number;
  const inner = points.filter(
    (_, i) => (sums[i] as number) > from * whole && (sums[i] as number) < to * whole,
  );
  return [along(points, from).at, ...inner, along(points, to).at];
}

/** A smooth curve that leaves and arrives horizontally, as a polyline: every reader of edges sees one kind. */
export function curve(a: Point, b: Point): Point[] {
  if (Math.abs(a.y - b.y) < 0.5) return [a, b];
  const reach = b.x > a.x ? (b.x - a.x) / 2 : 24;
  return Array.from({ length: 17 }, (_, i) => {
    const t = i / 16;
    const s = 1 - t;
    const x =
      s * s * s * a.x + 3 * s * s * t * (a.x + reach) + 3 * s * t * t * (b.x - reach) + t * t * t * b.x;
    const y = s * s * s * a.y + 3 * s * s * t * a.y + 3 * s * t * t * b.y + t * t * t * b.y;
    return { x, y };
  });
}
