// report_test.mjs LIKENESS FOLDER: the report as a file and without a network, read from top to
// bottom, on a desk and on a phone.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { requireAccessible } from "./axe.mjs";
import { looks, until, walk } from "./browser.mjs";
import { withBrowser } from "./shop.mjs";

const folder = join(process.argv[3], "reports");
const [report, bare] = ["whole", "bare"].map((name) => pathToFileURL(join(folder, name, "index.html")).href);

async function everythingIsShown(page) {
  await page.goto(report);
  const found = await page.evaluate(() => {
    const images = [...document.images];
    return {
      pictures: images.length,
      nameless: images.filter((one) => !one.alt.trim()).map((one) => one.src),
      broken: images.filter((one) => !one.naturalWidth).map((one) => one.src),
      headings: document.querySelectorAll("h1").length,
      tooWide: document.documentElement.scrollWidth > innerWidth,
    };
  });
  assert(found.pictures > 8, `only ${found.pictures} pictures`);
  assert.deepEqual({ ...found, pictures: 0 }, { pictures: 0, nameless: [], broken: [], headings: 1, tooWide: false });
}

async function isAccessible(page) {
  for (const one of [report, bare]) {
    await page.goto(one);
    await requireAccessible(page, one);
  }
  await page.goto(report);
  await page.locator("#space canvas").press("n");
  await page.keyboard.press("Enter");
  await page.locator("#space .nearest li").first().waitFor();
  await requireAccessible(page, "the plot with an item selected");
}

async function sliderShowsOtherEpochs(page) {
  await page.goto(report);
  const figure = page.locator("figure[data-frames]").first();
  const shown = () => figure.locator("img").evaluate((image) => image.src);
  const last = await shown();
  await figure.getByRole("slider").press("Home");
  assert.notEqual(await shown(), last);
  assert.match(await shown(), /-00\.png$/);
  await figure.getByRole("slider").press("End");
  assert.equal(await shown(), last);
}

async function withoutWebglItSaysSo(page) {
  await page.goto(report);
  await page.locator("#space .message", { hasText: "no WebGL" }).waitFor();
}

// The animation of the training stands still for who wants nothing to move.
function moves(reducedMotion, file) {
  return async function theEvolution(page) {
    await page.emulateMedia({ reducedMotion });
    await page.goto(report);
    const shown = page.locator("picture img");
    await until("the picture is there", () => shown.evaluate((image) => image.complete && image.naturalWidth > 0));
    assert.match(await shown.evaluate((image) => image.currentSrc), file);
  };
}

await withBrowser("webgl", async (browser) => {
  for (const look of looks) {
    await walk(browser, everythingIsShown, look);
    await walk(browser, isAccessible, look);
  }
  await walk(browser, sliderShowsOtherEpochs);
  await walk(browser, moves("no-preference", /evolution\.(webp|gif)$/), { name: "moves" });
  await walk(browser, moves("reduce", /\.png$/), { name: "stands still" });
});
await withBrowser("flat", (browser) => walk(browser, withoutWebglItSaysSo));
