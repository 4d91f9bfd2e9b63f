import type { EventKind, Structure } from "../tape/types";

/** Milliseconds at 1×, as mockup's Motion table gives them. */
const PER_EVENT: Record<EventKind, number> = {
  forward: 600,
  backward: 600,
  accumulate: 600,
  zero_grad: 900,
  step: 900,
  edit: 600,
  adjust: 600,
  hook: 600,
  mode: 300,
  options: 600,
  output: 300,
};
/** `zero_grad` is one wipe and `step` one move over all parameters: their events share that time, down to this. */
const LEAST = 150;

const cache = new WeakMap<Structure, Float32Array>();

export function durations(structure: Structure): Float32Array {
  let made = cache.get(structure);
  if (!made) {
    made = compute(structure);
    cache.set(structure, made);
  }
  return made;
}

function compute({ events }: Structure): Float32Array {
  const out = new Float32Array(events.length);
  for (let from = 0; from < events.length; ) {
    const kind = events[from]?.kind ?? "output";
    let to = from + 1;
    while (to < events.length && events[to]?.kind === kind) to++;
    const shared = kind === "zero_grad" || kind === "step";
    const time = PER_EVENT[kind] ?? PER_EVENT.output;
    out.fill(shared ? Math.max(LEAST, time / (to - from)) : time, from, to);
    from = to;
  }
  return out;
}
