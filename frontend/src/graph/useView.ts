import { useEffect, useRef, useState } from "preact/hooks";
import { between, type Camera, type Size } from "./camera";

/** `--d-move` of theme/tokens.css: boxes opening, the camera gliding. */
export const MOVE_MS = 280;

const eased = (t: number): number => (t < 0.5 ? 4 * t * t * t : 1 - (2 - 2 * t) ** 3 / 2);

/** The size of an element in CSS pixels, kept up to date; null until it is known. */
export function useSize(element: { current: HTMLElement | null }): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const read = (): void => {
      const { clientWidth: w, clientHeight: h } = watched;
      if (w > 0 && h > 0) setSize((old) => (old?.w === w && old.h === h ? old : { w, h }));
    };
    const observer = new ResizeObserver(read);
    observer.observe(watched);
    read();
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** Runs 0..1 (eased) over `MOVE_MS` after `start` is called; 1 at rest. */
export function useGlide(reducedMotion: boolean): { t: number; start(): void } {
  const [t, setT] = useState(1);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const start = (): void => {
    cancelAnimationFrame(frame.current);
    if (reducedMotion) {
      setT(1);
      return;
    }
    const began = performance.now();
    const beat = (now: number): void => {
      const linear = Math.min(1, Math.max(0, (now - began) / MOVE_MS));
      setT(eased(linear));
      if (linear < 1) frame.current = requestAnimationFrame(beat);
    };
    setT(0);
    frame.current = requestAnimationFrame(beat);
  };
  return { t, start };
}

/** A camera that glides to where it is asked to be, unless a hand moves it. */
export function useGlidingCamera(goal: Camera | null, glide: boolean, reducedMotion: boolean): Camera | null {
  const { t, start } = useGlide(reducedMotion);
  const from = useRef<Camera | null>(null);
  const to = useRef<Camera | null>(null);
  const last = to.current;
  if (goal && (last?.x !== goal.x || last.y !== goal.y || last.zoom !== goal.zoom)) {
    from.current = glide && last ? (from.current ? between(from.current, last, t) : last) : goal;
    to.current = goal;
  }
  useEffect(() => {
    if (from.current !== to.current) start();
  }, [goal?.x, goal?.y, goal?.zoom]);
  if (!from.current || !to.current) return goal;
  return from.current === to.current ? to.current : between(from.current, to.current, t);
}
