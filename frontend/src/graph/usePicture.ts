import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Moment } from "../tape/moment";
import { openAtFirst } from "./calls";
import { layoutKey, layoutOf } from "./layout/layout";
import { tween } from "./layout/tween";
import type { Layout } from "./layout/types";
import { useGlide } from "./useView";
import { type Visible, visible } from "./visible";

export interface Shown {
  visible: Visible;
  layout: Layout;
  /** 0..1 while boxes open or close. */
  glide: number;
  /** The layout everything is gliding to. */
  goal: Layout;
}

/** What the structure looks like with these boxes toggled: null until the first layout is there. */
export function usePicture(
  moment: Moment,
  toggled: ReadonlySet<string>,
  reducedMotion: boolean,
): { shown: Shown | null; failure: string | null } {
  const { structure } = moment;
  const boxes = [...toggled].sort().join("\n");
  const open = useMemo(() => {
    const set = openAtFirst(structure);
    for (const id of boxes === "" ? [] : boxes.split("\n")) if (!set.delete(id)) set.add(id);
    return set;
  }, [structure, boxes]);
  const seen = useMemo(() => visible(structure, open), [structure, open]);
  const { layout: name } = moment.segment.header;
  const key = useMemo(() => layoutKey(name, open), [name, open]);
  const [ready, setReady] = useState<{ key: string; layout: Layout; visible: Visible } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const glide = useGlide(reducedMotion);
  const before = useRef<Layout | null>(null);

  const made = useMemo(() => layoutOf(key, seen), [key, seen]);
  const now = made instanceof Promise ? null : { key, layout: made, visible: seen };
  const current = now ?? ready;

  useEffect(() => {
    if (!(made instanceof Promise)) {
      setReady({ key, layout: made, visible: seen });
      return;
    }
    let stale = false;
    made.then(
      (layout) => !stale && setReady({ key, layout, visible: seen }),
      (reason: unknown) => !stale && setFailure(reason instanceof Error ? reason.message : String(reason)),
    );
    return () => {
      // A layout asked for earlier must not replace a later one.
      stale = true;
    };
  }, [made]);

  const last = useRef<{ key: string; layout: Layout } | null>(null);
  if (current && last.current?.key !== current.key) {
    // Boxes of one picture glide; another structure is another picture.
    const same = last.current?.key.split("|")[0] === current.key.split("|")[0];
    before.current = same ? (last.current?.layout ?? null) : null;
    last.current = { key: current.key, layout: current.layout };
  }
  useEffect(() => {
    if (before.current) glide.start();
  }, [current?.key]);

  if (!current) return { shown: null, failure };
  const t = before.current ? glide.t : 1;
  const layout = before.current && t < 1 ? tween(before.current, current.layout, t) : current.layout;
  // A moment of another sample count has the same layout but its own structure.
  const reading = current.key === key ? seen : current.visible;
  return { shown: { visible: reading, layout, glide: t, goal: current.layout }, failure };
}
