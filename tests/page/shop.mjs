// A shop of drawn clothes, and a service of it.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { launch } from "./browser.mjs";

// `likeness` is the program's path; returns what it prints.
export function run(likeness, folder, ...words) {
  const stdio = ["ignore", "pipe", "inherit"];
  return execFileSync(likeness, [...words, "--quiet"], { cwd: folder, stdio, encoding: "utf8" });
}

// FOLDER/sample and FOLDER/shop, both made anew.
export function packSample(likeness, folder, count, ...options) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run(likeness, folder, "sample", "sample", "--count", String(count));
  run(likeness, folder, "pack", "shop", "sample", "--tags", "sample/tags.csv", "--key", "key", ...options);
}

// Calls `use` with the address of a service of the shop, which ends as one should at SIGTERM.
export async function withService(likeness, shop, options, use) {
  const words = ["serve", shop, "--listen", "127.0.0.1:0", "--json", ...options];
  const service = spawn(likeness, words, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(service, "exit");
  try {
    const [line] = await Promise.race([once(createInterface(service.stdout), "line"), ended]);
    assert.equal(typeof line, "string", "the service ends at once");
    await use(`http://${JSON.parse(line).listen}/`);
  } finally {
    service.kill("SIGTERM");
    const late = setTimeout(() => service.kill("SIGKILL"), 10_000);
    const [code] = await ended;
    clearTimeout(late);
    assert.equal(code, 0, "SIGTERM ends it with 0");
  }
}

export async function withBrowser(kind, use) {
  const browser = await launch(kind);
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

// What every test of the service's page does around its walks: argv names the program and the
// folder of make_shop.mjs, of which it serves a copy.
export async function visitService(use) {
  const [likeness, made] = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), "likeness-page-"));
  try {
    cpSync(join(made, "clothes"), folder, { recursive: true });
    await withService(likeness, join(folder, "shop"), [], (home) =>
      withBrowser("flat", (browser) => use({ browser, home, likeness, folder })),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
