import type { Moment } from "../tape/moment";
import { formatShort } from "../tensor/format";
import { numbers, size } from "../tensor/slice";
import { withOperand } from "./names";
import type { Item, Visible } from "./visible";

/** What an item is called at a moment: a constant in a title is a number of the tape, not of the structure. */
export function titleOf(at: { visible: Visible; moment: Moment }, item: Item): { text: string; sub: string } {
  const { visible, moment } = at;
  if (item.operand === null) return { text: item.title, sub: item.subtitle };
  const info = visible.tensors.get(item.operand);
  const array = moment.value(item.operand);
  const constant = info?.kind === "constant" && array && size(array.shape) === 1;
  const operand = constant ? formatShort(Number(numbers(array)[0])) : (info?.name ?? "");
  return { text: operand ? withOperand(item.title, operand) : item.title, sub: item.subtitle };
}
