import type { JSX } from "preact";
import { linesNow, notesOf } from "../panels/notes";
import { script, settledMoment } from "./state";

/** The one line of the script that runs, for screens without room for all of them. */
export function RunningLine(): JSX.Element {
  const now = settledMoment.value;
  const line = linesNow(now).running;
  const note = line === null || !now ? undefined : notesOf(now).get(line);
  return (
    <>
      <span class="number">{line ?? ""}</span>
      <code>{line === null ? "" : (script.value.split("\n")[line - 1] ?? "").trim()}</code>
      {note && <span class={`note ${note.kind}`}>{note.text}</span>}
    </>
  );
}
