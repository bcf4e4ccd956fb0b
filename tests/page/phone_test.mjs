// phone_test.mjs LIKENESS FOLDER: the page under a thumb, on a screen of 360 pixels.
import assert from "node:assert/strict";

import { phone, walk } from "./browser.mjs";
import { visitService } from "./shop.mjs";

const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

// Of what can be touched, that which is smaller than WCAG 2.2 allows.
const tooSmall = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("button")]
      .filter((one) => one.offsetParent)
      .filter((one) => Math.min(one.offsetWidth, one.offsetHeight) < 24)
      .map((one) => one.outerHTML),
  );

await visitService(async ({ browser, home }) => {
  async function walkByThumb(page) {
    await page.goto(home);
    const items = page.locator(".catalogue").getByRole("button", { name: /^Show what is like / });
    await items.first().waitFor();
    assert(await fits(page), "the catalogue fits a phone");
    const choice = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Camera" }).tap();
    assert.equal(await (await choice).element().getAttribute("capture"), "environment");
    const filter = page.getByRole("complementary");
    assert(await filter.isHidden(), "filters are away");
    await page.getByRole("button", { name: "Filter" }).tap();
    assert(await filter.isVisible(), "and can be opened");
    await filter.getByRole("checkbox").first().tap();
    await page.waitForURL(/where=/);
    await page.getByRole("button", { name: "Filter (1)" }).tap();
    assert(await filter.isHidden(), "and be closed");
    await items.first().tap();
    await page.locator(".results").getByRole("button", { name: /^Like / }).first().tap();
    await page.locator(".chosen").nth(1).waitFor();
    assert(await fits(page), "what is alike fits a phone");
    assert.deepEqual(await tooSmall(page), [], "what is to be touched is large enough");
  }

  async function everyViewFits(page) {
    for (const view of ["clusters", "duplicates", "space", "work"]) {
      await page.goto(`${home}?show=${view}`);
      await page.locator("main :is(.row, .list, .notice, .stage)").first().waitFor();
      assert(await fits(page), `${view} fits a phone`);
      assert.deepEqual(await tooSmall(page), [], `${view}: what is to be touched is large enough`);
    }
  }

  await walk(browser, walkByThumb, { ...phone, colorScheme: "dark" });
  await walk(browser, everyViewFits, { ...phone, expected: [409] });
});
