import { computed, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { seek } from "../app/keys";
import { said } from "../app/Sentence";
import { type Size, useSize } from "../app/size";
import { chapter, clock, here, position, progress, revision, tape } from "../app/state";
import { t } from "../i18n";
import type { Chapter } from "../tape/tape";
import { type Clip, eventAt, type Mountain, mountainOf, playedOf } from "./mountain";

/** How much of the iteration has happened, 0..1. */
const played = computed(() => {
  const at = chapter.value;
  if (!at) return 0;
  return playedOf(mountainOf(at.structure), position.value - at.header.first, progress.value);
});

/** One iteration as a mountain: the slider over event indices. */
export function Timeline(): JSX.Element {
  const { ref, size } = useSize<HTMLDivElement>();
  const drawn = useRef<HTMLDivElement>(null);
  revision.value;
  const at = chapter.value;
  const style = useComputed(() => `--played:${played.value}`);

  const bounds = size.value;
  // Hundreds of clips, and only the playhead moves: the same elements are handed back until the structure changes.
  const drawnMountain = useMemo(() => {
    if (!at) return null;
    const mountain = mountainOf(at.structure);
    return (
      <>
        <Clips mountain={mountain} size={bounds} layer="ahead" />
        <Clips mountain={mountain} size={bounds} layer="done" />
        <Slopes mountain={mountain} />
      </>
    );
  }, [at?.structure, bounds]);

  const seekTo = (event: PointerEvent, of: Chapter): void => {
    const box = drawn.current?.getBoundingClientRect();
    if (!box) return;
    seek(of.header.first + eventAt(mountainOf(of.structure), (event.clientX - box.left) / box.width));
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
        {drawnMountain}
        <div class="playhead" aria-hidden="true" />
      </div>
    </div>
  );
}

/** Which side of the mountain is which way, where there is a side. */
function Slopes({ mountain }: { mountain: Mountain }): JSX.Element {
  const up = mountain.clips.find((clip) => clip.kind === "forward");
  const down = mountain.clips.findLast((clip) => clip.kind === "backward");
  const percent = (fraction: number): string => `calc(${fraction * 100}% + 6px)`;
  return (
    <>
      {up && (
        <span class="slope up" style={{ left: percent(mountain.edges[up.from] ?? 0) }} aria-hidden="true">
          forward ▸
        </span>
      )}
      {down && (
        <span
          class="slope down"
          style={{ right: percent(1 - (mountain.edges[down.to] ?? 1)) }}
          aria-hidden="true"
        >
          ◂ backward
        </span>
      )}
    </>
  );
}

/** Rough width of a letter of a label, to know whether it fits. */
const LETTER = 6.3;

/** Above and below the mountain, inside the slider. */
const PADDING = 8;

/** A clip as high as a line of letters. */
const LINE = 11;

/** Rows closer than this would hide each other if their clips were as high as a line. */
const CLOSEST = 6;

/** Height of a clip in pixels. Neighbouring rows stand side by side, so a clip may reach a little into the next row. */
function clipHeight(mountain: Mountain, height: number): number {
  const pitch = height / mountain.rows;
  return pitch < CLOSEST ? Math.max(2, pitch - 1) : Math.max(LINE, pitch - 2);
}

function Clips({
  mountain,
  size,
  layer,
}: {
  mountain: Mountain;
  size: Size;
  layer: "ahead" | "done";
}): JSX.Element {
  const high = clipHeight(mountain, size.height - PADDING);
  return (
    <div class={`clips ${layer}`} aria-hidden="true">
      {mountain.clips.map((clip) => (
        <div
          key={clip.from}
          class={`clip ${clip.kind}${clip.row === null ? " tall" : ""}`}
          style={{
            left: `${(mountain.edges[clip.from] ?? 0) * 100}%`,
            width: `calc(${widthOf(clip, mountain) * 100}% - 2px)`,
            ...(clip.row === null
              ? {}
              : {
                  bottom: `calc((100% - ${high}px) * ${clip.row / Math.max(1, mountain.rows - 1)})`,
                  height: `${high}px`,
                }),
          }}
        >
          {fits(clip, mountain, size) && <span>{clip.label}</span>}
        </div>
      ))}
    </div>
  );
}

const widthOf = (clip: Clip, { edges }: Mountain): number => (edges[clip.to] ?? 1) - (edges[clip.from] ?? 0);

function fits(clip: Clip, mountain: Mountain, { width, height }: Size): boolean {
  const room = widthOf(clip, mountain) * width;
  if (clip.kind === "zero" || clip.kind === "step") return room > 15;
  return clipHeight(mountain, height - PADDING) >= LINE && room > clip.label.length * LETTER + 9;
}
