// space_test.mjs LIKENESS FOLDER: all items as points: coloured, pointed at, cut out and chosen, by
// WebGL and where there is none.
import assert from "node:assert/strict";

import { requireAccessible } from "./axe.mjs";
import { desk, phone, until, walk } from "./browser.mjs";
import { visitService, withBrowser } from "./shop.mjs";

const status = (page) => page.getByRole("status");
const canvas = (page) => page.locator(".stage canvas");

// How many different colours the canvas shows, but for its rounded corners.
async function coloursOf(page) {
  const picture = await canvas(page).screenshot();
  return page.evaluate(async (bytes) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
    const pen = new OffscreenCanvas(image.width, image.height).getContext("2d");
    pen.drawImage(image, 0, 0);
    const corner = 12;
    const within = pen.getImageData(corner, corner, image.width - 2 * corner, image.height - 2 * corner);
    const pixels = new Uint32Array(within.data.buffer);
    return new Set(pixels).size;
  }, [...picture]);
}

// In the page: without a graphics card it would not draw by WebGL.
function pretendGraphicsCard() {
  WebGLRenderingContext.prototype.getExtension = () => null;
}

await visitService(async ({ browser, home }) => {
  async function open(page) {
    await page.goto(home);
    await page.getByRole("navigation").getByRole("button", { name: "Space" }).click();
    await canvas(page).waitFor();
    await page.getByLabel("Colour by").selectOption("category");
    await page.locator(".legend button").first().waitFor();
  }

  async function colourAndChoose(page) {
    await open(page);
    await until("the points are drawn in the colours of the tag", async () => (await coloursOf(page)) > 5);
    const shown = () => page.locator(".results .tile img").evaluateAll((all) => all.map((picture) => picture.src));
    let before = [];
    for (const which of [0, 1]) {
      const value = page.locator(".legend button").nth(which);
      const expected = /\d+$/.exec(await value.innerText())[0];
      await value.click();
      await status(page).filter({ hasText: `${expected} items` }).waitFor();
      assert.equal(await value.getAttribute("aria-pressed"), "true");
      await until("their pictures are shown, and no others", async () => {
        const now = await shown();
        return now.length === Number(expected) && !now.some((picture) => before.includes(picture));
      });
      before = await shown();
    }
  }

  async function cutOut(page) {
    await open(page);
    await page.getByRole("button", { name: "Lasso" }).click();
    const { x, y, width, height } = await canvas(page).boundingBox();
    await page.mouse.move(x + 2, y + 2);
    await page.mouse.down();
    for (const [right, down] of [[width - 2, 2], [width - 2, height - 2], [2, height - 2]]) {
      await page.mouse.move(x + right, y + down, { steps: 3 });
    }
    await page.mouse.up();
    await status(page).filter({ hasText: "200 items" }).waitFor();
  }

  // As when a machine wakes up, or its graphics card was needed elsewhere.
  async function loseTheCard(page) {
    await open(page);
    await until("the points are drawn", async () => (await coloursOf(page)) > 5);
    await canvas(page).evaluate((one) => {
      window.card = one.getContext("webgl2").getExtension("WEBGL_lose_context");
      window.card.loseContext();
    });
    await until("nothing is drawn", async () => (await coloursOf(page)) === 1);
    await page.evaluate(() => window.card.restoreContext());
    await until("the points are drawn again", async () => (await coloursOf(page)) > 5);
  }

  async function pointAndClick(page) {
    await open(page);
    const { x, y, width, height } = await canvas(page).boundingBox();
    const thumbnail = page.locator(".thumbnail");
    let found = null;
    for (let row = 0.3; row < 0.7 && !found; row += 0.02) {
      for (let column = 0.3; column < 0.7 && !found; column += 0.02) {
        found = [x + column * width, y + row * height];
        await page.mouse.move(...found);
        if ((await thumbnail.count()) === 0) found = null;
      }
    }
    assert(found, "a point can be pointed at");
    const [, sheet] = /url\("(.*)"\)/.exec(await thumbnail.evaluate((one) => getComputedStyle(one).backgroundImage));
    assert.equal((await page.request.get(sheet)).status(), 200);
    await page.mouse.click(...found);
    await page.waitForURL(/like=/);
    await page.locator(".results .tile").first().waitFor();
    await page.goBack();
    await canvas(page).waitFor();
  }

  async function byKeyboard(page) {
    await open(page);
    await canvas(page).focus();
    const before = await canvas(page).screenshot();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("+");
    await until("keys turn it", async () => !before.equals(await canvas(page).screenshot()));
    await page.keyboard.press("0");
    await until("0 turns it back", async () => before.equals(await canvas(page).screenshot()));
    await page.locator(".legend button").first().focus();
    await page.keyboard.press("Enter");
    await page.locator(".results .tile").first().waitFor();
  }

  async function isAccessible(page) {
    await open(page);
    await page.locator(".legend button").first().click();
    await page.locator(".results .tile").first().waitFor();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await requireAccessible(page, colorScheme);
    }
    assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it fits");
  }

  const expected = [409];
  for (const steps of [colourAndChoose, cutOut, pointAndClick, byKeyboard]) await walk(browser, steps, { expected });
  for (const size of [desk, phone]) await walk(browser, isAccessible, { ...size, name: `${size.viewport.width} px` });
  await withBrowser("webgl", async (drawing) => {
    for (const steps of [colourAndChoose, cutOut, loseTheCard]) {
      async function byWebGl(page) {
        await page.addInitScript(pretendGraphicsCard);
        await steps(page);
        assert(await canvas(page).evaluate((one) => one.getContext("2d") === null), "WebGL draws");
      }
      await walk(drawing, byWebGl, { name: steps.name });
    }
  });
});
