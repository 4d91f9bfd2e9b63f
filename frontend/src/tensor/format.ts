/** Numbers as short text, with a true minus sign (U+2212) so that signs line up and read as signs. */

const MINUS = "\u2212";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export interface NumberStyle {
  /** Also write the plus: for a number whose sign is the point, as a gradient's. */
  sign?: boolean;
}

/** −0.0249, 2.2740, 1.1×10⁻⁴. */
export function formatNumber(x: number, style: NumberStyle = {}): string {
  return dressed(x, style, (magnitude) => {
    if (Number.isInteger(magnitude) && magnitude < 1e6) return group(magnitude.toFixed(0));
    if (magnitude < 9.5e-4 || magnitude >= 1e6) return scientific(magnitude, 1);
    if (magnitude >= 1000) return group(magnitude.toFixed(1));
    return magnitude.toFixed(magnitude >= 100 ? 2 : 4);
  });
}

/** Three digits, for a number inside a node: 0.80, −0.276, 1.20. */
export function formatShort(x: number, style: NumberStyle = {}): string {
  return dressed(x, style, (magnitude) => {
    if (Number.isInteger(magnitude) && magnitude < 1e5) return magnitude.toFixed(0);
    if (magnitude < 9.5e-4 || magnitude >= 1e5) return scientific(magnitude, 1);
    if (magnitude >= 100) return magnitude.toFixed(magnitude >= 1000 ? 0 : 1);
    const hundredths = magnitude * 100;
    const round = Math.abs(hundredths - Math.round(hundredths)) < 1e-4;
    return magnitude.toFixed(magnitude >= 1 || round ? 2 : 3);
  });
}

/** So many digits that count: −0.0041766, 2.2667, 4.248×10⁻⁴. For arithmetic that is to be followed. */
export function formatDigits(x: number, digits: number, style: NumberStyle = {}): string {
  return dressed(x, style, (magnitude) => {
    if (Number.isInteger(magnitude) && magnitude < 1e6) return group(magnitude.toFixed(0));
    if (magnitude < 9.5e-4 || magnitude >= 1e6) return scientific(magnitude, digits - 1);
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)));
    return group(magnitude.toFixed(decimals));
  });
}

/** Shorter still, for a cell: −.013. */
export function withoutZero(text: string): string {
  return text.replace(/^(\u2212|\+)?0\./, "$1.");
}

/** ±0.0452, the range of a scale that is symmetric about zero. */
export function formatRange(limit: number): string {
  return `±${formatNumber(Math.abs(limit))}`;
}

/** 20×12×12; a scalar has no shape to print. */
export function formatShape(shape: readonly number[]): string {
  return shape.join("×");
}

/** 12,810 */
export function formatCount(n: number): string {
  return group(n.toFixed(0));
}

function dressed(x: number, style: NumberStyle, body: (magnitude: number) => string): string {
  if (Number.isNaN(x)) return "NaN";
  const sign = x < 0 ? MINUS : style.sign && x > 0 ? "+" : "";
  if (!Number.isFinite(x)) return `${sign}∞`;
  return x === 0 ? "0" : sign + body(Math.abs(x));
}

function scientific(magnitude: number, decimals: number): string {
  const [mantissa = "0", exponent = "0"] = magnitude.toExponential(decimals).split("e");
  return `${mantissa}×10${superscript(Number(exponent))}`;
}

function superscript(n: number): string {
  const digits = [...String(Math.abs(n))].map((d) => SUPERSCRIPTS[Number(d)]).join("");
  return (n < 0 ? "⁻" : "") + digits;
}

function group(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
