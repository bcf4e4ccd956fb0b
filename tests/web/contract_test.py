"""contract_test.py LIKENESS: serves a small shop and asks it everything that its description
offers, rightly, nearly rightly and wrongly. Every answer must have a status and a body that the
description has, and none may be of 5xx. Exit code 77: jsonschema is not installed."""
import base64
import io
import json
import pathlib
import random
import re
import sys
import tarfile
import tempfile
import urllib.parse

from contract import Contract, Service, make_shop

REQUESTS = 3000


def valid(schema, keys, rng, name=""):
    """Something that the schema allows, where it is one of a parameter."""
    if name in ("key", "after"):
        return rng.choice(keys)
    if name == "tags":
        return rng.choice(['{"colour":"red"}', '{"colour":"blue","size":"small"}', "{}"])
    if name == "where":
        return rng.choice(["category=bag", "colour=red", "colour=blue"])
    if name == "weight":
        return rng.choice(["shape=1,colour=2", "colour=0"])
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "integer":
        return rng.randint(schema.get("minimum", 0), min(schema.get("maximum", 50), 50))
    if kind == "number":
        return round(rng.uniform(schema.get("minimum", 0), schema.get("maximum", 1)), 3)
    if kind == "boolean":
        return rng.choice(["true", "false"])
    return rng.choice(["1", "0", "a", "shirt"])


MODELS = []  # of the shop
KEPT = []    # pictures that were sent to be kept

GARBAGE = ["", "-1", "1e999", "nan", "0x10", "9" * 40, "%", "\u0000", "\u202e", "<script>", "'; DROP",
           "../../etc/passwd", "a" * 2000, "\U0001f457", "true", "null", "[]", "=", "a=b=c"]


def some_wish(keys, rng):
    wish = {"liked": [{"key": rng.choice(keys)} for _ in range(rng.randint(1, 3))],
            "count": rng.randint(1, 20), "distinct": rng.random() < .5, "explain": rng.random() < .5,
            "diversity": rng.random(), "where": rng.choice([[], ["colour=red"]]),
            "weights": rng.choice([{}, {"shape": 1, "colour": .5}])}
    chance = rng.random()
    if chance < .3:  # nearly valid
        wish[rng.choice(list(wish) + ["other"])] = rng.choice(
            [None, -1, 1e300, "", [], {}, [[]], [{}], {"a": 1}, True, "x", 10**30])
    elif chance < .4:
        return rng.choice(GARBAGE + ["{", "[" * 100, '{"liked": 1}', '"', "{}" * 3, '{"a":1,"a":2}'])
    return json.dumps(wish)


def some_items(keys, picture, rng):
    """The body of many items, and its type; now and then not quite."""
    pictures = [picture, picture[:-100], b"no picture"]
    tags = [{"colour": "red"}, {"colour": None}, {}]
    if rng.random() < .5:
        lines = [{"key": rng.choice([*keys, "new", ""]),
                  "picture": base64.b64encode(rng.choice(pictures)).decode(),
                  "tags": rng.choice(tags + [[], 1])} for _ in range(rng.randint(0, 4))]
        for line in lines:
            if rng.random() < .3:
                line[rng.choice(list(line) + ["other"])] = rng.choice([None, "*", 1, [], {"a": {}}])
        body = "\n".join(json.dumps(line) for line in lines) + rng.choice(["", "\n", "\n\n{", '\n"'])
        return body.encode(), "application/x-ndjson"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=rng.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])) as tar:
        for _ in range(rng.randint(0, 4)):
            entry = tarfile.TarInfo(rng.choice([*keys, "Bluse/gr\u00fcn", "../a", ""]) + rng.choice([".jpg", ".jpg", ".json", ""]))
            content = rng.choice(pictures) if entry.name.endswith("jpg") else json.dumps(rng.choice(tags)).encode()
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    body = packed.getvalue()
    if rng.random() < .3:
        body = body[: rng.randrange(len(body))]
    return body, rng.choice(["application/x-tar", "application/x-tar", "application/zip"])


def some_job(rng):
    """Short ones, and now and then not quite one."""
    job = {"verb": rng.choice(["cluster", "embed", "evaluate", "compact", "train"]), "options": {}}
    if job["verb"] == "train":
        job["options"] = {"epochs": 1, "latent": 3, "name": "job"}
    if job["verb"] == "evaluate":
        job["options"] = {"by": ["colour"], "models": [], "queries": 20}
    if rng.random() < .4:
        job[rng.choice(["verb", "options", "other"])] = rng.choice(["", "dance", 1, [], None, {"seed": -1}, {"x": 1}, {"seed": "1"}])
    return rng.choice([job, job, job, [job], job["verb"]])


