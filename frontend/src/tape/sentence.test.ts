import { describe, expect, it } from "vitest";
import spoken from "../../../autograd/tape/sentences/ops.json";
import { type Locale, locale, plainText } from "../i18n";
import { buildIteration, STRUCTURE } from "./fixture";
import { momentAt } from "./moment";
import { parseSegment } from "./segment";
import { sentence } from "./sentence";

const segment = parseSegment(buildIteration(0), new Map());
const say = (local: number): string =>
  plainText(sentence(momentAt(segment, local), momentAt(segment, local - 1)));

describe("the sentence", () => {
  it("says what happened, with its number", () => {
    locale.value = "en";
    expect(STRUCTURE.events.map((_, local) => say(local))).toEqual([
      "zero_grad clears the gradient of w: its length was 5.",
      "× multiplies: 2 × 3 = 6.",
      "² raises 6 to the power 2: 36.",
      "backward starts here: nudge the loss by 1 and the loss rises by 1.",
      "At ² the slope is 2 × 6, so × gets 12.",
      "× hands the gradient to w, where the way back ends.",
      "w receives its gradient: 36.",
      "step moves w from 2 to 1.6400: SGD, learning rate 0.0100.",
      "The script prints: 36",
    ]);
    expect(say(-1)).toContain("Nothing has run yet");
  });

  it.each(["en", "ko"] satisfies Locale[])("leaves no placeholder open in %s", (language) => {
    locale.value = language;
    for (let local = -1; local < STRUCTURE.events.length; local++) expect(say(local)).not.toMatch(/[{}]/);
    locale.value = "en";
  });

  it("has words of its own for the ops that lessons use", () => {
    const ops = [
      "conv2d",
      "linear",
      "addmm",
      "relu",
      "flatten",
      "matmul",
      "add",
      "mul",
      "sub",
      "pow",
      "tanh",
    ];
    for (const op of [...ops, "mean", "sum", "log_softmax", "nll_loss", "mse_loss"]) {
      expect(spoken.forward).toHaveProperty(op);
      expect(spoken.backward).toHaveProperty(op);
    }
  });
});
