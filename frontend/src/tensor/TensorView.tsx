import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Moment, NumericArray } from "../tape/moment";
import { formatNumber, formatShape } from "./format";
import { HeatMap } from "./HeatMap";
import { numbers, offset } from "./slice";
import "./tensor.css";
import { cellOfIndex, indexOfCell, type Picked, placeName, type Shown, shownOf, sliceShown } from "./view";

export interface TensorViewProps {
  moment: Moment;
  tensor: string;
  /** Which item of the batch; −1 for their mean. */
  sample: number;
  onSample(sample: number): void;
  /** Full index of the selected number. */
  element: number[] | null;
  onElement(index: number[]): void;
  /** Asks why of one number. */
  onAsk?(of: "value" | "gradient", index: number[]): void;
  theme: "light" | "dark";
  messages(key: string, args?: Record<string, string | number>): string;
  /** What the page adds beside the pictures, as a table of statistics. */
  children?: ComponentChildren;
}

/** A tensor at a moment: value and gradient as pictures side by side, and the numbers of one element. */
export function TensorView(props: TensorViewProps): JSX.Element {
  const { moment, tensor, messages: say, theme } = props;
  const [hovered, setHovered] = useState(-1);
  const info = moment.structure.tensors.find((t) => t.id === tensor);
  if (!info) return <p class="tensor-view tensor-note">{say("tensor.absent", { name: tensor })}</p>;
  const shown = shownOf(moment, info, props.sample, props.element);
  const value = moment.value(tensor);
  const gradient = moment.gradient(tensor) ?? (info.leaf ? null : moment.seenGradient(tensor));
  // An axis of one has nothing to pick.
  const pickers = shown.picked.filter((p) => p.count > 1);
  const selected = cellOfIndex(shown, props.element);
  const looked = hovered >= 0 ? hovered : selected;
  const data = info.kind === "input" && !info.requires_grad;
  const name = info.name ?? tensor;
  const label = (of: string): string =>
    say("tensor.picture", { name, of, shape: formatShape(shown.shape) || say("tensor.scalar") });
  const shared = { shown, theme, selected, hovered, messages: say, onHover: setHovered } as const;
  const select = (cell: number): void => props.onElement(indexOfCell(shown, cell));
  // A mean over the batch is no number of the tape.
  const { onAsk } = props;
  const mean = shown.picked.some((p) => p.kind === "sample" && p.at < 0);
  const ask = (of: "value" | "gradient"): ((cell: number) => void) | undefined =>
    onAsk && !mean ? (cell) => onAsk(of, indexOfCell(shown, cell)) : undefined;
  return (
    <div class="tensor-view">
      {pickers.length > 0 && (
        <div class="tensor-pickers">
          {pickers.map((picked) => (
            <Picker key={picked.axis} picked={picked} shown={shown} {...props} />
          ))}
        </div>
      )}
      <div class="tensor-sides">
        {value ? (
          <HeatMap
            {...shared}
            array={value}
            of={data ? "data" : "value"}
            heading={say("tensor.value")}
            label={label(say("tensor.value"))}
            note={null}
            onSelect={select}
            onAsk={ask("value")}
          />
        ) : (
          <Empty of="value" heading={say("tensor.value")} text={say("tensor.notYet")} />
        )}
        {gradient ? (
          <HeatMap
            {...shared}
            array={gradient}
            of="gradient"
            heading={say("tensor.gradient")}
            label={label(say("tensor.gradient"))}
            note={moment.freed(tensor) ? say("tensor.freed") : null}
            onSelect={select}
            onAsk={ask("gradient")}
          />
        ) : (
          <Empty
            of="gradient"
            heading={say("tensor.gradient")}
            text={say(!info.requires_grad ? "tensor.needsNone" : info.leaf ? "tensor.none" : "tensor.notYet")}
          />
        )}
        <aside class="tensor-aside">
          <Numbers shown={shown} cell={looked} value={value} gradient={gradient} ask={ask} say={say} />
          {props.children}
        </aside>
      </div>
    </div>
  );
}

/** The two numbers of one element. It speaks when the selection moves, so that keys can be followed by ear. */
function Numbers({
  shown,
  cell,
  value,
  gradient,
  ask,
  say,
}: {
  shown: Shown;
  cell: number;
  value: NumericArray | null;
  gradient: NumericArray | null;
  ask(of: "value" | "gradient"): ((cell: number) => void) | undefined;
  say: TensorViewProps["messages"];
}): JSX.Element {
  const read = (array: NumericArray | null, sign: boolean): string | null => {
    if (!array || cell < 0) return null;
    return formatNumber(readCell(array, shown, cell), { sign });
  };
  const v = read(value, false);
  const g = read(gradient, true);
  return (
    <div class="tensor-numbers" aria-live="polite">
      <span class="tensor-place">{placeName(shown, cell, say)}</span>
      {v !== null && <Figure of="value" number={v} cell={cell} ask={ask("value")} say={say} />}
      {g !== null && <Figure of="gradient" number={g} cell={cell} ask={ask("gradient")} say={say} />}
    </div>
  );
}

/** One number; where it can be asked about, a button. */
function Figure({
  of,
  number,
  cell,
  ask,
  say,
}: {
  of: "value" | "gradient";
  number: string;
  cell: number;
  ask: ((cell: number) => void) | undefined;
  say: TensorViewProps["messages"];
}): JSX.Element {
  const name = say(`tensor.${of}`);
  if (ask)
    return (
      <button
        type="button"
        class={`tensor-number ${of}`}
        aria-label={say("why.ask", { of: name, number })}
        onClick={() => ask(cell)}
      >
        {number}
      </button>
    );
  return (
    <span class={`tensor-number ${of}`}>
      <span class="tensor-unseen">{name} </span>
      {number}
    </span>
  );
}

function readCell(array: NumericArray, shown: Shown, cell: number): number {
  const mean = shown.picked.some((p) => p.kind === "sample" && p.at < 0);
  if (mean) return sliceShown(array, shown).data[cell] as number;
  return numbers(array)[offset(array.shape, indexOfCell(shown, cell))] as number;
}

function Empty({ of, heading, text }: { of: string; heading: string; text: string }): JSX.Element {
  return (
    <figure class={`tensor-side ${of}`}>
      <figcaption>
        <b>{heading}</b>
      </figcaption>
      <p class="tensor-slot">{text}</p>
    </figure>
  );
}

/** "channel ◂ 3 ▸ of 20" */
function Picker({
  picked,
  shown,
  ...props
}: { picked: Picked; shown: Shown } & TensorViewProps): JSX.Element {
  const { messages: say } = props;
  const name = say(`tensor.axis.${picked.kind}`, { n: picked.axis });
  const lowest = picked.kind === "sample" ? -1 : 0;
  const go = (to: number): void => {
    if (picked.kind === "sample") props.onSample(to);
    else {
      const index = props.element ? [...props.element] : shown.info.shape.map(() => 0);
      index[picked.axis] = to;
      props.onElement(index);
    }
  };
  return (
    <span class="tensor-picker">
      <span>{name}</span>
      <button
        type="button"
        aria-label={say("tensor.previous", { axis: name })}
        disabled={picked.at <= lowest}
        onClick={() => go(picked.at - 1)}
      >
        ◂
      </button>
      <b>{picked.at < 0 ? say("tensor.mean") : picked.at}</b>
      <button
        type="button"
        aria-label={say("tensor.next", { axis: name })}
        disabled={picked.at >= picked.count - 1}
        onClick={() => go(picked.at + 1)}
      >
        ▸
      </button>
      <span>{say("tensor.of", { count: picked.count })}</span>
    </span>
  );
}
