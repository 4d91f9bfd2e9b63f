import { formOf } from "../../tensor/arrange";
import { shapePerSample } from "../../tensor/batch";
import { formatCount, formatNumber, formatShape } from "../../tensor/format";
import type { Role } from "../../tensor/scale";
import { numbers, size } from "../../tensor/slice";
import { countNumbers } from "../calls";
import type { Rect } from "../geometry";
import type { PlacedChip, PlacedItem } from "../layout/types";
import type { Change } from "../motion";
import { titleOf } from "../title";
import { drawContent, padding } from "./card";
import { openHead } from "./marks";
import { DETAIL, type Draw, hueInk } from "./scene";

/** A column: title, value picture, gradient picture, and its parameters as chips. */
export function drawColumn(draw: Draw, placed: PlacedItem): void {
  const { pen, motion } = draw;
  const width = placed.value.w * pen.zoom;
  const current = motion.current.has(placed.item.id);
  if (width < DETAIL.name) {
    drawSpeck(draw, placed, current);
    return;
  }
  if (width >= DETAIL.picture) drawTitle(draw, placed);
  if (width < DETAIL.picture) {
    drawNamed(draw, placed, current);
    return;
  }
  drawValue(draw, placed, current);
  drawGradient(draw, placed, current);
  if (width < DETAIL.both) return;
  for (const chip of placed.chips) drawChip(draw, placed, chip);
  if (placed.summary) drawSummary(draw, placed);
  if (placed.item.loss && draw.layout.mode === "lanes") drawArc(draw, placed);
}

/** Far away: a block in the colour of what has happened at it. */
function drawSpeck(draw: Draw, placed: PlacedItem, current: boolean): void {
  const { pen } = draw;
  const r = pen.rect({ ...placed.value, h: placed.value.h * 2 });
  pen.context.fillStyle =
    current && draw.motion.hue ? hueInk(draw, draw.motion.hue) : stateLine(draw, placed);
  pen.context.fillRect(r.x, r.y, Math.max(1, r.w), Math.max(1, r.h));
}

function stateLine(draw: Draw, placed: PlacedItem): string {
  const { inks } = draw.pen;
  if (draw.moment.seenGradient(placed.item.tensor)) return inks.backwardLine;
  return draw.moment.value(placed.item.tensor) ? inks.forwardLine : inks.line2;
}

function drawNamed(draw: Draw, placed: PlacedItem, current: boolean): void {
  const { pen } = draw;
  const r = pen.rect({
    ...placed.value,
    h: (placed.gradient ?? placed.value).y + placed.value.h - placed.value.y,
  });
  pen.round(r, 4);
  pen.fill(pen.inks.panel);
  pen.stroke(
    current && draw.motion.hue ? hueInk(draw, draw.motion.hue) : stateLine(draw, placed),
    current ? 2 : 1.2,
  );
  const { text } = titleOf(draw, placed.item);
  pen.text(
    text,
    { x: r.x + r.w / 2, y: r.y + r.h / 2 + 4 },
    {
      size: 11,
      weight: 540,
      colour: pen.inks.ink,
      align: "center",
      room: r.w - 4,
    },
  );
}

function drawTitle(draw: Draw, placed: PlacedItem): void {
  const { pen, visible } = draw;
  const { inks } = pen;
  const at = pen.point(placed.title);
  const room = placed.value.w * pen.zoom + 10;
  const { text, sub } = titleOf(draw, placed.item);
  const boxed = placed.item.kind === "box" && !placed.item.loss;
  const top = pen.point(placed.value).y;
  // Text keeps its size while the picture shrinks: then there is room for the name alone.
  const both = top - at.y > 30;
  const baseline = both ? at.y + 4 + pen.textSize(15) : top - 5;
  const taken = pen.text(
    text,
    { x: at.x, y: baseline },
    { size: 15, weight: 660, colour: inks.ink, room: room - 16 },
  );
  if (visible.merged.has(placed.item.id) || boxed)
    pen.text(boxed ? "▸" : "▾", { x: at.x + taken + 5, y: baseline - 1 }, { size: 11, colour: inks.ink3 });
  if (both)
    pen.text(
      sub,
      { x: at.x, y: baseline + 3 + pen.textSize(11) },
      { size: 11, colour: inks.ink2, room: room + 8 },
    );
}

