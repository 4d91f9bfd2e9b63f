import { expect, it } from "vitest";
import { STRUCTURE } from "../tape/fixture";
import { elementName, large, questionName, roleOf, signed, term } from "./words";

it("writes numbers to be followed: as many digits as count, and no zeros that say nothing", () => {
  expect([1.5, 0.0799999, 0.08, 12, 0, 1e-5, 1234567].map(term)).toEqual([
    "1.5",
    "0.08000",
    "0.08",
    "12",
    "0",
    "1.000×10⁻⁵",
    "1.235×10⁶",
  ]);
  expect(signed(-0.0024873508)).toBe("−0.002487");
  expect([large(0.021262, "gradient"), large(0.021262, "value")]).toEqual(["+0.021262", "0.021262"]);
  expect(term("-Infinity")).toBe("−∞");
});

it("names what is asked about", () => {
  expect(elementName({ tensor: "w", index: [1, 2] }, STRUCTURE)).toBe("w[1, 2]");
  // The op's sign × would name no number.
  expect(questionName({ tensor: "mul", of: "gradient", index: [0] }, STRUCTURE)).toBe("gradient of mul[0]");
  expect(questionName({ tensor: "w", of: "state.exp_avg", index: [] }, null)).toBe("exp_avg of w");
});

it("gives a number the hue of what it is", () => {
  expect(roleOf({ tensor: "x", of: "value" }, STRUCTURE)).toBe("data");
  expect(roleOf({ tensor: "w", of: "value" }, STRUCTURE)).toBe("value");
  expect(roleOf({ tensor: "w", of: "arriving" }, STRUCTURE)).toBe("gradient");
  expect(roleOf({ tensor: "w", of: "update" }, STRUCTURE)).toBe("update");
});
