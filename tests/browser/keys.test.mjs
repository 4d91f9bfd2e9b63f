import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, arrive, eventOf, launch, openRun, press, quit, record } from "./page.mjs";

before(launch);
after(quit);

/** First events of iterations and of phases, over the whole tape; the setup is a stretch of its own. */
async function startsOf(run) {
  const { events } = await api(`/runs/${run.id}/events?limit=5000`);
  const iterations = [];
  const phases = [];
  for (let n = 0; n < events.length; n++) {
    const turned = n === 0 || events[n].iteration !== events[n - 1].iteration;
    if (turned) iterations.push(n);
    if (turned || (events[n].iteration !== null && events[n].phase !== events[n - 1].phase)) phases.push(n);
  }
  return { iterations, phases };
}

test("a person walks the tape with keys and with buttons, both ways, and lands at the same events", async () => {
  const run = await record({ lesson: "digits", iterations: 2 });
  const { iterations, phases } = await startsOf(run);
  const { page, close } = await openRun(run, 0);
  const last = run.events - 1;
  const begin = iterations.at(-2);
  const later = iterations.at(-1);
  const first = phases.indexOf(begin);

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
    for (let n = 0; n < begin; n++) await act("ArrowRight");
    await arrive(page, begin);
    const go = async (key, event) => {
      await act(key);
      assert.equal(await eventOf(page), event, `${key} by ${how}`);
      await arrive(page, event);
    };
    await go("ArrowRight", begin + 1);
    await go("ArrowRight", begin + 2);
    await go("ArrowLeft", begin + 1);
    await go("Shift+ArrowRight", phases[first + 1]);
    await go("Shift+ArrowRight", phases[first + 2]);
    await go("Shift+ArrowLeft", phases[first + 1]);
    await go("Control+ArrowRight", later);
    await go("ArrowLeft", later - 1);
    await go("Control+ArrowLeft", begin);
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
