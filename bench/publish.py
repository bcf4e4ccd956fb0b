#!/usr/bin/env python3
"""tools/postgres_server.sh bench/publish.py SHOP [PROGRAM]: what a catalogue costs in a PostgreSQL, and what it gives.

Publishes a copy of the shop into the empty database LIKENESS_POSTGRES and tells rows a second, memory, seconds and
bytes; then asks for what is like each of QUERIES items (100), by the SQL alone and by a service that searches there;
there and of the shop, where search is exact: how many of the ten nearest are found, without a filter and by tags that
about 10 %, 1 % and .1 % of the items have, and how long it takes; at last how long the server vacuums when a tenth is dead. bench/big_shop makes a shop of any size.
PARTITIONS (2) are what the table is divided into. POSTGRES_OPTIONS="-c shared_buffers=2GB" gives the server memory."""
import http.client
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

PSQL = pathlib.Path(__file__).resolve().parents[1] / "tools/postgres_program.sh"
ADDRESS = os.environ["LIKENESS_POSTGRES"]
QUERIES = int(os.environ.get("QUERIES", "100"))
PARTITIONS = os.environ.get("PARTITIONS", "2")


def sql(text):
    """What psql prints: a line a row, values between tabs."""
    done = subprocess.run([PSQL, "psql", ADDRESS, "-qAtX", "-F", "\t", "-v", "ON_ERROR_STOP=1"], input=text, text=True,
                          stdout=subprocess.PIPE, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def private_megabytes(process):
    try:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^RssAnon:\s+(\d+)", status, re.M)
    return int(found.group(1)) / 1024 if found else 0.0


def publish(program, shop):
    process = subprocess.Popen([program, "publish", shop, ADDRESS, "--partitions", PARTITIONS, "--json", "--quiet"],
                               stdout=subprocess.PIPE, text=True)
    most = 0.0
    while process.poll() is None:
        most = max(most, private_megabytes(process))
        time.sleep(0.02)
    assert process.returncode == 0
    told = json.loads(process.stdout.read())
    sent_seconds = told["published"] / told["rows_per_second"]
    print(f"published: {told['published']:,} rows, {told['rows_per_second']:,.0f} rows/s without index; private memory "
          f"{most:.0f} MB; index and the rest {told['seconds'] - sent_seconds:.1f} s")


def tell_bytes(table, count):
    for what, kind in [("rows", "c.relkind = 'r'"), ("graphs", "a.amname = 'hnsw'"),
                       ("other indexes", "c.relkind = 'i' AND a.amname <> 'hnsw'")]:
        [[size]] = sql("SELECT coalesce(sum(pg_table_size(c.oid)), 0) FROM pg_class c LEFT JOIN pg_am a ON a.oid = "
                       f"c.relam WHERE c.oid::regclass::text LIKE '{table}\\_%' AND {kind}")
        print(f"{what}: {int(size) / 1e6:.1f} MB, {int(size) / count:.0f} bytes an item")


def filters(table, count):
    """For 10 %, 1 % and .1 % the tag whose share of the items is nearest to that, with its share."""
    rows = sql(f"SELECT t.name || '=' || t.value, n FROM (SELECT unnest(tags) AS id, count(*) AS n FROM {table} "
               "GROUP BY 1) AS c JOIN likeness.tag t USING (id) ORDER BY 1")
    shares = {word: int(n) / count for word, n in rows}
    for wanted in (0.1, 0.01, 0.001):
        word = min(shares, key=lambda word: abs(shares[word] - wanted), default=None)
        if word is not None:
            yield word, shares[word]


def ask(program, place, key, condition):
    start = time.perf_counter()
    done = subprocess.run([program, "recommend", place, "--item", key, "--count", "10", "--json", *condition],
                          stdout=subprocess.PIPE, text=True, check=True)
    seconds = time.perf_counter() - start
    return {result["key"] for result in json.loads(done.stdout)["results"]}, seconds


def tell_recall(program, shop, keys, name, condition):
    found = wanted = 0
    times = []
    fewest = 10
    for key in keys:
        here, _ = ask(program, shop, key, condition)
        there, seconds = ask(program, ADDRESS, key, condition)
        found += len(here & there)
        wanted += len(here)
        fewest = min(fewest, len(there))
        times.append(seconds)
    print(f"{name}: recall@10 {found / wanted:.4f}, fewest results {fewest}, whole command p50 "
          f"{1e3 * statistics.median(times):.1f} ms")


def tell_sql(table, keys):
    """The statement that a question without a filter is, by itself, again and again in one session."""
    text = ("SET enable_seqscan = off; SET enable_sort = off; SET jit = off; SET hnsw.ef_search = 100; "
            "SET hnsw.iterative_scan = relaxed_order;\n")
    for key in keys:
        text += (f"\\timing off\nSELECT vec AS query FROM {table} WHERE key = '{key}' \\gset\n\\timing on\n"
                 f"SELECT key FROM {table} ORDER BY vec <-> :'query' LIMIT 41;\n")
    times = [float(re.search(r"[\d.]+", line).group()) for [line, *_] in sql(text) if line.startswith("Time: ")]
    assert len(times) == len(keys), (len(times), len(keys))
    print(f"the SQL alone: p50 {statistics.median(times):.2f} ms, p99 {sorted(times)[len(times) * 99 // 100]:.2f} ms")


def tell_served(program, shop, keys):
    """The same questions to `serve --search`, one after the other by one connection."""
    with subprocess.Popen([program, "serve", shop, "--search", ADDRESS, "--listen", "127.0.0.1:0", "--json", "--quiet"],
                          stdout=subprocess.PIPE, text=True) as service:
        try:
            connection = http.client.HTTPConnection(json.loads(service.stdout.readline())["listen"])
            times = []
            for key in keys:
                start = time.perf_counter()
                connection.request("GET", f"/api/v1/items/{urllib.parse.quote(key, safe='')}/similar?count=10")
                answer = connection.getresponse()
                results = json.loads(answer.read())["results"]
                times.append(1e3 * (time.perf_counter() - start))
                assert answer.status == 200 and len(results) == 10, (key, answer.status, results)
        finally:
            service.terminate()
    print(f"by a service: p50 {statistics.median(times):.2f} ms, p99 {sorted(times)[len(times) * 99 // 100]:.2f} ms")


def tell_vacuum(table):
    """What a tenth of the items leaves that was removed or replaced."""
    sql(f"DELETE FROM {table} WHERE hashtext(key) % 10 = 0")
    start = time.perf_counter()
    sql(f"VACUUM {table}")
    print(f"vacuum, a tenth being dead: {time.perf_counter() - start:.1f} s")


def main():
    program = sys.argv[2] if len(sys.argv) > 2 else "build/release/app/likeness"
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as work:
        shop = f"{work}/shop"
        shutil.copytree(sys.argv[1], shop, ignore=shutil.ignore_patterns("runs", "report"))
        publish(program, shop)
        [[model]] = sql("SELECT id FROM likeness.model WHERE state = 'active'")
        table = f"likeness.item_{model}"
        count = int(sql(f"SELECT count(*) FROM {table}")[0][0])
        tell_bytes(table, count)
        keys = [key for [key] in sql(f"SELECT key FROM {table} ORDER BY md5(key) LIMIT {QUERIES}")]
        for _ in range(3):  # by turns
            tell_sql(table, keys)
            tell_served(program, shop, keys)
        tell_recall(program, shop, keys, "no filter", [])
        for word, share in filters(table, count):
            tell_recall(program, shop, keys, f"{word} ({share:.2%})", ["--where", word])
        tell_vacuum(table)
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
