import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Locale, locale, plainText } from "../i18n";
import { type Moment, momentAt, type NumericArray } from "./moment";
import { parseSegment, type Segment } from "./segment";
import { sentence } from "./sentence";
import type { Structure } from "./types";

/** What Python's fold says of the same bytes: tests/golden/make_moments.py. */
interface Golden {
  event: number;
  iteration: number | null;
  phase: string;
  tensors: Record<
    string,
    {
      value: unknown[] | null;
      gradient: unknown[] | null;
      arriving: unknown[] | null;
      state: Record<string, unknown[]>;
      freed: boolean;
    }
  >;
}

const folder = new URL("../../../tests/golden/moments/", import.meta.url);

function segmentsOf(name: string): Segment[] {
  const file = readFileSync(new URL(`${name}.bpsg`, folder));
  const known = new Map<string, Structure>();
  const segments: Segment[] = [];
  for (let at = 0; at < file.byteLength; ) {
    const view = new DataView(file.buffer, file.byteOffset + at);
    const size = 24 + view.getUint32(8, true) + Number(view.getBigUint64(16, true));
    const start = file.byteOffset + at;
    segments.push(parseSegment(file.buffer.slice(start, start + size) as ArrayBuffer, known));
    at += size;
  }
  return segments;
}

/** As Python's JSON has them: bools by name, whole numbers as numbers, what is not finite as a word. */
function plain(array: NumericArray | null): unknown[] | null {
  if (!array) return null;
  const word = (x: number): unknown => (Number.isFinite(x) ? x : String(x).replace("Infinity", "inf"));
  return Array.from(array.data as ArrayLike<number | bigint>, (x) =>
    array.dtype === "bool" ? x === 1 : word(Number(x)),
  );
}

function told(moment: Moment, golden: Golden): Golden {
  const tensors: Golden["tensors"] = {};
  for (const [id, expected] of Object.entries(golden.tensors)) {
    const arrives = moment.current?.kind === "accumulate" && moment.current.tensor === id;
    tensors[id] = {
      value: plain(moment.value(id)),
      gradient: plain(moment.gradient(id)),
      // Python keeps a share in its slot; a moment here shows it only while it arrives.
      arriving: arrives ? plain(moment.arriving(id)) : expected.arriving,
      state: Object.fromEntries(
        Object.keys(expected.state).map((name) => [name, plain(moment.state(id, name)) ?? []]),
      ),
      freed: moment.freed(id),
    };
  }
  return { event: moment.event, iteration: moment.iteration, phase: golden.phase, tensors };
}

describe.each(["neuron", "shared"])("the golden moments of %s", (name) => {
  const golden = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Golden[];
  const segments = segmentsOf(name);
  const sought = (event: number, near: Moment | null = null): Moment => {
    const segment = segments.findLast((one) => one.header.first <= event);
    if (!segment) throw new Error(`no segment holds event ${event}`);
    return momentAt(segment, event - segment.header.first, near);
  };

  it.each(["en", "ko"] satisfies Locale[])("are told in the same words in %s", (language) => {
    const file = readFileSync(new URL(`${name}.sentences.json`, folder), "utf8");
    const expected = (JSON.parse(file) as Record<Locale, string[]>)[language];
    locale.value = language;
    const said = golden.map(({ event }) => {
      const moment = sought(event);
      return plainText(sentence(moment, momentAt(moment.segment, moment.local - 1)));
    });
    locale.value = "en";
    expect(said).toEqual(expected);
  });

  it("are the same here, sought one by one", () => {
    for (const expected of golden) {
      const moment = sought(expected.event);
      expect(told(moment, expected), `event ${expected.event}`).toEqual(expected);
      if (moment.phase !== "setup") expect(moment.phase).toBe(expected.phase);
    }
  });

  it("are the same forwards and backwards", () => {
    let moment: Moment | null = null;
    for (const expected of [...golden, ...[...golden].reverse()]) {
      moment = sought(expected.event, moment);
      expect(told(moment, expected), `event ${expected.event}`).toEqual(expected);
    }
  });
});
