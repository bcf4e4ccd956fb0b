// All items, drawn only where they can be seen: 40,000 scroll without a pause.
import { useEffect, useLayoutEffect, useRef, useState } from "react";

import { askItems, type Info, type Item, type Problem } from "./api";
import { useGoOn } from "./focus";
import { Notice } from "./notice";
import type { Go, View } from "./state";
import { Tile } from "./tile";

const width = 112; // of a tile, with what is between
const captions = 44; // below its picture
const page = 120; // items that are asked for at once
const margin = 2; // rows above and below the window that are drawn, too

interface Window {
  columns: number;
  first: number; // item that can be seen
  last: number;
}

// Of one filter and search: of another it is another catalogue (its key), which begins anew.
export function Catalogue({ view, go, info }: { view: View; go: Go; info: Info | null | undefined }) {
  const [items, setItems] = useState(new Map<number, Item>());
  const [total, setTotal] = useState<number | null>(null);
  const [failed, setFailed] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState<Window>({ columns: 6, first: 0, last: 60 });
  const size = info?.pictures ?? { width: 60, height: 80 };
  const height = Math.round(((width - 12) * size.height) / size.width) + captions;

  useLayoutEffect(() => {
    const look = () => {
      const box = list.current?.getBoundingClientRect();
      if (!box) return;
      const columns = Math.max(2, Math.floor(box.width / width));
      const above = Math.max(0, Math.floor(-box.top / height) - margin);
      const rows = Math.ceil(innerHeight / height) + 2 * margin;
      const first = above * columns;
      const last = first + rows * columns;
      setSeen((old) => (old.columns === columns && old.first === first && old.last === last ? old : { columns, first, last }));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [height, total, info]);

  const firstPage = Math.floor(seen.first / page);
  const lastPage = Math.floor(Math.min(seen.last, total ?? seen.last) / page);
  useEffect(() => {
    const ended = new AbortController();
    for (let one = firstPage; one <= lastPage; ++one) {
      if (items.has(one * page)) continue;
      askItems(view.where, view.search, one * page, page, ended.signal).then(
        (answer) => {
          setTotal(answer.total);
          setItems((old) => {
            const next = new Map(old);
            answer.items.forEach((item, i) => next.set(one * page + i, item));
            return next;
          });
        },
        (problem: Problem) => problem.name !== "AbortError" && setFailed(problem.message),
      );
    }
    return () => ended.abort();
    // The others are left out: pages that have come must not end those that are under way.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [firstPage, lastPage]);

  const isDrawn = total !== null && info !== undefined;
  useGoOn(isDrawn);
  const rows = isDrawn ? Math.ceil(total / seen.columns) : 0;
  const places = [];
  for (let i = seen.first; isDrawn && i < Math.min(seen.last, total); ++i) places.push(i);
  return (
    <>
      {failed ? (
        <Notice text={failed} />
      ) : !isDrawn ? (
        <Notice text="Looking at the catalogue …" />
      ) : total === 0 ? (
        <Notice text="No item is like that: choose less, or search for something else." />
      ) : (
        <p className="summary">
          {total.toLocaleString()} items{info && info.items !== total ? ` of ${info.items.toLocaleString()}` : ""}
        </p>
      )}
      <div ref={list} className="catalogue" style={{ height: rows * height }}>
        {places.map((i) => {
          const item = items.get(i);
          const style = {
            width: `${100 / seen.columns}%`,
            height,
            left: `${(100 / seen.columns) * (i % seen.columns)}%`,
            top: Math.floor(i / seen.columns) * height,
          };
          return (
            <div key={i} className="place" style={style}>
              {item && <Tile item={item} view={view} go={go} plain />}
            </div>
          );
        })}
      </div>
    </>
  );
}
