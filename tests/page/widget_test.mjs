// widget_test.mjs LIKENESS FOLDER: the page of docs/serving.md, of another site, which shows what is
// like one of its products.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { requireAccessible } from "./axe.mjs";
import { until, walk } from "./browser.mjs";
import { visitService, withService } from "./shop.mjs";

// Calls `use` with the address of a server that has nothing but this page.
async function withSite(page, use) {
  const site = createServer((_, answer) => answer.writeHead(200, { "Content-Type": "text/html" }).end(page()));
  await new Promise((listens) => site.listen(0, "127.0.0.1", listens));
  try {
    await use(`http://127.0.0.1:${site.address().port}`);
  } finally {
    site.closeAllConnections();
    site.close();
  }
}

await visitService(async ({ browser, home, likeness, folder }) => {
  const [first] = (await (await fetch(`${home}api/v1/items?count=1`)).json()).items;
  const guide = readFileSync(new URL("../../docs/serving.md", import.meta.url), "utf8");
  const [, example] = /```html\n(.*?)```/s.exec(guide);
  let service = "";
  let key = first.key;
  const product = () => example.replace("/shop/", service).replace('data-item="4711"', `data-item="${key}"`);
  await withSite(product, (site) =>
    withService(likeness, join(folder, "shop"), ["--allow-origin", site], async (allowed) => {
      service = allowed;
      const strip = (page) => page.getByRole("region", { name: "More like this" });

      async function aStripOfPictures(page) {
        const asked = [];
        page.on("request", (request) => request.url().includes("/similar") && asked.push(request.url()));
        await page.goto(site);
        const links = strip(page).getByRole("link");
        await until("eight are shown", async () => (await links.count()) === 8);
        assert.equal(asked.length, 1, "with one request");
        const { results } = await (await fetch(asked[0])).json();
        assert.deepEqual(
          await links.evaluateAll((all) => all.map((one) => one.getAttribute("href"))),
          results.map((one) => `/products/${one.key}`),
        );
        const images = strip(page).getByRole("img");
        await until("they are drawn", () => images.first().evaluate((image) => image.naturalWidth > 0));
        assert.equal(await images.first().evaluate((image) => Math.round(image.getBoundingClientRect().width)), 90);
        await requireAccessible(page, "a page with the strip");
      }

      async function nothingOfWhatIsNotThere(page) {
        const said = page.waitForEvent("console", (message) => message.text().startsWith("likeness: "));
        await page.goto(site);
        assert.match((await said).text(), /no such item/);
        assert.equal(await strip(page).count(), 0);
        assert.equal(await page.getByRole("heading", { name: "Shirt 4711" }).count(), 1);
      }

      await walk(browser, aStripOfPictures);
      key = "<script>alert(1)</script>";
      await walk(browser, nothingOfWhatIsNotThere, { expected: [404] });
    }),
  );
});
