import { parseHeader, parseSegment, type Segment } from "./segment";
import type { SegmentHeader, Structure } from "./types";

export type SegmentKey = number | "setup";
export type Fetcher = (key: SegmentKey) => Promise<ArrayBuffer>;

export const keyOf = (header: SegmentHeader): SegmentKey => header.iteration ?? "setup";

/** A header and its structure: enough for timeline, loss and parameters, without one array. */
export interface Chapter {
  header: SegmentHeader;
  structure: Structure;
}

/**
 * Headers of every iteration, whole segments for those near the playhead. Arrays are dropped oldest use first, when
 * more than `budget` bytes are held.
 */
export class Tape {
  readonly structures = new Map<string, Structure>();
  readonly chapters: Chapter[] = [];
  private readonly whole = new Map<SegmentKey, Segment>();
  private readonly loading = new Map<SegmentKey, Promise<Segment>>();
  private held = 0;

  constructor(
    private readonly fetcher: Fetcher,
    private readonly budget = 128 * 2 ** 20,
  ) {}

  /** Number of events recorded so far. */
  get events(): number {
    const last = this.chapters.at(-1);
    return last ? last.header.first + last.structure.events.length : 0;
  }

  /** The first iteration that is not here to its end. One that was cut may be recorded anew, and longer. */
  nextIteration(): number {
    const last = this.chapters.at(-1)?.header;
    if (!last || last.iteration === null) return 0;
    return last.complete ? last.iteration + 1 : last.iteration;
  }

  /** A frame of the stream. Sent again (an iteration that grew), it replaces what it was. */
  add(bytes: ArrayBuffer): Chapter | null {
    const { header } = parseHeader(bytes);
    if (header.define) this.structures.set(header.structure, header.define);
    const structure = this.structures.get(header.structure);
    if (!structure) return null;
    const chapter: Chapter = { header, structure };
    const place = this.chapters.findIndex((known) => known.header.iteration === header.iteration);
    if (place >= 0) {
      const known = this.chapters[place];
      if (known && known.structure.events.length !== structure.events.length) this.forget(keyOf(header));
      this.chapters[place] = chapter;
    } else {
      this.chapters.push(chapter);
      this.chapters.sort((a, b) => a.header.first - b.header.first || order(a) - order(b));
    }
    return chapter;
  }

  /** Which segment holds a tape-wide event index, and where in it. Index -1 is before the first event. */
  locate(event: number): { chapter: Chapter; place: number; local: number } | null {
    let low = 0;
    let high = this.chapters.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.chapters[middle]?.header.first ?? 0) <= event) low = middle;
      else high = middle - 1;
    }
    // A setup without events shares its first index with iteration 0; the later one is found, and right.
    const chapter = this.chapters[low];
    if (!chapter) return null;
    const local = Math.min(event - chapter.header.first, chapter.structure.events.length - 1);
    return { chapter, place: low, local };
  }

  iteration(n: number): Chapter | undefined {
    return this.chapters.find((chapter) => chapter.header.iteration === n);
  }

  /** The whole segment, if it is here now. */
  segment(chapter: Chapter): Segment | null {
    const key = keyOf(chapter.header);
    const segment = this.whole.get(key);
    if (!segment) return null;
    // Map order is order of use: the first is the next to go.
    this.whole.delete(key);
    this.whole.set(key, segment);
    return segment;
  }

  async load(chapter: Chapter): Promise<Segment> {
    const ready = this.segment(chapter);
    if (ready) return ready;
    const key = keyOf(chapter.header);
    const under = this.loading.get(key);
    if (under) return under;
    const promise = this.fetcher(key)
      .then((bytes) => {
        const segment = parseSegment(bytes, this.structures);
        // A cut iteration may have been recorded anew while its bytes were on their way.
        const now = this.chapters.find((known) => keyOf(known.header) === key);
        if (now?.structure.events.length === segment.structure.events.length) this.keep(key, segment);
        return segment;
      })
      .finally(() => this.loading.delete(key));
    this.loading.set(key, promise);
    return promise;
  }

  private keep(key: SegmentKey, segment: Segment): void {
    this.whole.set(key, segment);
    this.held += segment.bytes;
    for (const [oldest] of this.whole) {
      if (this.held <= this.budget || oldest === key) break;
      this.forget(oldest);
    }
  }

  private forget(key: SegmentKey): void {
    this.held -= this.whole.get(key)?.bytes ?? 0;
    this.whole.delete(key);
  }
}

const order = (chapter: Chapter): number => chapter.header.iteration ?? -1;
