"""property_test.py LIKENESS [REQUESTS]: serves a small shop and asks it what Hypothesis makes of its
description, 10,000 requests: what that allows, what it nearly allows, and garbage. Every answer
must be one that the description has, and none may be of 5xx but 503 with Retry-After; afterwards
the shop is sound. What was made is the same each time. Exit code 77: hypothesis is not installed."""
import base64
import io
import json
import pathlib
import re
import string
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse

from contract import Contract, Service, make_shop

try:
    from hypothesis import HealthCheck, Phase, given, note, settings
    from hypothesis import strategies as st
except ImportError:
    print("SKIPPED: python3-hypothesis is not installed: no requests were made from the description")
    sys.exit(77)

TOKEN = "!#$%&'*+-.^_`|~" + string.ascii_letters + string.digits
VISIBLE = "".join(chr(code) for code in range(0x21, 0x7f))

texts = st.one_of(st.text(max_size=8), st.sampled_from(
    ["", "-1", "1e999", "nan", "0x10", "9" * 40, "%", "\0", "\u202e", "'; DROP", "../../etc/passwd",
     "a" * 5000, "\U0001f457", "e\u0301", "true", "null", "=", "a=b=c", "*", "\ud800"]))
numbers = st.one_of(st.integers(), st.floats(), st.sampled_from([0, -1, 2**31, 2**63, 2**64, 10**400, 1e308]))
anything = st.recursive(st.one_of(st.none(), st.booleans(), numbers, texts),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
                        max_leaves=5)


def changed_somewhere(value):
    """The value with one part of it, or all of it, gone, added or another."""
    def of(parts, take):
        name = st.sampled_from(parts)
        return st.one_of(name.map(lambda one: take(one, None)),
                         st.tuples(name, anything).map(lambda pair: take(pair[0], lambda: pair[1])),
                         *(changed_somewhere(value[one]).map(lambda new, one=one: take(one, lambda: new))
                           for one in parts if isinstance(value[one], (dict, list)) and value[one]))

    if isinstance(value, dict) and value:
        def take(name, new):
            rest = {key: old for key, old in value.items() if key != name}
            return rest if new is None else {**rest, name: new()}
        return st.one_of(of(list(value), take), st.builds(lambda new: {**value, "other": new}, anything))
    if isinstance(value, list) and value:
        def take(place, new):
            return value[:place] + ([] if new is None else [new()]) + value[place + 1:]
        return of(list(range(len(value))), take)
    return anything


