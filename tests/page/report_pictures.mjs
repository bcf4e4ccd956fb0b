// report_pictures.mjs INDEX.HTML FOLDER: writes report.png, the head of a report, and space.png, its
// plot with the pointer on an item, to the folder: for README.md.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { until, walk } from "./browser.mjs";
import { withBrowser } from "./shop.mjs";

const [report, folder] = process.argv.slice(2);

async function takePictures(page) {
  await page.goto(pathToFileURL(resolve(report)).href);
  await until("the plot is drawn", () => page.locator("#space").evaluate((plot) => plot.dataset.drawn));
  await page.screenshot({ path: `${folder}/report.png` });
  const canvas = page.locator("#space canvas");
  await canvas.evaluate((one) => one.scrollIntoView({ block: "start" }));
  const { x, y, width, height } = await canvas.boundingBox();
  for (let step = 0; step < 200 && (await page.locator("#space .card").isHidden()); step += 12) {
    await page.mouse.move(x + width / 2 + step, y + height / 2 + step / 3);
  }
  await page.screenshot({ path: `${folder}/space.png` });
}

await withBrowser("webgl", (browser) => walk(browser, takePictures, { viewport: { width: 820, height: 620 } }));
