import type { JSX } from "preact";
import { t } from "../i18n";
import { type Stretch, stretches } from "../player/jumps";
import type { Chapter } from "../tape/tape";
import * as icons from "./icons";
import { seek } from "./keys";
import { SamplePicker } from "./SamplePicker";
import { chapter, here } from "./state";

/** Which iteration, and how far into its phases. */
export function Heading({ aside }: { aside: JSX.Element | null }): JSX.Element {
  const at = chapter.value;
  return (
    <div class="heading">
      <h1>
        {!at
          ? t("heading.empty")
          : at.header.iteration === null
            ? t("heading.setup")
            : t("heading.iteration", { n: at.header.iteration })}
      </h1>
      {at && at.header.iteration !== null && (
        <nav class="phases" aria-label={t("heading.phases")}>
          <ol>
            {stretches(at).map((stretch) => (
              <Pill key={stretch.from} stretch={stretch} of={at} />
            ))}
          </ol>
        </nav>
      )}
      <div class="spring">{aside}</div>
      <SamplePicker />
    </div>
  );
}

function Pill({ stretch, of }: { stretch: Stretch; of: Chapter }): JSX.Element {
  const now = here.value;
  const state = now > stretch.to ? "done" : now < stretch.from ? "ahead" : "now";
  const { done, count } = progressOf(stretch, of, now);
  return (
    <li>
      <button
        type="button"
        class={`pill ${state} ${stretch.phase}`}
        aria-current={state === "now" ? "step" : undefined}
        // Into the phase; once there, to its end.
        onClick={() => seek(state === "now" ? stretch.to : stretch.from)}
      >
        {state === "done" && <icons.Check />}
        {state === "now" ? t("heading.progress", { phase: stretch.phase, done, count }) : stretch.phase}
      </button>
    </li>
  );
}

/** Counted in ops: the shares that a backward hands out belong to it. */
export function progressOf(stretch: Stretch, of: Chapter, now: number): { done: number; count: number } {
  const { first } = of.header;
  let done = 0;
  let count = 0;
  for (let event = stretch.from; event <= stretch.to; event++) {
    if (of.structure.events[event - first]?.kind === "accumulate" && stretch.phase === "backward") continue;
    count++;
    if (event <= now) done++;
  }
  return { done, count };
}
