import { describe, expect, it } from "vitest";
import spoken from "../../../autograd/tape/sentences/ops.json";
import { type Locale, locale, plainText } from "../i18n";
import { buildIteration, STRUCTURE } from "./fixture";
import { momentAt } from "./moment";
import { parseSegment } from "./segment";
import { sentence } from "./sentence";
import type { EventDetails, EventKind } from "./types";

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

  it.each([
    [
      "adjust",
      { by: "clip_grad_norm_", norm: 10, limit: 1, factor: 0.1 },
      "Clipping: all gradients together have length 10, more than 1, so w gets its gradient times 0.1.",
    ],
    [
      "adjust",
      { by: "clip_grad_norm_", norm: 0.5, limit: 1, factor: 1 },
      "Clipping: all gradients together have length 0.5, no more than 1: the gradient of w stays as it is.",
    ],
    [
      "adjust",
      { by: "clip_grad_value_", limit: 3, changed: 2 },
      "Clipping: no number may lie beyond ±3. In the gradient of w, 2 did.",
    ],
    ["adjust", { by: "unscale_", factor: 0.25 }, "The gradient of w is scaled back: times 0.25."],
    ["adjust", { by: "script" }, "The script changes the gradient of w: its length goes from 5 to 36."],
    [
      "hook",
      { before: 2, after: 6 },
      "A hook changes the gradient on its way at w: its length goes from 2 to 6.",
    ],
    [
      "mode",
      { module: "model", type: "Sequential", training: false },
      "model is set to evaluate: dropout lets all through, batch norm uses the means it has kept.",
    ],
    [
      "options",
      { optimizer: "SGD", group: 0, changed: { lr: [0.5, 0.25] } },
      "The learning rate of SGD goes from 0.5 to 0.25.",
    ],
    [
      "options",
      {
        optimizer: "Adam",
        group: 0,
        changed: {
          betas: [
            [0.9, 0.99],
            [0.8, 0.99],
          ],
        },
      },
      "Adam changes its betas from 0.9, 0.99 to 0.8, 0.99.",
    ],
    ["of a later version", {}, "Something happens here that this version of Backplay has no words for."],
  ] as [EventKind, EventDetails, string][])(
    "says what an event of kind %s with %o did",
    (kind, details, expected) => {
      // The fixture's first event, made to set a gradient of 5 to 36, and told as another kind.
      const one = parseSegment(buildIteration(0), new Map());
      const events = one.structure.events.map((event, at) => (at === 0 ? { ...event, kind } : event));
      const structure = { ...one.structure, events };
      const writes = [7, ...one.header.writes.slice(1)];
      const changed = { ...one, structure, header: { ...one.header, writes, details: { "0": details } } };
      const at = (local: number) => momentAt(changed, local);
      const text = (): string => plainText(sentence(at(0), at(-1)));
      expect(text()).toBe(expected);
      locale.value = "ko";
      expect(text()).not.toMatch(/[{}]/);
      locale.value = "en";
    },
  );

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
