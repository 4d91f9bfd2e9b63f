import type { Palette } from "../../tensor/palette";
import { type Camera, type Size, toScreen } from "../camera";
import type { Point, Rect } from "../geometry";

/** Text is never set smaller than this, whatever the zoom. */
export const SMALLEST_TEXT = 11;

export type Align = "left" | "center" | "right";

export interface TextStyle {
  size: number;
  weight?: number;
  colour: string;
  align?: Align;
  mono?: boolean;
  /** Pixels it may take; what does not fit is cut with an ellipsis, and dropped where nothing would be left. */
  room?: number;
  alpha?: number;
  /** Do not shrink or grow with the zoom. */
  fixed?: boolean;
}

const widths = new Map<string, number>();

/**
 * A canvas seen through a camera. Everything is drawn in screen pixels, so that edges fall on device pixels and text
 * keeps its size: geometry comes in world units, and leaves here.
 */
export class Pen {
  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly camera: Camera,
    readonly view: Size,
    readonly dpr: number,
    readonly palette: Palette,
  ) {}

  get zoom(): number {
    return this.camera.zoom;
  }

  get inks(): Palette["inks"] {
    return this.palette.inks;
  }

  point(p: Point): Point {
    return toScreen(this.camera, this.view, p);
  }

  rect(r: Rect): Rect {
    const a = this.point(r);
    const x = this.snap(a.x);
    const y = this.snap(a.y);
    return { x, y, w: this.snap(a.x + r.w * this.zoom) - x, h: this.snap(a.y + r.h * this.zoom) - y };
  }

  snap(n: number): number {
    return Math.round(n * this.dpr) / this.dpr;
  }

  /** Whether a world rectangle touches the view. */
  sees(r: Rect, margin = 40): boolean {
    const a = this.point(r);
    return (
      a.x + r.w * this.zoom > -margin &&
      a.x < this.view.w + margin &&
      a.y + r.h * this.zoom > -margin &&
      a.y < this.view.h + margin
    );
  }

  /** A rounded rectangle path in screen pixels. */
  round(r: Rect, radius: number): void {
    this.context.beginPath();
    this.context.roundRect(r.x, r.y, r.w, r.h, Math.max(0, Math.min(radius, r.w / 2, r.h / 2)));
  }

  fill(colour: string, alpha = 1): void {
    const { context } = this;
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
  }

  stroke(colour: string, width: number, dash: readonly number[] = [], alpha = 1): void {
    const { context } = this;
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash as number[]);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** The size text of this design size takes now. */
  textSize(size: number, fixed = false): number {
    return fixed ? size : Math.max(SMALLEST_TEXT, Math.min(size * 1.6, size * this.zoom));
  }

  font(style: TextStyle): string {
    const { fonts } = this.palette;
    const size = this.textSize(style.size, style.fixed);
    return `${style.weight ?? 420} ${size.toFixed(1)}px ${style.mono ? fonts.mono : fonts.ui}`;
  }

  width(text: string, style: TextStyle): number {
    const font = this.font(style);
    const key = `${font}\n${text}`;
    let width = widths.get(key);
    if (width === undefined) {
      this.context.font = font;
      width = this.context.measureText(text).width;
      if (widths.size > 4000) widths.clear();
      widths.set(key, width);
    }
    return width;
  }

  /** Draws at a screen point (baseline); returns the width taken, 0 if nothing fitted. */
  text(text: string, at: Point, style: TextStyle): number {
    const fitted = style.room === undefined ? text : this.fit(text, style.room, style);
    if (fitted === "") return 0;
    const { context } = this;
    context.font = this.font(style);
    context.textAlign = style.align ?? "left";
    context.textBaseline = "alphabetic";
    context.fillStyle = style.colour;
    context.globalAlpha = style.alpha ?? 1;
    context.fillText(fitted, at.x, at.y);
    context.globalAlpha = 1;
    return this.width(fitted, style);
  }

  private fit(text: string, room: number, style: TextStyle): string {
    if (this.width(text, style) <= room) return text;
    for (let n = text.length - 1; n >= 2; n--) {
      const cut = `${text.slice(0, n).trimEnd()}…`;
      if (this.width(cut, style) <= room) return cut;
    }
    return "";
  }
}
