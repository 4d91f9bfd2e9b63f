import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { settledMoment } from "../app/state";
import { theme } from "../app/theme";
import { messages, t } from "../i18n";
import type { NumericArray } from "../tape/moment";
import { indexOf } from "../tape/structure";
import { formatShape } from "../tensor/format";
import { HeatMap } from "../tensor/HeatMap";
import { size } from "../tensor/slice";
import { cellOfIndex, indexOfCell, shownOf } from "../tensor/view";
import { formatStep, type Question } from "./question";
import { ask } from "./store";
import { useWalk } from "./walk";
import { nameOf } from "./words";

/** The number among its neighbours; each of them can be asked about. */
export function Neighbours({ question }: { question: Question }): JSX.Element | null {
  const hovered = useSignal(-1);
  const moment = settledMoment.value;
  const info = moment && indexOf(moment.structure).tensor(question.tensor);
  const shown = moment && info ? shownOf(moment, info, question.index[0] ?? 0, question.index) : null;
  const mark = useWalk(
    shown ? cellOfIndex(shown, question.index) : -1,
    formatStep({ ...question, event: 0 }),
  );
  if (!moment || !info || !shown || size(info.shape) < 2) return null;
  const name = nameOf(question.tensor, moment.structure);
  const side = (of: "value" | "gradient", array: NumericArray | null): JSX.Element | null => {
    if (!array) return null;
    const heading = t(of === "value" ? "tensor.value" : "tensor.gradient");
    const data = info.kind === "input" && !info.requires_grad;
    const asks = (cell: number): void =>
      ask({ tensor: question.tensor, of, index: indexOfCell(shown, cell) });
    return (
      <HeatMap
        array={array}
        shown={shown}
        of={of === "value" && data ? "data" : of}
        theme={theme.value}
        heading={heading}
        label={t("tensor.picture", {
          name,
          of: heading,
          shape: formatShape(shown.shape) || t("tensor.scalar"),
        })}
        note={null}
        selected={mark.cell}
        hovered={hovered.value}
        onSelect={mark.to}
        onAsk={asks}
        asksAnywhere
        onHover={(cell) => {
          hovered.value = cell;
        }}
        messages={messages.value}
      />
    );
  };
  return (
    <section class="why-neighbours">
      <h3>{t("why.neighbours", { name })}</h3>
      <div>
        {side("value", moment.value(question.tensor))}
        {side("gradient", moment.gradient(question.tensor))}
      </div>
    </section>
  );
}
