// keyboard_test.mjs LIKENESS FOLDER: the whole page without a mouse: the keys go on where one is, and
// what has the focus can be seen.
import assert from "node:assert/strict";

import { phone, until, walk } from "./browser.mjs";
import { visitService } from "./shop.mjs";

// The name of what has the focus; null where nothing has it.
const focused = (page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    return one.getAttribute("aria-label") ?? (one.labels?.[0] ?? one).innerText.trim();
  });

// Whether it is marked, and lies neither outside the window nor under the header.
const canBeSeen = (page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const there = document.elementFromPoint((left + right) / 2, Math.max(top + 2, 0));
    return one.matches(":focus-visible") && top > -4 && bottom < innerHeight + 4 && one.contains(there);
  });

const frame = (page) => page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));

// As fast as the page is drawn.
async function press(page, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await frame(page);
    assert(await focused(page), `after ${key} nothing has the focus`);
    await until(`${await focused(page)} can be seen after ${key}`, () => canBeSeen(page));
  }
  return focused(page);
}

const isPicture = (name) => /^Show what is like /.test(name);

await visitService(async ({ browser, home }) => {
  async function openCatalogue(page) {
    await page.goto(home);
    await page.locator(".catalogue .tile").first().waitFor();
  }

  async function tabThroughTheHeader(page) {
    await openCatalogue(page);
    const names = ["To the content", "likeness", "Search keys", "Any picture", "Clusters", "Duplicates", "Space", "Work", "Help"];
    for (const name of names) assert.equal(await press(page, "Tab"), name);
    await press(page, "Shift+Tab", "Enter");
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    assert.equal(await focused(page), "Work");
  }

  async function skipToThePictures(page) {
    await openCatalogue(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const first = await press(page, "Tab");
    assert(isPicture(first), `${first} is a picture`);
    assert.equal(page.url(), home, "the address is that of the view");
  }

  async function walkByArrows(page) {
    await openCatalogue(page);
    await page.locator(".catalogue .open").first().focus();
    const first = await focused(page);
    const second = await press(page, "ArrowRight");
    assert(isPicture(second) && second !== first, "an arrow goes to the next item");
    assert.equal(await press(page, "ArrowLeft"), first);
    const far = await press(page, ...Array(12).fill("ArrowDown"));
    assert(isPicture(far) && far !== first, "down, where pictures are drawn only when they are near");
    for (let i = 0; (await press(page, "ArrowUp")) !== first; ++i) assert(i < 20, "up does not lead back");
    await press(page, ...Array(12).fill("ArrowDown"), ...Array(12).fill("Shift+Tab"));
  }

  async function gatherInTheBasket(page) {
    await openCatalogue(page);
    await page.locator(".catalogue .open").first().focus();
    await page.keyboard.press("Enter");
    await page.locator(".results .tile").first().waitFor();
    await until("the first result has the focus", async () => isPicture(await focused(page)));
    await press(page, "ArrowRight");
    for (const [key, there] of [["l", /like=.*&like=/], ["u", /unlike=/]]) {
      const name = await focused(page);
      await page.keyboard.press(key);
      await page.waitForURL(there);
      await page.locator(".results").getByRole("button", { name, exact: true }).waitFor({ state: "detached" });
      await until(`the keys go on after ${key}`, async () => isPicture(await focused(page)));
    }
    assert.equal(await press(page, "Shift+Tab"), "show each once");
    await press(page, "Space");
    await page.waitForURL(/repeats=1/);
    assert.equal(await press(page, "Shift+Tab"), "diversity");
    await press(page, "ArrowRight");
    await page.waitForURL(/diversity=0.05/);
    for (let i = 0; !/^Take /.test(await press(page, "Shift+Tab")); ++i) assert(i < 5, "the basket is not reached");
    await page.keyboard.press("Enter");
    await page.waitForURL((address) => !address.search.includes("unlike="));
    await page.keyboard.press("Escape");
    await page.locator(".catalogue .tile").first().waitFor();
    await until("the keys go on in the catalogue", async () => isPicture(await focused(page)));
  }

  async function searchAsOneTypes(page) {
    await openCatalogue(page);
    await page.keyboard.press("/");
    assert.equal(await focused(page), "Search keys");
    // Slowly, so that what was searched before is shown when the next letter comes.
    for (const typed of ["1", "19", "199"]) {
      await page.keyboard.press(typed.at(-1));
      const answer = await page.request.get(`${home}api/v1/items?count=1&search=${typed}`);
      const { total } = await answer.json();
      await page.locator(".summary", { hasText: new RegExp(`^${total} items`) }).waitFor();
    }
    await page.keyboard.press("Escape");
    assert.notEqual(await focused(page), "Search keys", "Esc leaves the search");
    await page.locator(".summary", { hasText: /^200 items/ }).waitFor(); // and empties it
  }

  async function openAndCloseHelp(page) {
    await openCatalogue(page);
    const help = page.locator("dialog[open]");
    await page.locator(".catalogue .open").nth(3).focus();
    const before = await focused(page);
    for (const close of ["Escape", "Enter"]) {
      await page.keyboard.press("?");
      await help.waitFor();
      assert.equal(await focused(page), "Close");
      await page.keyboard.press("Tab"); // to the browser's own buttons
      assert.equal(await focused(page), null, "what is below the help is not reached");
      assert.equal(await press(page, "Tab"), "/ and ? act wherever you are");
      assert.equal(await press(page, "Tab"), "Close");
      await page.keyboard.press(close);
      await page.locator("dialog").waitFor({ state: "detached" });
      assert.equal(await focused(page), before, `after ${close} the focus is where it was`);
    }
  }

  async function turnShortcutsOff(page) {
    await openCatalogue(page);
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await press(page, "Shift+Tab", "Space");
    await page.keyboard.press("Escape");
    await page.reload();
    await openCatalogue(page);
    await page.keyboard.press("?");
    await page.keyboard.press("/");
    await frame(page);
    assert.equal(await focused(page), null, "/ does nothing");
    assert.equal(await page.locator("dialog").count(), 0, "? does nothing");
  }

  const steps = [tabThroughTheHeader, skipToThePictures, walkByArrows, gatherInTheBasket, searchAsOneTypes, openAndCloseHelp, turnShortcutsOff];
  for (const one of steps) await walk(browser, one);
  await walk(browser, walkByArrows, { viewport: phone.viewport, name: "narrow" });
});
