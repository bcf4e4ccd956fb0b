// One picture of a list, with what can be done with it.
import { memo, type KeyboardEvent, type ReactNode } from "react";

import { sized, type Item } from "./api";
import type { Go, View } from "./state";

export function like(key: string, view: View, go: Go) {
  if (!view.liked.includes(key)) {
    go({ liked: [...view.liked, key], unliked: view.unliked.filter((one) => one !== key) });
  }
}

export function unlike(key: string, view: View, go: Go) {
  if (!view.unliked.includes(key)) {
    go({ unliked: [...view.unliked, key], liked: view.liked.filter((one) => one !== key) });
  }
}

export function similarTo(key: string, go: Go) {
  go({ liked: [key], pictures: [], unliked: [] });
  scrollTo({ top: 0 });
}

// Arrows go to the tiles beside, above and below, wherever they are drawn.
function move(event: KeyboardEvent<HTMLElement>) {
  const steps: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const step = steps[event.key];
  if (!step) return;
  const here = event.currentTarget.getBoundingClientRect();
  let best: HTMLElement | null = null;
  let least = Infinity;
  for (const tile of document.querySelectorAll<HTMLElement>(".tile > .open")) {
    const there = tile.getBoundingClientRect();
    const along = step[0] * (there.left - here.left) + step[1] * (there.top - here.top);
    const across = step[0] ? Math.abs(there.top - here.top) : Math.abs(there.left - here.left);
    if (along < 5 || along + 10 * across >= least) continue;
    least = along + 10 * across;
    best = tile;
  }
  if (!best) return;
  event.preventDefault();
  // By a row at a time, not to the middle of the window: what is next must be drawn already.
  best.focus({ preventScroll: true });
  best.scrollIntoView({ block: "nearest" });
}

// Drawn again only where it has changed: a catalogue that scrolls keeps most of its tiles.
export const Tile = memo(function Tile({
  item,
  view,
  go,
  children,
  plain,
  onWhy,
}: {
  item: Item;
  view: View;
  go: Go;
  children?: ReactNode;
  plain?: boolean; // of the catalogue, where nothing is liked yet
  onWhy?: () => void;
}) {
  const tags = Object.entries(item.tags).map(([tag, value]) => `${tag}: ${value}`);
  return (
    <div className="tile">
      <button
        type="button"
        className="open"
        title={[item.key, ...tags].join("\n")}
        aria-label={`Show what is like ${item.key}`}
        onClick={() => similarTo(item.key, go)}
        onKeyDown={(event) => {
          if (event.key === "l") like(item.key, view, go);
          else if (event.key === "u" && !plain) unlike(item.key, view, go);
          else if (event.key === "w" && onWhy) onWhy();
          else move(event);
        }}
      >
        <img src={sized(item.picture, 160)} alt="" loading="lazy" decoding="async" />
      </button>
      <div className="actions">
        <button type="button" aria-label={`Like ${item.key}, too`} onClick={() => like(item.key, view, go)}>
          ♥
        </button>
        {!plain && (
          <button type="button" aria-label={`Less like ${item.key}`} onClick={() => unlike(item.key, view, go)}>
            ✕
          </button>
        )}
        {onWhy && (
          <button type="button" aria-label={`Why ${item.key}`} onClick={onWhy}>
            i
          </button>
        )}
      </div>
      {children ?? <span className="key">{item.key}</span>}
    </div>
  );
});
