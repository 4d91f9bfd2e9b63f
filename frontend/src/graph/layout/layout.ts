import type { Visible } from "../visible";
import { chainOf, lanes } from "./lanes";
import { spine, spineOf } from "./spine";
import type { Layout } from "./types";

/** Chooses how a picture is laid out, and keeps what was made: the same key is the same picture. */

/** Beyond this a layout would hold up a frame. */
const WORKER_FROM = 200;
const MOST = 50;
const cache = new Map<string, Layout | Promise<Layout>>();

/** At once where the layout is known or simple, else later. */
export function layoutOf(key: string, visible: Visible): Layout | Promise<Layout> {
  const known = cache.get(key);
  if (known) return known;
  const made = make(visible);
  cache.set(key, made);
  if (cache.size > MOST) cache.delete(cache.keys().next().value as string);
  if (made instanceof Promise)
    made.then(
      (layout) => cache.set(key, layout),
      // A failed layout may be asked for again.
      () => cache.delete(key),
    );
  return made;
}

/** Layout key of a segment and which boxes are open: all that a layout depends on. */
export function layoutKey(layout: string, open: ReadonlySet<string>): string {
  return `${layout}|${[...open].sort().join("|")}`;
}

/** The setup of a run, where no op has run yet. */
const EMPTY: Layout = {
  mode: "layered",
  bounds: { x: 0, y: 0, w: 0, h: 0 },
  items: [],
  frames: [],
  links: [],
  lanes: null,
};

function make(visible: Visible): Layout | Promise<Layout> {
  if (visible.items.length === 0) return EMPTY;
  const straight = spineOf(visible);
  if (straight) return spine(visible, straight);
  const chain = chainOf(visible);
  if (chain) return lanes(visible, chain);
  if (visible.items.length > WORKER_FROM && typeof Worker !== "undefined") return inWorker(visible);
  return import("./layered").then(({ layered }) => layered(visible));
}

let worker: Worker | null = null;
let tickets = 0;
const waiting = new Map<number, { resolve(layout: Layout): void; reject(reason: unknown): void }>();

function inWorker(visible: Visible): Promise<Layout> {
  worker ??= startWorker();
  const ticket = ++tickets;
  worker.postMessage({ ticket, visible });
  return new Promise((resolve, reject) => waiting.set(ticket, { resolve, reject }));
}

function startWorker(): Worker {
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  started.onmessage = (message: MessageEvent<{ ticket: number; layout: Layout }>) => {
    waiting.get(message.data.ticket)?.resolve(message.data.layout);
    waiting.delete(message.data.ticket);
  };
  started.onerror = (event) => {
    for (const { reject } of waiting.values()) reject(new Error(event.message));
    waiting.clear();
    worker = null;
  };
  return started;
}
