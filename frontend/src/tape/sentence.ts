import { type Params, type Token, tokens } from "../i18n";
import { formatCount, formatNumber } from "../tensor/format";
import { statistics } from "../tensor/statistics";
import type { Moment } from "./moment";
import { tensorName } from "./names";
import { largestChange, scalar } from "./numbers";
import { backwardSentence, forwardSentence } from "./sentence-op";
import { indexOf } from "./structure";

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
      return editSentence(moment, before);
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

const number = (x: number): Token => ({ text: formatNumber(x), role: "number" });

function length(array: Parameters<typeof statistics>[0]): string {
  return formatNumber(statistics(array).norm);
}

function accumulateSentence(moment: Moment, before: Moment): Token[] {
  const id = moment.current?.tensor ?? "";
  const after = moment.gradient(id);
  const earlier = before.gradient(id);
  const tensor = name(moment, "backward");
  const one = scalar(after);
  const backward: Token = { text: "backward", role: "backward" };
  if (!after) return tokens("say.loading");
  if (moment.current?.node == null)
    return one === null
      ? tokens("say.seed.many", {
          backward,
          count: formatCount(after.data.length),
          norm: { text: length(after), role: "number" },
        })
      : tokens("say.seed", { backward, one: number(one) });
  if (!earlier)
    return one === null
      ? tokens("say.share.first", { tensor, norm: { text: length(after), role: "number" } })
      : tokens("say.share.firstScalar", { tensor, after: number(one) });
  const leaf = indexOf(moment.structure).tensor(id)?.leaf ?? true;
  const was = scalar(earlier);
  return one === null || was === null
    ? tokens(leaf ? "say.share.more" : "say.share.meets", {
        tensor,
        before: length(earlier),
        after: { text: length(after), role: "number" },
      })
    : tokens(leaf ? "say.share.moreScalar" : "say.share.meetsScalar", {
        tensor,
        before: formatNumber(was),
        after: number(one),
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
  const change = earlier && after ? largestChange(earlier, after) : 0;
  if (change === 0) return tokens("say.step.still", { tensor });
  const { optimizer, lr } = moment.segment.header.details[moment.local] ?? {};
  const by = optimizer !== undefined && lr !== undefined;
  const whose: Params = by ? { optimizer, rate: formatNumber(Number(lr)) } : {};
  const from = scalar(earlier);
  const to = scalar(after);
  if (from !== null && to !== null)
    return tokens(by ? "say.step.scalarBy" : "say.step.scalar", {
      step: { text: "step", role: "step" },
      tensor,
      before: formatNumber(from),
      after: number(to),
      ...whose,
    });
  return tokens(by ? "say.step.movesBy" : "say.step.moves", { tensor, change: number(change), ...whose });
}

function editSentence(moment: Moment, before: Moment): Token[] {
  const id = moment.current?.tensor ?? "";
  const tensor = name(moment, "step");
  const after = moment.value(id);
  const earlier = before.value(id);
  const to = scalar(after);
  if (moment.iteration === null && after && after.data.length > 0) {
    if (to !== null) return tokens("say.initial.scalar", { tensor, after: number(to) });
    const { min, max } = statistics(after);
    if (Number.isNaN(min)) return tokens("say.edit", { tensor });
    return tokens("say.initial", {
      tensor,
      count: formatCount(after.data.length),
      min: number(min),
      max: number(max),
    });
  }
  if (!earlier || !after || after.data.length === 0) return tokens("say.edit", { tensor });
  const from = scalar(earlier);
  return from === null || to === null
    ? tokens("say.edit.moves", { tensor, change: number(largestChange(earlier, after)) })
    : tokens("say.edit.scalar", { tensor, before: formatNumber(from), after: number(to) });
}
