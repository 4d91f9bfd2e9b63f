import type { Point, Rect } from "../geometry";
import type { Frame, Item, Link } from "../visible";

/** A parameter (or other leaf) under its op: value left, gradient right. */
export interface PlacedChip {
  tensor: string;
  /** Where its name goes; null for a strip that follows a named one. */
  label: Point | null;
  value: Rect;
  /** Null: it never gets a gradient. */
  gradient: Rect | null;
}

export type ItemShape = "column" | "circle" | "leaf";

export interface PlacedItem {
  item: Item;
  shape: ItemShape;
  /** All of it: title, pictures, chips. */
  rect: Rect;
  title: Point;
  value: Rect;
  /** Null: no gradient is ever due here. */
  gradient: Rect | null;
  chips: PlacedChip[];
  /** Where a closed box tells how many parameters it holds. */
  summary: Point | null;
}

export interface PlacedFrame {
  frame: Frame;
  rect: Rect;
  title: Point;
  open: boolean;
}

export interface PlacedLink {
  link: Link;
  /** From the maker's value to the taker's. */
  forward: Point[];
  /** From the taker's gradient back to the maker's. */
  backward: Point[];
  /** Where the shape of what flows is written: middle of the text's baseline. */
  label: Point;
  /** How wide the label may be. */
  room: number;
  pills: { node: string; title: string; rect: Rect; at: number }[];
}

export type Mode = "lanes" | "spine" | "layered";

export interface Layout {
  mode: Mode;
  bounds: Rect;
  items: PlacedItem[];
  frames: PlacedFrame[];
  links: PlacedLink[];
  /** The two bands behind a chain. */
  lanes: { value: Rect; gradient: Rect } | null;
}
