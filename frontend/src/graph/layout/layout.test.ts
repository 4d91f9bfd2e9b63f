import { describe, expect, it } from "vitest";
import type { Structure } from "../../tape/types";
import { openAtFirst } from "../calls";
import { CONVOLUTIONS, NEURON, residual } from "../fixture";
import { overlaps } from "../geometry";
import { visible } from "../visible";
import { layoutKey, layoutOf } from "./layout";
import { tween } from "./tween";
import type { Layout } from "./types";

const laid = async (structure: Structure, open = openAtFirst(structure), key = `${Math.random()}`) =>
  layoutOf(key, visible(structure, open));

function expectSound(layout: Layout): void {
  layout.items.forEach((a, i) => {
    for (const b of layout.items.slice(i + 1))
      expect(overlaps(a.rect, b.rect), `${a.item.id} over ${b.item.id}`).toBe(false);
  });
  const at = new Map(layout.items.map((p) => [p.item.id, p]));
  for (const { link } of layout.links) {
    const from = at.get(link.from)?.value;
    const to = at.get(link.to)?.value;
    expect(from && to && from.x < to.x, link.id).toBe(true);
  }
  for (const frame of layout.frames)
    for (const id of frame.frame.items) {
      const r = at.get(id)?.rect;
      if (r) expect(overlaps(frame.rect, r), `${id} in ${frame.frame.call}`).toBe(true);
    }
}

describe("layout", () => {
  it("puts a chain in two lanes", async () => {
    const layout = await laid(CONVOLUTIONS);
    expect(layout.mode).toBe("lanes");
    expectSound(layout);
    const tops = new Set(layout.items.map((p) => p.value.y));
    expect(tops.size).toBe(1);
    for (const p of layout.items) expect((p.gradient?.y ?? Infinity) > p.value.y + p.value.h).toBe(true);
  });

  it("hangs the leaves of a scalar graph beside its spine", async () => {
    const layout = await laid(NEURON);
    expect(layout.mode).toBe("spine");
    expectSound(layout);
    const ops = layout.items.filter((p) => p.item.kind === "op");
    expect(new Set(ops.map((p) => p.value.y)).size).toBe(1);
  });

  it.each([1, 3])("layers %i branching blocks without overlaps", async (blocks) => {
    const layout = await laid(residual(blocks));
    expect(layout.mode).toBe("layered");
    expectSound(layout);
  });

  it("keeps frames apart unless one holds the other", async () => {
    const { frames } = await laid(residual(3));
    frames.forEach((a, i) => {
      for (const b of frames.slice(i + 1)) {
        if (a.frame.parent === b.frame.call || b.frame.parent === a.frame.call) continue;
        expect(overlaps(a.rect, b.rect), `${a.frame.call} over ${b.frame.call}`).toBe(false);
      }
    });
  });

  it("is the same picture every time", async () => {
    for (const structure of [CONVOLUTIONS, NEURON, residual(3)])
      expect(await laid(structure)).toEqual(await laid(structure));
  });

  it("is made once for a layout key", async () => {
    const open = openAtFirst(CONVOLUTIONS);
    const key = layoutKey("abc", open);
    expect(layoutOf(key, visible(CONVOLUTIONS, open))).toBe(layoutOf(key, visible(CONVOLUTIONS, open)));
    expect(layoutKey("abc", new Set(["b", "a"]))).toBe(layoutKey("abc", new Set(["a", "b"])));
    expect(key).not.toBe(layoutKey("abc", new Set()));
  });

  it("lays out 1,300 ops without a worker, in a glance", async () => {
    const structure = residual(433);
    const open = new Set(structure.calls.map((c) => c.id));
    const began = performance.now();
    const layout = await laid(structure, open);
    expect(layout.items.length).toBeGreaterThan(1300);
    // Ten times the figure measured on two cores: a guard against a change of order, not a benchmark.
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it("glides from where a box was to what it holds", async () => {
    const structure = residual(2);
    const closed = await laid(structure, new Set());
    const open = await laid(structure, new Set(["block0", "block0.fc"]));
    const box = closed.items.find((p) => p.item.id === "block0")?.rect;
    expect(tween(closed, open, 0).items.find((p) => p.item.id === "block0:relu")?.rect).toEqual(box);
    expect(tween(closed, open, 1)).toBe(open);
  });
});
