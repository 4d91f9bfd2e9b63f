import { type Token, tokens } from "../i18n";
import { formatNumber } from "../tensor/format";
import { statistics } from "../tensor/statistics";
import type { Moment } from "./moment";
import { tensorName } from "./names";
import { largestChange, scalar } from "./numbers";
import { backwardSentence } from "./sentence-backward";
import { forwardSentence } from "./sentence-forward";

/** The one sentence that says what just happened, with its number. `before` is the moment one event earlier. */
export function sentence(moment: Moment, before: Moment): Token[] {
  const event = moment.current;
  if (!event) return tokens(moment.phase === "setup" ? "say.setup" : "say.start");
  switch (event.kind) {
    case "forward":
      return forwardSentence(moment);
    case "backward":
      return backwardSentence(moment);
    case "accumulate":
      return accumulateSentence(moment, before);
    case "zero_grad":
      return zeroSentence(moment, before);
    case "step":
      return stepSentence(moment, before);
    case "edit":
      return tokens(moment.iteration === null ? "say.initial" : "say.edit", { tensor: name(moment, "step") });
    case "output": {
      const text = moment.segment.header.details[moment.local]?.text ?? "";
      return tokens("say.output", { text: { text: text.trim().slice(0, 200), role: "number" } });
    }
  }
}

function name(moment: Moment, role: Token["role"]): Token {
  const id = moment.current?.tensor ?? "";
  return { text: tensorName(moment.structure, id), role };
}

function length(array: Parameters<typeof statistics>[0]): string {
  return formatNumber(statistics(array).norm);
}

function accumulateSentence(moment: Moment, before: Moment): Token[] {
  const id = moment.current?.tensor ?? "";
  const after = moment.gradient(id);
  const earlier = before.gradient(id);
  const tensor = name(moment, "backward");
  const one = scalar(after);
  if (moment.current?.node == null)
    return tokens("say.seed", {
      backward: { text: "backward", role: "backward" },
      one: { text: formatNumber(one ?? 1), role: "number" },
    });
  if (!after) return tokens("say.backward.any", { node: tensor, target: tensor });
  if (!earlier)
    return one === null
      ? tokens("say.share.first", { tensor, norm: { text: length(after), role: "number" } })
      : tokens("say.share.firstScalar", { tensor, after: { text: formatNumber(one), role: "number" } });
  const was = scalar(earlier);
  return one === null || was === null
    ? tokens("say.share.more", {
        tensor,
        before: length(earlier),
        after: { text: length(after), role: "number" },
      })
    : tokens("say.share.moreScalar", {
        tensor,
        before: formatNumber(was),
        after: { text: formatNumber(one), role: "number" },
      });
}

function zeroSentence(moment: Moment, before: Moment): Token[] {
  const id = moment.current?.tensor ?? "";
  const zero_grad: Token = { text: "zero_grad", role: "zero" };
  const tensor = name(moment, "backward");
  const earlier = before.gradient(id);
  if (!earlier) return tokens("say.zero.nothing", { zero_grad, tensor });
  return tokens(moment.gradient(id) ? "say.zero.zeros" : "say.zero.cleared", {
    zero_grad,
    tensor,
    norm: { text: length(earlier), role: "number" },
  });
}

function stepSentence(moment: Moment, before: Moment): Token[] {
  const id = moment.current?.tensor ?? "";
  const tensor = name(moment, "step");
  const earlier = before.value(id);
  const after = moment.value(id);
  if (!earlier || !after) return tokens("say.step.still", { tensor });
  const change = largestChange(earlier, after);
  if (change === 0) return tokens("say.step.still", { tensor });
  const from = scalar(earlier);
  const to = scalar(after);
  if (from !== null && to !== null)
    return tokens("say.step.scalar", {
      step: { text: "step", role: "step" },
      tensor,
      before: formatNumber(from),
      after: { text: formatNumber(to), role: "number" },
    });
  return tokens("say.step.moves", { tensor, change: { text: formatNumber(change), role: "number" } });
}
