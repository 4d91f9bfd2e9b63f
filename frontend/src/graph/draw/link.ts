import { shapePerSample } from "../../tensor/batch";
import { formatShape, formatShort } from "../../tensor/format";
import { size } from "../../tensor/slice";
import { along, type Point, piece, type Rect, union } from "../geometry";
import type { PlacedLink } from "../layout/types";
import { cuts, type Travel } from "../motion";
import { chevronPulse, filledHead, line, openHead, solidPulse } from "./marks";
import type { Draw } from "./scene";

const bounds = new WeakMap<PlacedLink, Rect>();

function boundsOf(link: PlacedLink): Rect {
  let known = bounds.get(link);
  if (!known) {
    known = union([...link.forward, ...link.backward].map((p) => ({ ...p, w: 0, h: 0 })));
    bounds.set(link, known);
  }
  return known;
}

/** The pair of edges between two items: the value's, and the gradient's back. With a travel, only what moves on it. */
export function drawLink(draw: Draw, link: PlacedLink, travel?: Travel): void {
  const { pen } = draw;
  if (!pen.sees(boundsOf(link), 80)) return;
  if (travel) {
    drawPulse(draw, travel);
    return;
  }
  const small = pen.zoom < 0.12;
  const width = lineWidth(draw, link);
  const ends = cuts(link);
  const stretches = ends.length - 1;
  const moving = draw.motion.travels.filter((t) => t.link.link.id === link.link.id);
  for (let k = 0; k < stretches; k++) {
    const from = ends[k] as number;
    const to = ends[k + 1] as number;
    const last = k === stretches - 1;
    const tensor = link.link.tensors[k] as string;
    const taker = takerOf(link, k);
    const out = moving.find((t) => t.way === "forward" && near(t.from, from));
    const back = moving.find((t) => t.way === "backward" && near(t.from, 1 - to));
    const went = draw.moment.nodeState(taker) !== "waiting";
    const came = draw.moment.nodeState(taker) === "backward" && draw.moment.seenGradient(tensor) !== null;
    drawForward(
      draw,
      link.forward,
      from,
      to,
      went ? (out ? out.t : 1) : 0,
      last,
      width,
      small,
      out !== undefined,
    );
    if (needsGradient(draw, tensor)) {
      const arrived = back ? back.t : came ? 1 : 0;
      drawBackward(draw, link.backward, 1 - to, 1 - from, arrived, k === 0, width, small, back !== undefined);
    }
  }
  if (pen.zoom > 0.3) drawLabels(draw, link);
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

function takerOf(link: PlacedLink, k: number): string {
  return link.pills[k]?.node ?? link.link.taker;
}

function needsGradient(draw: Draw, tensor: string): boolean {
  return draw.visible.tensors.get(tensor)?.requires_grad === true;
}

/** Log of how much flows. */
function lineWidth(draw: Draw, link: PlacedLink): number {
  const info = draw.visible.tensors.get(link.link.tensors[0] as string);
  const n = info ? size(shapePerSample(info, draw.visible.batch)) : 1;
  const width = 1.3 + 0.17 * Math.log2(1 + n);
  if (draw.layout.mode === "spine") return 2.6;
  return Math.max(0.6, Math.min(4.5, width * Math.max(0.5, Math.min(1.15, draw.pen.zoom))));
}

function drawForward(
  draw: Draw,
  points: readonly Point[],
  from: number,
  to: number,
  done: number,
  head: boolean,
  width: number,
  small: boolean,
  used: boolean,
): void {
  const { pen } = draw;
  const { inks } = pen;
  const stroke = used && done >= 1 ? width + 1 : width;
  if (done < 1) {
    line(pen, piece(points, from + (to - from) * done, to));
    pen.stroke(inks.line2, Math.min(1.4, width), small ? [] : [0.5, 4.5]);
  }
  if (done <= 0) return;
  const end = from + (to - from) * done;
  const tip = along(points, end);
  const length = Math.min(12, 6 + stroke * 1.6);
  const headed = head && done >= 1 && !small;
  line(pen, headed ? shortened(pen.zoom, piece(points, from, end), length) : piece(points, from, end));
  pen.context.lineCap = "butt";
  pen.stroke(inks.forward, stroke);
  if (headed) filledHead(pen, pen.point(tip.at), tip.angle, length, inks.forward);
}

/** Ends a line inside its arrow head, so that no blunt end shows past the tip. */
function shortened(zoom: number, points: Point[], by: number): Point[] {
  const last = points.at(-1) as Point;
  const { angle } = along(points, 1);
  const cut = (by * 0.6) / zoom;
  const end = { x: last.x - Math.cos(angle) * cut, y: last.y - Math.sin(angle) * cut };
  return [...points.slice(0, -1), end];
}

function drawBackward(
  draw: Draw,
  points: readonly Point[],
  from: number,
  to: number,
  done: number,
  head: boolean,
  width: number,
  small: boolean,
  used: boolean,
): void {
  const { pen } = draw;
  const { inks } = pen;
  if (done < 1) {
    line(pen, piece(points, from + (to - from) * done, to));
    pen.stroke(inks.line2, Math.min(1.4, width), small ? [] : [0.5, 4.5]);
  }
  if (done < 1 || (used && done <= 0)) return;
  const stroke = used ? width + 1 : width;
  const tip = along(points, to);
  line(pen, piece(points, from, to));
  pen.stroke(inks.backward, stroke);
  if (head && !small)
    openHead(pen, pen.point(tip.at), tip.angle, 10, inks.backward, Math.max(1.6, stroke * 0.8));
}

function drawPulse(draw: Draw, travel: Travel): void {
  const { pen } = draw;
  if (travel.t <= 0 || travel.t >= 1 || pen.zoom < 0.12) return;
  const { link, way, from, to, t } = travel;
  const at = from + (to - from) * t;
  if (way === "forward") solidPulse(pen, link.forward, at, pen.inks.forward);
  else chevronPulse(pen, link.backward, from, at, pen.inks.backward, pen.inks.onInk);
}

/** Between single numbers the factor the gradient was multiplied by: what arrived ÷ what was handed in. */
function drawSlope(draw: Draw, link: PlacedLink): void {
  const { pen, moment, visible, motion } = draw;
  const tensor = link.link.tensors[0] as string;
  const taker = visible.nodes.get(takerOf(link, link.pills.length));
  const handed = taker?.outputs[0] === undefined ? null : moment.seenGradient(taker.outputs[0]);
  const arrived = moment.seenGradient(tensor);
  const taken = visible.links.filter((l) => l.tensors[0] === tensor).length;
  const moving = motion.gradients.get(tensor)?.amount ?? 1;
  // Two roads into one number: what arrived is their sum, and no single factor.
  if (!taker || !handed || !arrived || taken !== 1 || moment.nodeState(taker.id) !== "backward") return;
  const slope = Number(arrived.data[0]) / Number(handed.data[0]);
  if (!Number.isFinite(slope) || moving <= 0) return;
  const at = pen.point(link.label);
  const style = { size: 15, weight: 600, colour: pen.inks.backward, align: "center" as const, alpha: moving };
  pen.text(`× ${formatShort(tidy(slope))}`, { x: at.x, y: at.y + 5 }, style);
}

/** float32 leaves 1.0000001 where the slope is 1. */
function tidy(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x - rounded) < 1e-6 ? rounded : x;
}

function drawLabels(draw: Draw, link: PlacedLink): void {
  const { pen, visible } = draw;
  const { inks } = pen;
  const info = visible.tensors.get(link.link.tensors[0] as string);
  const shape = info ? shapePerSample(info, visible.batch) : [];
  const room = link.room * pen.zoom;
  if (shape.length && !visible.scalar) {
    const style = { size: 11, weight: 480, colour: inks.ink2, align: "center" as const };
    const text = formatShape(shape);
    // A shape cut short would be another shape.
    if (pen.width(text, style) <= room - 3) pen.text(text, pen.point(link.label), style);
  }
  if (visible.scalar) drawSlope(draw, link);
  for (const pill of link.pills) {
    const r = pen.rect(pill.rect);
    const style = { size: 11, colour: inks.ink2, align: "center" as const };
    if (pen.width(pill.title, style) > r.w) continue;
    const current = draw.motion.event?.node === pill.node && draw.motion.hue;
    pen.round(r, r.h / 2);
    pen.fill(inks.panel);
    pen.stroke(current ? inks[current] : inks.line2, current ? 1.8 : 1);
    pen.text(pill.title, { x: r.x + r.w / 2, y: r.y + r.h / 2 + 4 }, style);
  }
}
