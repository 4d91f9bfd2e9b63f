import { computed, effect, signal } from "@preact/signals";
import type { JSX } from "preact";
import { plainText, type Token, t, tokens } from "../i18n";
import { sentence } from "../tape/sentence";
import { momentBefore, notice, playing, settledMoment } from "./state";

const pieces = computed<Token[]>(() => {
  const now = settledMoment.value;
  const before = momentBefore.value;
  if (now && before) return sentence(now, before);
  const say = notice.value;
  if (!say) return tokens("say.loading");
  return "text" in say ? [{ text: say.text }] : tokens(say.key, say.params);
});

/** The sentence as plain text: for the slider's value and for screen readers. */
export const said = computed(() => plainText(pieces.value));

/** While playing, a screen reader hears a sentence this often; a paused page speaks at once. */
const BREATH = 4000;
const spoken = signal("");

export function speak(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const now = said.value;
    if (!playing.value) {
      clearTimeout(timer);
      timer = undefined;
      spoken.value = now;
    } else {
      timer ??= setTimeout(() => {
        timer = undefined;
        spoken.value = said.peek();
      }, BREATH);
    }
  });
}

/** One sentence under the graph says what is happening now. */
export function Sentence(): JSX.Element {
  const text = pieces.value;
  const phase = settledMoment.value?.current?.kind ?? "start";
  return (
    <div class="sentence" data-kind={phase}>
      {/* What is seen changes with every event; what is spoken is the quiet copy below. */}
      <p aria-hidden="true">
        {text.map((piece, place) => (
          <span key={place} class={piece.role}>
            {piece.text}
          </span>
        ))}
      </p>
      <p class="unseen" aria-live="polite">
        {spoken.value}
      </p>
    </div>
  );
}

/** What is said of the run as a whole: recording, failed, stopped. */
export function Notice(): JSX.Element | null {
  const say = notice.value;
  if (!say || !settledMoment.value) return null;
  const failed = "key" in say && say.key.startsWith("status.failed");
  return (
    <p class={`notice${failed ? " failed" : ""}`} role="status">
      {failed && <span aria-hidden="true">◆ </span>}
      {"text" in say ? say.text : t(say.key, say.params)}
    </p>
  );
}
