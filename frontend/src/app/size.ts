import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface Size {
  width: number;
  height: number;
}

/** The size of an element, kept true while the window changes. */
export function useSize<E extends HTMLElement>(): { ref: { current: E | null }; size: Signal<Size> } {
  const ref = useRef<E | null>(null);
  const size = useSignal<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return { ref, size };
}
