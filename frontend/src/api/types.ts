import type { JsonNumber } from "../tape/types";

export interface Lesson {
  id: string;
  title: string;
  script: string;
  /** Titles by language, where the server has them. */
  titles?: Record<string, string>;
}

export type RunStatus = "recording" | "waiting" | "finished" | "failed" | "stopped";

export interface Run {
  id: string;
  lesson: string | null;
  status: RunStatus;
  seed: number;
  iterations: number;
  events: number;
  losses: (JsonNumber | null)[];
  error: { message: string; line: number | null } | null;
}

export interface NewRun {
  lesson?: string;
  script?: string;
  seed?: number;
  iterations: number;
}

/** RFC 9457: `detail` is a sentence a student can act on. */
export interface Problem {
  title?: string;
  detail?: string;
  status?: number;
  line?: number;
  column?: number;
}
