// Starts a real server on a free port with data of its own, runs every *.test.mjs here against it, stops it.
// One file: npm run test:browser -- keys.test.mjs

import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, HERE, startServer } from "./server.mjs";

const wanted = process.argv.slice(2);
const files = (await readdir(HERE))
  .filter((name) => name.endsWith(".test.mjs") && (wanted.length === 0 || wanted.includes(name)))
  .map((name) => join(HERE, name));

const data = await mkdtemp(join(tmpdir(), "backplay-browser-"));
const server = process.env.BACKPLAY_URL ? null : await startServer({ data, port: await freePort() });
const code = await new Promise((done) => {
  const runner = spawn(process.execPath, ["--test", "--test-concurrency=2", "--test-reporter=spec", ...files], {
    cwd: fileURLToPath(new URL("../../frontend", import.meta.url)),
    env: { ...process.env, BACKPLAY_URL: process.env.BACKPLAY_URL ?? server.url },
    stdio: "inherit",
  });
  runner.on("exit", done);
});
await server?.stop();
await rm(data, { recursive: true, force: true });
process.exit(code ?? 1);
