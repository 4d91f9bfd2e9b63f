const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(n: number): string {
  const digits = [...String(Math.abs(n))].map((d) => SUPERSCRIPTS[Number(d)] ?? d).join("");
  return n < 0 ? `⁻${digits}` : digits;
}

/** A number as a person reads it: few digits, a real minus sign, ×10ⁿ where zeros would hide it. */
export function formatNumber(x: number, digits = 4): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x < 0 ? "−∞" : "∞";
  const size = Math.abs(x);
  const sign = x < 0 ? "−" : "";
  if (size === 0) return "0";
  if (Number.isInteger(x) && size < 1e6) return sign + size.toLocaleString("en-US");
  if (size >= 1e5 || size < 1e-3) {
    const [mantissa = "", exponent = "0"] = size.toExponential(Math.max(0, digits - 3)).split("e");
    return `${sign}${mantissa}×10${superscript(Number(exponent))}`;
  }
  return sign + size.toFixed(size >= 1000 ? 1 : size >= 100 ? 2 : digits);
}

export function formatCount(n: number): string {
  return n.toLocaleString("en-US");
}

/** `20×8×8`; a scalar has no shape to show. */
export function formatShape(shape: readonly number[]): string {
  return shape.join("×");
}

export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The format writes NaN and the infinities as strings. */
export function toNumber(x: number | string | null | undefined): number | null {
  return x === null || x === undefined ? null : Number(x);
}
