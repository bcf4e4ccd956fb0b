// access_test.mjs LIKENESS FOLDER: axe looks at every view of the service's page.
import assert from "node:assert/strict";
import { join } from "node:path";

import { desk, phone, until, walk } from "./browser.mjs";
import { faintEdges, findings, requireAccessible } from "./axe.mjs";
import { run, visitService, withService } from "./shop.mjs";

// A look that finds nothing must be one that would find something.
async function axeFindsWhatIsWrong(page) {
  await page.setContent(`<!doctype html><html lang="en"><title>Wrong</title><main><h1>Wrong</h1>
    <img src="data:,"><p style="color: #aaa">Hardly to be read</p>
    <style>button { width: 9px; height: 9px; padding: 0 }</style><button>a</button><button>b</button></main>`);
  await page.evaluate(() => document.querySelector("main").insertAdjacentHTML("beforeend",
    `<input aria-label="seen" style="border: 1px solid #777"><input aria-label="faint" style="border: 1px solid #ccc">`));
  const faint = await faintEdges(page);
  assert(faint.length === 1 && faint[0].includes('"faint"'), faint.join());
  const { violations } = await findings(page);
  assert.deepEqual(violations.map((one) => one.id).sort(), ["color-contrast", "image-alt", "target-size"]);
}

await visitService(async ({ browser, home, likeness, folder }) => {
  await walk(browser, axeFindsWhatIsWrong, desk);
  const shop = join(folder, "shop");
  const items = await (await fetch(`${home}api/v1/items?count=2`)).json();
  const [liked, unliked] = items.items.map((item) => item.key);
  const keys = join(folder, "keys");
  run(likeness, folder, "key", "new", keys, "page");

  // The address of each view, and what is there once it is shown.
  const views = {
    catalogue: ["", ".catalogue img"],
    filtered: ["?where=category%3Dshoe", ".catalogue img"],
    similar: [`?like=${liked}&unlike=${unliked}`, ".results img"],
    "no clusters yet": ["?show=clusters", ".notice >> text=likeness cluster"],
    clusters: ["?show=clusters", ".row img"],
    duplicates: ["?show=duplicates", ".row img"],
    work: ["?show=work", ".list >> nth=1 >> li"],
    "no such item": ["?like=none", ".notice >> text=no such item"],
  };

  async function lookAt(size, at, name, act = async () => {}) {
    const [address, there] = views[name] ?? ["", "#key"];
    async function isAccessible(page) {
      await page.goto(at + address);
      await page.locator(there).first().waitFor();
      await act(page);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await requireAccessible(page, `${name}, ${colorScheme}`);
      }
    }
    await walk(browser, isAccessible, { ...size, expected: [401, 404, 409], name: `${name}, ${size.viewport.width} px` });
  }

  const openHelp = async (page) => {
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Help" }).waitFor();
  };
  const openFilter = (page) => page.getByRole("button", { name: /^Filter/ }).click();
  const focusTile = (page) => page.locator(".open").first().focus();

  for (const size of [desk, phone]) await lookAt(size, home, "no clusters yet");
  const headers = { "Content-Type": "application/json" };
  await fetch(`${home}api/v1/jobs`, { method: "POST", headers, body: '{"verb": "cluster", "options": {}}' });
  await until("there are clusters", async () => (await fetch(`${home}api/v1/clusters`)).ok);
  await withService(likeness, shop, ["--keys", keys], async (locked) => {
    for (const size of [desk, phone]) {
      for (const name of ["catalogue", "similar", "clusters", "duplicates", "work", "no such item"]) {
        await lookAt(size, home, name);
      }
      await lookAt(size, home, "catalogue", openHelp);
      await lookAt(size, home, "similar", focusTile);
      await lookAt(size, home, "filtered", size.isMobile ? openFilter : focusTile);
      await lookAt(size, locked, "key");
    }
  });
});
