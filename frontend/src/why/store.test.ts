// @vitest-environment happy-dom
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { buildIteration } from "../tape/fixture";

const explain = vi.hoisted(() => vi.fn());
vi.mock("../api/client", async (original) => ({
  ...(await original<typeof import("../api/client")>()),
  api: { explain },
}));

import { Refused } from "../api/client";
import { clock, here, revision, run, settledMoment, tape, watchMoments } from "../app/state";
import { Tape } from "../tape/tape";
import { answer, ask, askShown, back, check, checkByTrying, close, trail, watchQuestion } from "./store";
import { current } from "./trail";

const weight = { tensor: "w", of: "gradient", index: [] };
const product = { tensor: "mul", of: "gradient", index: [] };
const settle = (): Promise<void> => vi.waitFor(() => expect(answer.value).not.toBeNull());

run.value = {
  id: "r",
  lesson: null,
  status: "finished",
  seed: 0,
  iterations: 1,
  events: 9,
  losses: [36],
  error: null,
};
const held = new Tape(async () => buildIteration(0));
held.add(buildIteration(0));
tape.value = held;
revision.value++;
watchMoments();
watchQuestion();

beforeAll(() => vi.waitFor(() => expect(settledMoment.value).not.toBeNull()));

beforeEach(() => {
  close();
  explain.mockReset();
  explain.mockImplementation(async (_run, wish) => ({ ...wish, value: 36, numeric: null }));
  clock.dispatch({ type: "seek", event: 8 });
});

it("asks the server at the playhead, and goes where a factor was", async () => {
  ask(weight);
  await settle();
  expect(explain.mock.calls[0]?.[1]).toMatchObject({ ...weight, event: 8 });
  ask(product, 4);
  expect(here.value).toBe(4);
  await vi.waitFor(() => expect(answer.value?.question).toEqual(product));
  back();
  expect(here.value).toBe(8);
  expect(current(trail.value)).toMatchObject(weight);
  back();
  expect(current(trail.value)).toBeNull();
});

it("follows the playhead, and does not ask for what is not there", async () => {
  ask(weight);
  await settle();
  const asked = explain.mock.calls.length;
  clock.dispatch({ type: "seek", event: 1 });
  expect(answer.value).toMatchObject({ event: 1, explanation: null, refusal: "none" });
  expect(explain.mock.calls).toHaveLength(asked);
  clock.dispatch({ type: "seek", event: 7 });
  await vi.waitFor(() => expect(answer.value).toMatchObject({ event: 7, refusal: null }));
  expect(current(trail.value)).toMatchObject({ ...weight, event: 7 });
});

it("asks about a freed gradient where it was held", () => {
  const moment = settledMoment.value;
  if (!moment) throw new Error("no moment");
  askShown(moment, product);
  expect(here.value).toBe(4);
});

it("says why the server will not answer, or that it does not", async () => {
  explain.mockRejectedValueOnce(new Refused(422, { detail: "There is no such element." }));
  ask(weight);
  await settle();
  expect(answer.value?.refusal).toEqual({ sentence: "There is no such element." });
  close();
  explain.mockRejectedValueOnce(new Refused(0, {}));
  ask(weight);
  await settle();
  expect(answer.value?.refusal).toBe("offline");
});

it("checks by trying, and forgets the outcome when another question comes up", async () => {
  ask(weight);
  await settle();
  const numeric = { value: 36, nudge: 1e-6, digits: 7, sentence: { en: "They agree." } };
  explain.mockImplementation(async (_run, wish) => ({ ...wish, value: 36, numeric }));
  await checkByTrying();
  expect(check.value).toEqual({ state: "done", numeric });
  ask(product, 4);
  expect(check.value).toEqual({ state: "none" });
});
