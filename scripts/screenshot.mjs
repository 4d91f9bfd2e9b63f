// Take docs/screenshot.png: the first lesson, in the middle of its fourth backward (make screenshot).
// Starts a server of its own on a free port with an empty data folder, and stops it afterwards.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const { chromium } = createRequire(join(root, "frontend/package.json"))("playwright-core");
const target = resolve(process.argv[2] ?? join(root, "docs/screenshot.png"));

const ITERATIONS = 60;
const MOMENT = { iteration: 3, kind: "accumulate", tensor: "conv2.weight" };
const SELECTED = "tensor:conv2.weight";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function until(what, seconds, ask) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(200);
  }
}

async function json(url, body) {
  const answer = await fetch(url, body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** The index of the event to show. */
async function moment(address, run) {
  for (let after = -1; ; ) {
    const page = await json(`${address}/api/runs/${run}/events?after=${after}&limit=1000`);
    const events = page.events ?? page;
    const found = events.find((event) => Object.entries(MOMENT).every(([name, value]) => event[name] === value));
    if (found) return found.index;
    if (!events.length) throw new Error(`no event like ${JSON.stringify(MOMENT)}`);
    after = events.at(-1).index;
  }
}

const data = await mkdtemp(join(tmpdir(), "backplay-"));
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const server = spawn(join(root, ".venv/bin/backplay"), ["serve", "--no-open", "--port", String(port)], {
  env: { ...process.env, BACKPLAY_DATA_DIR: data },
  stdio: ["ignore", "ignore", "inherit"],
});
let browser;
try {
  await until("the server", 30, async () => (await fetch(`${address}/healthz`)).ok);
  const { id } = await json(`${address}/api/runs`, { lesson: "digits", iterations: ITERATIONS });
  await until("the recording", 120, async () => (await json(`${address}/api/runs/${id}`)).iterations >= ITERATIONS);
  const at = await moment(address, id);

  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", colorScheme: "light", locale: "en" });
  await page.goto(`${address}/#${new URLSearchParams({ run: id, at: String(at), sel: SELECTED })}`);
  const timeline = page.getByRole("slider", { name: "Timeline" });
  await timeline.waitFor();
  await until("the moment", 30, async () => (await timeline.getAttribute("aria-valuenow")) === String(at) || (await timeline.inputValue()) === String(at));
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState("networkidle").catch(() => {});
  await sleep(1500);
  await page.screenshot({ path: target });
  console.log(`wrote ${target}`);
} finally {
  await browser?.close();
  server.kill("SIGTERM");
  await new Promise((ended) => (server.exitCode === null && server.signalCode === null ? server.once("exit", ended) : ended()));
  await rm(data, { recursive: true, force: true });
}
