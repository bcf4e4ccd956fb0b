// "More like this" in any page of a site: a strip of pictures where the script stands. It needs
// nothing else, and its styles and the page's do not meet.
//   <script src="https://shop.example/shop/widget.js" data-item="KEY" data-count="8"
//     data-link="/products/{key}" async></script>
interface Result {
  key: string;
  picture: string;
}

const styles = `
:host { display: block }
ul { display: flex; gap: 12px; margin: 0; padding: 0; overflow-x: auto; list-style: none }
li { flex: 0 0 auto; width: var(--likeness-width, 120px) }
a { display: block; color: inherit }
img {
  display: block; width: 100%; border-radius: 4px;
  aspect-ratio: var(--likeness-ratio, 3 / 4); object-fit: contain;
}
h2 { font: inherit; font-weight: 600; margin: 0 0 8px }
`;

// What the service is asked: each of these may stand in the script's tag.
const parameters = ["count", "where", "weight", "diversity", "relevance", "distinct", "by"];

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, parent: Node): HTMLElementTagNameMap[Name] {
  return parent.appendChild(document.createElement(name));
}

function draw(script: HTMLScriptElement, home: URL, results: Result[]) {
  const { title = "More like this", link } = script.dataset;
  const host = document.createElement("section");
  host.setAttribute("aria-label", title);
  host.className = "likeness";
  const shadow = host.attachShadow({ mode: "open" });
  element("style", shadow).textContent = styles;
  if (title) element("h2", shadow).textContent = title;
  const list = element("ul", shadow);
  for (const { key, picture } of results) {
    const item = element("li", list);
    let place: HTMLElement = item;
    if (link) {
      const anchor = element("a", item);
      anchor.href = link.replace("{key}", key.split("/").map(encodeURIComponent).join("/"));
      place = anchor;
    }
    const image = element("img", place);
    image.src = new URL(picture, home).href;
    image.alt = key;
    image.loading = "lazy";
  }
  script.after(host);
}

async function show(script: HTMLScriptElement) {
  const { item } = script.dataset;
  if (!item) throw new Error("data-item is missing: the key of an item");
  const home = new URL(".", script.src);
  const asked = new URL(`api/v1/items/${encodeURIComponent(item)}/similar`, home);
  asked.searchParams.set("distinct", "true");
  for (const name of parameters) {
    const value = script.dataset[name];
    if (value !== undefined) asked.searchParams.set(name, value);
  }
  let response = await fetch(asked);
  if (response.status === 400 && script.dataset.distinct === undefined) {
    // Where a database recommends no pictures are compared.
    asked.searchParams.delete("distinct");
    response = await fetch(asked);
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  if (answer.results.length > 0) draw(script, home, answer.results);
}

// A page without recommendations is still a page: what is wrong stands in the console.
const script = document.currentScript as HTMLScriptElement;
show(script).catch((problem) => console.warn(`likeness: ${(problem as Error).message}`));
