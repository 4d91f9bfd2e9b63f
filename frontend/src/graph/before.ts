import type { Moment, NumericArray } from "../tape/moment";
import { indexOf } from "../tape/structure";
import type { SlotOf } from "../tape/types";

/** What a slot held just before the moment's event: for a wipe or a cross-fade both sides are on the screen. */
export function before(moment: Moment, tensor: string, of: SlotOf): NumericArray | null {
  const { structure, segment } = moment;
  const index = indexOf(structure);
  const slot = index.slot(tensor, of);
  if (slot < 0) return null;
  for (let e = moment.local - 1; e >= 0; e--) {
    const written = structure.events[e]?.writes.lastIndexOf(slot) ?? -1;
    if (written < 0) continue;
    const id = segment.header.writes[(index.writesBefore[e] ?? 0) + written];
    return typeof id === "number" ? segment.array(id) : null;
  }
  const entry = structure.entry.indexOf(slot);
  const id = entry < 0 ? null : segment.header.entry[entry];
  return typeof id === "number" ? segment.array(id) : null;
}
