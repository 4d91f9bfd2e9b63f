import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Moment } from "../tape/moment";
import { type Camera, firstView, fitted, readView, toWorld, writeView, zoomAbout } from "./camera";
import { type Point, union } from "./geometry";
import { attachGestures } from "./gestures";
import "./graph.css";
import type { Layout } from "./layout/types";
import { motionOf } from "./motion";
import { type GraphNumber, numberAt } from "./numberAt";
import { Overlay } from "./Overlay";
import type { Selection } from "./selection";
import { hit, type Target, targetsOf } from "./targets";
import { useDrawing } from "./useDrawing";
import { usePicture } from "./usePicture";
import { useGlidingCamera, useSize } from "./useView";

export type { Selection } from "./selection";

export interface GraphViewProps {
  /** The moment just after the event that is playing. */
  moment: Moment;
  /** How far that event has come, 1 at rest; while stepping back it falls from 1 to 0. */
  progress: number;
  direction: 1 | -1;
  selection: Selection | null;
  onSelect(selection: Selection | null): void;
  /** Asks why of a number that is printed on the graph. */
  onAsk?(number: GraphNumber): void;
  hovered?: Selection | null;
  onHover?(selection: Selection | null): void;
  /** Which item of the batch is shown; −1 for their mean. */
  sample: number;
  /** Where the camera is and which boxes were toggled, as it was handed to `onCamera`; null at first. */
  camera: string | null;
  onCamera(camera: string): void;
  reducedMotion: boolean;
  theme: "light" | "dark";
  messages(key: string, args?: Record<string, string | number>): string;
}

