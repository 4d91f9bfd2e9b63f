import { type Camera, panned, type Size, zoomAbout } from "./camera";
import type { Point } from "./geometry";

/** Drag, wheel and pinch. Reports cameras; knows nothing of what is drawn. */
export interface GestureHost {
  camera(): Camera | null;
  view(): Size | null;
  onCamera(next: Camera): void;
  /** A gesture is over: the camera may be written to the address. */
  onRest(): void;
  /** A press that did not move, where no button took it. */
  onTap(at: Point): void;
}

/** Less than this is a shaky click. */
const SLOP = 4;
const REST_MS = 200;

export function attachGestures(element: HTMLElement, host: GestureHost): () => void {
  const fingers = new Map<number, Point>();
  let start: Point | null = null;
  let dragged = false;
  let rest = 0;

  const local = (event: PointerEvent | WheelEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const settle = (): void => {
    clearTimeout(rest);
    rest = window.setTimeout(host.onRest, REST_MS);
  };

  const change = (make: (camera: Camera, view: Size) => Camera): void => {
    const camera = host.camera();
    const view = host.view();
    if (camera && view) host.onCamera(make(camera, view));
  };

  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const at = local(event);
    // A pinch on a touchpad arrives as a wheel with ctrl, in much smaller steps.
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016));
    change((camera, view) => zoomAbout(camera, view, at, factor));
    settle();
  };

  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, local(event));
    start = local(event);
    if (fingers.size === 1) dragged = false;
  };

  const move = (event: PointerEvent): void => {
    const before = fingers.get(event.pointerId);
    if (!before || !start) return;
    const at = local(event);
    if (!dragged && Math.hypot(at.x - start.x, at.y - start.y) < SLOP) return;
    if (!dragged) {
      dragged = true;
      element.classList.add("dragging");
      element.setPointerCapture(event.pointerId);
    }
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, at);
    change((camera, view) => {
      if (!other) return panned(camera, at.x - before.x, at.y - before.y);
      const span = Math.hypot(at.x - other.x, at.y - other.y);
      const was = Math.hypot(before.x - other.x, before.y - other.y) || 1;
      const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
      const slid = panned(camera, (at.x - before.x) / 2, (at.y - before.y) / 2);
      return zoomAbout(slid, view, middle, span / was);
    });
  };

  const up = (event: PointerEvent): void => {
    if (!fingers.delete(event.pointerId)) return;
    if (fingers.size > 0) return;
    element.classList.remove("dragging");
    if (dragged) settle();
    else if (!(event.target as HTMLElement).closest("button") && event.type === "pointerup")
      host.onTap(local(event));
  };

  /** The click that ends a drag chooses nothing. */
  const click = (event: MouseEvent): void => {
    if (!dragged) return;
    event.stopPropagation();
    event.preventDefault();
    dragged = false;
  };

  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("click", click, true);
  return () => {
    clearTimeout(rest);
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("click", click, true);
  };
}
