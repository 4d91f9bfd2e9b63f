import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { settledMoment } from "../app/state";
import { theme } from "../app/theme";
import type { Moment } from "../tape/moment";
import { batchSize, isBatched } from "../tensor/batch";
import { paletteOf } from "../tensor/palette";
import { thumbnail } from "../tensor/thumbnail";

const SIDE = 22;

/** The picture that a sample is, where the script learns from pictures. */
export function SampleThumb({ sample }: { sample: number }): JSX.Element | null {
  const canvas = useRef<HTMLCanvasElement>(null);
  const moment = settledMoment.value;
  const images = moment && imagesOf(moment);
  const shade = theme.value;
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || !images) return;
    const side = Math.round(SIDE * (window.devicePixelRatio || 1));
    element.width = side;
    element.height = side;
    const picture = { array: images, role: "data" as const, sample };
    context.drawImage(thumbnail(picture, side, side, 0, paletteOf(shade, element)), 0, 0);
  }, [images, sample, shade]);
  return images && <canvas ref={canvas} class="sample-thumb" />;
}

/** The batch of images that the iteration was given, if it was. */
function imagesOf(moment: Moment): ReturnType<Moment["value"]> {
  const batch = batchSize(moment.structure);
  const data = moment.structure.tensors.find(
    (one) => one.kind === "input" && !one.requires_grad && one.shape.length >= 3 && isBatched(one, batch),
  );
  return data ? moment.value(data.id) : null;
}
