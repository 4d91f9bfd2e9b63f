import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AXE, api, arrive, eventOf, launch, open, openRun, press, quit, record, select } from "./page.mjs";

before(launch);
after(quit);

const card = (page) => page.getByRole("region", { name: "Why" });
const question = (page) => card(page).getByRole("heading", { level: 2 });

/** The last event of an iteration's backward. */
async function endOfBackward(run, iteration = 0) {
  const { events } = await api(`/runs/${run.id}/events?limit=5000`);
  return events.findLastIndex((event) => event.iteration === iteration && event.phase === "backward");
}

const why = (event, of, index, tensor) =>
  `&why=${encodeURIComponent(`${event};${of};${index.join(",")};${tensor}`)}`;

test("a person can ask why a gradient is what it is, walk to a factor and back", async () => {
  const run = await record({ lesson: "digits", iterations: 1 });
  const end = await endOfBackward(run);
  const { page, faults, close } = await openRun(run, end);
  await select(page, "conv1.weight");

  // With the keyboard: pick the second number of the gradient's picture, and ask.
  const picture = page
    .getByRole("region", { name: "Inspector" })
    .getByRole("button", { name: /^conv1.weight, gradient/ });
  await picture.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await question(page).getByText("gradient of conv1.weight[0, 0, 0, 1]").waitFor();
  assert.ok(await question(page).evaluate((one) => one === document.activeElement), "the focus moves in");
  assert.equal(await page.getByRole("region", { name: "Graph" }).count(), 0, "the graph makes room");
  await page.getByRole("slider", { name: "Timeline" }).waitFor();

  const said = await api(`/runs/${run.id}/explain?tensor=conv1.weight&of=gradient&index=0,0,0,1&at=${end}`);
  const shown = Number((await question(page).locator(".why-number").textContent()).replace("−", "-"));
  assert.ok(Math.abs(shown - said.value) <= 1e-4 * Math.abs(said.value), `${shown}, not ${said.value}`);
  await card(page).getByText(said.sentence.en).waitFor();
  await card(page).locator(".katex").first().waitFor();
  await card(page).getByText("32 shares, largest first").waitFor();

  await press(page, "Check by trying");
  await card(page).getByText(/^Agrees to \d digits$/).waitFor();

  // To the first factor of the largest share: the playhead goes where that number was.
  const [factor] = said.terms[0].terms[0].factors;
  await card(page).locator(".why-open .factor").first().click();
  await question(page).getByText(`gradient of conv1[${factor.index.join(", ")}]`).waitFor();
  await arrive(page, factor.at);

  // A copied link opens the same card, with the way back.
  await page.waitForFunction(() => location.hash.match(/why=/g)?.length === 2);
  const other = await open(await page.evaluate(() => location.hash));
  await question(other.page).getByText(`gradient of conv1[${factor.index.join(", ")}]`).waitFor();
  await press(other.page, "Back");
  await question(other.page).getByText("gradient of conv1.weight[0, 0, 0, 1]").waitFor();
  assert.deepEqual(other.faults, []);
  await other.close();

  await page.keyboard.press("Backspace");
  await question(page).getByText("gradient of conv1.weight[0, 0, 0, 1]").waitFor();
  await arrive(page, end);

  // Among its neighbours arrow keys move the mark; Enter asks.
  await card(page).getByRole("button", { name: /^conv1.weight, gradient/ }).last().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await question(page).getByText("gradient of conv1.weight[0, 0, 0, 3]").waitFor();
  await page.keyboard.press("Backspace");
  await question(page).getByText("gradient of conv1.weight[0, 0, 0, 1]").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.classList.contains("tensor-map"));
  await page.keyboard.press("Enter");
  await card(page).locator(".why-open .factor").first().click();
  await arrive(page, factor.at);
  await press(page, "Back");
  await arrive(page, end);
  await press(page, "Forward");
  await question(page).getByText(`gradient of conv1[${factor.index.join(", ")}]`).waitFor();

  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Graph" }).waitFor();
  assert.equal(await card(page).count(), 0);
  await page.waitForFunction(() => document.activeElement?.classList.contains("tensor-map"));
  assert.deepEqual(faults, []);
  await close();
});

