// The tags of the shop with counts under the present filter.
import { useEffect, useState } from "react";

import { askTags, type Facet, type Problem } from "./api";
import { Notice } from "./notice";
import type { Go, View } from "./state";

const shown = 12; // values of a tag, until more are asked for

export function Facets({ view, go }: { view: View; go: Go }) {
  const [facets, setFacets] = useState<Facet[] | null>(null);
  const [failed, setFailed] = useState("");
  const where = view.where.join("\n");
  useEffect(() => {
    const ended = new AbortController();
    askTags(where ? where.split("\n") : [], ended.signal).then(
      (answer) => {
        setFailed("");
        setFacets(answer.tags);
      },
      (problem: Problem) => problem.name !== "AbortError" && setFailed(problem.message),
    );
    return () => ended.abort();
  }, [where]);
  if (failed) return <Notice text={failed} />;
  if (!facets) return <Notice text="Looking at tags …" />;
  if (facets.length === 0) return <Notice text="The items have no tags." />;
  return (
    <>
      {view.where.length > 0 && (
        <button type="button" onClick={() => go({ where: [] })}>
          No filter
        </button>
      )}
      {facets.map((facet) => (
        <FacetValues key={facet.tag} facet={facet} view={view} go={go} />
      ))}
    </>
  );
}

function FacetValues({ facet, view, go }: { facet: Facet; view: View; go: Go }) {
  const [all, setAll] = useState(false);
  const values = all ? facet.common : facet.common.filter((value, i) => i < shown || value.chosen);
  return (
    <fieldset>
      <legend>{facet.tag}</legend>
      {values.map(({ value, items, chosen }) => {
        const filter = `${facet.tag}=${value}`;
        return (
          <label key={value}>
            <input
              type="checkbox"
              checked={chosen || view.where.includes(filter)}
              onChange={(event) =>
                go({
                  where: event.target.checked ? [...view.where, filter] : view.where.filter((one) => one !== filter),
                })
              }
            />
            <span className="value">{value}</span> <span className="count">{items.toLocaleString()}</span>
          </label>
        );
      })}
      {facet.common.length > values.length && (
        <button type="button" onClick={() => setAll(true)}>
          {facet.values - values.length} more
        </button>
      )}
    </fieldset>
  );
}
