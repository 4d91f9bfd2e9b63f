import type { JSX } from "preact";
import { t } from "../i18n";
import { batchSize } from "../tensor/batch";
import { sample, settledMoment } from "./state";

/** A batch shows one item at a time; before the first stands the mean of all. */
export function SamplePicker(): JSX.Element | null {
  const structure = settledMoment.value?.structure;
  const count = structure ? batchSize(structure) : null;
  if (count === null) return null;
  const shown = Math.min(sample.value, count - 1);
  const turn = (by: number): void => {
    // The mean is one of the choices: −1, 0, …, count − 1, and around.
    sample.value = ((shown + 1 + by + count + 1) % (count + 1)) - 1;
  };
  return (
    <span class="sample">
      <button
        type="button"
        aria-label={t("sample.previous")}
        title={t("sample.previous")}
        onClick={() => turn(-1)}
      >
        ◂
      </button>
      <span aria-live="polite">
        {shown < 0 ? t("sample.mean", { count }) : t("sample.one", { n: shown, count })}
      </span>
      <button type="button" aria-label={t("sample.next")} title={t("sample.next")} onClick={() => turn(1)}>
        ▸
      </button>
    </span>
  );
}
