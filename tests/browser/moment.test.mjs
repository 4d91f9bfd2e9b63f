import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrive, eventOf, launch, open, openRun, press, quit, record, select, timeline, told } from "./page.mjs";

before(launch);
after(quit);

test("one moment shows the same numbers by playing, dragging, stepping back from the end, and by a copied link", async () => {
  const run = await record({ lesson: "digits", iterations: 1 });
  const goal = Math.floor(run.events * 0.6);

  const { page, close } = await openRun(run, 0);
  await select(page, "conv2.weight");

  // By playing: run over it, then step back onto it.
  await page.getByRole("combobox", { name: "Speed" }).selectOption("8");
  await press(page, "Play");
  await page.waitForFunction(
    (event) => Number(document.querySelector("[role=slider][aria-label=Timeline]")?.ariaValueNow) >= event - 3,
    goal,
  );
  await press(page, "Pause");
  for (let tries = 0; (await eventOf(page)) !== goal && tries < 20; tries++)
    await page.keyboard.press((await eventOf(page)) < goal ? "ArrowRight" : "ArrowLeft");
  await arrive(page, goal);
  const played = await told(page);
  assert.ok(Object.keys(played.figures).length > 0, "the inspector prints figures");

  // By stepping back from the end.
  await page.keyboard.press("End");
  await arrive(page, run.events - 1);
  for (let n = run.events - 1; n > goal; n--) await page.keyboard.press("ArrowLeft");
  await arrive(page, goal);
  assert.deepEqual(await told(page), played, "stepping back from the end");

  // By dragging the timeline there.
  await page.keyboard.press("End");
  await arrive(page, run.events - 1);
  const box = await timeline(page).boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 5, y);
  await page.mouse.down();
  let low = box.x;
  let high = box.x + box.width;
  for (let tries = 0; tries < 30 && (await eventOf(page)) !== goal; tries++) {
    const x = (low + high) / 2;
    await page.mouse.move(x, y, { steps: 3 });
    await page.waitForTimeout(40);
    if ((await eventOf(page)) < goal) low = x;
    else high = x;
  }
  await page.mouse.up();
  await arrive(page, goal);
  assert.deepEqual(await told(page), played, "dragging");

  // By a copied link, in another window.
  await page.waitForFunction((event) => location.hash.includes(`at=${event}`), goal);
  const link = await page.evaluate(() => location.hash);
  const other = await open(link);
  await arrive(other.page, goal);
  assert.deepEqual(await told(other.page), played, "a copied link");
  await other.close();
  await close();
});
