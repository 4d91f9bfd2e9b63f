import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { element, sample, selection, settledMoment } from "../app/state";
import { theme } from "../app/theme";
import { messages, t } from "../i18n";
import type { Moment } from "../tape/moment";
import { tensorName } from "../tape/names";
import { indexOf } from "../tape/structure";
import type { TensorInfo } from "../tape/types";
import { formatShape } from "../tensor/format";
import { TensorView } from "../tensor/TensorView";
import { askShown } from "../why/store";
import { Figures } from "./Figures";
import { tensorNow, tensorOf } from "./shown";

/** A tensor's value and gradient at this moment: pictures, ranges, statistics. */
export function Inspector(): JSX.Element {
  const shown = useComputed(() => {
    const moment = settledMoment.value;
    if (!moment) return null;
    const chosen = selection.value;
    const id = chosen === null ? tensorNow(moment) : tensorOf(moment.structure, chosen);
    return { moment, tensor: id === null ? undefined : indexOf(moment.structure).tensor(id) };
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
  const { id } = tensor;
  const gradient = moment.gradient(id) ?? (tensor.leaf ? null : moment.seenGradient(id));
  const chosen = element.value;
  const ask = (of: "value" | "gradient", index: number[]): void =>
    askShown(moment, { tensor: id, of, index });
  return (
    <>
      <header>
        <h2>{tensor.kind === "result" ? tensorName(moment.structure, id) : (tensor.name ?? id)}</h2>
        <span class="aside">{[formatShape(tensor.shape), tensor.dtype].filter(Boolean).join(" · ")}</span>
      </header>
      <TensorView
        moment={moment}
        tensor={id}
        sample={sample.value}
        onSample={(next) => {
          sample.value = next;
        }}
        element={chosen?.tensor === id ? chosen.index : null}
        onElement={(index) => {
          element.value = { tensor: id, index };
        }}
        onAsk={ask}
        theme={theme.value}
        messages={messages.value}
      >
        <Figures value={moment.value(id)} gradient={gradient} onAsk={ask} />
      </TensorView>
    </>
  );
}
