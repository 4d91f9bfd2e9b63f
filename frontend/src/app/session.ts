import { effect } from "@preact/signals";
import { api, Refused } from "../api/client";
import { follow } from "../api/stream";
import type { NewRun, Run } from "../api/types";
import { Tape } from "../tape/tape";
import { trail } from "../why/store";
import { CLOSED, trailOf } from "../why/trail";
import {
  camera,
  clock,
  here,
  lessons,
  notice,
  playing,
  refusal,
  revision,
  run,
  script,
  selection,
  tape,
} from "./state";
import { formatSelection, formatView, parseSelection, parseView } from "./url";

/** Iterations recorded when a run is opened, before anybody asks for more. */
const OPENING = 8;

let unfollow = (): void => {};
/** Where to go once the tape reaches there: the address named it, or it is the opening. */
let goal: number | "opening" | null = null;

/** Opens what the address names, else the first lesson. */
export async function start(): Promise<void> {
  const view = parseView(location.hash);
  notice.value = { key: view.run ? "say.loading" : "status.loading" };
  try {
    lessons.value = await api.lessons();
    if (view.run) {
      selection.value = view.sel === null ? null : parseSelection(view.sel);
      camera.value = view.cam;
      trail.value = trailOf(view.why);
      await open(await api.run(view.run), view.at ?? "opening");
    } else {
      const first = lessons.value[0];
      if (first) await create({ lesson: first.id, iterations: OPENING });
    }
  } catch (error) {
    notice.value =
      view.run && error instanceof Refused && error.status === 404 ? { key: "status.noRun" } : say(error);
  }
  keepAddress();
}

export async function chooseLesson(id: string): Promise<void> {
  await attempt(() => create({ lesson: id, iterations: OPENING }));
}

/** Runs a script of one's own. False: the server refused it, and `refusal` says why. */
export async function runScript(text: string): Promise<boolean> {
  return attempt(() => create({ script: text, iterations: OPENING }));
}

/** Records further iterations; a run that failed is run again. */
export async function record(iterations: number): Promise<void> {
  const now = run.value;
  if (!now) return;
  await attempt(async () => {
    if (now.status === "finished") notice.value = { key: "status.finished" };
    else if (now.status === "failed")
      await create({
        ...(now.lesson ? { lesson: now.lesson } : { script: script.value }),
        seed: now.seed,
        iterations,
      });
    else await api.advance(now.id, iterations);
  });
}

export async function stop(): Promise<void> {
  const now = run.value;
  if (now) await attempt(() => api.stop(now.id));
}

async function attempt(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 422 && error.problem.line !== undefined) {
      const { line, column } = error.problem;
      refusal.value = { message: error.message, line: line ?? null, column: column ?? null };
    } else notice.value = say(error);
    return false;
  }
}

function say(error: unknown): { text: string } | { key: "status.offline" } {
  if (error instanceof Refused && error.status === 0) return { key: "status.offline" };
  return { text: error instanceof Error ? error.message : String(error) };
}

async function create(wish: NewRun): Promise<void> {
  const made = await api.create(wish);
  selection.value = null;
  camera.value = null;
  trail.value = CLOSED;
  await open(made, "opening");
}

async function open(opened: Run, at: number | "opening"): Promise<void> {
  unfollow();
  refusal.value = null;
  goal = at;
  const made = new Tape((key) => api.segment(opened.id, key));
  tape.value = made;
  run.value = opened;
  revision.value++;
  clock.dispatch({ type: "pause" });
  clock.dispatch({ type: "seek", event: -1 });
  notice.value = status(opened);
  unfollow = follow(opened.id, {
    run(next) {
      run.value = next;
      notice.value = status(next);
      arrive();
    },
    segment(bytes) {
      made.add(bytes);
      revision.value++;
      arrive();
    },
    next: () => made.nextIteration(),
  });
  script.value = await api.script(opened.id);
}

/** Goes to `goal` as soon as the tape holds it, or holds all it ever will. */
function arrive(): void {
  if (goal === null || tape.value.events === 0) return;
  if (goal === "opening") {
    const first = tape.value.iteration(0);
    const over = run.value?.status !== "recording";
    if (!first && !over) return;
    clock.dispatch({ type: "seek", event: first?.header.first ?? 0 });
  } else {
    const all = tape.value.events >= (run.value?.events ?? 0) && run.value?.status !== "recording";
    if (goal >= tape.value.events && !all) return;
    clock.dispatch({ type: "seek", event: goal });
  }
  goal = null;
}

function status(now: Run): (typeof notice)["value"] {
  const message = now.error?.message ?? "";
  const line = now.error?.line;
  if (now.status === "failed")
    return line
      ? { key: "status.failedAt", params: { line, message } }
      : { key: "status.failed", params: { message } };
  if (now.status === "stopped")
    return message ? { key: "status.stopped", params: { message } } : { key: "status.stoppedByYou" };
  if (now.status === "recording")
    return now.iterations > 0
      ? { key: "status.recording", params: { n: now.iterations } }
      : { key: "status.loading" };
  return now.events === 0 ? { key: "status.empty" } : null;
}

/** Browsers refuse an address that changes at every frame. */
const ADDRESS_MS = 300;

function keepAddress(): void {
  let waiting = false;
  const write = (): void => {
    waiting = false;
    if (!run.value || goal !== null) return;
    const hash = formatView({
      run: run.value.id,
      at: here.value,
      sel: selection.value && formatSelection(selection.value),
      cam: camera.value,
      why: trail.value.steps.slice(0, trail.value.at + 1),
    });
    if (hash !== location.hash) history.replaceState(null, "", hash);
  };
  effect(() => {
    run.value;
    here.value;
    selection.value;
    camera.value;
    trail.value;
    if (!waiting) setTimeout(write, ADDRESS_MS);
    waiting = true;
  });
  window.addEventListener("pagehide", write);
  // A link pasted into this very tab.
  window.addEventListener("hashchange", () => {
    const view = parseView(location.hash);
    selection.value = view.sel === null ? null : parseSelection(view.sel);
    camera.value = view.cam;
    trail.value = trailOf(view.why);
    if (view.run && view.run !== run.value?.id)
      void attempt(async () => open(await api.run(view.run ?? ""), view.at ?? "opening"));
    else if (view.at !== null) clock.dispatch({ type: "seek", event: view.at });
  });
}

export function togglePlay(): void {
  clock.dispatch({ type: playing.value ? "pause" : "play" });
}