function cardRadius(draw: Draw): number {
  return Math.max(2, Math.min(7, 7 * draw.pen.zoom));
}

function drawValue(draw: Draw, placed: PlacedItem, current: boolean): void {
  const { pen, moment, motion, visible } = draw;
  const { inks } = pen;
  const { item } = placed;
  const r = pen.rect(placed.value);
  const array = moment.value(item.tensor);
  const coming = motion.values.get(item.tensor);
  pen.round(r, cardRadius(draw));
  if (!array || isStillEmpty(coming)) {
    pen.fill(inks.stage, 0.6);
    pen.stroke(inks.line2, 1, [3, 3]);
    return;
  }
  const info = visible.tensors.get(item.tensor);
  const data = info?.kind === "input" && !info.requires_grad;
  const strong = current && motion.hue === "forward";
  pen.fill(inks.panel);
  drawContent(draw, r, {
    array,
    tensor: item.tensor,
    role: data ? "data" : "value",
    change: coming,
    padding: padding(r.w),
    marked: targetOf(draw),
  });
  pen.round(r, cardRadius(draw));
  pen.stroke(strong ? inks.forward : inks.forwardLine, strong ? 2.4 : 1.2);
  if (item.loss && info && size(info.shape) === 1) {
    const target = targetOf(draw);
    if (target !== null)
      pen.text(
        draw.messages("graph.target", { target: formatNumber(target) }),
        { x: r.x + r.w / 2, y: r.y + r.h / 2 + Math.max(22, 24 * pen.zoom) },
        {
          size: 11,
          colour: inks.ink2,
          align: "center",
          room: r.w - 6,
        },
      );
  }
}

/** The answer for the shown sample, where that is one number. */
function targetOf(draw: Draw): number | null {
  const tensor = draw.visible.target;
  const array = tensor === null ? null : draw.moment.value(tensor);
  if (!array || draw.sample < 0) return null;
  const data = numbers(array);
  if (data.length > (draw.visible.batch ?? 1)) return null;
  return data.length > 1 ? (data[Math.min(draw.sample, data.length - 1)] ?? null) : (data[0] ?? null);
}

/** What arrives is not there before its pulse is. */
function isStillEmpty(change: Change | undefined): boolean {
  return change !== undefined && change.amount <= 0 && change.before === null;
}

function drawEmpty(draw: Draw, r: Rect, text: string): void {
  const { pen } = draw;
  const lines = text.split("\n");
  const step = pen.textSize(11) * 1.4;
  lines.forEach((line, i) => {
    const y = r.y + r.h / 2 + 4 + (i - (lines.length - 1) / 2) * step;
    const style = { size: 11, colour: pen.inks.ink3, align: "center" as const };
    if (pen.width(line, style) <= r.w - 4) pen.text(line, { x: r.x + r.w / 2, y }, style);
  });
}

function drawGradient(draw: Draw, placed: PlacedItem, current: boolean): void {
  const { pen, moment, motion, visible } = draw;
  const { inks } = pen;
  const { item } = placed;
  if (!placed.gradient) return;
  const r = pen.rect(placed.gradient);
  const info = visible.tensors.get(item.tensor);
  if (info && !info.requires_grad) {
    drawEmpty(draw, r, draw.messages(info.leaf ? "graph.dataNeedsNone" : "graph.needsNone"));
    return;
  }
  const array = moment.seenGradient(item.tensor);
  const change = motion.gradients.get(item.tensor);
  pen.round(r, cardRadius(draw));
  if (!array || isStillEmpty(change)) {
    pen.fill(inks.stage, 0.6);
    pen.stroke(inks.line2, 1, [3, 3]);
    if (moment.value(item.tensor)) drawEmpty(draw, r, draw.messages("graph.notYet"));
    return;
  }
  const strong = current && motion.hue === "backward" && motion.event?.kind === "backward";
  const faded = moment.freed(item.tensor) && !strong;
  pen.fill(inks.panel);
  pen.context.save();
  const scalar = formOf(info ? shapePerSample(info, visible.batch) : []) === "scalar";
  if (faded && !scalar) pen.context.filter = "opacity(0.72)";
  drawContent(draw, item.loss ? { ...r, h: r.h * 0.66 } : r, {
    array,
    tensor: item.tensor,
    role: "gradient",
    change,
    padding: padding(r.w),
    marked: targetOf(draw),
    colour: inks.backward,
  });
  pen.context.restore();
  pen.round(r, cardRadius(draw));
  pen.stroke(strong ? inks.backward : inks.backwardLine, strong ? 2.6 : 1.2);
  if (item.loss && item.tensor === visible.root) drawSeedWords(draw, r);
  if (change && change.amount > 0 && change.amount < 1 && !scalar) drawArriving(draw, r);
}

