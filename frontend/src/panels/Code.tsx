import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSize } from "../app/size";
import { chapter, refusal, run, script, settledMoment } from "../app/state";
import { t } from "../i18n";
import { Editor } from "./Editor";
import { linesNow, type Note, notesOf } from "./notes";

/** The words that give a script its shape; weight, not hue: hues are phases here. */
const KEYWORDS =
  /\b(def|class|return|for|in|while|if|elif|else|import|from|as|with|and|or|not|is|None|True|False|lambda|try|except|raise|pass|break|continue|yield)\b/;

/** Kept free above and below the running line. */
const CONTEXT_LINES = 2;

export function Code(): JSX.Element {
  const editing = useSignal(false);
  const lines = useComputed(() => script.value.replace(/\n$/, "").split("\n"));
  const now = useComputed(() => linesNow(settledMoment.value));
  const notes = useComputed(() =>
    settledMoment.value ? notesOf(settledMoment.value) : new Map<number, Note>(),
  );
  const error = run.value?.error ?? null;
  const iteration = chapter.value?.header.iteration ?? null;

  return (
    <section class="panel code" aria-label={t("region.code")}>
      <header>
        <h2>{run.value?.lesson ? `${run.value.lesson}.py` : "script.py"}</h2>
        <span class="aside">
          {!editing.value && iteration !== null && t("code.values", { n: iteration })}
        </span>
        {!editing.value && (
          <button
            type="button"
            class="small"
            onClick={() => {
              editing.value = true;
            }}
          >
            {t("code.edit")}
          </button>
        )}
      </header>
      {editing.value ? (
        <Editor
          close={() => {
            refusal.value = null;
            editing.value = false;
          }}
        />
      ) : (
        <Lines
          lines={lines.value}
          running={now.value.running}
          about={now.value.about}
          kind={settledMoment.value?.current?.kind ?? "output"}
          notes={notes.value}
          error={error}
        />
      )}
    </section>
  );
}

interface LinesProps {
  lines: string[];
  running: number | null;
  about: number | null;
  kind: string;
  notes: Map<number, Note>;
  error: { message: string; line: number | null } | null;
}

function Lines({ lines, running, about, kind, notes, error }: LinesProps): JSX.Element {
  const { ref: box, size } = useSize<HTMLDivElement>();
  const { height } = size.value;
  useEffect(() => {
    const scroller = box.current;
    const row = running === null ? null : scroller?.querySelector<HTMLElement>(`[data-line="${running}"]`);
    if (!scroller || !row) return;
    const margin = row.offsetHeight * CONTEXT_LINES;
    const above = row.offsetTop - margin;
    const below = row.offsetTop + row.offsetHeight + margin - scroller.clientHeight;
    if (scroller.scrollTop > above) scroller.scrollTop = above;
    else if (scroller.scrollTop < below) scroller.scrollTop = below;
    // Also when the panel opens: hidden, it could not scroll.
  }, [running, height]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div class="lines" ref={box} tabIndex={0} role="group" aria-label={t("code.lines")}>
      <ol>
        {lines.map((text, place) => {
          const line = place + 1;
          const note = notes.get(line);
          const state = line === running ? `running ${kind}` : line === about ? "about" : "";
          return (
            <li
              key={line}
              data-line={line}
              class={`${state}${error?.line === line ? " broken" : ""}`}
              aria-current={line === running ? "true" : undefined}
            >
              <span class="number">{line}</span>
              <code>{painted(text)}</code>
              {note && <span class={`note ${note.kind}`}>{note.text}</span>}
              {error?.line === line && <span class="error">◆ {error.message}</span>}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function painted(text: string): (JSX.Element | string)[] {
  const [code = "", ...comment] = text.split(/(?=#)/);
  const words = code
    .split(KEYWORDS)
    .map((part, place) => (place % 2 === 1 ? <b key={place}>{part}</b> : part));
  return comment.length > 0 ? [...words, <i key="comment">{comment.join("")}</i>] : words;
}
