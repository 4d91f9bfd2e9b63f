import { type Params, type Token, tokens } from "../i18n";
import { formatCount, formatNumber } from "../tensor/format";
import { statistics } from "../tensor/statistics";
import type { Moment } from "./moment";
import { tensorName } from "./names";
import { largestChange, scalar } from "./numbers";
import { backwardSentence, forwardSentence } from "./sentence-op";
import { indexOf } from "./structure";
import type { EventDetails } from "./types";

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
    case "adjust":
      return adjustSentence(moment, before);
    case "hook":
      return hookSentence(moment);
    case "mode":
      return modeSentence(moment);
    case "options":
      return optionsSentence(moment);
    case "output": {
      const text = moment.segment.header.details[moment.local]?.text ?? "";
      return tokens("say.output", { text: { text: text.trim().slice(0, 200), role: "number" } });
    }
    default:
      return tokens("say.other");
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

function detailsOf(moment: Moment): EventDetails {
  return moment.segment.header.details[moment.local] ?? {};
}

/** A number of the details as a person would write it: 0.25 and not 0.2500. */
function told(value: unknown): string {
  return String(Number(Number(value).toPrecision(4)));
}

function adjustSentence(moment: Moment, before: Moment): Token[] {
  const id = moment.current?.tensor ?? "";
  const tensor = name(moment, "backward");
  const { by, norm, limit, factor, changed } = detailsOf(moment);
  if (by === "clip_grad_norm_") {
    const numbers = { tensor, norm: told(norm), limit: told(limit) };
    return Number(factor) === 1
      ? tokens("say.clip.norm.within", numbers)
      : tokens("say.clip.norm", { ...numbers, factor: { text: told(factor), role: "number" } });
  }
  if (by === "clip_grad_value_")
    return tokens("say.clip.value", {
      tensor,
      limit: told(limit),
      changed: { text: String(changed), role: "number" },
    });
  if (by === "unscale_")
    return tokens("say.unscale", { tensor, factor: { text: told(factor), role: "number" } });
  const was = before.gradient(id);
  const now = moment.gradient(id);
  if (!now) return tokens("say.other");
  const after: Token = { text: length(now), role: "number" };
  return was
    ? tokens("say.adjust", { tensor, before: length(was), after })
    : tokens("say.adjust.new", { tensor, after });
}

function hookSentence(moment: Moment): Token[] {
  const { before, after } = detailsOf(moment);
  return tokens("say.hook", {
    tensor: name(moment, "backward"),
    before: told(before),
    after: { text: told(after), role: "number" },
  });
}

function modeSentence(moment: Moment): Token[] {
  const { module, training } = detailsOf(moment);
  return tokens(training ? "say.mode.train" : "say.mode.eval", { module: String(module) });
}

function optionsSentence(moment: Moment): Token[] {
  const { optimizer, changed } = detailsOf(moment);
  const [option, values] = Object.entries((changed ?? {}) as Record<string, [unknown, unknown]>)[0] ?? [];
  if (option === undefined || values === undefined) return tokens("say.other");
  return tokens(option === "lr" ? "say.options.lr" : "say.options", {
    optimizer: String(optimizer),
    option,
    before: spoken(values[0]),
    after: { text: spoken(values[1]), role: "number" },
  });
}

/** An option's value: a number, a pair of them, or yes and no. */
function spoken(value: unknown): string {
  if (Array.isArray(value)) return value.map(spoken).join(", ");
  return typeof value === "boolean" ? String(value) : told(value);
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
