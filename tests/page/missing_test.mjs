// missing_test.mjs LIKENESS FOLDER: what the page says where something is not there, or not allowed.
import assert from "node:assert/strict";
import { join } from "node:path";

import { until, walk } from "./browser.mjs";
import { run, visitService, withService } from "./shop.mjs";

await visitService(async ({ browser, home, likeness, folder }) => {
  async function nothingIsThere(page) {
    const notice = page.locator("main .notice");
    await page.goto(`${home}?like=none`);
    await notice.filter({ hasText: "no such item" }).waitFor();
    await page.goto(`${home}?like=<script>alert(1)</script>&where=%22%3E%3Cb%3E`);
    await notice.filter({ hasNotText: "Looking" }).waitFor();
    assert.equal(await page.locator("main b, main script").count(), 0, "text stays text");
  }

  await walk(browser, nothingIsThere, { expected: [400, 404] });

  const keys = join(folder, "keys");
  const { key } = JSON.parse(run(likeness, folder, "key", "new", keys, "page", "--json"));
  await withService(likeness, join(folder, "shop"), ["--keys", keys], async (locked) => {
    async function giveKey(page) {
      await page.goto(locked);
      for (const [asks, typed] of [["This catalogue needs a key:", "wrong"], [/^This key is not valid/, key]]) {
        await page.getByLabel(asks).fill(typed);
        await page.keyboard.press("Enter");
      }
      const picture = page.locator(".catalogue img").first();
      await picture.waitFor();
      await until("pictures are shown", () => picture.evaluate((image) => image.naturalWidth > 0));
    }

    await walk(browser, giveKey, { expected: [401] });
  });
});
