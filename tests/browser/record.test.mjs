import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, arrive, launch, open, openRun, press, quit, record, settle, timeline } from "./page.mjs";

before(launch);
after(quit);

test("a person presses Run and further iterations appear", async () => {
  const run = await record({ lesson: "digits", iterations: 1 });
  const { page, faults, close } = await openRun(run, 0);
  const wanted = page.getByRole("combobox", { name: "Iterations to record" });
  await wanted.selectOption("1");
  const clicked = Date.now();
  await press(page, "Run");
  await page.waitForFunction(
    (events) => Number(document.querySelector("[aria-label=Timeline]")?.ariaValueMax) + 1 > events,
    run.events,
  );
  const took = Date.now() - clicked;
  assert.ok(took < 1000, `one iteration took ${took} ms to record and show`);
  await wanted.selectOption("10");
  await press(page, "Run");
  const more = await (async () => {
    for (;;) {
      const now = await settle(run.id);
      if (now.iterations >= 12) return now;
      await new Promise((done) => setTimeout(done, 50));
    }
  })();
  await page.waitForFunction(
    (events) => Number(document.querySelector("[aria-label=Timeline]")?.ariaValueMax) === events - 1,
    more.events,
  );
  await page.keyboard.press("End");
  await arrive(page, more.events - 1);
  await page.getByRole("heading", { name: `Iteration ${more.iterations - 1}` }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("a person stops a recording, and what was recorded plays on", async () => {
  const run = await record({ lesson: "digits", iterations: 1 });
  const { page, close } = await openRun(run, 0);
  await page.getByRole("combobox", { name: "Iterations to record" }).selectOption("100");
  await press(page, "Run");
  await press(page, "Stop");
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  const now = await settle(run.id);
  assert.equal(now.status, "stopped", now.error?.message);
  assert.ok(now.iterations < 101);
  await page.keyboard.press("ArrowRight");
  await arrive(page, 1);
  await close();
});

test("a syntax error is shown in the Code panel, at its line, with the server's sentence", async () => {
  const run = await record({ lesson: "neuron", iterations: 1 });
  const { page, close } = await openRun(run, 0);
  await press(page, "Edit");
  const script = "import torch\n\nw = torch.tensor(1.0\nprint(w)\n";
  await page.getByRole("textbox", { name: "Script" }).fill(script);
  await press(page, "Run this script");
  const refused = await fetch(`${process.env.BACKPLAY_URL}/api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ script, iterations: 1 }),
  });
  assert.equal(refused.status, 422);
  const { detail, line } = await refused.json();
  const alert = page.getByRole("region", { name: "Code" }).getByRole("alert");
  await page.waitForFunction(() => document.querySelector("#script-error")?.textContent !== "");
  assert.ok((await alert.textContent()).includes(detail), `“${await alert.textContent()}” has “${detail}”`);
  assert.equal(await page.locator(".gutter .broken").textContent(), String(line));
  await close();
});

test("a person runs a script of their own; where it fails, the line is marked and the tape plays", async () => {
  const { page, close } = await open();
  await page.getByRole("heading", { name: "Iteration 0" }).waitFor();
  await page.waitForFunction(() => location.hash.includes("run="));
  const first = await page.evaluate(() => location.hash);
  await press(page, "Edit");
  await page.getByRole("textbox", { name: "Script" }).fill(
    [
      "import torch",
      "w = torch.tensor(2.0, requires_grad=True)",
      "optimizer = torch.optim.SGD([w], lr=0.1)",
      "for step in range(5):",
      "    optimizer.zero_grad()",
      "    loss = (w * 3) ** 2",
      "    loss.backward()",
      "    optimizer.step()",
      "    if step == 2:",
      "        print(1 / 0)",
      "",
    ].join("\n"),
  );
  await press(page, "Run this script");
  const code = page.getByRole("region", { name: "Code" });
  await code.locator("li.broken").waitFor();
  assert.equal(
    await code.locator("li.broken").getAttribute("data-line"),
    "10",
    await code.locator("li.broken .error").textContent(),
  );
  assert.match(await code.locator("li.broken .error").textContent(), /division by zero/);
  await page.keyboard.press("End");
  await page.getByRole("heading", { name: "Iteration 2" }).waitFor();
  await page.keyboard.press("Home");
  await arrive(page, 0);
  await page.waitForFunction((old) => location.hash.slice(0, 15) !== old.slice(0, 15), first);
  const id = new URL(page.url()).hash.match(/run=([^&]+)/)?.[1];
  const run = await api(`/runs/${id}`);
  assert.equal(run.status, "failed");
  assert.equal(Number(await timeline(page).getAttribute("aria-valuemax")), run.events - 1);
  await close();
});

test("a link to a run that is not there says so", async () => {
  const { page, close } = await open("#run=nothing-of-that-name&at=3");
  await page.getByText("This link's run is not on this server.").first().waitFor();
  await close();
});

test("where WebSockets are blocked, the page asks instead, and still shows what is recorded", async () => {
  const run = await record({ lesson: "digits", iterations: 1 });
  const { page, close } = await open();
  await page.getByRole("heading", { name: "Iteration 0" }).waitFor();
  await page.routeWebSocket(/stream/, (socket) => socket.close());
  await page.evaluate((id) => {
    location.hash = `run=${id}&at=3`;
  }, run.id);
  await arrive(page, 3);
  await page.getByRole("combobox", { name: "Iterations to record" }).selectOption("1");
  await press(page, "Run");
  await page.waitForFunction(
    (events) => Number(document.querySelector("[aria-label=Timeline]")?.ariaValueMax) + 1 > events,
    run.events,
  );
  await close();
});
