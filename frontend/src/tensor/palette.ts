/** The colours drawings use, read once per theme from the CSS custom properties of theme/tokens.css. */

export type Rgb = readonly [number, number, number];

const RAMPS = {
  /** Values ≥ 0: activations. */
  activation: ["--act-0", "--act-1", "--act-2", "--act-3"],
  /** Data: ink on paper. */
  image: ["--img-0", "--img-1", "--img-2", "--img-3"],
  value: ["--val-n2", "--val-n1", "--val-0", "--val-p1", "--val-p2"],
  gradient: ["--grad-n2", "--grad-n1", "--grad-0", "--grad-p1", "--grad-p2"],
  delta: ["--delta-n2", "--delta-n1", "--delta-0", "--delta-p1", "--delta-p2"],
} as const;

export type RampName = keyof typeof RAMPS;

const INKS = {
  stage: "--stage",
  panel: "--panel",
  line: "--line",
  line2: "--line-2",
  lineUi: "--line-ui",
  ink: "--ink",
  ink2: "--ink-2",
  ink3: "--ink-3",
  onInk: "--on-ink",
  mark: "--mark",
  focus: "--focus",
  find: "--find",
  forward: "--forward",
  forwardWash: "--forward-wash",
  forwardLine: "--forward-line",
  backward: "--backward",
  backwardWash: "--backward-wash",
  backwardLine: "--backward-line",
  step: "--step",
  stepWash: "--step-wash",
  stepLine: "--step-line",
  zero: "--zero",
  zeroWash: "--zero-wash",
  zeroLine: "--zero-line",
  nan: "--nan",
  nanInk: "--nan-ink",
} as const;

export type InkName = keyof typeof INKS;

export interface Palette {
  theme: string;
  inks: Record<InkName, string>;
  /** 256 colours from the ramp's low end to its high end. */
  ramps: Record<RampName, readonly Rgb[]>;
  fonts: { ui: string; mono: string };
}

const cache = new Map<string, Palette>();

export function paletteOf(theme: string, element: Element): Palette {
  const known = cache.get(theme);
  if (known) return known;
  const style = getComputedStyle(element);
  const made = buildPalette(theme, (name) => style.getPropertyValue(name).trim());
  // Before the style sheet is in, every property is empty; such a palette must not stay.
  if (made.inks.ink) cache.set(theme, made);
  return made;
}

export function buildPalette(theme: string, read: (property: string) => string): Palette {
  return {
    theme,
    inks: mapped(INKS, read),
    ramps: mapped(RAMPS, (stops) => ramp(stops.map((stop) => parseHex(read(stop))))),
    fonts: { ui: read("--font-ui") || "sans-serif", mono: read("--font-mono") || "monospace" },
  };
}

function mapped<K extends string, A, B>(table: Record<K, A>, make: (a: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries<A>(table).map(([name, a]) => [name, make(a)])) as Record<K, B>;
}

export function parseHex(text: string): Rgb {
  const digits = text.replace("#", "");
  const full = digits.length === 3 ? [...digits].map((d) => d + d).join("") : digits;
  const n = Number.parseInt(full || "0", 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/** 256 colours through the stops, evenly spaced. */
export function ramp(stops: readonly Rgb[]): Rgb[] {
  const last = stops.length - 1;
  return Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * last;
    const k = Math.min(last - 1, Math.floor(at));
    const from = stops[k] as Rgb;
    const to = stops[k + 1] as Rgb;
    return [0, 1, 2].map((c) =>
      Math.round((from[c] as number) + ((to[c] as number) - (from[c] as number)) * (at - k)),
    ) as unknown as Rgb;
  });
}

export function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}
