// A page like ours without our code: some hundred elements, and pictures of which each is a request.
// How soon it is shown tells how fast this machine's browser is just now.
import { once } from "node:events";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";

const tiles = 48; // as many as our catalogue has in the window of a desk

// In the page.
function draw(tiles) {
  const tile = (i) =>
    `<div><button><img src="${i}.jpg"></button><div><button>l</button></div><span>${i}</span></div>`;
  document.body.innerHTML = `<div class="catalogue">${Array.from({ length: tiles }, (none, i) => tile(i)).join("")}</div>`;
}

const html = `<!doctype html><title>plain</title><link rel="icon" href="data:,">
<style>.catalogue { display: grid; grid-template-columns: repeat(8, 112px) } img { width: 100px; height: 100px }</style>
<body><script>(${draw})(${tiles})</script>`;

// Calls `use` with the page's address; `picture` is the path of a JPEG.
export async function withPlainPage(picture, use) {
  const jpeg = readFileSync(picture);
  const server = createServer(({ url }, answer) => {
    const [type, content] = url === "/" ? ["text/html", html] : ["image/jpeg", jpeg];
    answer.writeHead(200, { "Content-Type": type }).end(content);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
