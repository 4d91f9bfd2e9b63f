import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { paletteOf } from "../tensor/palette";
import { drawScene, type Scene } from "./draw/scene";

type Undrawn = Omit<Scene, "palette" | "dpr">;

/**
 * At most one drawing per frame, of the latest scene. A later scene replaces the waiting one but never puts the frame
 * off: while playing, a new scene comes with every frame, and a drawing that made way for each would never happen.
 */
export function useDrawing(
  canvas: RefObject<HTMLCanvasElement | null>,
): (theme: string, scene: Undrawn) => void {
  const waiting = useRef<{ theme: string; scene: Undrawn } | null>(null);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const draw = (): void => {
    frame.current = 0;
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || !waiting.current) return;
    const { theme, scene } = waiting.current;
    const dpr = window.devicePixelRatio || 1;
    const w = Math.round(scene.view.w * dpr);
    const h = Math.round(scene.view.h * dpr);
    if (element.width !== w || element.height !== h) Object.assign(element, { width: w, height: h });
    drawScene(context, { ...scene, dpr, palette: paletteOf(theme, element) });
  };

  return (theme, scene) => {
    waiting.current = { theme, scene };
    frame.current ||= requestAnimationFrame(draw);
  };
}
