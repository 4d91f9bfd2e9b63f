import type { JSX } from "preact";
import type { Explanation } from "../api/explanation";
import { settledMoment } from "../app/state";
import { t } from "../i18n";
import { formatDigits } from "../tensor/format";
import { isWholeSlope } from "./held";

const NUDGE = 0.001;
const DIGITS = 3;
const MOST_DECIMALS = 9;
/** What is held is not the slope itself, but something made of it. */
const REWORKED = new Set(["piled_up", "clipped", "clamped", "hooked", "changed", "cleared", "seed"]);

/** In a sentence zeros are read more easily than a power of ten, as long as they can be counted. */
function plain(x: number): string {
  const decimals = DIGITS - 1 - Math.floor(Math.log10(x));
  return x < 9.5e-4 && decimals <= MOST_DECIMALS ? x.toFixed(decimals) : formatDigits(x, DIGITS);
}

/** What a gradient means for the loss. Said only where the tape bears it out. */
export function Consequence({ explanation }: { explanation: Explanation }): JSX.Element | null {
  const moment = settledMoment.value;
  const slope = Number(explanation.value);
  if (explanation.of !== "gradient" || REWORKED.has(explanation.kind) || !Number.isFinite(slope)) return null;
  if (!moment || moment.event !== explanation.at) return null;
  if (!isWholeSlope(moment.segment, explanation.tensor, moment.local)) return null;
  const change = plain(Math.abs(slope) * NUDGE);
  const key = slope === 0 ? "why.staysFlat" : slope > 0 ? "why.lossRises" : "why.lossFalls";
  return <p class="why-consequence">{t(key, slope === 0 ? {} : { change })}</p>;
}
