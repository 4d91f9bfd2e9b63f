import { computed, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { seek } from "../app/keys";
import { said } from "../app/Sentence";
import { useSize } from "../app/size";
import { chapter, clock, here, position, progress, revision, tape } from "../app/state";
import { t } from "../i18n";
import type { Chapter } from "../tape/tape";
import { type Clip, eventAt, type Mountain, mountainOf } from "./mountain";

/** How much of the iteration has happened, 0..1. */
const played = computed(() => {
  const at = chapter.value;
  if (!at) return 0;
  const count = at.structure.events.length || 1;
  return Math.max(0, Math.min(1, (position.value - at.header.first + progress.value) / count));
});

/** One iteration as a mountain: the slider over event indices. */
export function Timeline(): JSX.Element {
  const { ref, size } = useSize<HTMLDivElement>();
  const drawn = useRef<HTMLDivElement>(null);
  revision.value;
  const at = chapter.value;
  const style = useComputed(() => `--played:${played.value}`);

  const seekTo = (event: PointerEvent, of: Chapter): void => {
    const box = drawn.current?.getBoundingClientRect();
    if (!box) return;
    const events = of.structure.events.length;
    seek(of.header.first + eventAt((event.clientX - box.left) / box.width, events));
  };

  return (
    <div
      ref={ref}
      class="timeline"
      role="slider"
      tabIndex={0}
      aria-label={t("player.timeline")}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, tape.value.events - 1)}
      aria-valuenow={Math.max(0, here.value)}
      aria-valuetext={t("player.valueText", {
        iteration: at?.header.iteration ?? "–",
        sentence: said.value,
      })}
      onPointerDown={(event) => {
        if (!at || event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        clock.dispatch({ type: "pause" });
        seekTo(event, at);
      }}
      onPointerMove={(event) => {
        if (at && event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event, at);
      }}
    >
      <div class="mountain" ref={drawn} style={style}>
        {at && (
          <>
            <Clips mountain={mountainOf(at.structure)} width={size.value.width} layer="ahead" />
            <Clips mountain={mountainOf(at.structure)} width={size.value.width} layer="done" />
            <span class="slope up" aria-hidden="true">
              forward ▸
            </span>
            <span class="slope down" aria-hidden="true">
              ◂ backward
            </span>
          </>
        )}
        <div class="playhead" aria-hidden="true" />
      </div>
    </div>
  );
}

/** Rough width of a letter of a label, to know whether it fits. */
const LETTER = 6.6;

function Clips({
  mountain,
  width,
  layer,
}: {
  mountain: Mountain;
  width: number;
  layer: "ahead" | "done";
}): JSX.Element {
  const per = 100 / mountain.events;
  const row = 100 / mountain.rows;
  return (
    <div class={`clips ${layer}`} aria-hidden="true">
      {mountain.clips.map((clip) => (
        <div
          key={clip.from}
          class={`clip ${clip.kind}${clip.row === null ? " tall" : ""}`}
          style={{
            left: `${clip.from * per}%`,
            width: `calc(${(clip.to - clip.from) * per}% - 2px)`,
            ...(clip.row === null
              ? {}
              : { bottom: `${clip.row * row}%`, height: `max(2px, calc(${row}% - 2px))` }),
          }}
        >
          {fits(clip, mountain, width) && <span>{clip.label}</span>}
        </div>
      ))}
    </div>
  );
}

function fits(clip: Clip, mountain: Mountain, width: number): boolean {
  if (clip.kind === "zero" || clip.kind === "step")
    return ((clip.to - clip.from) / mountain.events) * width > 15;
  if (mountain.rows > 8) return false;
  return ((clip.to - clip.from) / mountain.events) * width > clip.label.length * LETTER + 12;
}
