import type { Selection } from "../graph/selection";
import { formatStep, parseStep, type Step } from "../why/question";

/** The whole view, as the address bar holds it: a copied link opens the same moment. */
export interface View {
  run: string | null;
  at: number | null;
  /** The selected tensor, node or call. */
  sel: string | null;
  /** The camera, in the graph's own words. */
  cam: string | null;
  /** The questions that led to the open *why* card, the last one on the screen; none: no card. */
  why: Step[];
}

export function parseView(hash: string): View {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const at = fields.get("at");
  return {
    run: fields.get("run") || null,
    at: at !== null && /^\d+$/.test(at) ? Number(at) : null,
    sel: fields.get("sel") || null,
    cam: fields.get("cam") || null,
    why: fields
      .getAll("why")
      .map(parseStep)
      .filter((step) => step !== null),
  };
}

export function formatView(view: View): string {
  const fields = new URLSearchParams();
  if (view.run) fields.set("run", view.run);
  if (view.at !== null && view.at >= 0) fields.set("at", String(view.at));
  if (view.sel) fields.set("sel", view.sel);
  if (view.cam) fields.set("cam", view.cam);
  for (const step of view.why) fields.append("why", formatStep(step));
  return `#${fields.toString()}`;
}

/** `tensor:conv1.weight`, `node:conv1`. */
export function formatSelection(selection: Selection): string {
  return "tensor" in selection ? `tensor:${selection.tensor}` : `node:${selection.node}`;
}

export function parseSelection(text: string): Selection | null {
  const [, kind, id] = /^(tensor|node):(.+)$/.exec(text) ?? [];
  if (!id) return null;
  return kind === "tensor" ? { tensor: id } : { node: id };
}
