import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Factor } from "../api/explanation";
import { settledMoment } from "../app/state";
import { theme } from "../app/theme";
import { messages, t } from "../i18n";
import type { Moment, NumericArray } from "../tape/moment";
import { indexOf } from "../tape/structure";
import { formatShape } from "../tensor/format";
import { HeatMap } from "../tensor/HeatMap";
import { cellOfIndex, indexOfCell, type Shown } from "../tensor/view";
import { formatStep } from "./question";
import { ask } from "./store";
import { useWalk } from "./walk";
import { nameOf, questionName, roleOf } from "./words";

/** Factors that lie in images or kernels, each as the picture it lies in. */
export function Pictures({ factors }: { factors: Factor[] }): JSX.Element | null {
  const moment = settledMoment.value;
  if (!moment) return null;
  const shown = factors
    .map((factor) => ({ factor, array: arrayOf(factor, moment), image: imageOf(factor, moment) }))
    .filter((one) => one.array !== null && one.image !== null);
  if (shown.length === 0) return null;
  return (
    <div class="why-pictures">
      {shown.map(({ factor, array, image }, place) =>
        array && image ? <Picture key={place} factor={factor} array={array} image={image} /> : null,
      )}
    </div>
  );
}

function Picture({
  factor,
  array,
  image,
}: {
  factor: Factor;
  array: NumericArray;
  image: Shown;
}): JSX.Element {
  const hovered = useSignal(-1);
  const mark = useWalk(cellOfIndex(image, factor.index), formatStep({ ...factor, event: factor.at }));
  const structure = settledMoment.value?.structure ?? null;
  const role = roleOf(factor, structure);
  const heading = questionName({ ...factor, index: factor.index.slice(0, -2) }, structure);
  return (
    <HeatMap
      array={array}
      shown={image}
      of={role === "data" ? "data" : role === "gradient" ? "gradient" : "value"}
      theme={theme.value}
      heading={heading}
      label={t("tensor.picture", {
        name: nameOf(factor.tensor, structure),
        of: t(factor.of === "gradient" ? "tensor.gradient" : "tensor.value"),
        shape: formatShape(image.shape),
      })}
      note={null}
      selected={mark.cell}
      hovered={hovered.value}
      onSelect={mark.to}
      asksAnywhere
      onAsk={(cell) =>
        ask({ tensor: factor.tensor, of: factor.of, index: indexOfCell(image, cell) }, factor.at)
      }
      onHover={(cell) => {
        hovered.value = cell;
      }}
      messages={messages.value}
    />
  );
}

/** The factor's tensor as it was: a gradient that was used and freed since is still on the tape. */
function arrayOf({ tensor, of }: Factor, moment: Moment): NumericArray | null {
  if (of === "gradient") return moment.gradient(tensor) ?? moment.seenGradient(tensor);
  return of === "value" ? moment.value(tensor) : null;
}

/** The last two axes of what it lies in, at the factor's place along the others. */
function imageOf({ tensor, index }: Factor, moment: Moment): Shown | null {
  const info = indexOf(moment.structure).tensor(tensor);
  if (!info || info.shape.length < 3 || info.shape.slice(-2).some((n) => n < 2)) return null;
  const axes = [info.shape.length - 2, info.shape.length - 1];
  const picked = index.slice(0, -2).map((at, axis) => ({
    axis,
    kind: axis === 0 ? ("sample" as const) : ("index" as const),
    at,
    count: info.shape[axis] as number,
  }));
  return { info, batched: true, picked, axes, shape: info.shape.slice(-2) };
}
