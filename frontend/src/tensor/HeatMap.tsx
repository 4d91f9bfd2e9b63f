import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { NumericArray } from "../tape/moment";
import { formOf } from "./arrange";
import { cellUnder, drawMap, planMap, showsNumbers } from "./drawMap";
import { formatNumber, formatRange } from "./format";
import { css, paletteOf, type Rgb } from "./palette";
import { type Role, rangeOf } from "./scale";
import { type Shown, sliceShown, walk } from "./view";

export interface HeatMapProps {
  array: NumericArray;
  shown: Shown;
  of: Role;
  theme: "light" | "dark";
  heading: string;
  label: string;
  note: string | null;
  selected: number;
  hovered: number;
  onSelect(cell: number): void;
  onHover(cell: number): void;
  /** Asks why of a number: pressed where cells show their numbers, or by Enter on the selected one. */
  onAsk?(cell: number): void;
  /** A press asks whatever the size of the cells. */
  asksAnywhere?: boolean;
  messages(key: string, args?: Record<string, string | number>): string;
}

/** One side of the tensor view: its heading with the printed range, and the picture as one focusable control. */
export function HeatMap(props: HeatMapProps): JSX.Element {
  const { array, shown, of: role, theme, messages } = props;
  const box = useRef<HTMLButtonElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ w: 0, h: 0 });
  const slice = sliceShown(array, shown);
  const scale = rangeOf(array, role);
  const form = formOf(slice.shape);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ w: element.clientWidth, h: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || size.w < 1 || size.h < 1) return;
    const dpr = window.devicePixelRatio || 1;
    element.width = Math.round(size.w * dpr);
    element.height = Math.round(size.h * dpr);
    const palette = paletteOf(theme, element);
    drawMap(context, {
      slice,
      scale,
      role,
      palette,
      width: size.w,
      height: size.h,
      dpr,
      selected: props.selected,
      hovered: props.hovered,
    });
  });

  const at = (event: MouseEvent): number => {
    const r = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return cellUnder(slice, size.w, size.h, event.clientX - r.left, event.clientY - r.top);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = walk(slice.shape, props.selected, event.key);
    if (next < 0) return;
    // The player's keys are arrows too; here they move the selected number.
    event.preventDefault();
    event.stopPropagation();
    props.onSelect(next);
  };
  const blocks = form === "facets" && size.w > 0 && planMap(slice, size.w, size.h).painted.blocks;
  return (
    <figure class={`tensor-side ${role}`}>
      <figcaption>
        <b>{props.heading}</b>
        {form !== "scalar" && <Strip ramp={scale.ramp} signed={scale.signed} theme={theme} />}
        {form !== "scalar" && (
          <span class="tensor-range">
            {scale.signed ? formatRange(scale.limit) : `0 – ${formatNumber(scale.limit)}`}
          </span>
        )}
      </figcaption>
      <button
        ref={box}
        type="button"
        class="tensor-map"
        aria-label={props.label}
        onClick={(event) => {
          // A click made by the keyboard has no place on the picture: it is about the selected number.
          const only = form === "scalar" ? 0 : props.selected;
          const cell = event.detail === 0 ? only : at(event);
          if (cell < 0) return;
          if (event.detail !== 0) props.onSelect(cell);
          if (event.detail === 0 || props.asksAnywhere || showsNumbers(slice, size.w, size.h))
            props.onAsk?.(cell);
        }}
        onKeyDown={key}
        onPointerMove={(event) => props.onHover(at(event))}
        onPointerLeave={() => props.onHover(-1)}
      >
        <canvas ref={canvas} />
      </button>
      {(props.note || blocks) && (
        <p class="tensor-note">
          {[props.note, blocks && messages("tensor.blocks")].filter(Boolean).join("; ")}
        </p>
      )}
    </figure>
  );
}

function Strip({
  ramp,
  signed,
  theme,
}: {
  ramp: Parameters<typeof stops>[1];
  signed: boolean;
  theme: string;
}): JSX.Element {
  const element = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const at = element.current;
    if (at)
      at.style.background = `linear-gradient(to right, ${stops(paletteOf(theme, at), ramp).join(", ")})`;
  }, [ramp, theme]);
  return <span ref={element} class={signed ? "tensor-strip signed" : "tensor-strip"} aria-hidden="true" />;
}

function stops(palette: ReturnType<typeof paletteOf>, ramp: keyof typeof palette.ramps): string[] {
  return [0, 64, 128, 191, 255].map((i) => css(palette.ramps[ramp][i] as Rgb));
}
