import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { runScript } from "../app/session";
import { notice, refusal, script } from "../app/state";
import { t } from "../i18n";

/** A plain place to write or paste a script and run it. */
export function Editor({ close }: { close: () => void }): JSX.Element {
  const text = useSignal(script.value);
  const busy = useSignal(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLOListElement>(null);
  const error = refusal.value;

  useEffect(() => {
    area.current?.focus();
  }, []);

  useEffect(() => {
    const field = area.current;
    if (!field || !error?.line) return;
    const start = lineStart(field.value, error.line) + Math.max(0, (error.column ?? 1) - 1);
    field.focus();
    field.setSelectionRange(start, start);
  }, [error]);

  const submit = async (): Promise<void> => {
    busy.value = true;
    refusal.value = null;
    const taken = await runScript(text.value);
    busy.value = false;
    if (taken) close();
  };

  return (
    <div class="editor">
      <div class="sheet">
        <ol class="gutter" ref={gutter} aria-hidden="true">
          {text.value.split("\n").map((_, place) => (
            <li key={place} class={error?.line === place + 1 ? "broken" : ""}>
              {place + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={area}
          aria-label={t("code.editor")}
          aria-invalid={error !== null}
          aria-describedby={error ? "script-error" : undefined}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          wrap="off"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") close();
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
          }}
        />
      </div>
      <footer>
        <p class="error" id="script-error" role="alert">
          {error && `◆ ${error.message}`}
          {!error && notice.value && "text" in notice.value && `◆ ${notice.value.text}`}
        </p>
        <button type="button" class="small" onClick={close}>
          {t("code.cancel")}
        </button>
        <button type="button" class="small primary" disabled={busy.value} onClick={() => void submit()}>
          {t("code.runThis")}
        </button>
      </footer>
    </div>
  );
}

function lineStart(text: string, line: number): number {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf("\n", at);
    if (next < 0) break;
    at = next + 1;
  }
  return at;
}
