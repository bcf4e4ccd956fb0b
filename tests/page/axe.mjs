// What axe can tell of WCAG 2.2 AA, and that what can be filled in is seen (1.4.11), which it cannot.
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

// Of fields, those whose edge is less than 3:1 against what is in it or around it.
export function faintEdges(page) {
  return page.evaluate(() => {
    const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
    const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const light = (colour) => numbers(colour).slice(0, 3)
      .reduce((sum, value, i) => sum + [0.2126, 0.7152, 0.0722][i] * linear(value / 255), 0.05);
    function ground(element) {
      const colour = element ? getComputedStyle(element).backgroundColor : "rgb(255, 255, 255)";
      return numbers(colour)[3] === 0 ? ground(element.parentElement) : colour;
    }
    function contrast(one, other) {
      const [more, less] = [light(one), light(other)].sort((a, b) => b - a);
      return more / less;
    }
    return [...document.querySelectorAll("select, input[type=search], input[type=number], input[type=password], input:not([type])")]
      .filter((field) => {
        const edge = getComputedStyle(field).borderTopColor;
        return [field, field.parentElement].some((beside) => contrast(edge, ground(beside)) < 3);
      })
      .map((field) => field.outerHTML);
  });
}

export async function requireAccessible(page, what) {
  const { violations, passes } = await findings(page);
  const places = (nodes) => nodes.slice(0, 3).map((node) => node.html).join(" ");
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${places(nodes)}`);
  assert.deepEqual(told, [], what);
  assert.deepEqual(await faintEdges(page), [], what);
  assert(passes.length > 10, `${what}: axe looked at next to nothing`);
}
