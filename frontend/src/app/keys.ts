import { nextIteration, nextPhase, previousIteration, previousPhase } from "../player/jumps";
import { back, close, trail } from "../why/store";
import { current } from "../why/trail";
import { toggleShortcuts } from "./Shortcuts";
import { togglePlay } from "./session";
import { clock, here, selection, tape } from "./state";

export const seek = (event: number): void => clock.dispatch({ type: "seek", event });

/** A jump leaves play as it is; a single step pauses it. */
export const jump = {
  nextPhase: () => seek(nextPhase(tape.value, here.value)),
  previousPhase: () => seek(previousPhase(tape.value, here.value)),
  nextIteration: () => seek(nextIteration(tape.value, here.value)),
  previousIteration: () => seek(previousIteration(tape.value, here.value)),
  start: () => seek(0),
  end: () => seek(tape.value.events - 1),
};

export const step = (direction: 1 | -1): void => clock.dispatch({ type: "step", direction });

const asking = (): boolean => current(trail.value) !== null;

const TYPING = "input, textarea, select, dialog, [contenteditable]";
const PRESSED = "button, a, summary, [role=menuitem], [role=option], [role=tab], [role=switch]";

export function listenToKeys(): void {
  window.addEventListener("keydown", (event) => {
    const at = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || event.altKey || event.metaKey || at?.closest(TYPING)) return;
    const act = actionOf(event, at);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actionOf(event: KeyboardEvent, at: Element | null): (() => void) | null {
  switch (event.key) {
    case " ":
      // Space on a focused button is that button's.
      return at?.closest(PRESSED) ? null : togglePlay;
    case "ArrowRight":
      return event.ctrlKey ? jump.nextIteration : event.shiftKey ? jump.nextPhase : () => step(1);
    case "ArrowLeft":
      return event.ctrlKey ? jump.previousIteration : event.shiftKey ? jump.previousPhase : () => step(-1);
    case "Backspace":
      return asking() ? back : null;
    case "Escape":
      if (asking()) return close;
      return selection.value === null
        ? null
        : () => {
            selection.value = null;
          };
    case "?":
      return toggleShortcuts;
    case "Home":
      return jump.start;
    case "End":
      return jump.end;
    default:
      return null;
  }
}
