// plot_test.mjs LIKENESS FOLDER: the report's plot of the latent space, turned, pointed at and coloured.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { until, walk } from "./browser.mjs";
import { withBrowser } from "./shop.mjs";

const report = pathToFileURL(join(process.argv[3], "reports", "whole", "index.html")).href;

// How many different colours the plot shows, and a sum that changes with the picture.
function picture(page) {
  return page.evaluate(() => {
    const small = Object.assign(document.createElement("canvas"), { width: 200, height: 150 });
    const pen = small.getContext("2d");
    pen.drawImage(document.querySelector("#space canvas"), 0, 0, 200, 150);
    const { data } = pen.getImageData(0, 0, 200, 150);
    const colours = new Set();
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) {
      const colour = data[i] * 65536 + data[i + 1] * 256 + data[i + 2];
      colours.add(colour);
      sum = (sum * 31 + colour) % 1000000007;
    }
    return { colours: colours.size, sum };
  });
}

const timesDrawn = (page) => page.locator("#space").evaluate((plot) => Number(plot.dataset.drawn ?? 0));

async function openPlot(page) {
  await page.goto(report);
  await until("the plot is drawn", async () => (await timesDrawn(page)) > 0);
  const canvas = page.locator("#space canvas");
  await canvas.evaluate((one) => one.scrollIntoView({ block: "center" }));
  const { x, y, width, height } = await canvas.boundingBox();
  return { canvas, middle: { x: x + width / 2, y: y + height / 2 } };
}

// Fails where `act` does not make it another picture.
async function redraws(page, how, act) {
  const [before, drawn] = [await picture(page), await timesDrawn(page)];
  await act();
  await until(`drawn again ${how}`, async () => (await timesDrawn(page)) > drawn);
  assert.notEqual((await picture(page)).sum, before.sum, `it is another picture ${how}`);
}

async function turns(page) {
  const { canvas, middle } = await openPlot(page);
  const { colours } = await picture(page);
  assert(colours > 5, `the plot shows only ${colours} colours`);
  await redraws(page, "by keys", () => canvas.press("ArrowLeft"));
  await redraws(page, "by the mouse", async () => {
    await page.mouse.move(middle.x + 300, middle.y + 150);
    await page.mouse.down();
    await page.mouse.move(middle.x + 200, middle.y + 120);
    await page.mouse.up();
  });
}

// From the middle outwards, until an item is under the pointer.
async function pointAtItem(page, middle) {
  const places = [];
  for (let x = -240; x <= 240; x += 20) {
    for (let y = -160; y <= 160; y += 20) places.push({ x, y });
  }
  places.sort((a, b) => Math.abs(a.x) + Math.abs(a.y) - Math.abs(b.x) - Math.abs(b.y));
  for (const { x, y } of places) {
    await page.mouse.move(middle.x + x, middle.y + y);
    if (await page.locator("#space .card").isVisible()) return;
  }
  assert.fail("no item is under the mouse anywhere");
}

async function pointingShowsTheItem(page) {
  const { middle } = await openPlot(page);
  const card = page.locator("#space .card");
  await pointAtItem(page, middle);
  const thumbnail = card.getByRole("img", { name: /^Picture of / });
  assert.match(await thumbnail.evaluate((one) => getComputedStyle(one).backgroundImage), /thumbnails\.webp/);
  assert((await thumbnail.boundingBox()).width > 20, "its picture can be seen");
  assert.match(await card.innerText(), /cluster/);
  await page.mouse.down();
  await page.mouse.up();
  await page.keyboard.press("n");
  await card.filter({ hasText: "distance" }).waitFor();
  assert((await page.locator("#space .nearest li").count()) > 3, "the nearest items are listed");
}

async function colourFollowsTheTag(page) {
  await openPlot(page);
  await redraws(page, "by another tag", () => page.getByLabel("Colour by").selectOption({ index: 1 }));
}

await withBrowser("webgl", async (browser) => {
  for (const steps of [turns, pointingShowsTheItem, colourFollowsTheTag]) await walk(browser, steps);
});
