// A person at the page: what they press, and what they can read there.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../frontend/package.json", import.meta.url));
const { chromium } = require("playwright-core");

export const URL_OF = process.env.BACKPLAY_URL;
export const AXE = require.resolve("axe-core/axe.min.js");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser;

export async function launch() {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

export async function quit() {
  await browser?.close();
}

/** Opens the page; whatever goes wrong in it, or leaves the machine, is collected in `faults`. */
export async function open(hash = "", options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    permissions: [],
    ...options,
  });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const to = new URL(request.url());
    const own = to.host === new URL(URL_OF).host || to.protocol === "data:" || to.protocol === "blob:";
    if (!own) faults.push(`request: ${request.url()}`);
  });
  await page.goto(`${URL_OF}/${hash}`);
  return { page, faults, close: () => context.close() };
}

/** Opens a run at an event and waits until its numbers are there. */
export async function openRun(run, event, options = {}, more = "") {
  const opened = await open(`#run=${run.id}&at=${event}${more}`, options);
  await arrive(opened.page, event);
  return opened;
}

export const timeline = (page) => page.getByRole("slider", { name: "Timeline" });
export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

export async function eventOf(page) {
  return Number(await timeline(page).getAttribute("aria-valuenow"));
}

/** Waits until the page is at an event, at rest, with its numbers. */
export async function arrive(page, event) {
  await page.waitForFunction(
    (wanted) => {
      const app = document.querySelector(".app");
      return app?.dataset.event === String(wanted) && app.dataset.rest === "true";
    },
    event,
    { timeout: 20_000 },
  );
}

/** Every number the inspector prints, by side and name, at full precision. */
export async function figures(page) {
  const cells = await page.getByRole("region", { name: "Inspector" }).locator("[data-statistic]").all();
  const out = {};
  for (const cell of cells) {
    const [of, statistic, value] = await cell.evaluate((one) => [
      one.dataset.of,
      one.dataset.statistic,
      one.dataset.value ?? null,
    ]);
    (out[of] ??= {})[statistic] = value === null ? null : Number(value);
  }
  return out;
}

/** All that the page says of the moment it is at. */
export async function told(page) {
  const sentence = await page.locator(".sentence p").first().textContent();
  const code = await page.getByRole("region", { name: "Code" }).locator("li").allTextContents();
  const parameters = await page.getByRole("region", { name: "Parameters" }).locator("tbody").textContent();
  return { event: await eventOf(page), sentence, code, parameters, figures: await figures(page) };
}

export async function select(page, parameter) {
  const button = page
    .getByRole("region", { name: "Parameters" })
    .getByRole("button", { name: parameter, exact: true });
  if ((await button.getAttribute("aria-pressed")) !== "true") await button.click();
}

// ---- the API, asked beside the page

export async function api(path, body) {
  const answer = await fetch(
    `${URL_OF}/api${path}`,
    body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  );
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${answer.ok ? "" : await answer.text()}`);
  return answer.json();
}

/** Makes a run and waits until it has recorded what was asked for. */
export async function record(wish) {
  const made = await api("/runs", wish);
  return settle(made.id);
}

export async function settle(id) {
  for (let tries = 0; tries < 300; tries++) {
    const run = await api(`/runs/${id}`);
    if (run.status !== "recording") return run;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("the run does not come to rest");
}

/** The page computes in another order than numpy: the last bits may differ. */
export function same(shown, expected, what) {
  if (expected === null || expected === undefined) {
    assert.equal(shown ?? null, null, what);
    return;
  }
  const slack = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(shown - expected) <= slack, `${what}: the page shows ${shown}, the API says ${expected}`);
}
