/** The loss curve as the ruler of iterations: pure geometry. */

export interface Point {
  x: number;
  y: number;
}

export interface Ruler {
  /** Pieces of the curve, broken where an iteration has no finite loss. */
  pieces: Point[][];
  ticks: { x: number; iteration: number }[];
  /** Left edge and width of an iteration. */
  cell(iteration: number): { x: number; width: number };
  at(x: number): number;
}

/** Room left above and below the curve. */
const INSET = 5;
/** Ticks stand no closer than this. */
const TICK_GAP = 64;

export function rulerOf(losses: readonly (number | null)[], width: number, height: number): Ruler {
  const count = Math.max(1, losses.length);
  const wide = width / count;
  const finite = losses.filter((loss): loss is number => loss !== null && Number.isFinite(loss));
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const span = high - low || 1;
  const y = (loss: number): number => INSET + (1 - (loss - low) / span) * (height - 2 * INSET);

  const pieces: Point[][] = [];
  // More iterations than pixels: a stride is enough for the eye.
  const stride = Math.max(1, Math.floor(count / Math.max(1, width)));
  let open: Point[] | null = null;
  for (let i = 0; i < losses.length; i += stride) {
    const loss = losses[i];
    if (loss === null || loss === undefined || !Number.isFinite(loss)) {
      open = null;
      continue;
    }
    if (!open) {
      open = [];
      pieces.push(open);
    }
    open.push({ x: (i + 0.5) * wide, y: y(loss) });
  }

  const every = niceStep((count * TICK_GAP) / Math.max(1, width));
  const ticks: Ruler["ticks"] = [];
  for (let i = 0; i < losses.length; i += every) ticks.push({ x: (i + 0.5) * wide, iteration: i });

  return {
    pieces,
    ticks,
    cell: (iteration) => ({ x: iteration * wide, width: wide }),
    at: (x) => Math.max(0, Math.min(losses.length - 1, Math.floor(x / wide))),
  };
}

/** 1, 2, 5, 10, 20, 50 …: the first that is at least `least`. */
export function niceStep(least: number): number {
  for (let power = 1; ; power *= 10)
    for (const digit of [1, 2, 5]) if (digit * power >= least) return digit * power;
}
