import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

export const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PATIENCE_MS = 30_000;

export function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.on("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** `backplay serve` as a person starts it, with data of its own; resolves once it answers. */
export async function startServer({ data, port }) {
  const inVenv = `${ROOT}.venv/bin/backplay`;
  const child = spawn(existsSync(inVenv) ? inVenv : "backplay", ["serve", "--no-open", "--port", String(port)], {
    cwd: ROOT,
    env: { ...process.env, BACKPLAY_DATA_DIR: data },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output = (output + text).slice(-20_000);
    });
  }
  let gone = false;
  const exited = new Promise((done) => {
    child.on("exit", () => {
      gone = true;
      done();
    });
  });
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    if (gone || Date.now() > until) throw new Error(`The server did not start:\n${output}`);
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.ok) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
