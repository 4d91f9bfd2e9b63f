import type { NumericArray } from "../../tape/moment";
import { formatShort } from "../../tensor/format";
import { numbers } from "../../tensor/slice";
import type { PlacedItem } from "../layout/types";
import { titleOf } from "../title";
import { DETAIL, type Draw, hueInk } from "./scene";

/** A single number: op and value in a circle (a parameter in a rounded box), its gradient in a pill. */
export function drawCircle(draw: Draw, placed: PlacedItem): void {
  const { pen, motion, moment } = draw;
  const { inks, context } = pen;
  const { item } = placed;
  const r = pen.rect(placed.value);
  const current = motion.current.has(item.id) && motion.hue !== null;
  const hue = motion.hue && current ? hueInk(draw, motion.hue) : null;
  const outline = (grow: number): void => {
    context.beginPath();
    if (placed.shape === "leaf")
      context.roundRect(r.x - grow, r.y - grow, r.w + 2 * grow, r.h + 2 * grow, 14 + grow);
    else context.arc(r.x + r.w / 2, r.y + r.h / 2, r.w / 2 + grow, 0, Math.PI * 2);
  };
  if (hue) {
    outline(7);
    pen.fill(hue, 0.18);
  }
  outline(0);
  pen.fill(inks.panel);
  pen.stroke(hue ?? (placed.shape === "leaf" || item.kind === "op" ? inks.ink2 : inks.lineUi), hue ? 3.4 : 2);
  if (r.w < DETAIL.picture) return;
  const x = r.x + r.w / 2;
  const y = r.y + r.h / 2;
  const { text } = titleOf(draw, item);
  const room = r.w - 14;
  pen.text(
    text,
    { x, y: y - pen.textSize(18) * 0.62 },
    { size: 20, weight: 540, colour: inks.ink2, align: "center", room },
  );
  const value = moment.value(item.tensor);
  const change = motion.values.get(item.tensor);
  const style = { size: 25, weight: 660, align: "center" as const, room };
  const at = { x, y: y + pen.textSize(25) * 0.66 };
  if (value) {
    const crossing = change?.kind === "cross" && change.before && change.amount < 0.5;
    const shown = crossing && change?.before ? change.before : value;
    const alpha = !change ? 1 : change.kind === "cross" ? Math.abs(1 - 2 * change.amount) : change.amount;
    const colour = change?.kind === "cross" && motion.hue === "step" ? inks.step : inks.forward;
    pen.text(short(shown), at, { ...style, colour: ink(draw, shown, colour), alpha });
  }
  if (item.operand !== null) drawOperand(draw, placed, x, r.y);
  if (placed.gradient) drawPill(draw, placed, current);
}

const short = (array: NumericArray): string => formatShort(Number(numbers(array)[0]));

function ink(draw: Draw, array: NumericArray, colour: string): string {
  return Number.isFinite(Number(numbers(array)[0])) ? colour : draw.pen.inks.nanInk;
}

/** y has no node of its own in "− y"; its number stands above. */
function drawOperand(draw: Draw, placed: PlacedItem, x: number, top: number): void {
  const { pen, visible, moment } = draw;
  const tensor = placed.item.operand as string;
  const info = visible.tensors.get(tensor);
  const value = moment.value(tensor);
  if (!info?.name || info.kind === "constant" || !value) return;
  pen.text(
    `${info.name} = ${short(value)}`,
    { x, y: top - 10 * pen.zoom },
    {
      size: 15,
      weight: 540,
      colour: pen.inks.ink3,
      align: "center",
    },
  );
}

function drawPill(draw: Draw, placed: PlacedItem, current: boolean): void {
  const { pen, moment, motion, visible } = draw;
  const { inks } = pen;
  const { tensor } = placed.item;
  if (!placed.gradient) return;
  const r = pen.rect(placed.gradient);
  const radius = 8 * Math.min(1, pen.zoom);
  const change = motion.gradients.get(tensor);
  const parameter = visible.tensors.get(tensor)?.leaf === true;
  const array = parameter ? moment.gradient(tensor) : moment.seenGradient(tensor);
  const before = change && change.amount < 1 ? change.before : null;
  pen.round(r, radius);
  const arrived = array !== null && !(change && change.amount <= 0 && !change.before);
  if (!arrived && !before) {
    const wiped = motion.event?.tensor === tensor && motion.hue !== null;
    pen.fill(inks.stage);
    pen.stroke(wiped && motion.hue ? hueInk(draw, motion.hue) : inks.lineUi, 1.6, [3, 4]);
    return;
  }
  const strong = current && motion.event?.kind === "backward";
  pen.fill(strong ? inks.backward : inks.backwardWash);
  pen.stroke(strong ? inks.backward : inks.backwardLine, strong ? 2 : 1.5);
  const style = {
    size: 22,
    weight: 660,
    align: "center" as const,
    room: r.w - 6,
    colour: strong ? inks.onInk : inks.backward,
  };
  const at = { x: r.x + r.w / 2, y: r.y + r.h / 2 + pen.textSize(22) * 0.36 };
  const write = (shown: NumericArray | null, alpha: number): void => {
    if (shown && alpha > 0) pen.text(short(shown), at, { ...style, alpha });
  };
  if (!change || change.amount >= 1) write(array, 1);
  else if (change.kind === "wipe") {
    const { context } = pen;
    const edge = r.x + r.w * change.amount;
    context.save();
    context.beginPath();
    context.rect(edge, r.y - 2, r.x + r.w - edge + 2, r.h + 4);
    context.clip();
    write(before, 1);
    context.restore();
    context.fillStyle = inks.zero;
    context.fillRect(edge - 1, r.y, 2, r.h);
  } else {
    write(before, 1 - change.amount);
    write(array, change.amount);
  }
}
