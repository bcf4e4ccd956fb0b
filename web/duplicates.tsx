// Items that show the same picture, a row each, to look through and to remove.
import { useEffect, useState } from "react";

import { askDuplicates, pictureOf, removeItem, type Duplicates as Groups, type Problem } from "./api";
import { useGoOn } from "./focus";
import { Notice } from "./notice";
import type { Go, View } from "./state";
import { Tile } from "./tile";

const shown = 50; // groups, until more are asked for

export function Duplicates({ view, go }: { view: View; go: Go }) {
  const [groups, setGroups] = useState<Groups | null>(null);
  const [failed, setFailed] = useState("");
  const [gone, setGone] = useState<string[]>([]);
  const [most, setMost] = useState(shown);
  useEffect(() => {
    const ended = new AbortController();
    askDuplicates(ended.signal).then(setGroups, (problem: Problem) => {
      if (problem.name !== "AbortError") setFailed(problem.message);
    });
    return () => ended.abort();
  }, []);

  useGoOn(groups);

  const remove = (key: string) => {
    if (!confirm(`Take ${key} out of the shop for ever?`)) return;
    removeItem(key).then(
      () => {
        setFailed("");
        setGone((before) => [...before, key]);
      },
      (problem: Problem) => setFailed(problem.message),
    );
  };

  if (!groups) return <Notice text={failed || "Looking for the same pictures …"} />;
  const left = (kind: string, all: string[][]) =>
    all
      .map((keys) => ({ kind, keys: keys.filter((key) => !gone.includes(key)) }))
      .filter((group) => group.keys.length > 1);
  const rows = [...left("the same pixels", groups.exact), ...left("the same picture, not to the pixel", groups.near)];
  if (rows.length === 0) return <Notice text={failed || "No two items show the same picture."} />;
  return (
    <>
      {failed && <Notice text={failed} onClose={() => setFailed("")} />}
      <p className="summary">{rows.length.toLocaleString()} groups of items that show the same picture</p>
      {rows.slice(0, most).map((row) => (
        <section key={row.keys.join("\n")} className="row">
          <p className="summary">{row.kind}</p>
          <div className="results">
            {row.keys.map((key) => (
              <Tile key={key} item={{ key, tags: {}, picture: pictureOf(key) }} view={view} go={go} plain>
                <span className="key">{key}</span>
                <button type="button" aria-label={`Remove ${key}`} onClick={() => remove(key)}>
                  Remove
                </button>
              </Tile>
            ))}
          </div>
        </section>
      ))}
      {rows.length > most && (
        <p className="more">
          <button type="button" onClick={() => setMost(most + shown)}>
            More
          </button>
        </p>
      )}
    </>
  );
}
