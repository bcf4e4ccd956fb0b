// What looks like what is liked: nearest first.
import { useEffect, useRef, useState } from "react";

import { canFold, Problem, recommend, type Info, type Result } from "./api";
import { useGoOn } from "./focus";
import { Notice } from "./notice";
import type { Go, View } from "./state";
import { Tile } from "./tile";
import { Why } from "./why";

const count = 48; // results that are asked for at once
const alike = 0.98; // of this relevance; what is below is shown behind a line

export function Similar({ view, go, info }: { view: View; go: Go; info: Info | null }) {
  const [results, setResults] = useState<Result[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [failed, setFailed] = useState("");
  const [why, setWhy] = useState<Result | null>(null);
  const asked = useRef("");
  const weights = Object.fromEntries((info?.parts ?? []).map((part) => [part, view.weights[part] ?? 1]));
  const isWeighted = Object.values(weights).some((weight) => weight !== 1);
  // A database that recommends may not know the model's parts.
  const isHere = info?.search?.by !== "postgresql";
  const explains = isHere || (info?.parts ?? []).length > 0;
  const wish = {
    liked: [...view.pictures.map((picture) => ({ picture })), ...view.liked.map((key) => ({ key }))],
    unliked: view.unliked.map((key) => ({ key })),
    where: view.where,
    weights: isWeighted ? weights : {},
    diversity: view.diversity,
    distinct: canFold(info) && !view.repeats,
    explain: explains,
    count,
  };
  const text = JSON.stringify(wish);

  useEffect(() => {
    const ended = new AbortController();
    asked.current = text;
    recommend({ ...JSON.parse(text), offset: 0 }, ended.signal).then(
      (answer) => {
        setFailed("");
        setResults(answer.results);
        setNext(answer.next_offset);
      },
      (problem: Problem) => problem.name !== "AbortError" && setFailed(problem.message),
    );
    return () => ended.abort();
  }, [text]);

  useGoOn(results);

  const more = () => {
    recommend({ ...JSON.parse(text), offset: next }, new AbortController().signal).then(
      (answer) => {
        if (asked.current !== text) return;
        setResults((old) => [...(old ?? []), ...answer.results]);
        setNext(answer.next_offset);
      },
      (problem: Problem) => setFailed(problem.message),
    );
  };

  if (failed) return <Notice text={failed} />;
  if (!results) return <Notice text="Looking for what is alike …" />;
  if (results.length === 0) return <Notice text="Nothing is like that under this filter: choose less." />;
  const border = view.diversity > 0 ? -1 : results.findIndex((result) => result.relevance < alike);
  const tile = (result: Result) => (
    <Tile key={result.key} item={result} view={view} go={go} onWhy={() => setWhy(result)}>
      <span className="relevance">
        <meter min={0.5} max={1} value={result.relevance} aria-label={`relevance ${result.relevance.toFixed(3)}`} />
      </span>
      <span className="key">{result.key}</span>
    </Tile>
  );
  const near = border < 0 ? results : results.slice(0, border);
  const far = border < 0 ? [] : results.slice(border);
  return (
    <>
      <div className="results">{near.map(tile)}</div>
      {far.length > 0 && (
        <>
          <p className="border">less alike from here</p>
          <div className="results">{far.map(tile)}</div>
        </>
      )}
      {next !== null && (
        <p className="more">
          <button type="button" onClick={more}>
            More
          </button>
        </p>
      )}
      {why && <Why result={why} onClose={() => setWhy(null)} />}
    </>
  );
}
