import type { TensorInfo } from "../../tape/types";
import { size } from "../../tensor/slice";
import { type Point, rect } from "../geometry";
import type { Item, Visible } from "../visible";
import type { PlacedChip, PlacedItem } from "./types";

/** The measures of a column: title, value picture, gradient picture, chips. From mockup/backward.png. */
export interface ColumnSize {
  width: number;
  card: number;
  gap: number;
}

export const TITLE = 42;
const CHIP_TOP = 29;
const CHIP_HEIGHT = 38;
const CHIP_LABEL = 24;
const STRIP_HEIGHT = 6;
const CHIP_GAP = 6;
/** More parameters than this on one op are counted, not drawn. */
const MOST_CHIPS = 4;

export const FULL: ColumnSize = { width: 132, card: 100, gap: 12 };
export const SMALL: ColumnSize = { width: 108, card: 72, gap: 8 };

/** The loss and the data are narrower: one number, one small picture. */
export function widthOf(item: Item, visible: Visible, sizes: ColumnSize): number {
  if (item.kind === "leaf") return sizes.width * 0.76;
  const info = visible.tensors.get(item.tensor);
  return info && size(info.shape) === 1 ? sizes.width * 0.87 : sizes.width;
}

/** A column with its card's top left corner at `at`. */
export function placeColumn(item: Item, visible: Visible, at: Point, sizes: ColumnSize): PlacedItem {
  const width = widthOf(item, visible, sizes);
  const value = rect(at.x, at.y, width, sizes.card);
  const gradient = rect(at.x, at.y + sizes.card + sizes.gap, width, sizes.card);
  const below = gradient.y + gradient.h;
  const box = item.kind === "box";
  const chips = box ? [] : placeChips(item, visible, { x: at.x, y: below }, width);
  const summary = box && item.chips.length > 0 ? { x: at.x, y: below + CHIP_TOP } : null;
  const last = chips.at(-1);
  const bottom = last ? last.value.y + last.value.h : summary ? summary.y + 40 : below;
  return {
    item,
    shape: "column",
    rect: rect(at.x, at.y - TITLE, width, bottom - at.y + TITLE),
    title: { x: at.x, y: at.y - TITLE },
    value,
    gradient,
    chips,
    summary,
  };
}

function placeChips(item: Item, visible: Visible, at: Point, width: number): PlacedChip[] {
  const chips: PlacedChip[] = [];
  const half = (width - CHIP_GAP) / 2;
  let y = at.y + 5;
  for (const tensor of item.chips.slice(0, MOST_CHIPS)) {
    const info = visible.tensors.get(tensor) as TensorInfo;
    // A bias follows its weight as a strip: it needs no name of its own.
    const strip = chips.length > 0 && info.shape.length <= 1;
    const height = strip ? STRIP_HEIGHT : info.shape.length <= 1 ? CHIP_HEIGHT / 2 : CHIP_HEIGHT;
    if (strip) y += 4;
    else y += CHIP_LABEL;
    chips.push({
      tensor,
      label: strip ? null : { x: at.x, y: y - CHIP_LABEL + 18 },
      value: rect(at.x, y, half, height),
      gradient: info.requires_grad ? rect(at.x + half + CHIP_GAP, y, half, height) : null,
    });
    y += height;
  }
  return chips;
}
