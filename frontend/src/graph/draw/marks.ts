import { along, type Point, piece } from "../geometry";
import type { Pen } from "./pen";

/** Lines, heads and pulses of edges. Blue is solid with a filled head, orange has open chevrons: hue is never alone. */

export function line(pen: Pen, points: readonly Point[]): void {
  const { context } = pen;
  context.beginPath();
  points.forEach((p, i) => {
    const s = pen.point(p);
    if (i === 0) context.moveTo(s.x, s.y);
    else context.lineTo(s.x, s.y);
  });
  context.lineCap = "round";
  context.lineJoin = "round";
}

export function filledHead(pen: Pen, at: Point, angle: number, size: number, colour: string): void {
  const { context } = pen;
  context.save();
  context.translate(at.x, at.y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(0, 0);
  context.lineTo(-size, -size * 0.62);
  context.lineTo(-size, size * 0.62);
  context.closePath();
  context.fillStyle = colour;
  context.fill();
  context.restore();
}

export function openHead(
  pen: Pen,
  at: Point,
  angle: number,
  size: number,
  colour: string,
  width: number,
): void {
  const { context } = pen;
  context.save();
  context.translate(at.x, at.y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(-size, -size * 0.68);
  context.lineTo(0, 0);
  context.lineTo(-size, size * 0.68);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  context.restore();
}

/** A dot on its way, with a soft halo: the one thing that moves. */
export function solidPulse(pen: Pen, points: readonly Point[], t: number, colour: string): void {
  const at = pen.point(along(points, t).at);
  const radius = pulseRadius(pen);
  disc(pen, at, radius * 2.1, colour, 0.16);
  disc(pen, at, radius, colour, 1);
}

/** A chevron in a disc, with a trail of chevrons behind it. */
export function chevronPulse(
  pen: Pen,
  points: readonly Point[],
  start: number,
  t: number,
  colour: string,
  ink: string,
): void {
  const { at, angle } = along(points, t);
  const radius = pulseRadius(pen) * 1.35;
  const trail = piece(points, start, t);
  line(pen, trail);
  pen.stroke(colour, radius * 1.1, [], 0.32);
  const screen = pen.point(at);
  for (let i = 1; i <= 3; i++) {
    const back = {
      x: screen.x - Math.cos(angle) * radius * 1.9 * i,
      y: screen.y - Math.sin(angle) * radius * 1.9 * i,
    };
    const origin = pen.point(along(points, start).at);
    const gone = Math.hypot(screen.x - origin.x, screen.y - origin.y);
    if (radius * 1.9 * i > gone) break;
    pen.context.globalAlpha = 1 - i * 0.27;
    openHead(pen, back, angle, radius * 0.55, colour, 1.8);
    pen.context.globalAlpha = 1;
  }
  disc(pen, screen, radius * 2, colour, 0.14);
  disc(pen, screen, radius, colour, 1);
  const tip = {
    x: screen.x + Math.cos(angle) * radius * 0.35,
    y: screen.y + Math.sin(angle) * radius * 0.35,
  };
  openHead(pen, tip, angle, radius * 0.6, ink, 1.9);
}

function pulseRadius(pen: Pen): number {
  return Math.max(4.5, Math.min(9, 7 * pen.zoom));
}

function disc(pen: Pen, at: Point, radius: number, colour: string, alpha: number): void {
  pen.context.beginPath();
  pen.context.arc(at.x, at.y, radius, 0, Math.PI * 2);
  pen.fill(colour, alpha);
}
