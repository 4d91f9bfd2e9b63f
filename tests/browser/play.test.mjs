import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, arrive, eventOf, figures, launch, open, openRun, press, quit, record, same, select } from "./page.mjs";

before(launch);
after(quit);

const STATISTICS = ["min", "max", "mean", "std", "norm"];

async function compare(page, run, event) {
  const expected = await api(`/runs/${run.id}/parameters?at=${event}`);
  const list = Array.isArray(expected) ? expected : expected.parameters;
  assert.ok(list.length > 0, "the API knows parameters");
  for (const parameter of list) {
    await select(page, parameter.name);
    const shown = await figures(page);
    for (const side of ["value", "gradient"])
      for (const statistic of STATISTICS)
        same(
          shown[side]?.[statistic],
          parameter[side]?.[statistic],
          `${parameter.name}, ${side}, ${statistic} at event ${event}`,
        );
  }
}

test("a person opens the page and finds the first lesson recorded and ready to play", async () => {
  const { page, faults, close } = await open();
  await page.getByRole("heading", { name: "Iteration 0" }).waitFor();
  await page.getByRole("button", { name: /Two convolutions on handwritten digits/ }).waitFor();
  await page.getByRole("button", { name: "Play" }).waitFor();
  for (const name of ["Graph", "Code", "Inspector", "Parameters", "Loss"])
    assert.equal(await page.getByRole("region", { name, exact: true }).count(), 1, `region ${name}`);
  await page.waitForFunction(() => /#run=.+&at=\d+/.test(location.hash));
  assert.deepEqual(faults, []);
  await close();
});

test("a person who presses Play sees the graph itself move", async () => {
  const run = await record({ lesson: "digits", iterations: 1 });
  const { page, close } = await openRun(run, 5);
  const canvas = page.getByRole("region", { name: "Graph", exact: true }).locator("canvas").first();
  const drawn = () => canvas.evaluate((element) => element.toDataURL());
  const still = await drawn();
  await page.waitForTimeout(300);
  assert.equal(await drawn(), still, "at rest nothing moves");
  await page.getByRole("combobox", { name: "Speed" }).selectOption("1");
  await press(page, "Play");
  const frames = new Set([still]);
  for (let look = 0; look < 12; look++) {
    await page.waitForTimeout(150);
    frames.add(await drawn());
  }
  assert.ok(frames.size >= 5, `the picture changed ${frames.size - 1} times in 1.8 s of playing`);
  await close();
});

test("a person plays lesson 1 from start to end and every number is the API's", async () => {
  const run = await record({ lesson: "digits", iterations: 2 });
  const { page, faults, close } = await openRun(run, 0);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("8");
  await press(page, "Play");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  const seen = new Set();
  while ((await page.getByRole("button", { name: "Pause" }).count()) > 0) {
    seen.add(await eventOf(page));
    await page.waitForTimeout(60);
  }
  assert.ok(seen.size >= 8, `it moved through events: ${[...seen]}`);
  await arrive(page, run.events - 1);
  await compare(page, run, run.events - 1);
  // And at moments in between: before any update, in the middle of backward, after it.
  for (const part of [0.1, 0.35, 0.45, 0.8]) {
    const event = Math.floor(run.events * part);
    await page.evaluate((at) => {
      location.hash = location.hash.replace(/at=\d+/, `at=${at}`);
    }, event);
    await arrive(page, event);
    await compare(page, run, event);
  }
  assert.deepEqual(faults, []);
  await close();
});

test("the loss on the page is the API's, and a click on the curve goes to that iteration", async () => {
  const run = await record({ lesson: "digits", iterations: 5 });
  const { page, close } = await openRun(run, 0);
  const loss = page.getByRole("region", { name: "Loss" });
  for (const iteration of [3, 1]) {
    const box = await loss.getByRole("slider").boundingBox();
    await page.mouse.click(box.x + (box.width * (iteration + 0.5)) / 5, box.y + box.height / 2);
    await page.getByRole("heading", { name: `Iteration ${iteration}` }).waitFor();
    same(Number(await loss.locator("[data-value]").getAttribute("data-value")), run.losses[iteration], "loss");
  }
  await close();
});
