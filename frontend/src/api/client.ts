import type { SegmentKey } from "../tape/tape";
import type { ExplainWish, Explanation } from "./explanation";
import type { Lesson, NewRun, Problem, Run } from "./types";

/** The server said no; `problem.detail` says why, in a sentence. Status 0: it said nothing. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
  }
}

async function send(path: string, body?: unknown, signal: AbortSignal | null = null): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(
      `/api${path}`,
      body === undefined
        ? { signal }
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
    );
  } catch {
    throw new Refused(0, {});
  }
  if (!response.ok) throw new Refused(response.status, await problemOf(response));
  return response;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return { title: response.statusText };
  }
}

const json = async <T>(path: string, body?: unknown): Promise<T> =>
  (await (await send(path, body)).json()) as T;

const run = (id: string): string => `/runs/${encodeURIComponent(id)}`;

export const api = {
  lessons: async (): Promise<Lesson[]> => {
    const answer = await json<Lesson[] | { lessons: Lesson[] }>("/lessons");
    return Array.isArray(answer) ? answer : answer.lessons;
  },
  create: (wish: NewRun): Promise<Run> => json("/runs", wish),
  run: (id: string): Promise<Run> => json(run(id)),
  script: async (id: string): Promise<string> => (await send(`${run(id)}/script`)).text(),
  advance: async (id: string, iterations: number): Promise<void> => {
    await send(`${run(id)}/advance`, { iterations });
  },
  stop: async (id: string): Promise<void> => {
    await send(`${run(id)}/stop`, {});
  },
  explain: async (id: string, wish: ExplainWish, signal?: AbortSignal): Promise<Explanation> => {
    const { tensor, of, index, event, limit, numeric } = wish;
    const fields = new URLSearchParams({
      tensor,
      of,
      index: index.join(","),
      at: event < 0 ? "start" : String(event),
      limit: String(limit),
    });
    if (numeric) fields.set("numeric", "true");
    return (await send(`${run(id)}/explain?${fields}`, undefined, signal)).json() as Promise<Explanation>;
  },
  segment: async (id: string, key: SegmentKey): Promise<ArrayBuffer> =>
    (await send(`${run(id)}/segments/${key}`)).arrayBuffer(),
};
