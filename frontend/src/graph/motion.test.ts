import { describe, expect, it } from "vitest";
import { openAtFirst } from "./calls";
import { CONVOLUTIONS, eventWhere, momentOf } from "./fixture";
import { layoutOf } from "./layout/layout";
import type { Layout } from "./layout/types";
import { motionOf } from "./motion";
import { neighbour } from "./Overlay";
import { hit, targetsOf } from "./targets";
import { visible } from "./visible";

const seen = visible(CONVOLUTIONS, openAtFirst(CONVOLUTIONS));
const layout = layoutOf("motion", seen) as Layout;
const at = (kind: string, name: string): number =>
  eventWhere(
    CONVOLUTIONS,
    (e) => e.kind === kind && (e.node === name || (e.node === null && e.tensor === name)),
  );
const motion = (k: number, p: number) => motionOf(momentOf(CONVOLUTIONS, k), seen, layout, p);

describe("motion", () => {
  it("forward: the pulse arrives, then the value fills", () => {
    const k = at("forward", "relu");
    const early = motion(k, 0.25);
    expect(early).toMatchObject({ hue: "forward" });
    expect([...early.current]).toEqual(["relu"]);
    expect(early.travels.map((t) => [t.link.link.from, t.way])).toEqual([["conv1:conv2d", "forward"]]);
    expect(early.travels[0]?.t).toBeGreaterThan(0);
    expect(early.values.get("relu")?.amount).toBe(0);
    const rest = motion(k, 1);
    expect(rest.values.get("relu")?.amount).toBe(1);
    expect(rest.travels[0]?.t).toBe(1);
  });

  it("backward: chevrons run the other way, and stop at the pill of the op that ran", () => {
    const k = at("backward", "head:linear");
    const [travel] = motion(k, 0.3).travels;
    expect(travel).toMatchObject({ way: "backward", from: 0 });
    expect(travel?.to).toBeLessThan(1);
    const next = motion(at("backward", "flatten"), 0.3).travels[0];
    expect(next?.from).toBeCloseTo(travel?.to ?? 0);
    expect(next?.to).toBe(1);
  });

  it("accumulate: the share drops into the chip", () => {
    const k = eventWhere(CONVOLUTIONS, (e) => e.kind === "accumulate" && e.tensor === "conv2.weight");
    expect(motion(k, 0.3).drop).toMatchObject({ item: "conv2:conv2d", tensor: "conv2.weight" });
    expect(motion(k, 0.3).travels).toEqual([]);
  });

  it("the seed starts at the loss, zero_grad wipes, step crosses", () => {
    const seed = eventWhere(CONVOLUTIONS, (e) => e.kind === "accumulate" && e.node === null);
    expect(motion(seed, 0.3).seed).toBeGreaterThan(0);
    expect(motion(at("zero_grad", "conv1.bias"), 0.5).gradients.get("conv1.bias")).toMatchObject({
      kind: "wipe",
      amount: 0.5,
    });
    const step = motion(at("step", "conv1.weight"), 0.5);
    expect(step.hue).toBe("step");
    expect(step.values.get("conv1.weight")).toMatchObject({ kind: "cross", amount: 0.5 });
    expect(step.values.get("conv1.weight")?.before).not.toBeNull();
  });

  it("inside a closed box nothing travels until the box takes or gives", () => {
    expect(motion(at("forward", "criterion:log_softmax"), 0.3).travels).toHaveLength(1);
    expect(motion(at("forward", "criterion:nll_loss"), 0.3).travels).toHaveLength(0);
    expect(motion(at("backward", "criterion:nll_loss"), 0.3).travels).toHaveLength(0);
    expect(motion(at("backward", "criterion:log_softmax"), 0.3).travels).toHaveLength(1);
  });
});

describe("targets", () => {
  const say = (key: string, args?: Record<string, string | number>): string =>
    `${key} ${JSON.stringify(args ?? {})}`;
  const targets = targetsOf(layout, seen, momentOf(CONVOLUTIONS, at("forward", "relu")), say);

  it("finds the innermost thing at a point", () => {
    for (const placed of layout.items) {
      const middle = { x: placed.value.x + placed.value.w / 2, y: placed.value.y + placed.value.h / 2 };
      expect(hit(targets, middle)?.selects).toEqual({ tensor: placed.item.tensor });
      for (const chip of placed.chips)
        expect(hit(targets, { x: chip.value.x + 2, y: chip.value.y + chip.value.h / 2 })?.selects).toEqual({
          tensor: chip.tensor,
        });
    }
    expect(hit(targets, { x: -500, y: -500 })).toBeNull();
  });

  it("opens and closes by the title", () => {
    const frame = layout.frames.find((f) => f.frame.call === "conv1");
    expect(hit(targets, { x: (frame?.title.x ?? 0) + 10, y: (frame?.title.y ?? 0) + 10 })?.toggles).toBe(
      "conv1",
    );
  });

  it("says what each thing is and how far it has come", () => {
    expect(targets.find((t) => t.key === "relu")?.name()).toContain("graph.state.here");
    expect(targets.find((t) => t.key === "relu~2")?.name()).toContain("graph.state.not");
    expect(new Set(targets.map((t) => t.key)).size).toBe(targets.length);
  });

  it("moves the focus along edges, and up and down a column", () => {
    const of = (key: string) => targets.find((t) => t.key === key);
    const from = of("relu");
    if (!from) throw new Error("relu has no target");
    expect(neighbour("ArrowRight", from, { targets, visible: seen })?.key).toBe("conv2:conv2d");
    expect(neighbour("ArrowLeft", from, { targets, visible: seen })?.key).toBe("conv1:conv2d");
    const conv = of("conv1:conv2d");
    if (!conv) throw new Error("conv1 has no target");
    expect(neighbour("ArrowDown", conv, { targets, visible: seen })?.selects).toEqual({
      tensor: "conv1.weight",
    });
    expect(neighbour("ArrowUp", conv, { targets, visible: seen })?.toggles).toBe("conv1");
  });
});