def request_of(path, operation, method, keys, picture, rng):
    target = path
    parameters = operation.get("parameters", []) if operation else []
    for name in ("key", "n", "name", "id"):
        if "{" + name + "}" in target:
            value = (rng.choice(keys) if name == "key" else rng.choice(["0", "page.js", "99", "x"]))
            if name == "id":
                value = str(rng.randint(0, 60))
            if "/pictures/" in path:
                value = rng.choice([*KEPT, "x"])
            if path.endswith("activate"):
                value = rng.choice([*MODELS, "x"])
            if rng.random() < .15:
                value = rng.choice(GARBAGE)
            target = target.replace("{" + name + "}", urllib.parse.quote(value, safe="") or "%20")
    query = [(p["name"], str(valid(p["schema"], keys, rng, p["name"])))
             for p in parameters if rng.random() < .4]
    if rng.random() < .2:
        query.append((rng.choice([p["name"] for p in parameters] or ["x"]), rng.choice(GARBAGE)))
    if query:
        target += "?" + urllib.parse.urlencode(query)
    if method == "PATCH":
        tags = rng.choice([{"colour": "red"}, {"colour": None, "new": "a"}, {}, {"": "a"}, [], {"colour": 1}])
        return target, json.dumps({"tags": tags}), {"Content-Type": "application/json"}
    if method == "POST" and path.endswith("/jobs"):
        return target, json.dumps(some_job(rng)), {"Content-Type": "application/json"}
    if method == "PUT":
        path = "pictures"  # the body is one
    if method == "POST" and path.endswith("/items"):
        body, kind = some_items(keys, picture, rng)
        return target, body, {"Content-Type": kind}
    if method not in ("POST", "PUT") or path.endswith(("activate", "snapshot")):
        return target, None, {"Accept": rng.choice(["*/*", "image/webp", "image/png", "text/html"])}
    if "pictures" in path or ("batch" not in path and rng.random() < .3):
        body = picture if rng.random() < .7 else picture[: rng.randrange(len(picture))]
        return target, body, {"Content-Type": rng.choice(["image/jpeg", "image/jpeg", "text/plain"])}
    wish = some_wish(keys, rng)
    if "batch" in path:
        wish = f'{{"requests": [{wish}]}}'
    else:
        target = path if rng.random() < .9 else target
    return target, wish.encode("utf-8", "surrogatepass"), {"Content-Type": "application/json"}


def check_board(metrics):
    """The board of docs/ shows what the service counts, and nothing else."""
    counted = set(re.findall(r"^# TYPE (\w+)", metrics, re.M))
    board = json.loads((pathlib.Path(__file__).parents[2] / "docs/grafana.json").read_text())
    expressions = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    shown = {name.removesuffix("_bucket") for name in re.findall(r"\b(?:likeness|process)_\w+", expressions)}
    assert shown == counted, (shown - counted, counted - shown)


def check_explained(service, keys):
    """The parts make up the distance, and what is nearest is liked."""
    wish = {"liked": [{"key": keys[0]}, {"key": keys[1]}], "explain": True}
    status, _, body = service.ask("POST", "/api/v1/recommend", json.dumps(wish).encode(),
                                  {"Content-Type": "application/json"})
    assert status == 200, body
    for result in json.loads(body)["results"]:
        assert set(result["parts"]) == {"shape", "colour"}, result
        whole = sum(distance**2 for distance in result["parts"].values()) ** .5
        assert abs(whole - result["distance"]) < 1e-4 * max(1, whole), result
        assert result["nearest_liked"]["key"] in keys[:2], result


def main(likeness):
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        pictures, shop = make_shop(likeness, pathlib.Path(folder))
        picture = next(pictures.glob("*.jpg")).read_bytes()
        with Service(likeness, shop) as service:
            assert service.ready["items"] == 150, service.ready
            status, _, body = service.ask("GET", "/api/v1/openapi.json")
            assert status == 200
            contract = Contract(json.loads(body))
            keys = [one["key"] for one in json.loads(service.ask("GET", "/api/v1/items?count=150")[2])["items"]]
            MODELS.extend(one["model"] for one in json.loads(service.ask("GET", "/api/v1/models")[2])["models"])
            check_explained(service, keys)
            KEPT.append(json.loads(service.ask("POST", "/api/v1/pictures", picture,
                                               {"Content-Type": "image/jpeg"})[2])["picture"])
            paths = list(contract.document["paths"])
            for _ in range(REQUESTS):
                path = rng.choice(paths)
                operations = contract.document["paths"][path]
                method = rng.choice([m.upper() for m in operations if m != "parameters"])
                if rng.random() < .05:
                    method = rng.choice(["DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "BREW"])
                target, body, headers = request_of(path, operations.get(method.lower()), method, keys,
                                                   picture, rng)
                status, got, answer = service.ask(method, target, body, headers)
                contract.check(path, method, status, got, answer)
            # Those above are over before they can be ended.
            long = json.dumps({"verb": "train", "options": {"epochs": 100000, "latent": 3, "name": "long"}})
            status, _, answer = service.ask("POST", "/api/v1/jobs", long.encode(), {"Content-Type": "application/json"})
            assert status == 202, answer
            status, got, answer = service.ask("DELETE", f"/api/v1/jobs/{json.loads(answer)['id']}")
            contract.check("/api/v1/jobs/{id}", "DELETE", status, got, answer)
            check_board(service.ask("GET", "/metrics")[2].decode())
        contract.require_all_answered()
        print(f"{REQUESTS} requests, {len(contract.seen)} kinds of answers, all as described")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).absolute()))
