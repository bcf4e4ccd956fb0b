#!/usr/bin/env python3
"""tools/postgres_server.sh bench/publish_weights.py SHOP [PROGRAM]: how much of what is near by weighted parts a
database finds, and at what cost.

Publishes a copy of the shop into the empty database LIKENESS_POSTGRES, first without and then with graphs of its parts,
and tells seconds and bytes; then asks, there and of the shop, for what is like each of QUERIES items (40), by each of
the WEIGHTS: how many of the ten nearest are found, how far relevance is from the shop's, and how long it takes. A shop
of 20,000 items or fewer is compared item by item, and tells nothing of graphs."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PSQL = pathlib.Path(__file__).resolve().parents[1] / "tools/postgres_program.sh"
ADDRESS = os.environ["LIKENESS_POSTGRES"]
QUERIES = int(os.environ.get("QUERIES", "40"))
WEIGHTS = ["shape=0", "colour=0", "shape=4", "shape=2", "colour=2", "colour=4", "colour=10"]


def sql(text):
    done = subprocess.run([PSQL, "psql", ADDRESS, "-qAtX", "-v", "ON_ERROR_STOP=1"], input=text, text=True,
                          stdout=subprocess.PIPE, check=True)
    return done.stdout.splitlines()


def asked(program, *words):
    start = time.perf_counter()
    done = subprocess.run([program, *words, "--json", "--quiet"], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout), time.perf_counter() - start


def tell_weights(program, shop, keys, weights):
    found = wanted = 0
    farthest = 0.0
    times = {shop: [], ADDRESS: []}
    for key in keys:
        relevance = {}
        for place in (shop, ADDRESS):
            answer, seconds = asked(program, "recommend", place, "--item", key, "--count", "10", "--weight", weights)
            relevance[place] = {result["key"]: result["relevance"] for result in answer["results"]}
            times[place].append(seconds)
        both = relevance[shop].keys() & relevance[ADDRESS].keys()
        found += len(both)
        wanted += len(relevance[shop])
        farthest = max([farthest] + [abs(relevance[shop][one] - relevance[ADDRESS][one]) for one in both])
    there, here = (1e3 * statistics.median(times[place]) for place in (ADDRESS, shop))
    print(f"{weights}: recall@10 {found / wanted:.4f}, relevance off by {farthest:.5f} at most, whole command p50 "
          f"{there:.0f} ms, of the shop {here:.0f} ms")


def main():
    program = sys.argv[2] if len(sys.argv) > 2 else "build/release/app/likeness"
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as work:
        shop = f"{work}/shop"
        shutil.copytree(sys.argv[1], shop, ignore=shutil.ignore_patterns("runs", "report"))
        published, seconds = asked(program, "publish", shop, ADDRESS)
        print(f"published: {published['published']:,} items, {seconds:.1f} s")
        _, seconds = asked(program, "publish", shop, ADDRESS, "--weights")
        [size] = sql("SELECT sum(pg_table_size(indexrelid)) FROM pg_index "
                     "WHERE pg_get_indexdef(indexrelid) LIKE '%hnsw%subvector%'")
        print(f"graphs of its parts: {seconds:.1f} s, {int(size) / published['published']:.0f} bytes an item")
        [table] = sql("SELECT 'likeness.item_' || id FROM likeness.model WHERE state = 'active'")
        keys = sql(f"SELECT key FROM {table} ORDER BY md5(key) LIMIT {QUERIES}")
        for weights in WEIGHTS:
            tell_weights(program, shop, keys, weights)
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
