import { toNumber } from "../tape/numbers";
import type { Chapter } from "../tape/tape";

/** A parameter's norms over the iterations, as the headers hold them. */
export interface History {
  value: (number | null)[];
  gradient: (number | null)[];
  /** Update ÷ value. */
  ratio: (number | null)[];
}

export function historyOf(name: string, chapters: readonly Chapter[]): History {
  const history: History = { value: [], gradient: [], ratio: [] };
  for (const { header } of chapters) {
    if (header.iteration === null) continue;
    const [value, gradient, update] = header.norms[name] ?? [null, null, null];
    const norm = toNumber(value);
    const step = toNumber(update);
    history.value.push(norm);
    history.gradient.push(toNumber(gradient));
    history.ratio.push(norm !== null && step !== null && norm > 0 ? step / norm : null);
  }
  return history;
}

/** At most this many points: more would be thinner than a pixel. */
const MOST = 90;

/** A sparkline's points, its own smallest and largest value at the foot and head. */
export function sparkline(
  series: readonly (number | null)[],
  width: number,
  height: number,
  mark: number,
): { points: string; dot: { x: number; y: number } | null } {
  const finite = series.filter((x): x is number => x !== null && Number.isFinite(x));
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const x = (i: number): number => (series.length > 1 ? (i / (series.length - 1)) * width : width / 2);
  const y = (v: number): number => height - ((v - low) / span) * height;
  const stride = Math.max(1, Math.ceil(series.length / MOST));
  const points: string[] = [];
  for (let i = 0; i < series.length; i += stride) {
    const v = series[i];
    if (v !== null && v !== undefined && Number.isFinite(v))
      points.push(`${x(i).toFixed(1)},${y(v).toFixed(1)}`);
  }
  const marked = series[mark];
  const known = marked !== null && marked !== undefined && Number.isFinite(marked);
  return { points: points.join(" "), dot: known ? { x: x(mark), y: y(marked) } : null };
}

const FLOOR = -5;

/** Where a ratio stands on the log scale from 10⁻⁵ to 1, as 0..1. */
export function onLogScale(ratio: number): number {
  return Math.max(0, Math.min(1, (Math.log10(ratio) - FLOOR) / -FLOOR));
}
