/** One number, asked about: an element of a tensor's value, gradient, update, or another slot of it. Pure. */
export interface Question {
  tensor: string;
  /** `value`, `gradient`, `update`, `arriving`, `state.NAME`. */
  of: string;
  index: number[];
}

/** A question, and the event after which it was asked; −1 is before the first. */
export interface Step extends Question {
  event: number;
}

export const sameQuestion = (a: Question, b: Question): boolean =>
  a.tensor === b.tensor && a.of === b.of && String(a.index) === String(b.index);

/** `96;gradient;18,0,0,2;conv1.weight`: the tensor last, since its name may hold anything. */
export const formatStep = ({ event, of, index, tensor }: Step): string =>
  `${event};${of};${index.join(",")};${tensor}`;

const STEP = /^(-?\d+);(value|gradient|update|arriving|state\.\w+);((?:\d+(?:,\d+)*)?);(.+)$/;

export function parseStep(text: string): Step | null {
  const [, event, of, index, tensor] = STEP.exec(text) ?? [];
  if (event === undefined || of === undefined || index === undefined || tensor === undefined) return null;
  return { event: Number(event), of, index: index === "" ? [] : index.split(",").map(Number), tensor };
}
