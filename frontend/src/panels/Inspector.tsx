import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { selection, settledMoment } from "../app/state";
import { theme } from "../app/theme";
import { TensorView } from "../app/views";
import { type MessageKey, t } from "../i18n";
import type { Moment, NumericArray } from "../tape/moment";
import { tensorName } from "../tape/names";
import { indexOf } from "../tape/structure";
import type { TensorInfo } from "../tape/types";
import { formatCount, formatNumber, formatShape } from "../tensor/format";
import { type Statistics, statistics } from "../tensor/statistics";
import { tensorNow, tensorOf } from "./shown";

/** A tensor's value and gradient at this moment: picture, range, statistics. */
export function Inspector(): JSX.Element {
  const shown = useComputed(() => {
    const moment = settledMoment.value;
    if (!moment) return null;
    const chosen = selection.value;
    const id = chosen === null ? tensorNow(moment) : tensorOf(moment.structure, chosen);
    const tensor = id === null ? undefined : indexOf(moment.structure).tensor(id);
    return { moment, tensor };
  }).value;

  return (
    <section class="panel inspector" aria-label={t("region.inspector")}>
      {shown?.tensor ? (
        <Tensor moment={shown.moment} tensor={shown.tensor} />
      ) : (
        <p class="empty">{t(selection.value !== null && shown ? "inspector.absent" : "inspector.none")}</p>
      )}
    </section>
  );
}

function Tensor({ moment, tensor }: { moment: Moment; tensor: TensorInfo }): JSX.Element {
  const value = moment.value(tensor.id);
  const gradient = moment.gradient(tensor.id);
  const seen = gradient ?? (moment.freed(tensor.id) ? moment.seenGradient(tensor.id) : null);
  const noGradient = gradientWord(moment, tensor);
  return (
    <>
      <header>
        <h2>
          {tensor.kind === "result" ? tensorName(moment.structure, tensor.id) : (tensor.name ?? tensor.id)}
        </h2>
        <span class="aside">{[formatShape(tensor.shape), tensor.dtype].filter(Boolean).join(" · ")}</span>
      </header>
      <div class="sides">
        <Side name="value" array={value} word="inspector.notYet" moment={moment} tensor={tensor} />
        <Side
          name="gradient"
          array={seen}
          word={noGradient}
          moment={moment}
          tensor={tensor}
          faded={!gradient}
        />
        <Figures value={value} gradient={seen} />
      </div>
    </>
  );
}

function gradientWord(moment: Moment, tensor: TensorInfo): MessageKey {
  if (!tensor.requires_grad) return "inspector.needsNone";
  const cleared = tensor.leaf && moment.phase === "zero_grad";
  return cleared ? "inspector.noGradient" : "inspector.notYet";
}

interface SideProps {
  name: "value" | "gradient";
  array: NumericArray | null;
  word: MessageKey;
  moment: Moment;
  tensor: TensorInfo;
  faded?: boolean;
}

function Side({ name, array, word, moment, tensor, faded }: SideProps): JSX.Element {
  return (
    <figure class={`side ${name}`}>
      <figcaption>
        <b>{t(`inspector.${name}`)}</b>
        {array && faded && <span class="aside">{t("inspector.freed")}</span>}
      </figcaption>
      {array ? (
        <TensorView
          array={array}
          role={name}
          tensor={tensor}
          structure={moment.structure}
          theme={theme.value}
        />
      ) : (
        <p class="slot">{t(word)}</p>
      )}
    </figure>
  );
}

const FIGURES = ["mean", "std", "norm", "min", "max"] as const;

function Figures({
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
      <caption class="unseen">{t("inspector.statistics")}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{t("inspector.value")}</th>
          <th scope="col">{t("inspector.gradient")}</th>
        </tr>
      </thead>
      <tbody>
        {FIGURES.map((figure) => (
          <tr key={figure}>
            <th scope="row">{t(`inspector.${figure}`)}</th>
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
