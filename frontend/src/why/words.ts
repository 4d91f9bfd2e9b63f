import { type MessageKey, t } from "../i18n";
import { tensorName } from "../tape/names";
import { indexOf } from "../tape/structure";
import type { JsonNumber, Structure } from "../tape/types";
import { formatDigits } from "../tensor/format";
import type { Question } from "./question";
import type { Refusal } from "./store";

/** How a question, a number and its kind are said. */

const FIRST = 5;
const TERM = 4;

/** The number in focus: its sign is part of the point where it says which way. */
export const large = (x: JsonNumber, of: string): string => written(x, FIRST, of !== "value");

export const term = (x: JsonNumber): string => written(x, TERM, false);

export const signed = (x: JsonNumber): string => written(x, TERM, true);

/** Zeros at the end stand for digits that were rounded away; a number that has none, as 1.5, goes without. */
function written(x: JsonNumber, digits: number, sign: boolean): string {
  const exact = Number(x);
  const text = formatDigits(exact, digits, { sign });
  if (!text.includes(".") || Number(exact.toPrecision(digits)) !== exact) return text;
  return text.replace(/\.?0+$/, "");
}

/** Which of the picture's hues a number wears. */
export type Role = "value" | "gradient" | "update" | "data";

export function roleOf({ tensor, of }: Pick<Question, "tensor" | "of">, structure: Structure | null): Role {
  if (of === "gradient" || of === "arriving") return "gradient";
  if (of !== "value") return "update";
  const info = structure && indexOf(structure).tensor(tensor);
  return info?.kind === "input" && !info.requires_grad ? "data" : "value";
}

/** `conv1.weight[18, 0, 0, 2]`; an op's output by the op, data by what the op takes it as. */
export function elementName({ tensor, index }: Omit<Question, "of">, structure: Structure | null): string {
  const place = index.length > 0 ? `[${index.join(", ")}]` : "";
  return nameOf(tensor, structure) + place;
}

export function nameOf(tensor: string, structure: Structure | null): string {
  const info = structure && indexOf(structure).tensor(tensor);
  if (!structure || !info) return tensor;
  if (info.kind === "result") {
    const name = tensorName(structure, tensor);
    // A bare sign names no number: × is `mul`.
    return /\w/.test(name) ? name : tensor;
  }
  return info.name ?? tensor.replace(/^.*\.(?=\w+$)/, "");
}

const SLOTS: Record<string, MessageKey> = {
  gradient: "why.gradientOf",
  update: "why.updateOf",
  arriving: "why.arrivingAt",
};

/** "gradient of conv1.weight[18, 0, 0, 2]" */
export function questionName(question: Question, structure: Structure | null): string {
  const element = elementName(question, structure);
  const slot = SLOTS[question.of];
  if (slot) return t(slot, { element });
  if (question.of.startsWith("state."))
    return t("why.stateOf", { element, state: question.of.slice("state.".length) });
  return element;
}

export function refusalText(refusal: Refusal): string {
  if (refusal === "offline") return t("status.offline");
  return refusal === "none" ? t("why.noneNow") : refusal.sentence;
}
