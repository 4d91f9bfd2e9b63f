import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, arrive, eventOf, launch, openRun, press, quit, record } from "./page.mjs";

before(launch);
after(quit);

/** First events of the phases, over the whole tape. */
async function phaseStarts(run) {
  const { events } = await api(`/runs/${run.id}/events?limit=5000`);
  const starts = [];
  for (let n = 0; n < events.length; n++)
    if (n === 0 || events[n].phase !== events[n - 1].phase || events[n].iteration !== events[n - 1].iteration)
      starts.push(n);
  return starts;
}

test("a person walks the tape with keys and with buttons, both ways, and lands at the same events", async () => {
  const run = await record({ lesson: "digits", iterations: 2 });
  const starts = await phaseStarts(run);
  const { page, close } = await openRun(run, 0);
  const last = run.events - 1;
  const half = run.events / 2;

  const by = {
    keys: (key) => page.keyboard.press(key),
    buttons: (key) =>
      press(
        page,
        {
          ArrowRight: "Step forward",
          ArrowLeft: "Step back",
          "Shift+ArrowRight": "Next phase",
          "Shift+ArrowLeft": "Previous phase",
          "Control+ArrowRight": "Next iteration",
          "Control+ArrowLeft": "Previous iteration",
        }[key],
      ),
  };
  for (const [how, act] of Object.entries(by)) {
    await page.keyboard.press("Home");
    await arrive(page, 0);
    const go = async (key, event) => {
      await act(key);
      assert.equal(await eventOf(page), event, `${key} by ${how}`);
      await arrive(page, event);
    };
    await go("ArrowRight", 1);
    await go("ArrowRight", 2);
    await go("ArrowLeft", 1);
    await go("Shift+ArrowRight", starts[1]);
    await go("Shift+ArrowRight", starts[2]);
    await go("Shift+ArrowLeft", starts[1]);
    await go("Control+ArrowRight", half);
    await go("ArrowLeft", half - 1);
    await go("Control+ArrowLeft", 0);
  }
  await page.keyboard.press("End");
  await arrive(page, last);
  await page.keyboard.press("ArrowRight");
  assert.equal(await eventOf(page), last, "nothing lies beyond the end");
  await close();
});

test("space plays and pauses, but types a space where a person writes", async () => {
  const run = await record({ lesson: "neuron", iterations: 2 });
  const { page, close } = await openRun(run, 0);
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Play" }).waitFor();
  await press(page, "Edit");
  const field = page.getByRole("textbox", { name: "Script" });
  await field.fill("");
  await page.keyboard.type("a b");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await field.inputValue(), "a b");
  assert.equal(await page.getByRole("button", { name: "Play" }).count(), 1, "still paused");
  await close();
});

test("with reduced motion a step is there at once", async () => {
  const run = await record({ lesson: "neuron", iterations: 1 });
  const { page, close } = await openRun(run, 3, { reducedMotion: "reduce" });
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.locator(".app").getAttribute("data-rest"), "true");
  assert.equal(await eventOf(page), 2);
  await close();
});
