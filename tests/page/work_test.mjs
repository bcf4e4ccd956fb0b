// work_test.mjs LIKENESS FOLDER: what the page has done by the service: clusters, a duplicate
// removed, a training begun and ended.
import assert from "node:assert/strict";

import { requireAccessible } from "./axe.mjs";
import { until, walk } from "./browser.mjs";
import { visitService } from "./shop.mjs";

const lastJob = (page) => page.locator(".list").last().locator("li").first();

await visitService(async ({ browser, home }) => {
  async function makeClusters(page) {
    const views = page.getByRole("navigation");
    await page.goto(home);
    await page.locator(".catalogue .tile").first().waitFor();
    await views.getByRole("button", { name: "Clusters" }).click(); // the shop has none yet
    await page.locator("main .notice", { hasText: "likeness cluster" }).waitFor();
    await views.getByRole("button", { name: "Work" }).click();
    await page.getByRole("button", { name: "Cluster", exact: true }).click();
    await lastJob(page).locator(".count", { hasText: /^done$/ }).waitFor();
    await views.getByRole("button", { name: "Clusters" }).click();
    const rows = page.locator(".row h2");
    await until("clusters are shown", async () => (await rows.count()) >= 2);
    assert.match(page.url(), /show=clusters/, "what is shown stands in the address");
    await page.locator(".row").getByRole("button", { name: /^Show what is like/ }).first().click();
    await page.locator(".basket").waitFor();
    await page.locator(".results .tile").first().waitFor();
    await page.goBack();
    await until("clusters are shown again", async () => (await rows.count()) >= 2);
  }

  async function removeDuplicate(page) {
    await page.goto(`${home}?show=duplicates`);
    const remove = page.locator(".row").first().getByRole("button", { name: /^Remove / }).last();
    const key = /Remove (.*)/.exec(await remove.getAttribute("aria-label"))[1];
    const status = async () => (await page.request.get(`${home}api/v1/items/${key}`)).status();
    page.once("dialog", (dialog) => dialog.dismiss());
    await remove.click();
    assert.equal(await status(), 200, "who does not confirm removes nothing");
    page.once("dialog", (dialog) => dialog.accept());
    await remove.click();
    await page.getByRole("button", { name: `Remove ${key}` }).waitFor({ state: "detached" });
    assert.equal(await status(), 404, "who confirms removes it");
  }

  async function trainAnother(page) {
    await page.goto(`${home}?show=work`);
    await page.getByRole("spinbutton", { name: "Minutes" }).fill("30");
    await page.getByRole("button", { name: "Train" }).click();
    await lastJob(page).getByRole("progressbar").waitFor();
    assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it fits");
    await requireAccessible(page, "a job that runs");
    await lastJob(page).getByRole("button", { name: /^End job/ }).click();
    await lastJob(page).locator(".count", { hasText: /^stopped$/ }).waitFor();
  }

  await walk(browser, makeClusters, { expected: [409] });
  await walk(browser, removeDuplicate);
  await walk(browser, trainAnother);
});
