import { expect, it } from "vitest";
import { formatSelection, formatView, parseSelection, parseView } from "./url";

it("keeps the whole view in the address", () => {
  const view = { run: "a1b2", at: 61, sel: "tensor:conv1:conv2d~2", cam: "1.5,20,-3;open=head", why: [] };
  expect(parseView(formatView(view))).toEqual(view);
  const why = [
    { tensor: "conv1.weight", of: "gradient", index: [18, 0, 0, 2], event: 61 },
    { tensor: "criterion:nll_loss", of: "value", index: [], event: 40 },
  ];
  expect(parseView(formatView({ ...view, why }))).toEqual({ ...view, why });
});

it("reads an address that says less, or nonsense", () => {
  expect(parseView("")).toEqual({ run: null, at: null, sel: null, cam: null, why: [] });
  expect(parseView("#run=x&why=everything").why).toEqual([]);
  expect(parseView("#run=x&at=soon")).toMatchObject({ run: "x", at: null });
});

it("tells a tensor from an op", () => {
  expect(parseSelection(formatSelection({ tensor: "conv1.weight" }))).toEqual({ tensor: "conv1.weight" });
  expect(parseSelection(formatSelection({ node: "conv1:conv2d" }))).toEqual({ node: "conv1:conv2d" });
  expect(parseSelection("something")).toBeNull();
});