/** The computation graph at a moment: a canvas, and over it a button for each thing that can be chosen. */
export function GraphView(props: GraphViewProps): JSX.Element {
  const { moment, progress, messages, reducedMotion } = props;
  const box = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useSize(box);
  const stored = useMemo(() => readView(props.camera), [props.camera]);
  // While a hand moves the camera, the page's own copy lags behind on purpose: an address per frame is no use.
  const [held, setHeld] = useState<Camera | null>(null);
  const { shown, failure } = usePicture(moment, stored.toggled, reducedMotion);
  const [hovered, setHovered] = useState<Selection | null>(null);

  const motion = useMemo(
    () => shown && motionOf(moment, shown.visible, shown.layout, progress),
    [shown?.visible, shown?.layout, moment, progress],
  );
  const goal = useMemo(() => {
    if (held) return held;
    if (stored.camera || !shown || !view) return stored.camera;
    return firstView(shown.goal.bounds, view, motion && currentRect(shown.goal, motion.current));
  }, [held, stored, shown?.goal, view, motion?.current]);
  // Opening a box moves layout and camera in one glide, so that the box stays put: see `toggle`.
  const opening = useRef<{ from: Camera; to: Camera } | null>(null);
  const gliding = useGlidingCamera(goal, held === null && stored.camera === null, reducedMotion);
  const camera =
    shown && opening.current && shown.glide < 1 && stored.camera
      ? mix(opening.current.from, opening.current.to, shown.glide)
      : gliding;

  const targets = useMemo(
    () => (shown ? targetsOf(shown.goal, shown.visible, moment, messages) : []),
    [shown?.goal, shown?.visible, moment, messages],
  );

  const live = useRef({ camera, view, props, held, targets, stored });
  live.current = { camera, view, props, held, targets, stored };

  const save = (next: Camera | null, toggled: ReadonlySet<string> = live.current.stored.toggled): void =>
    props.onCamera(writeView({ camera: next, toggled }));

  const toggle = (call: string): void => {
    const toggled = new Set(stored.toggled);
    if (!toggled.delete(call)) toggled.add(call);
    pinned.current = camera && shown ? { call, camera, at: anchorOf(shown.goal, call) } : null;
    setHeld(null);
    save(camera, toggled);
  };

  // Once the new layout is known, the camera moves by as much as the clicked box does.
  const pinned = useRef<{ call: string; camera: Camera; at: { x: number; y: number } | null } | null>(null);
  useLayoutEffect(() => {
    const pin = pinned.current;
    pinned.current = null;
    const to = shown && pin && anchorOf(shown.goal, pin.call);
    if (!pin?.at || !to) return;
    const moved = { ...pin.camera, x: pin.camera.x + to.x - pin.at.x, y: pin.camera.y + to.y - pin.at.y };
    opening.current = { from: pin.camera, to: moved };
    save(moved);
  }, [shown?.goal]);

  /** `at` is a point of the world. */
  const choose = (target: Target, at: Point | null): void => {
    if (target.toggles !== null) toggle(target.toggles);
    else if (target.selects) props.onSelect(target.selects);
    const placed = shown?.goal.items.find((one) => one.item.id === target.item);
    if (!shown || !camera || !at || !placed || target.toggles !== null) return;
    const { visible } = shown;
    const sight = {
      moment,
      visible,
      sample: props.sample,
      zoom: camera.zoom,
      dpr: window.devicePixelRatio || 1,
    };
    const number = numberAt(placed, at, sight);
    if (number) props.onAsk?.(number);
  };
  const chooseNow = useRef(choose);
  chooseNow.current = choose;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    return attachGestures(element, {
      camera: () => live.current.camera,
      view: () => live.current.view,
      onCamera: (next) => {
        live.current.camera = next;
        setHeld(next);
      },
      onRest: () => {
        const { held: at, stored: was, props: now } = live.current;
        if (!at) return;
        now.onCamera(writeView({ camera: at, toggled: was.toggled }));
        setHeld(null);
      },
      onTap: (at) => {
        const { camera: c, view: v, targets: known } = live.current;
        const place = c && v && toWorld(c, v, at);
        const target = place && hit(known, place);
        if (target) chooseNow.current(target, place);
        else live.current.props.onSelect(null);
      },
    });
  }, []);

  const schedule = useDrawing(canvas);
  useLayoutEffect(() => {
    if (!shown || !motion || !view || !camera) return;
    schedule(props.theme, {
      ...shown,
      moment,
      motion,
      camera,
      view,
      sample: props.sample,
      selection: props.selection,
      hovered: props.hovered ?? hovered,
      messages,
    });
  });

  const zoom = (factor: number): void => {
    if (!camera || !view) return;
    setHeld(null);
    save(zoomAbout(camera, view, { x: view.w / 2, y: view.h / 2 }, factor));
  };
  const fitAll = (): void => {
    if (!shown || !view) return;
    setHeld(null);
    save(fitted(shown.goal.bounds, view));
  };

  const overlay = useMemo(
    () =>
      camera &&
      view &&
      shown && (
        <Overlay
          targets={targets}
          visible={shown.visible}
          camera={camera}
          view={view}
          onChoose={(target, at) => chooseNow.current(target, at && worldAt(at))}
          onHover={(target) => {
            setHovered(target?.selects ?? null);
            props.onHover?.(target?.selects ?? null);
          }}
          onFocus={(target) => reveal(target)}
        />
      ),
    [targets, camera?.x, camera?.y, camera?.zoom, view, shown?.visible],
  );

  /** A point of the screen. */
  const worldAt = (at: Point): Point | null => {
    const { camera: c, view: v } = live.current;
    const edge = box.current?.getBoundingClientRect();
    return c && v && edge ? toWorld(c, v, { x: at.x - edge.left, y: at.y - edge.top }) : null;
  };

  /** Focus that has left the view takes the camera along. */
  const reveal = (target: Target): void => {
    const { camera: c, view: v } = live.current;
    if (!c || !v) return;
    const a = toWorld(c, v, { x: 0, y: 0 });
    const b = toWorld(c, v, { x: v.w, y: v.h });
    const { rect } = target;
    if (rect.x >= a.x && rect.x + rect.w <= b.x && rect.y >= a.y - 60 && rect.y + rect.h <= b.y + 60) return;
    save({ ...c, x: rect.x + rect.w / 2 });
  };

  return (
    <section ref={box} class="graph-view" data-mode={shown?.layout.mode}>
      <canvas ref={canvas} />
      {overlay}
      {!shown && (
        <p class="graph-note" role="status">
          {failure === null ? messages("graph.laying") : messages("graph.failed", { reason: failure })}
        </p>
      )}
      <fieldset class="graph-camera" aria-label={messages("graph.camera")}>
        <button type="button" aria-label={messages("graph.zoomOut")} onClick={() => zoom(1 / 1.25)}>
          −
        </button>
        <button type="button" onClick={fitAll}>
          {messages("graph.fit")}
        </button>
        <button type="button" aria-label={messages("graph.zoomIn")} onClick={() => zoom(1.25)}>
          +
        </button>
      </fieldset>
    </section>
  );
}

function mix(a: Camera, b: Camera, t: number): Camera {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, zoom: a.zoom };
}

/** What the untouched camera keeps in view. */
function currentRect(layout: Layout, current: ReadonlySet<string>) {
  const rects = layout.items.filter((p) => current.has(p.item.id)).map((p) => p.rect);
  if (rects.length) return union(rects);
  const link = layout.links.find((l) => current.has(l.link.id));
  return link ? union(link.forward.map((p) => ({ ...p, w: 0, h: 0 }))) : null;
}

/** The corner of a box, open or closed, by which it stays under the pointer. */
function anchorOf(layout: Layout, call: string): { x: number; y: number } | null {
  const frame = layout.frames.find((f) => f.frame.call === call);
  if (frame) return { x: frame.rect.x, y: frame.frame.merged ? frame.title.y : frame.title.y };
  const item = layout.items.find((p) => p.item.id === call);
  return item ? item.title : null;
}
