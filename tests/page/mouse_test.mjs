// mouse_test.mjs LIKENESS FOLDER: a walk through the catalogue by mouse, and a picture of one's own.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { requireAccessible } from "./axe.mjs";
import { until, walk } from "./browser.mjs";
import { visitService } from "./shop.mjs";

const shows = { name: /^Show what is like / };

function theCatalogue(home) {
  return async function theCatalogueByMouse(page) {
    const chosen = page.locator(".chosen");
    await page.goto(home);
    const items = page.locator(".catalogue").getByRole("button", shows);
    await items.first().waitFor();
    assert((await items.count()) >= 20, "the catalogue shows many items at once");
    assert.match(await page.locator(".summary").innerText(), /^200 items/);
    await items.first().click();
    const results = page.locator(".results").getByRole("button", shows);
    await results.first().waitFor();
    const liked = page.url();
    assert.match(liked, /[?]like=/, "what is liked stands in the address");
    assert.equal(await chosen.count(), 1, "what is liked is shown above the results");
    await page.locator(".results").getByRole("button", { name: /^Like / }).first().click();
    await until("two are liked", async () => (await chosen.count()) === 2);
    await page.goBack();
    await until("one is liked again", async () => page.url() === liked && (await chosen.count()) === 1);
    await page.getByRole("complementary").getByRole("checkbox").first().check();
    await page.waitForURL(/where=/);
    await page.reload();
    await results.first().waitFor();
    assert.match(page.url(), /where=/, "Reload keeps the filter");
    assert.equal(await chosen.count(), 1, "Reload keeps what is liked");
    assert(await page.getByRole("complementary").getByRole("checkbox").first().isChecked());
  };
}

function theReason(home) {
  return async function whyAResultIsThere(page) {
    await page.goto(home);
    await page.getByRole("button", shows).first().click();
    await page.getByRole("button", { name: /^Why / }).nth(1).click();
    const why = page.getByRole("dialog");
    await why.waitFor();
    for (const part of ["shape", "colour"]) assert.equal(await why.getByText(part, { exact: true }).count(), 1);
    await until("both pictures are shown", () =>
      why.locator("img").evaluateAll((all) => all.length === 2 && all.every((image) => image.naturalWidth > 0)),
    );
    await requireAccessible(page, "why");
    await page.keyboard.press("Escape");
    assert.equal(await why.count(), 0);
    assert.match(page.url(), /like=/, "what is liked stays");
  };
}

function theBasket(home) {
  return async function theBasketByMouse(page) {
    await page.goto(home);
    await page.getByRole("button", shows).first().click();
    const less = page.getByRole("button", { name: /^Less like / }).first();
    const unliked = /Less like (.*)/.exec(await less.getAttribute("aria-label"))[1];
    await less.click();
    await page.waitForURL(/unlike=/);
    await page.getByRole("button", { name: `Take ${unliked} out` }).click();
    await page.waitForURL((address) => !address.search.includes("unlike="));
    await page.getByRole("checkbox", { name: "show each once" }).uncheck();
    await page.waitForURL(/repeats=1/);
    await page.getByRole("button", { name: /^Take / }).click();
    await page.locator(".catalogue .tile").first().waitFor();
  };
}

async function picturesComeBack(page) {
  const picture = page.locator(".chosen img");
  await page.locator(".results .tile").first().waitFor();
  await until("the picture is shown", () => picture.evaluate((image) => image.naturalWidth > 0));
  assert.match(page.url(), /picture=/, "the picture stands in the address");
}

function ownPicture(home, path) {
  return async function ownPictureChosenDroppedAndPasted(page) {
    await page.goto(home);
    const choice = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Any picture" }).click();
    await (await choice).setFiles(path);
    await picturesComeBack(page);
    const bytes = [...readFileSync(path)];
    for (const [kind, key, event] of [["drop", "dataTransfer", "DragEvent"], ["paste", "clipboardData", "ClipboardEvent"]]) {
      await page.goto(home);
      await page.locator(".catalogue .tile").first().waitFor();
      await page.evaluate(([bytes, kind, key, event]) => {
        const files = new DataTransfer();
        files.items.add(new File([Uint8Array.from(bytes)], "a.jpg", { type: "image/jpeg" }));
        dispatchEvent(new globalThis[event](kind, { [key]: files, cancelable: true }));
      }, [bytes, kind, key, event]);
      await picturesComeBack(page);
    }
  };
}

await visitService(async ({ browser, home, folder }) => {
  const sample = join(folder, "sample");
  const picture = join(sample, readdirSync(sample).find((file) => file.endsWith(".jpg")));
  for (const steps of [theCatalogue(home), theReason(home), theBasket(home), ownPicture(home, picture)]) await walk(browser, steps);
});
