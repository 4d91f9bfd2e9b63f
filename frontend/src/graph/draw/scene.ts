import type { Moment } from "../../tape/moment";
import type { Palette } from "../../tensor/palette";
import type { Camera, Size } from "../camera";
import { inflated, type Rect } from "../geometry";
import type { Layout, PlacedFrame, PlacedItem } from "../layout/types";
import type { Hue, Motion } from "../motion";
import type { Selection } from "../selection";
import type { Visible } from "../visible";
import { drawCircle } from "./circle";
import { drawColumn } from "./column";
import { drawLink } from "./link";
import { Pen } from "./pen";

/** Everything a picture is made of. The same scene is the same pixels. */
export interface Scene {
  layout: Layout;
  visible: Visible;
  moment: Moment;
  motion: Motion;
  camera: Camera;
  view: Size;
  dpr: number;
  palette: Palette;
  sample: number;
  selection: Selection | null;
  hovered: Selection | null;
  messages(key: string, args?: Record<string, string | number>): string;
}

export interface Draw extends Scene {
  pen: Pen;
}

/** Node width on the screen (pixels) from which each detail is shown. */
export const DETAIL = { name: 12, picture: 44, both: 64, digits: 260 };

export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
  const pen = new Pen(context, scene.camera, scene.view, scene.dpr, scene.palette);
  const draw: Draw = { ...scene, pen };
  context.setTransform(scene.dpr, 0, 0, scene.dpr, 0, 0);
  context.clearRect(0, 0, scene.view.w, scene.view.h);
  if (scene.layout.lanes) drawLanes(draw, scene.layout.lanes);
  for (const frame of scene.layout.frames) if (pen.sees(frame.rect)) drawFrame(draw, frame);
  for (const link of scene.layout.links) drawLink(draw, link);
  for (const item of scene.layout.items) if (pen.sees(item.rect)) drawItem(draw, item);
  for (const travel of scene.motion.travels) drawLink(draw, travel.link, travel);
  drawChosen(draw);
}

export function hueInk(draw: Draw, hue: Hue): string {
  return draw.pen.inks[hue];
}

/** Two bands behind a chain, as wide as the view: values on the way there, gradients on the way back. */
function drawLanes(draw: Draw, lanes: { value: Rect; gradient: Rect }): void {
  const { pen, messages, view } = draw;
  const { context, inks } = pen;
  for (const [band, colour, ink, key] of [
    [lanes.value, inks.forwardWash, inks.forward, "graph.lane.values"],
    [lanes.gradient, inks.backwardWash, inks.backward, "graph.lane.gradients"],
  ] as const) {
    const r = pen.rect(band);
    const wash = context.createLinearGradient(0, 0, view.w, 0);
    const fade = Math.min(0.2, 60 / view.w);
    wash.addColorStop(0, `${colour}00`);
    wash.addColorStop(fade, colour);
    wash.addColorStop(1 - fade / 2, colour);
    wash.addColorStop(1, `${colour}00`);
    context.fillStyle = wash;
    context.fillRect(0, r.y, view.w, r.h);
    const label = messages(key);
    const style = { size: 12, weight: 660, colour: ink, align: "center" as const, fixed: true };
    const clear = draw.layout.items.every((i) => pen.point(i.rect).x > 34);
    // The name of a lane stands at the edge of the view, unless a node has been moved under it.
    if (!clear || view.w < 500) continue;
    context.save();
    context.translate(26, r.y + r.h / 2);
    context.rotate(-Math.PI / 2);
    pen.text(label, { x: 0, y: 0 }, style);
    context.restore();
  }
}

function drawFrame(draw: Draw, placed: PlacedFrame): void {
  const { pen, motion } = draw;
  const { inks, context } = pen;
  const r = pen.rect(placed.rect);
  const radius = Math.max(3, Math.min(12, 12 * pen.zoom));
  const current =
    motion.hue !== null &&
    (motion.current.has(placed.frame.call) || placed.frame.items.some((i) => motion.current.has(i)));
  const innermost = current && !draw.layout.frames.some((f) => f !== placed && isInside(f, placed, motion));
  pen.round(r, radius);
  if (innermost && motion.hue) {
    context.save();
    context.shadowColor = `${hueInk(draw, motion.hue)}80`;
    context.shadowBlur = 16 * draw.dpr;
    pen.fill(inks.stage);
    context.restore();
    pen.round(inflated(r, 2.5), radius + 2.5);
    pen.fill(hueInk(draw, motion.hue), 0.14);
    pen.round(r, radius);
  }
  pen.fill(inks.stage);
  pen.fill(inks.panel, 0.55);
  pen.stroke(current && motion.hue ? hueInk(draw, motion.hue) : inks.line2, innermost ? 1.5 : 1);
  if (placed.frame.merged || r.w < DETAIL.picture || r.h < 60) return;
  const at = pen.point(placed.title);
  const room = r.w - 2 * 12;
  const style = { size: 15, weight: 660, colour: inks.ink, room };
  const y = at.y + pen.textSize(15) + 4;
  const taken = pen.text(`${placed.frame.title} ▾`, { x: at.x, y }, style);
  pen.text(
    placed.frame.subtitle,
    { x: at.x + taken + 8, y },
    { size: 11, colour: inks.ink2, room: room - taken - 8 },
  );
}

/** Whether a frame around what is current lies inside another: only the innermost glows. */
function isInside(inner: PlacedFrame, outer: PlacedFrame, motion: Motion): boolean {
  const holds = (f: PlacedFrame): boolean =>
    motion.current.has(f.frame.call) || f.frame.items.some((i) => motion.current.has(i));
  const within =
    inner.frame.items.length < outer.frame.items.length ||
    (inner.frame.items.length === outer.frame.items.length && inner.frame.parent === outer.frame.call);
  return within && holds(inner);
}

function drawItem(draw: Draw, item: PlacedItem): void {
  if (item.shape === "column") drawColumn(draw, item);
  else drawCircle(draw, item);
}

/** An outline around what is selected, and a lighter one around what is pointed at. */
function drawChosen(draw: Draw): void {
  const { pen, layout, selection, hovered } = draw;
  for (const [chosen, alpha] of [
    [hovered, 0.35],
    [selection, 1],
  ] as const) {
    if (!chosen) continue;
    for (const r of rectsOf(layout, chosen)) {
      if (!pen.sees(r)) continue;
      pen.round(inflated(pen.rect(r), 3.5), 10);
      pen.stroke(pen.inks.focus, 2, [], alpha);
    }
  }
}

function rectsOf(layout: Layout, chosen: Selection): Rect[] {
  if ("node" in chosen) {
    const frame = layout.frames.find((f) => f.frame.call === chosen.node);
    if (frame) return [frame.rect];
    return layout.items
      .filter((i) => i.item.id === chosen.node || i.item.nodes.includes(chosen.node))
      .map((i) => i.value);
  }
  const rects: Rect[] = [];
  for (const placed of layout.items) {
    if (placed.item.tensor === chosen.tensor) rects.push(placed.value);
    for (const chip of placed.chips) {
      if (chip.tensor !== chosen.tensor) continue;
      const right = chip.gradient ?? chip.value;
      rects.push({ ...chip.value, w: right.x + right.w - chip.value.x });
    }
  }
  return rects;
}
