import type { JSX } from "preact";
import { t } from "../i18n";
import type { NumericArray } from "../tape/moment";
import { formatCount, formatNumber } from "../tensor/format";
import { numbers } from "../tensor/slice";
import { type Statistics, statistics } from "../tensor/statistics";

const FIGURES = ["mean", "std", "norm", "min", "max"] as const;

interface FiguresProps {
  value: NumericArray | null;
  gradient: NumericArray | null;
  /** Asks why of one number: the smallest and the largest are elements of the tensor. */
  onAsk(of: "value" | "gradient", index: number[]): void;
}

/** Statistics of value and gradient, side by side; each cell carries its number at full precision. */
export function Figures({ value, gradient, onAsk }: FiguresProps): JSX.Element {
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
            <Figure of="value" figure={figure} statistics={ofValue} array={value} onAsk={onAsk} />
            <Figure of="gradient" figure={figure} statistics={ofGradient} array={gradient} onAsk={onAsk} />
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
  array,
  onAsk,
}: {
  of: "value" | "gradient";
  figure: (typeof FIGURES)[number];
  statistics: Statistics | null;
  array: NumericArray | null;
  onAsk: FiguresProps["onAsk"];
}): JSX.Element {
  const x = all?.[figure];
  const known = x !== undefined && Number.isFinite(x);
  const text = known ? formatNumber(x) : "–";
  const asks = known && array !== null && (figure === "min" || figure === "max");
  return (
    <td data-of={of} data-statistic={figure} data-value={known ? x : undefined}>
      {asks ? (
        <button
          type="button"
          aria-label={t(figure === "min" ? "why.askSmallest" : "why.askLargest", {
            of: t(`tensor.${of}`),
            number: text,
          })}
          onClick={() => onAsk(of, placeOf(array, x))}
        >
          {text}
        </button>
      ) : (
        text
      )}
    </td>
  );
}

/** The index of the first element that is this number. */
function placeOf(array: NumericArray, x: number): number[] {
  let flat = Array.prototype.indexOf.call(numbers(array), x);
  return array.shape
    .map((_, at) => array.shape.length - 1 - at)
    .map((axis) => {
      const n = array.shape[axis] ?? 1;
      const place = flat % n;
      flat = Math.floor(flat / n);
      return place;
    })
    .reverse();
}
