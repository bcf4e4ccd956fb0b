// What axe can tell of WCAG 2.2 AA.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { packages } from "./browser.mjs";

const axe = readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function findings(page) {
  await page.evaluate(axe);
  // Of all rules axe leaves out one unless it is asked for: the size of what is to be touched.
  const options = { preload: false, runOnly: tags, rules: { "target-size": { enabled: true } } };
  return page.evaluate((options) => globalThis.axe.run(options), options);
}

export async function requireAccessible(page, what) {
  const { violations, passes } = await findings(page);
  const places = (nodes) => nodes.slice(0, 3).map((node) => node.html).join(" ");
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${places(nodes)}`);
  assert.deepEqual(told, [], what);
  assert(passes.length > 10, `${what}: axe looked at next to nothing`);
}