function drawSeedWords(draw: Draw, r: Rect): void {
  const { pen } = draw;
  const lines = draw.messages("graph.startsHere").split("\n");
  lines.forEach((line, i) => {
    pen.text(
      line,
      { x: r.x + r.w / 2, y: r.y + r.h * 0.62 + i * pen.textSize(11) * 1.35 },
      {
        size: 11,
        colour: pen.inks.ink2,
        align: "center",
        room: r.w - 4,
      },
    );
  });
}

function drawArriving(draw: Draw, r: Rect): void {
  const { pen } = draw;
  const style = { size: 11, weight: 660, colour: pen.inks.backward, align: "right" as const };
  const text = draw.messages("graph.arriving");
  const w = pen.width(text, style);
  if (w > r.w - 8) return;
  pen.round({ x: r.x + r.w - w - 12, y: r.y + r.h - 20, w: w + 8, h: 16 }, 4);
  pen.fill(pen.inks.panel, 0.86);
  pen.text(text, { x: r.x + r.w - 8, y: r.y + r.h - 8 }, style);
}

function drawChip(draw: Draw, placed: PlacedItem, chip: PlacedChip): void {
  const { pen, moment, motion, visible } = draw;
  const { inks } = pen;
  const info = visible.tensors.get(chip.tensor);
  if (chip.label && info) {
    const at = pen.point(chip.label);
    const name = (info.name ?? chip.tensor).split(".").at(-1) ?? "";
    const room = placed.value.w * pen.zoom;
    const taken = pen.text(name, at, { size: 12, weight: 540, colour: inks.ink, room });
    const shape = formatShape(info.shape);
    const style = { size: 11, colour: inks.ink2 };
    if (pen.width(shape, style) <= room - taken) pen.text(shape, { x: at.x + taken + 7, y: at.y }, style);
  }
  const active = motion.current.size > 0 && motion.event?.tensor === chip.tensor;
  const value = pen.rect(chip.value);
  const radius = Math.min(5, value.h / 2);
  const role: Role = info?.kind === "input" ? "data" : "value";
  drawSlot(
    draw,
    value,
    moment.value(chip.tensor),
    chip.tensor,
    role,
    active && motion.hue === "step",
    radius,
  );
  if (!chip.gradient) return;
  const gradient = pen.rect(chip.gradient);
  const hit = active && motion.hue !== "step";
  drawSlot(draw, gradient, moment.gradient(chip.tensor), chip.tensor, "gradient", hit, radius);
  if (motion.drop?.item === placed.item.id && motion.drop.tensor === chip.tensor)
    drawDrop(draw, placed, gradient);
}

function drawSlot(
  draw: Draw,
  r: Rect,
  array: ReturnType<Draw["moment"]["value"]>,
  tensor: string,
  role: Role,
  active: boolean,
  radius: number,
): void {
  const { pen, motion } = draw;
  const { inks } = pen;
  const change = (role === "gradient" ? motion.gradients : motion.values).get(tensor);
  const before = change && change.amount < 1 ? change.before : null;
  pen.round(r, radius);
  if ((array && !isStillEmpty(change)) || before) {
    pen.fill(inks.panel);
    pen.context.save();
    pen.context.clip();
    drawContent(draw, r, {
      array,
      tensor,
      role,
      change,
      padding: r.h > 14 ? 2 : 0,
      numberSize: r.h > 14 ? 12 : 0,
      stretch: true,
    });
    pen.context.restore();
    pen.round(r, radius);
    const ink =
      active && motion.hue
        ? hueInk(draw, motion.hue)
        : role === "gradient"
          ? inks.backwardLine
          : inks.forwardLine;
    pen.stroke(ink, active ? 2.2 : 1);
  } else {
    pen.stroke(active && motion.hue ? hueInk(draw, motion.hue) : inks.line2, active ? 1.6 : 1, [2.5, 2.5]);
  }
}

