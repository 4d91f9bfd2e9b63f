import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { revision, selection, settledMoment, tape } from "../app/state";
import { t } from "../i18n";
import type { Moment } from "../tape/moment";
import { countOf } from "../tape/numbers";
import type { TensorInfo } from "../tape/types";
import { formatCount, formatNumber } from "../tensor/format";
import { historyOf, onLogScale, sparkline } from "./history";

const WIDE = 84;
const HIGH = 16;

/** Every parameter with the course of its value, its gradient and its updates. */
export function Parameters(): JSX.Element {
  const parameters = useComputed(
    () => settledMoment.value?.structure.tensors.filter((tensor) => tensor.kind === "parameter") ?? [],
  ).value;
  const moment = settledMoment.value;
  const numbers = parameters.reduce((sum, tensor) => sum + countOf(tensor.shape), 0);
  return (
    <section class="panel parameters" aria-label={t("region.parameters")}>
      <header>
        <h2>{t("region.parameters")}</h2>
        {parameters.length > 0 && (
          <span class="aside">
            {t("parameters.count", { count: parameters.length, numbers: formatCount(numbers) })}
          </span>
        )}
      </header>
      {moment && parameters.length === 0 && <p class="empty">{t("parameters.none")}</p>}
      {moment && parameters.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div class="rows" tabIndex={0} role="group" aria-label={t("region.parameters")}>
          <table>
            <thead>
              <tr>
                <th scope="col">
                  <span class="unseen">{t("parameters.name")}</span>
                </th>
                <th scope="col" class="value">
                  {t("parameters.value")}
                </th>
                <th scope="col" class="gradient">
                  {t("parameters.gradient")}
                </th>
                <th scope="col" class="update">
                  {t("parameters.update")}
                </th>
              </tr>
            </thead>
            <tbody>
              {parameters.map((tensor) => (
                <Row key={tensor.id} tensor={tensor} moment={moment} />
              ))}
            </tbody>
            <tfoot aria-hidden="true">
              <tr>
                <td colSpan={3} />
                <td class="scale">
                  <span style={{ left: `${onLogScale(1e-3) * 100}%` }}>0.001</span>
                  <span style={{ left: "100%" }}>1</span>
                </td>
              </tr>
            </tfoot>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ tensor, moment }: { tensor: TensorInfo; moment: Moment }): JSX.Element {
  const history = useComputed(() => {
    revision.value;
    return historyOf(tensor.id, tape.value.chapters);
  }).value;
  const iteration = moment.iteration ?? 0;
  const picked = selection.value;
  const chosen = picked !== null && "tensor" in picked && picked.tensor === tensor.id;
  const stepped = moment.structure.events
    .slice(0, moment.local + 1)
    .some((event) => event.kind === "step" && event.tensor === tensor.id);
  const ratio = history.ratio[stepped ? iteration : iteration - 1] ?? null;
  return (
    <tr class={chosen ? "chosen" : ""}>
      <th scope="row">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={() => {
            selection.value = chosen ? null : { tensor: tensor.id };
          }}
        >
          {tensor.name ?? tensor.id}
        </button>
      </th>
      <td class="value">
        <Spark series={history.value} at={iteration} />
      </td>
      <td class="gradient">
        {moment.gradient(tensor.id) ? (
          <Spark series={history.gradient} at={iteration} />
        ) : (
          <span class="waiting">{t("parameters.waiting")}</span>
        )}
      </td>
      <td class="update">
        <div class="track">
          <i style={{ left: `${onLogScale(1e-3) * 100}%` }} />
          {ratio !== null && ratio > 0 && (
            <b class={stepped ? "" : "ghost"} style={{ left: `${onLogScale(ratio) * 100}%` }} />
          )}
        </div>
        {ratio !== null && (
          <span class="unseen">{t("parameters.ratio", { ratio: formatNumber(ratio) })}</span>
        )}
      </td>
    </tr>
  );
}

function Spark({ series, at }: { series: (number | null)[]; at: number }): JSX.Element {
  const { points, dot } = sparkline(series, WIDE, HIGH, at);
  const norm = series[at];
  return (
    <>
      <svg
        width={WIDE + 6}
        height={HIGH + 6}
        viewBox={`-3 -3 ${WIDE + 6} ${HIGH + 6}`}
        aria-hidden="true"
        focusable="false"
      >
        <polyline points={points} />
        {dot && <circle cx={dot.x} cy={dot.y} r="2.6" />}
      </svg>
      {norm !== null && norm !== undefined && (
        <span class="unseen">{t("parameters.norm", { norm: formatNumber(norm) })}</span>
      )}
    </>
  );
}
