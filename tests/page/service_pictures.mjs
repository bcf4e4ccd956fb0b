// service_pictures.mjs LIKENESS SHOP FOLDER: writes page.png, the service's page on a desk with two
// items liked and one not, and page-phone.png to the folder: for README.md. The shop is that of the
// sample catalogue.
import { phone, until, walk } from "./browser.mjs";
import { withBrowser, withService } from "./shop.mjs";

const [likeness, shop, folder] = process.argv.slice(2);

const isDrawn = (page) =>
  page.evaluate(() => {
    const seen = [...document.images].filter((one) => one.getBoundingClientRect().top < innerHeight);
    return document.querySelectorAll(".results img").length > 8 && seen.every((one) => one.naturalWidth > 0);
  });

await withService(likeness, shop, [], (home) =>
  withBrowser("flat", async (browser) => {
    const show = (address, file) =>
      async function takePicture(page) {
        await page.goto(home + address);
        await until("all is drawn", () => isDrawn(page));
        await page.screenshot({ path: `${folder}/${file}` });
      };
    await walk(browser, show("?like=000762&like=001490&unlike=001638", "page.png"), { viewport: { width: 1000, height: 680 } });
    await walk(browser, show("?like=000762", "page-phone.png"), { ...phone, viewport: { width: 360, height: 680 } });
  }),
);
