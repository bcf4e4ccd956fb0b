// tests/page/run.sh ../../bench/space.mjs LIKENESS SHOP [CHROMIUM_OPTION...]: how often a second the
// page draws the space of a shop while it is turned, and how much of that is the page's own work: by
// the graphics card where Chromium finds one, else by Canvas. Prints one line of JSON.
import { packages } from "../tests/page/browser.mjs";
import { withService } from "../tests/page/shop.mjs";

const [likeness, shop, ...options] = process.argv.slice(2);
const seconds = 10;
const { chromium } = packages("playwright-core");

// In the page: the canvas is dragged by some pixels a frame, for so many seconds.
async function turn(seconds) {
  const canvas = document.querySelector(".stage canvas");
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const tell = (type, step) => {
    const clientX = left + width / 2 + 40 * Math.sin(step / 10);
    const at = { clientX, clientY: top + height / 2, pointerId: 1, buttons: 1, bubbles: true };
    canvas.dispatchEvent(new PointerEvent(type, at));
  };
  canvas.setPointerCapture = () => {}; // there is no pointer to be captured
  const frame = () => new Promise(requestAnimationFrame);
  tell("pointerdown", 0);
  await frame();
  let frames = 0;
  const begun = performance.now();
  while (performance.now() - begun < 1000 * seconds) {
    tell("pointermove", ++frames);
    await frame();
  }
  const gl = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  gl?.finish();
  const took = performance.now() - begun;
  tell("pointerup", frames);
  const about = gl?.getExtension("WEBGL_debug_renderer_info");
  return { frames, took, by: about ? gl.getParameter(about.UNMASKED_RENDERER_WEBGL) : "Canvas" };
}

async function busySeconds(tools) {
  const { metrics } = await tools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value;
}

await withService(likeness, shop, [], async (home) => {
  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--ignore-gpu-blocklist", ...options];
  const browser = await chromium.launch({ executablePath: process.env.LIKENESS_CHROMIUM, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.setDefaultTimeout(120_000);
    const begun = Date.now();
    await page.goto(`${home}?show=space`);
    await page.locator(".stage canvas").waitFor();
    const loaded = (Date.now() - begun) / 1000;
    const points = await page.locator(".stage canvas").getAttribute("aria-label");
    const tools = await page.context().newCDPSession(page);
    await tools.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.evaluate(turn, 1);
    const before = await busySeconds(tools);
    const { frames, took, by } = await page.evaluate(turn, seconds);
    const busy = (await busySeconds(tools)) - before;
    const round = (value) => Math.round(value * 100) / 100;
    console.log(
      JSON.stringify({
        points: Number(/^[\d,]+/.exec(points)[0].replaceAll(",", "")),
        by,
        seconds_until_shown: round(loaded),
        frames_per_second: round((1000 * frames) / took),
        page_milliseconds_per_frame: round((1000 * busy) / frames),
      }),
    );
  } finally {
    await browser.close();
  }
});
