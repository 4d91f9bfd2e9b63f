import type { Selection } from "../graph/selection";
import type { Moment } from "../tape/moment";
import { indexOf } from "../tape/structure";
import type { Structure } from "../tape/types";

/** The tensor that a selection stands for: itself, an op's output, or what leaves a box. */
export function tensorOf(structure: Structure, selection: Selection): string | null {
  const index = indexOf(structure);
  if ("tensor" in selection) return index.tensor(selection.tensor) ? selection.tensor : null;
  const selected = selection.node;
  const node = index.node(selected);
  if (node) return node.outputs[0] ?? null;
  if (!index.call(selected)) return null;
  const inside = structure.nodes.filter((one) => index.path(one.call).some((call) => call.id === selected));
  return inside.at(-1)?.outputs[0] ?? null;
}

/** With nothing selected, the panel follows the playhead: what the event wrote, or whose turn it is. */
export function tensorNow(moment: Moment): string | null {
  const event = moment.current;
  if (!event) return null;
  if (event.tensor !== null) return event.tensor;
  return event.node === null ? null : (indexOf(moment.structure).node(event.node)?.outputs[0] ?? null);
}
