import type { JSX } from "preact";
import { type Camera, type Size, toScreen } from "./camera";
import type { Point } from "./geometry";
import type { Target } from "./targets";
import type { Link, Visible } from "./visible";

/** More buttons than this would slow the page; far away the canvas itself is asked what was hit. */
const MOST = 300;
/** A narrower thing (pixels) is not worth a stop of the Tab key. */
const SMALLEST = 16;

export interface OverlayProps {
  targets: readonly Target[];
  visible: Visible;
  camera: Camera;
  view: Size;
  /** `at`: where on the screen it was pressed; null by the keyboard. */
  onChoose(target: Target, at: Point | null): void;
  onHover(target: Target | null): void;
  onFocus(target: Target): void;
}

/** A transparent button over each thing on the canvas: for the keyboard, for screen readers, and for tooltips. */
export function Overlay(props: OverlayProps): JSX.Element {
  const { camera, view } = props;
  const origin = toScreen(camera, view, { x: 0, y: 0 });
  const shown = props.targets.filter((t) => near(t, camera, view)).slice(0, MOST);
  const place = `translate(${origin.x}px, ${origin.y}px) scale(${camera.zoom})`;
  return (
    <div class="graph-overlay" style={{ transform: place, "--zoom-inverse": 1 / camera.zoom }}>
      {shown.map((target) => (
        <button
          key={target.key}
          type="button"
          class={target.toggles === null ? "graph-target" : "graph-target graph-title"}
          data-key={target.key}
          title={target.name()}
          aria-label={target.name()}
          aria-expanded={
            target.toggles === null ? undefined : target.selects === null && isOpen(target, props)
          }
          style={{
            left: `${target.rect.x}px`,
            top: `${target.rect.y}px`,
            width: `${target.rect.w}px`,
            height: `${target.rect.h}px`,
          }}
          onClick={(event) => {
            // After a press of the mouse the arrow keys stay the player's; who came by keyboard keeps the focus.
            if (event.detail > 0) event.currentTarget.blur();
            props.onChoose(target, event.detail > 0 ? { x: event.clientX, y: event.clientY } : null);
          }}
          onKeyDown={(event) => move(event, target, props)}
          onFocus={(event) => {
            // A press of the mouse is on something in view: the picture must not move away under it.
            if (event.currentTarget.matches(":focus-visible")) props.onFocus(target);
          }}
          onPointerEnter={() => props.onHover(target)}
          onPointerLeave={() => props.onHover(null)}
        />
      ))}
    </div>
  );
}

function isOpen(target: Target, { visible }: OverlayProps): boolean {
  return visible.frames.some((f) => f.call === target.toggles);
}

function near(target: Target, camera: Camera, view: Size): boolean {
  const at = toScreen(camera, view, target.rect);
  const w = target.rect.w * camera.zoom;
  const h = target.rect.h * camera.zoom;
  // A view of margin around the view, so that focus can move on to what comes next.
  return w > SMALLEST && at.x + w > -view.w && at.x < 2 * view.w && at.y + h > -view.h && at.y < 2 * view.h;
}

/** Arrow keys go along edges; up and down between what lies above and below. */
function move(event: KeyboardEvent, target: Target, props: OverlayProps): void {
  const next = neighbour(event.key, target, props);
  if (!next || event.ctrlKey || event.shiftKey || event.altKey || event.metaKey) return;
  // The player's keys are arrows too; here they move the focus.
  event.preventDefault();
  event.stopPropagation();
  const overlay = (event.currentTarget as HTMLElement).parentElement;
  overlay?.querySelector<HTMLElement>(`[data-key="${CSS.escape(next.key)}"]`)?.focus();
}

export function neighbour(
  key: string,
  target: Target,
  props: Pick<OverlayProps, "targets" | "visible">,
): Target | null {
  const { targets, visible } = props;
  const middle = (t: Target): Point => ({ x: t.rect.x + t.rect.w / 2, y: t.rect.y + t.rect.h / 2 });
  const at = middle(target);
  const closest = (candidates: readonly Target[]): Target | null =>
    candidates.reduce<Target | null>((best, t) => {
      const d = (c: Target): number => Math.abs(middle(c).x - at.x) + Math.abs(middle(c).y - at.y);
      return !best || d(t) < d(best) ? t : best;
    }, null);
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const end = (link: Link): string | null => {
      if (key === "ArrowRight") return link.from === target.item ? link.to : null;
      return link.to === target.item ? link.from : null;
    };
    const ends = new Set(visible.links.map(end));
    return closest(targets.filter((t) => ends.has(t.item) && t.key === t.item));
  }
  if (key !== "ArrowDown" && key !== "ArrowUp") return null;
  const way = key === "ArrowDown" ? 1 : -1;
  const column = targets.filter(
    (t) => t !== target && (middle(t).y - at.y) * way > 1 && t.item === target.item,
  );
  return closest(column);
}
