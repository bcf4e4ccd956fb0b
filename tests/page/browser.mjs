// Debian's Chromium, driven by Playwright: what every test of a page begins with.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";

// run.sh says where the npm packages and Chromium are.
export const packages = createRequire(`${process.env.LIKENESS_NPM}/`);
const { chromium } = packages("playwright-core");

export const desk = { viewport: { width: 1200, height: 900 } };
export const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

// Each size in light and in dark, with words for it.
export const looks = Object.entries({ desk, phone }).flatMap(([name, size]) =>
  ["light", "dark"].map((colorScheme) => ({ name: `${name}, ${colorScheme}`, ...size, colorScheme })),
);

// Without a graphics card WebGL is computed by SwiftShader.
const drawing = {
  webgl: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  flat: ["--disable-gpu", "--disable-3d-apis"],
};

// A container has no sandbox and a small /dev/shm.
export function launch(kind) {
  return chromium.launch({
    executablePath: process.env.LIKENESS_CHROMIUM,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", ...drawing[kind]],
  });
}

// Goes through `steps` on a page of its own, as if nobody had been here before. Fails also where a
// script fails or the console complains, but for answers of a status in `expected`, which the
// browser itself writes there.
export async function walk(browser, steps, { expected = [], name = "", ...how } = {}) {
  const context = await browser.newContext({ ...desk, ...how });
  const complaints = [];
  const isExpected = (text) => expected.some((status) => text.includes(`responded with a status of ${status}`));
  context.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error().stack)));
  const page = await context.newPage();
  const title = name ? `${steps.name} (${name})` : steps.name;
  try {
    await steps(page);
    assert.deepEqual(complaints, [], "the console complains");
  } catch (error) {
    console.error(`FAILED: ${title}: the page as it was is in ${await keepPicture(page, steps.name)}`);
    throw error;
  } finally {
    await context.close();
  }
  console.log(`ok: ${title}`);
}

// How the page looked when it failed.
async function keepPicture(page, name) {
  mkdirSync("failed", { recursive: true });
  const path = `${process.cwd()}/failed/${name}.png`;
  await page.screenshot({ path });
  return path;
}

export async function until(what, isTrue) {
  for (const end = Date.now() + 30_000; Date.now() < end; await setTimeout(50)) {
    if (await isTrue()) return;
  }
  throw new Error(`this never came true: ${what}`);
}
