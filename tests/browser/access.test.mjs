import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AXE, launch, open, openRun, press, quit, record } from "./page.mjs";

before(launch);
after(quit);

async function violations(page) {
  await page.addScriptTag({ path: AXE });
  const found = await page.evaluate(async () => {
    const { violations: all } = await window.axe.run(document);
    return all.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  });
  return found;
}

for (const colorScheme of ["light", "dark"])
  for (const [width, height] of [
    [1440, 900],
    [1000, 800],
    [360, 740],
  ])
    test(`everybody can read and use the page: ${colorScheme}, ${width} px`, async () => {
      const run = await record({ lesson: "digits", iterations: 2 });
      const { page, faults, close } = await openRun(run, Math.floor(run.events * 0.3), {
        colorScheme,
        viewport: { width, height },
        bypassCSP: true,
      });
      await page.waitForTimeout(700);
      assert.deepEqual(await violations(page), []);
      if (width < 700) {
        await page.locator(".running-line").click();
        assert.deepEqual(await violations(page), []);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
      assert.deepEqual(faults, []);
      await close();
    });

test("a person switches theme and language, and both stay", async () => {
  const run = await record({ lesson: "neuron", iterations: 1 });
  const { page, close } = await openRun(run, 0, { colorScheme: "light" });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "light");
  await press(page, "Dark theme");
  assert.equal(await theme(), "dark");
  await press(page, "한국어");
  await page.getByRole("button", { name: "재생", exact: true }).waitFor();
  await page.getByRole("heading", { name: "반복 0" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "재생", exact: true }).waitFor();
  assert.equal(await theme(), "dark");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ko");
  await close();
});

test("a person chooses a lesson from the menu with the keyboard", async () => {
  const { page, faults, close } = await open();
  await page.getByRole("heading", { name: "Iteration 0" }).waitFor();
  await page.getByRole("button", { name: /^Lesson/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("listbox", { name: "Lesson" }).waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /One neuron/ }).waitFor();
  await page.getByRole("heading", { name: "Iteration 0" }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});