test("the card follows the playhead, and says where there is no such number", async () => {
  const run = await record({ lesson: "digits", iterations: 2 });
  const end = await endOfBackward(run, 1);
  const { page, faults, close } = await openRun(run, end, {}, why(end, "gradient", [3], "conv1.bias"));
  await question(page).getByText("gradient of conv1.bias[3]").waitFor();
  const before = await question(page).textContent();

  await page.keyboard.press("Control+ArrowLeft");
  await page.keyboard.press("Control+ArrowLeft");
  await card(page).getByText(/^Not yet: it comes at event \d+\.$/).waitFor();
  await press(page, "Go to where there is one");
  await card(page).getByRole("heading", { name: "The rule" }).waitFor();
  assert.notEqual(await question(page).textContent(), before, "another moment, another number");
  assert.ok((await eventOf(page)) < end);
  assert.deepEqual(faults, []);
  await close();
});

test("a person asks by clicking a number, and goes from the card to its place", async () => {
  const run = await record({ lesson: "digits", iterations: 1 });
  const end = await endOfBackward(run);
  const { page, faults, close } = await openRun(run, end);
  await select(page, "conv1.bias");
  const picture = page.getByRole("region", { name: "Inspector" }).locator(".tensor-map").first();
  await picture.focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: /^Why is the value/ }).click();
  await question(page).getByText("conv1.bias[1]").waitFor();
  await card(page).getByRole("button", { name: "gradient", exact: true }).click();
  await question(page).getByText("gradient of conv1.bias[1]").waitFor();
  await page.keyboard.press("Escape");

  // The largest number of the table of statistics is one of the tensor's own.
  await page.getByRole("button", { name: /^Why is the largest gradient/ }).click();
  await question(page).getByText(/^gradient of conv1\.bias\[\d+\]$/).waitFor();
  await card(page).getByRole("button", { name: /^Show conv1 in the graph/ }).click();
  await page.getByRole("region", { name: "Graph" }).waitFor();
  await page.waitForFunction(() => location.hash.includes("sel=node%3Aconv1%3Aconv2d"));
  assert.deepEqual(faults, []);
  await close();
});

test("close by, a number on the graph asks why", async () => {
  const script = `import torch

w = torch.nn.Parameter(torch.tensor([[1.0, -2.0, 3.0], [0.5, 5.0, -6.0]]))
optimizer = torch.optim.SGD([w], lr=0.1)
loss = (w * w).sum()
loss.backward()
optimizer.step()
`;
  const run = await record({ script, iterations: 1 });
  const { page, faults, close } = await openRun(run, await endOfBackward(run));
  const product = page.getByRole("button", { name: /^× mul/ });
  await product.waitFor();
  const box = () => product.boundingBox();
  for (let turns = 0; turns < 30 && (await box()).width < 300; turns++) {
    const { x, y, width } = await box();
    await page.mouse.move(x + width / 2, Math.max(y + 40, 160));
    await page.mouse.wheel(0, -300);
    await page.waitForTimeout(80);
  }
  await page.waitForTimeout(400);
  // The value's picture is the upper half: its last row, its last column.
  const { x, y, width, height } = await box();
  await page.mouse.click(x + width * 0.83, y + height * 0.35);
  await question(page).getByText("mul[1, 2]").waitFor();
  await question(page).getByText("36").waitFor();
  assert.deepEqual(faults, []);
  await close();
});

for (const colorScheme of ["light", "dark"])
  for (const [width, height] of [
    [1440, 900],
    [1000, 800],
    [360, 740],
  ])
    test(`everybody can read and use the card: ${colorScheme}, ${width} px`, async () => {
      const run = await record({ lesson: "digits", iterations: 2 });
      const end = await endOfBackward(run);
      const { page, faults, close } = await openRun(
        run,
        end,
        { colorScheme, viewport: { width, height }, bypassCSP: true },
        why(end, "gradient", [18, 0, 0, 2], "conv1.weight"),
      );
      await card(page).locator(".katex").first().waitFor();
      await press(page, "Check by trying");
      await card(page).getByText(/^Agrees to/).waitFor();
      await page.addScriptTag({ path: AXE });
      const violations = await page.evaluate(async () => {
        const { violations: all } = await window.axe.run(document);
        return all.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
      });
      assert.deepEqual(violations, []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
      assert.deepEqual(faults, []);
      await close();
    });
