// What looks alike in groups, a row each: what it is about, and its most central items.
import { useEffect, useState } from "react";

import { askClusters, pictureOf, type Cluster, type Problem } from "./api";
import { useGoOn } from "./focus";
import { Notice } from "./notice";
import type { Go, View } from "./state";
import { Tile } from "./tile";

const share = (part: number) => `${(100 * part).toFixed(0)} %`;

export function Clusters({ view, go }: { view: View; go: Go }) {
  const [clusters, setClusters] = useState<Cluster[] | null>(null);
  const [failed, setFailed] = useState("");
  useEffect(() => {
    const ended = new AbortController();
    askClusters(ended.signal).then(
      (answer) => setClusters(answer.clusters),
      (problem: Problem) => problem.name !== "AbortError" && setFailed(problem.message),
    );
    return () => ended.abort();
  }, []);
  useGoOn(clusters);
  if (failed) return <Notice text={failed} />;
  if (!clusters) return <Notice text="Looking at the clusters …" />;
  const all = clusters.reduce((sum, cluster) => sum + cluster.size, 0);
  return (
    <>
      {clusters.map((cluster) => (
        <section key={cluster.cluster} className="row">
          <h2>
            Cluster {cluster.cluster}
            <span className="count">
              {" "}
              {cluster.size.toLocaleString()} items, {share(cluster.size / all)}
            </span>
          </h2>
          <p className="summary">
            {cluster.tags.length > 0
              ? `More frequent than elsewhere: ${cluster.tags
                  .map((one) => `${one.value} (${share(one.share)}, ${one.lift.toFixed(1)} times)`)
                  .join(", ")}`
              : "No tag is more frequent than elsewhere."}
          </p>
          <div className="results">
            {cluster.items.map((key) => (
              <Tile key={key} item={{ key, tags: {}, picture: pictureOf(key) }} view={view} go={go} plain />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}
