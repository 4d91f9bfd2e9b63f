import { describe, expect, it } from "vitest";
import { buildIteration, STRUCTURE } from "./fixture";
import { type Moment, momentAt } from "./moment";
import { scalar } from "./numbers";
import { parseSegment } from "./segment";

const segment = parseSegment(buildIteration(0), new Map());
const last = STRUCTURE.events.length - 1;

/** Everything a moment says, as plain data. */
function told(moment: Moment): unknown {
  return {
    event: moment.event,
    phase: moment.phase,
    tensors: STRUCTURE.tensors.map(({ id }) => [
      id,
      moment.value(id)?.id,
      moment.gradient(id)?.id,
      moment.arriving(id)?.id,
      moment.seenGradient(id)?.id,
      moment.freed(id),
    ]),
    nodes: STRUCTURE.nodes.map(({ id }) => moment.nodeState(id)),
  };
}

describe("a moment", () => {
  it("is the entry before the first event", () => {
    const moment = momentAt(segment, -1);
    expect(scalar(moment.value("w"))).toBe(2);
    expect(scalar(moment.gradient("w"))).toBe(5);
    expect(moment.value("mul")).toBeNull();
    expect(moment.current).toBeNull();
    expect(moment.phase).toBe("start");
  });

  it("has no gradient after zero_grad, none, not zeros", () => {
    const moment = momentAt(segment, 0);
    expect(moment.gradient("w")).toBeNull();
    expect(moment.seenGradient("w")).toBeNull();
    expect(moment.freed("w")).toBe(false);
  });

  it("gains values forward and gradients backward", () => {
    expect(scalar(momentAt(segment, 2).value("pow"))).toBe(36);
    expect(momentAt(segment, 2).nodeState("pow")).toBe("forward");
    expect(scalar(momentAt(segment, 3).gradient("pow"))).toBe(1);
    expect(scalar(momentAt(segment, 4).gradient("mul"))).toBe(12);
    expect(momentAt(segment, 4).nodeState("pow")).toBe("backward");
    expect(momentAt(segment, 4).nodeState("mul")).toBe("forward");
  });

  it("remembers an inner gradient that was freed", () => {
    const moment = momentAt(segment, 5);
    expect(moment.gradient("mul")).toBeNull();
    expect(moment.freed("mul")).toBe(true);
    expect(scalar(moment.seenGradient("mul"))).toBe(12);
  });

  it("shows the arriving share only while it arrives", () => {
    expect(scalar(momentAt(segment, 6).arriving("w"))).toBe(36);
    expect(momentAt(segment, 7).arriving("w")).toBeNull();
    expect(scalar(momentAt(segment, 7).value("w"))).toBeCloseTo(1.64);
  });

  it("is the same by stepping on, by seeking and by stepping back", () => {
    const sought = STRUCTURE.events.map((_, local) => told(momentAt(segment, local)));
    let moment = momentAt(segment, -1);
    for (let local = 0; local <= last; local++) {
      moment = momentAt(segment, local, moment);
      expect(told(moment)).toEqual(sought[local]);
    }
    for (let local = last; local >= 0; local--) {
      moment = momentAt(segment, local, moment);
      expect(told(moment)).toEqual(sought[local]);
    }
  });

  it("does not change when a later one is made from it", () => {
    const early = momentAt(segment, 1);
    const before = told(early);
    momentAt(segment, last, early);
    expect(told(early)).toEqual(before);
  });
});
