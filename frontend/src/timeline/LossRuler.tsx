import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { seek } from "../app/keys";
import { useSize } from "../app/size";
import { chapter, clock, revision, tape } from "../app/state";
import { t } from "../i18n";
import { toNumber } from "../tape/numbers";
import { formatNumber } from "../tensor/format";
import { rulerOf } from "./ruler";

/** The bracket is never thinner than a finger's guess. */
const LEAST = 7;

/** The loss curve is the ruler of iterations; a bracket marks the one that is open below. */
export function LossRuler(): JSX.Element {
  const { ref, size } = useSize<HTMLDivElement>();
  const losses = useComputed(() => {
    revision.value;
    const list: (number | null)[] = [];
    for (const { header } of tape.value.chapters)
      if (header.iteration !== null) list[header.iteration] = toNumber(header.loss);
    return Array.from(list, (loss) => loss ?? null);
  });
  const { width, height } = size.value;
  const ruler = useComputed(() => rulerOf(losses.value, size.value.width, size.value.height)).value;
  const iteration = chapter.value?.header.iteration ?? null;
  const loss = iteration === null ? null : (losses.value[iteration] ?? null);
  const cell = iteration === null ? null : ruler.cell(iteration);
  const said = loss === null ? t("loss.none") : t("loss.at", { loss: formatNumber(loss) });

  const seekTo = (event: PointerEvent): void => {
    const box = ref.current?.getBoundingClientRect();
    const chosen = box && tape.value.iteration(ruler.at(event.clientX - box.left));
    if (chosen && chosen !== chapter.value) seek(chosen.header.first);
  };

  return (
    <section class="loss" aria-label={t("region.loss")}>
      <div
        ref={ref}
        class="ruler"
        role="slider"
        tabIndex={0}
        aria-label={t("player.iterations")}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, losses.value.length - 1)}
        aria-valuenow={iteration ?? 0}
        aria-valuetext={t("loss.valueText", {
          iteration: iteration ?? "–",
          loss: loss === null ? "–" : formatNumber(loss),
        })}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          clock.dispatch({ type: "pause" });
          seekTo(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
        }}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.shiftKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight"))
            return;
          // On this slider an arrow is an iteration, as everywhere with Ctrl.
          event.preventDefault();
          const next = tape.value.iteration((iteration ?? 0) + (event.key === "ArrowRight" ? 1 : -1));
          if (next) seek(next.header.first);
        }}
      >
        <svg width={width} height={height} aria-hidden="true" focusable="false">
          {ruler.pieces.map((piece, place) =>
            piece.length === 1 ? (
              <circle key={place} class="curve-dot" cx={piece[0]?.x} cy={piece[0]?.y} r="2" />
            ) : (
              <polyline key={place} class="curve" points={piece.map(({ x, y }) => `${x},${y}`).join(" ")} />
            ),
          )}
        </svg>
        {cell && (
          <>
            <div
              class="bracket"
              style={{
                left: `${cell.x + Math.min(0, (cell.width - LEAST) / 2)}px`,
                width: `${Math.max(LEAST, cell.width)}px`,
              }}
            />
            <span
              class={`here${cell.x > width * 0.8 ? " left" : ""}`}
              style={
                cell.x > width * 0.8
                  ? { right: `${width - cell.x + 8}px` }
                  : { left: `${cell.x + Math.max(LEAST, cell.width) + 6}px` }
              }
              data-value={loss ?? undefined}
            >
              {said}
            </span>
          </>
        )}
      </div>
      <div class="ticks" aria-hidden="true">
        {ruler.ticks.map(({ x, iteration: n }) => (
          <span key={n} style={{ left: `${x}px` }}>
            {n}
          </span>
        ))}
      </div>
    </section>
  );
}
