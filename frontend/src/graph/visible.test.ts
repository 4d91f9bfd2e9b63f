import { describe, expect, it } from "vitest";
import { openAtFirst } from "./calls";
import { CONVOLUTIONS, NEURON, residual, structureOf } from "./fixture";
import { chainOf } from "./layout/lanes";
import { spineOf } from "./layout/spine";
import { shortSummary } from "./names";
import { visible } from "./visible";

describe("what is visible", () => {
  it("opens boxes of one op whose weights can be seen, and leaves the rest closed", () => {
    expect([...openAtFirst(CONVOLUTIONS)].sort()).toEqual(["conv1", "conv2"]);
  });

  it("opens containers only while the picture stays small", () => {
    expect(openAtFirst(residual(2)).has("block0")).toBe(true);
    expect(openAtFirst(residual(40)).has("block30")).toBe(false);
  });

  it("names an open box's only op after the box", () => {
    const seen = visible(CONVOLUTIONS, openAtFirst(CONVOLUTIONS));
    expect(seen.items.map((i) => i.title)).toEqual([
      "input",
      "conv1",
      "relu",
      "conv2",
      "relu",
      "head",
      "loss",
    ]);
    expect(seen.items[1]?.subtitle).toBe("Conv2d(1, 4, 5)");
    expect(seen.items.at(-1)?.subtitle).toBe("cross_entropy");
  });

  it("shrinks ops that only change the shape to pills on the edge", () => {
    const seen = visible(CONVOLUTIONS, openAtFirst(CONVOLUTIONS));
    const link = seen.links.find((l) => l.to === "head");
    expect(link?.pills.map((p) => p.node)).toEqual(["flatten"]);
    expect(link?.tensors).toEqual(["relu~2", "flatten"]);
  });

  it("gives parameters to their op and labels to the loss", () => {
    const seen = visible(CONVOLUTIONS, openAtFirst(CONVOLUTIONS));
    expect(seen.items[1]?.chips).toEqual(["conv1.weight", "conv1.bias"]);
    expect(seen.items.at(-1)).toMatchObject({ target: "labels", loss: true, chips: [] });
  });

  it("draws log_softmax and nll_loss without a module as one loss too", () => {
    const bare = structureOf([], { x: { kind: "input", shape: [4, 3] } }, [
      ["log_softmax", null, "log_softmax", ["x"], [4, 3]],
      ["nll_loss", null, "nll_loss", ["log_softmax"], []],
    ]);
    const seen = visible(bare, openAtFirst(bare));
    expect(seen.items.map((i) => i.title)).toEqual(["input", "loss"]);
  });

  it("leaves ops that only measure out of the picture", () => {
    const measured = structureOf([], { x: { kind: "input", shape: [4, 3] } }, [
      ["mean", null, "mean", ["x"], []],
      ["argmax", null, "argmax", ["x"], []],
    ]);
    for (const event of measured.events) if (event.node === "argmax") event.phase = "evaluate";
    expect(visible(measured, new Set()).items.map((i) => i.id)).toEqual(["x", "mean"]);
  });

  it("makes circles of single numbers, with y part of − y", () => {
    const seen = visible(NEURON, openAtFirst(NEURON));
    expect(seen.scalar).toBe(true);
    expect(seen.items.map((i) => i.id).sort()).toEqual(["add", "b", "mul", "pow", "sub", "w", "x"]);
    expect(seen.items.find((i) => i.id === "sub")).toMatchObject({ title: "−", operand: "y" });
  });

  it("keeps one owner for every op", () => {
    const structure = residual(3);
    for (const open of [new Set<string>(), openAtFirst(structure)]) {
      const seen = visible(structure, open);
      for (const node of structure.nodes) expect(seen.owner.has(node.id)).toBe(true);
    }
  });
});

describe("chains", () => {
  it("finds the order of a chain", () => {
    const seen = visible(CONVOLUTIONS, openAtFirst(CONVOLUTIONS));
    expect(chainOf(seen)?.map((i) => i.title)).toEqual(seen.items.map((i) => i.title));
  });

  it("finds none where the picture branches, unless closed boxes hide it", () => {
    const structure = residual(2);
    expect(chainOf(visible(structure, openAtFirst(structure)))).toBeNull();
    expect(chainOf(visible(structure, new Set()))).not.toBeNull();
  });

  it("finds the spine of a scalar graph", () => {
    expect(spineOf(visible(NEURON, new Set()))?.map((i) => i.id)).toEqual(["mul", "add", "sub", "pow"]);
    expect(spineOf(visible(CONVOLUTIONS, new Set()))).toBeNull();
  });
});

describe("summaries", () => {
  it("keeps what tells modules apart", () => {
    expect(shortSummary("1, 20, kernel_size=(5, 5), stride=(1, 1)")).toBe("1, 20, 5");
    expect(shortSummary("3, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1)")).toBe(
      "3, 8, 3, stride=2, padding=1",
    );
    expect(shortSummary("in_features=1280, out_features=10, bias=True")).toBe("1280, 10");
    expect(shortSummary("p=0.5, inplace=False")).toBe("0.5");
    expect(shortSummary("")).toBe("");
  });
});
