import { describe, expect, it } from "vitest";
import { buildIteration, STRUCTURE } from "./fixture";
import { Tape } from "./tape";

const count = STRUCTURE.events.length;

function filled(iterations: number, budget?: number): { tape: Tape; asked: (number | string)[] } {
  const asked: (number | string)[] = [];
  const tape = new Tape((key) => {
    asked.push(key);
    return Promise.resolve(buildIteration(Number(key), true));
  }, budget);
  for (let n = 0; n < iterations; n++) tape.add(buildIteration(n));
  return { tape, asked };
}

describe("a tape", () => {
  it("finds the segment of an event, and back", () => {
    const { tape } = filled(3);
    expect(tape.events).toBe(3 * count);
    for (let event = 0; event < tape.events; event++) {
      const at = tape.locate(event);
      expect((at?.chapter.header.first ?? 0) + (at?.local ?? 0)).toBe(event);
      expect(at?.chapter.header.iteration).toBe(Math.floor(event / count));
    }
    expect(tape.locate(-1)).toMatchObject({ local: -1, place: 0 });
  });

  it("replaces an iteration that is sent again", () => {
    const { tape } = filled(2);
    tape.add(buildIteration(1));
    expect(tape.chapters.length).toBe(2);
  });

  it("loads a segment once, however often it is asked for", async () => {
    const { tape, asked } = filled(2);
    const chapter = tape.chapters[1];
    if (!chapter) throw new Error("no chapter");
    expect(tape.segment(chapter)).toBeNull();
    const [a, b] = await Promise.all([tape.load(chapter), tape.load(chapter)]);
    expect(a).toBe(b);
    expect(tape.segment(chapter)).toBe(a);
    expect(asked).toEqual([1]);
  });

  it("drops what was used longest ago when the budget is full", async () => {
    const size = buildIteration(0, true).byteLength;
    const { tape } = filled(3, size * 2.5);
    for (const chapter of tape.chapters) await tape.load(chapter);
    const held = tape.chapters.map((chapter) => tape.segment(chapter) !== null);
    expect(held).toEqual([false, true, true]);
  });
});
