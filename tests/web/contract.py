"""What the tests that ask the service of its description share: a small shop, its service, and
whether an answer is one that the description has. Exit code 77: jsonschema is not installed."""
import http.client
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("SKIPPED: python3-jsonschema is not installed: answers were not checked")
    sys.exit(77)

# What any address may answer, as the description's first lines say.
ALWAYS = {"400", "408", "411", "413", "414", "417", "431", "503"}


class Service:
    """Used in a with statement, so that it ends with it."""

    def __init__(self, likeness, shop):
        self.command = [likeness, "serve", shop, "--listen", "127.0.0.1:0", "--json"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.connection = http.client.HTTPConnection(self.ready["listen"], timeout=30)
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        assert self.process.wait(timeout=10) == 0, "SIGTERM must end it with 0"

    def ask(self, method, target, body=None, headers=None):
        """By one connection, for as long as the service keeps it."""
        self.connection.request(method, target, body=body, headers=headers or {})
        answer = self.connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


class Contract:
    def __init__(self, document):
        self.document = document
        self.error = document["components"]["responses"]["Error"]
        self.seen = set()
        self.validators = {}

    def check(self, path, method, status, headers, body):
        """Fails unless the description has such an answer of such an operation."""
        where = f"{method} {path} -> {status} {body[:500]!r}"
        assert status < 500 or (status == 503 and "retry-after" in headers), where
        assert headers["x-request-id"], where
        operations = self.document["paths"][path]
        operation = operations.get("get" if method == "HEAD" else method.lower())
        if operation is None:
            assert status in (400, 403, 405), where
            response = self.error
        else:
            responses = operation["responses"]
            assert str(status) in responses or str(status) in ALWAYS, where
            response = responses.get(str(status), self.error)
        assert status != 405 or (operation is None and headers["allow"]), where
        self.seen.add((method, path, status))
        if "$ref" in response:
            response = self.error
        content = response.get("content", {})
        if not content or method == "HEAD":
            assert not body, where
            return
        kind = headers["content-type"].split(";")[0]
        assert kind in content, f"{where}: {kind}"
        if kind in ("application/json", "application/x-ndjson"):
            for line in body.splitlines() if kind == "application/x-ndjson" else [body]:
                self.validator(content[kind]["schema"]).validate(json.loads(line))

    def validator(self, schema):
        if id(schema) not in self.validators:
            self.validators[id(schema)] = jsonschema.Draft202012Validator(
                {**schema, "components": self.document["components"]})
        return self.validators[id(schema)]

    def require_all_answered(self):
        """Fails unless each operation was answered rightly at least once."""
        answered = {(method, path) for method, path, status in self.seen if status < 300}
        offered = {(method.upper(), path) for path, all_ in self.document["paths"].items()
                   for method in all_ if method != "parameters"}
        assert offered <= answered, f"never answered rightly: {offered - answered}"


def make_shop(likeness, folder):
    """The folder of its 150 pictures, and the shop: with a model, latents and clusters."""
    pictures, shop = str(folder / "pictures"), str(folder / "shop")
    for words in (["sample", pictures, "--count", "150"],
                  ["pack", shop, pictures, "--tags", pictures + "/tags.csv", "--key", "key"],
                  ["train", shop, "--epochs", "1"], ["embed", shop], ["cluster", shop]):
        subprocess.run([likeness, *words, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(pictures), shop
