import type { JSX } from "preact";
import { t } from "../i18n";
import type { NumericArray } from "../tape/moment";
import { formatCount, formatNumber } from "../tensor/format";
import { type Statistics, statistics } from "../tensor/statistics";

const FIGURES = ["mean", "std", "norm", "min", "max"] as const;

/** Statistics of value and gradient, side by side; each cell carries its number at full precision. */
export function Figures({
  value,
  gradient,
}: {
  value: NumericArray | null;
  gradient: NumericArray | null;
}): JSX.Element {
  const ofValue = value && statistics(value);
  const ofGradient = gradient && statistics(gradient);
  const broken = (ofValue?.nonfinite ?? 0) + (ofGradient?.nonfinite ?? 0) > 0;
  return (
    <table class="figures">
      <caption class="unseen">{t("tensor.statistics")}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{t("tensor.value")}</th>
          <th scope="col">{t("tensor.gradient")}</th>
        </tr>
      </thead>
      <tbody>
        {FIGURES.map((figure) => (
          <tr key={figure}>
            <th scope="row">{t(`tensor.stat.${figure}`)}</th>
            <Figure of="value" figure={figure} statistics={ofValue} />
            <Figure of="gradient" figure={figure} statistics={ofGradient} />
          </tr>
        ))}
        {broken && (
          <tr class="broken">
            <th scope="row">◆ {t("inspector.nonfinite")}</th>
            <td>{formatCount(ofValue?.nonfinite ?? 0)}</td>
            <td>{formatCount(ofGradient?.nonfinite ?? 0)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Figure({
  of,
  figure,
  statistics: all,
}: {
  of: "value" | "gradient";
  figure: (typeof FIGURES)[number];
  statistics: Statistics | null;
}): JSX.Element {
  const x = all?.[figure];
  const known = x !== undefined && Number.isFinite(x);
  return (
    <td data-of={of} data-statistic={figure} data-value={known ? x : undefined}>
      {known ? formatNumber(x) : "–"}
    </td>
  );
}
