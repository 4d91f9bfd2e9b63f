import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Numeric } from "../api/explanation";
import { Check as Tick } from "../app/icons";
import { locale, t } from "../i18n";
import type { JsonNumber } from "../tape/types";
import { formatDigits } from "../tensor/format";
import { check, checkByTrying } from "./store";
import { refusalText } from "./words";

/** Beside a gradient: the slope by trying, a little to either side. */
export function NudgeCheck({ value }: { value: JsonNumber }): JSX.Element {
  const now = check.value;
  if (now.state === "done") return <Outcome numeric={now.numeric} value={value} />;
  const refused = now.state === "refused" ? refusalText(now.refusal) : null;
  return (
    <div class="nudge">
      <button
        type="button"
        class="small"
        disabled={now.state === "trying"}
        onClick={() => {
          void checkByTrying();
        }}
      >
        {t(now.state === "trying" ? "why.trying" : "why.check")}
      </button>
      <p role="status">{refused}</p>
    </div>
  );
}

/** Fewer digits than this are no agreement. */
const ENOUGH = 3;
const DIGITS = 7;

function Outcome({ numeric, value }: { numeric: Numeric; value: JsonNumber }): JSX.Element {
  const { value: tried, nudge, digits } = numeric;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The pressed button has gone, and the focus with it.
    if (document.activeElement === document.body) box.current?.focus();
  }, []);
  const sentence = numeric.sentence[locale.value] ?? numeric.sentence.en ?? "";
  if (tried === null || digits === null)
    return (
      <div class="nudge" tabIndex={-1} ref={box}>
        <p role="status">{sentence}</p>
      </div>
    );
  const good = digits >= ENOUGH;
  return (
    <div class={good ? "nudge done good" : "nudge done"} role="status" tabIndex={-1} ref={box}>
      <p class="verdict">
        {good && <Tick />}
        {t("why.agrees", { digits })}
      </p>
      <dl>
        <dt>backward</dt>
        <dd>{formatDigits(Number(value), DIGITS)}</dd>
        <dt>{nudge === null ? t("why.nudged") : t("why.nudgedBy", { nudge: formatDigits(nudge, 1) })}</dt>
        <dd>{formatDigits(Number(tried), DIGITS)}</dd>
      </dl>
    </div>
  );
}