/** The branch of the pulse that falls from the gradient into a parameter. */
function drawDrop(draw: Draw, placed: PlacedItem, chip: Rect): void {
  const { pen, motion } = draw;
  if (!placed.gradient || !motion.drop) return;
  const from = pen.rect(placed.gradient);
  const x = from.x + from.w - 10 * pen.zoom;
  const top = from.y + from.h;
  const span = Math.min(chip.y - top, 16);
  const reach = top + span * motion.drop.t;
  pen.context.beginPath();
  pen.context.moveTo(x, top);
  pen.context.lineTo(x, reach);
  pen.stroke(pen.inks.backward, 2.4);
  openHead(pen, { x, y: reach }, Math.PI / 2, 6, pen.inks.backward, 2.2);
}

/** A closed box says how many parameters it holds, and by a dot each whether its gradient is there. */
function drawSummary(draw: Draw, placed: PlacedItem): void {
  const { pen, visible, moment, motion } = draw;
  const { inks } = pen;
  if (!placed.summary) return;
  const at = pen.point(placed.summary);
  const learned = placed.item.chips.filter((t) => visible.tensors.get(t)?.kind === "parameter");
  if (learned.length === 0) return;
  const shapes = learned.map((t) => visible.tensors.get(t)?.shape ?? []);
  const room = placed.value.w * pen.zoom;
  const step = Math.max(16, 18 * pen.zoom);
  const count = draw.messages("graph.parameters", { count: learned.length });
  pen.text(count, at, { size: 12, weight: 540, colour: inks.ink, room });
  const total = draw.messages("graph.numbers", { count: formatCount(countNumbers(shapes)) });
  pen.text(total, { x: at.x, y: at.y + step }, { size: 11, colour: inks.ink2, room });
  learned.slice(0, 10).forEach((tensor, i) => {
    const active = motion.event?.tensor === tensor && motion.hue !== null;
    const x = at.x + 5 + i * 12;
    pen.context.beginPath();
    pen.context.arc(x, at.y + step * 2 - 5, 4.5, 0, Math.PI * 2);
    const has = moment.gradient(tensor) !== null;
    if (active && motion.hue === "step") pen.fill(inks.step);
    else if (has) pen.fill(inks.backward);
    pen.stroke(
      active && motion.hue ? hueInk(draw, motion.hue) : has ? inks.backward : inks.lineUi,
      1.2,
      has || active ? [] : [2, 2],
    );
  });
}

/** From the loss's value down to where backward starts. */
function drawArc(draw: Draw, placed: PlacedItem): void {
  const { pen, motion } = draw;
  if (!placed.gradient || placed.item.tensor !== draw.visible.root) return;
  const a = pen.rect(placed.value);
  const b = pen.rect(placed.gradient);
  const x = a.x + a.w + 12;
  const y0 = a.y + a.h / 2;
  const y1 = b.y + b.h / 2;
  const out = 20;
  const { context } = pen;
  context.beginPath();
  context.moveTo(x, y0);
  context.arcTo(x + out, y0, x + out, y0 + out, 12);
  context.arcTo(x + out, y1, x, y1, 12);
  context.lineTo(x + 2, y1);
  const seeding = motion.seed !== null;
  pen.stroke(seeding ? pen.inks.backward : pen.inks.ink3, seeding ? 2.2 : 1.5, [3, 3]);
  openHead(pen, { x: x + 1, y: y1 }, Math.PI, 8, seeding ? pen.inks.backward : pen.inks.ink3, 1.8);
}
