import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { type MessageKey, t } from "../i18n";

const KEYS: [string, MessageKey][] = [
  ["Space", "keys.play"],
  ["→ ←", "keys.event"],
  ["Shift → ←", "keys.phase"],
  ["Ctrl → ←", "keys.iteration"],
  ["Home End", "keys.ends"],
  ["Enter", "keys.why"],
  ["Backspace", "keys.whyBack"],
  ["Esc", "keys.deselect"],
  ["?", "keys.sheet"],
];

let dialog: HTMLDialogElement | null = null;

export function toggleShortcuts(): void {
  if (dialog?.open) dialog.close();
  else dialog?.showModal();
}

/** The sheet of keys, opened by `?`. */
export function Shortcuts(): JSX.Element {
  const close = useRef<HTMLButtonElement>(null);
  return (
    <dialog
      class="shortcuts"
      aria-labelledby="shortcuts-title"
      ref={(element) => {
        dialog = element;
      }}
    >
      <h2 id="shortcuts-title">{t("keys.title")}</h2>
      <dl>
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{t(does)}</dd>
          </div>
        ))}
      </dl>
      <button ref={close} type="button" class="small" onClick={toggleShortcuts}>
        {t("keys.close")}
      </button>
    </dialog>
  );
}