class Requests:
    """Makes requests from the description, of a shop of which these values are known."""

    def __init__(self, document, known, picture):
        self.document = document
        self.known = known
        self.picture = picture
        self.operations = [(path, method) for path, all_ in document["paths"].items()
                           for method in all_ if method != "parameters"]

    def some(self, schema, name=""):
        """What the schema allows, under this name."""
        if "$ref" in schema:
            named = self.document
            for part in schema["$ref"].split("/")[1:]:
                named = named[part]
            return self.some(named, name)
        if "anyOf" in schema:
            return st.one_of([self.some(one, name) for one in schema["anyOf"]])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        least, most = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
        if name == "id":
            return st.integers(0, 20).map(str)  # of jobs
        return {
            "object": lambda: self.some_object(schema, name),
            "array": lambda: st.lists(self.some(schema["items"], name), min_size=schema.get("minItems", 0),
                                      max_size=3),
            "integer": lambda: st.integers(least, most) | st.integers(least, min(most or 60, 60)),
            "number": lambda: st.floats(least, most, exclude_min="exclusiveMinimum" in schema),
            "boolean": st.booleans,
            "null": st.none,
            "string": lambda: st.sampled_from(self.known.get(name, [""])) | st.sampled_from(
                self.known.get(name, ["a"])) | texts,
        }[schema["type"]]()

    def some_object(self, schema, name):
        if "properties" not in schema:
            if name == "options":
                return st.dictionaries(texts, anything, max_size=2) | st.sampled_from(
                    [{}, {"seed": 1}, {"clusters": 3}, {"by": ["colour"], "queries": 10},
                     {"epochs": 1, "latent": 3, "name": "job"}])
            names = self.known.get("names of " + name, ["a"])
            values = self.some(schema["additionalProperties"], name + " value")
            return st.dictionaries(st.sampled_from(names) | texts, values, max_size=3)
        required = schema.get("required", [])
        parts = {part: self.some(one, part) for part, one in schema["properties"].items()}
        choices = [choice["required"] for choice in schema.get("oneOf", [])]
        optional = {part: one for part, one in parts.items() if part not in required + sum(choices, [])}
        return st.one_of([st.fixed_dictionaries({part: parts[part] for part in required + choice}, optional=optional)
                          for choice in choices or [[]]])

    def body(self, draw, kind, schema, care):
        """Bytes of this media type."""
        if kind.startswith("image/"):
            body, type_ = self.picture, "image/jpeg"
        elif kind == "application/x-tar":
            body, type_ = draw(self.tar()), kind
        else:
            value = self.some(schema)
            if care == "nearly":
                value = value.flatmap(changed_somewhere)
            lines = st.lists(value, max_size=4) if kind == "application/x-ndjson" else st.tuples(value)
            values = draw(lines)
            body, type_ = "\n".join(map(json.dumps, values)).encode(), kind
        if care != "nearly":
            return body, type_
        if draw(st.booleans()):
            body = draw(st.sampled_from([body[:-1], body[:len(body) // 2], body + b"{", b"",
                                         body.replace(b"a", b"\xff", 1)]))
        return body, draw(st.sampled_from([type_, type_, type_, type_ + "; charset=utf-8", "text/plain",
                                           "image/png", "application/json", "application/x-ndjson", ""]))

    def tar(self):
        names = st.sampled_from(self.known["key"]) | texts.filter(lambda name: not {"\0", "\ud800"} & set(name))
        ends = st.sampled_from([(".jpg", self.picture), (".jpg", self.picture), (".json", b'{"colour": "red"}'),
                                (".json", b"{"), ("", b"a"), (".jpg", self.picture[:99])])

        def packed(entries):
            file = io.BytesIO()
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for name, (end, content) in entries:
                    entry = tarfile.TarInfo(name + end)
                    entry.size = len(content)
                    tar.addfile(entry, io.BytesIO(content))
            return file.getvalue()
        return st.lists(st.tuples(names, ends), max_size=3).map(packed)

    def query(self, draw, parameters, care):
        pairs = []
        for one in parameters:
            if one["in"] != "query" or draw(st.integers(0, 2)) > 0:
                continue
            value = draw(self.some(one["schema"], one["name"]))
            for each in value if isinstance(value, list) else [value]:
                pairs.append((one["name"], each if isinstance(each, str) else json.dumps(each)))
        if care == "nearly":
            names = [one["name"] for one in parameters if one["in"] == "query"]
            pairs.append((draw(st.sampled_from([*names, "other"])), draw(texts)))
        return pairs

    def headers(self, draw, care):
        some = {"Accept": ["*/*", "image/webp", "image/png, */*;q=0.1", "text/html"],
                "Accept-Encoding": ["gzip", "gzip;q=0", "br"], "If-None-Match": ["*", '"0123456789abcdef"']}
        headers = {name: draw(st.sampled_from(values)) for name, values in some.items()
                   if draw(st.integers(0, 3)) == 0}
        if care == "nearly":
            name = draw(st.sampled_from([*some, "Host", "Origin", "Sec-Fetch-Site", "Via", "Expect", "Range", "Cookie",
                                         "Authorization", "Content-Encoding", "Content-Type", "Connection"]))
            headers[name] = draw(st.text(VISIBLE + " ", max_size=12).map(str.strip))
        return headers

    def request(self, draw):
        """The path and the method that it is of, its target, body and headers."""
        path, method = draw(st.sampled_from(self.operations))
        care = draw(st.sampled_from(["exactly", "exactly", "nearly", "nearly", "not at all"]))
        operation = self.document["paths"][path][method]
        of_path = self.document["paths"][path].get("parameters", [])
        target = path
        for one in of_path:
            value = draw(self.some(one["schema"], path if one["name"] == "name" else one["name"])
                         if care != "not at all" else texts)
            quoted = urllib.parse.quote(str(value), safe="", errors="surrogatepass")
            target = target.replace("{" + one["name"] + "}", quoted or "%20")
        query = urllib.parse.urlencode(self.query(draw, operation.get("parameters", []), care),
                                       errors="surrogatepass")
        method, body, headers = method.upper(), None, self.headers(draw, care)
        wanted = operation.get("requestBody", {}).get("content", {})
        if care == "not at all":
            query = draw(st.text(VISIBLE.replace("#", ""), max_size=30))
            method = draw(st.sampled_from([method, method, "HEAD", "OPTIONS", "TRACE", "DELETE", "PUT"])
                          | st.text(TOKEN, min_size=1, max_size=9))
            body = draw(st.none() | st.binary(max_size=60) | anything.map(lambda one: json.dumps(one).encode()))
            if body:
                headers["Content-Type"] = draw(st.sampled_from([*wanted, "application/json", "x"]))
        elif wanted:
            kind = draw(st.sampled_from(list(wanted)))
            body, headers["Content-Type"] = self.body(draw, kind, wanted[kind]["schema"], care)
            if kind == "application/json" and path.endswith("/recommend") and care == "exactly":
                query = ""  # its parameters are of a picture
        elif method == "GET" and draw(st.integers(0, 9)) == 0:
            method = "HEAD"
        return path, method, target + ("?" + query if query else ""), body, headers


def known_values(service, picture):
    """By the names that the description gives them."""
    def ask(target):
        return json.loads(service.ask("GET", target)[2])

    jpeg = {"Content-Type": "image/jpeg"}
    kept = [json.loads(service.ask("POST", "/api/v1/pictures", picture, jpeg)[2])["picture"] for _ in range(2)]
    models = [one["model"] for one in ask("/api/v1/models")["models"]]
    page = service.ask("GET", "/")[2].decode()
    keys = [one["key"] for one in ask("/api/v1/items?count=150")["items"]]
    return {"key": keys + ["new/one"], "after": keys, "search": ["1", "shirt"], "order": ["key"],
            "where": ["category=bag", "colour=red", "colour=blue"], "weight": ["shape=1,colour=2", "colour=0"],
            "tags": ['{"colour":"red"}', '{"colour":null}', "{}"], "tags value": ["red", "blue"],
            "names of tags": ["colour", "size"], "names of weights": ["shape", "colour"],
            "picture": [*kept, base64.b64encode(picture).decode()], "/api/v1/pictures/{name}": kept,
            "/assets/{name}": re.findall(r"assets/([\w.-]+)", page), "/api/v1/models/{name}/activate": models}


def main(likeness, count):
    with tempfile.TemporaryDirectory() as folder:
        pictures, shop = make_shop(likeness, pathlib.Path(folder))
        picture = next(pictures.glob("*.jpg")).read_bytes()
        with Service(likeness, shop) as service:
            contract = Contract(json.loads(service.ask("GET", "/api/v1/openapi.json")[2]))
            requests = Requests(contract.document, known_values(service, picture), picture)

            @settings(max_examples=count, derandomize=True, database=None, deadline=None,
                      suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink])
            @given(st.composite(requests.request)())
            def answers_are_as_described(request):
                path, method, target, body, headers = request
                note(f"{method} {target} {headers} {body!r}")
                status, got, answer = service.ask(method, target, body, headers)
                contract.check(path, method, status, got, answer)
                if status == 202 and method == "POST":  # a job, which might be one of hours
                    target = f"/api/v1/jobs/{json.loads(answer)['id']}"
                    contract.check("/api/v1/jobs/{id}", "DELETE", *service.ask("DELETE", target))

            answers_are_as_described()
            contract.require_all_answered()
            assert service.ask("GET", "/readyz")[0] == 200
            items = json.loads(service.ask("GET", "/api/v1/info")[2])["items"]
        subprocess.run([likeness, "verify", shop, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        print(f"{count} requests, {len(contract.seen)} kinds of answers, all as described; {items} items are left")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).absolute()), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
