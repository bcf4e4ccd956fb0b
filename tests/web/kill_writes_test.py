"""kill_writes_test.py LIKENESS [ROUNDS]: clients put, tag and delete items while the service is
killed (SIGKILL), again and again. What was acknowledged must be there afterwards, what was deleted
must stay away, and what was under way is as before or as after."""
import http.client
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

CLIENTS = 8
KEYS = 6  # of each client


def start(likeness, shop):
    process = subprocess.Popen([likeness, "serve", shop, "--listen", "127.0.0.1:0", "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return process, json.loads(process.stdout.readline())["listen"]


def ask(connection, method, target, body=None, headers=None):
    connection.request(method, target, body=body, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


class Client(threading.Thread):
    """`state` has of each key what it must be: a set of texts, None being no item."""

    def __init__(self, address, keys, state, pictures, seed):
        super().__init__()
        self.connection = http.client.HTTPConnection(address, timeout=30)
        self.keys, self.state, self.pictures = keys, state, pictures
        self.rng = random.Random(seed)
        self.acknowledged = 0
        self.wrong = None

    def run(self):
        try:
            while True:
                self.change(self.rng.choice(self.keys))
        except (OSError, http.client.HTTPException):
            pass  # the service was killed
        except AssertionError as error:
            self.wrong = error

    def change(self, key):
        target = "/api/v1/items/" + key
        value = "%x" % self.rng.getrandbits(48)
        known = next(iter(self.state[key]))  # one: nothing of this key is under way
        if known is None or self.rng.random() < .5:
            after, expected = value, (200, 201)
            request = ("PUT", target + "?tags=%7B%22n%22%3A%22" + value + "%22%7D",
                       self.rng.choice(self.pictures), {"Content-Type": "image/jpeg"})
        elif self.rng.random() < .5:
            after, expected = value, (200,)
            request = ("PATCH", target, json.dumps({"tags": {"n": value}}))
        else:
            after, expected = None, (204,)
            request = ("DELETE", target)
        self.state[key] = {known, after}
        status, body = ask(self.connection, *request)
        assert status in expected, (request[0], key, status, body)
        self.state[key] = {after}
        self.acknowledged += 1


def check(address, state):
    """Compares every key with what it must be, and takes what it is from here on."""
    connection = http.client.HTTPConnection(address, timeout=30)
    for key, possible in state.items():
        status, body = ask(connection, "GET", "/api/v1/items/" + key)
        now = json.loads(body)["tags"]["n"] if status == 200 else None
        assert status in (200, 404) and now in possible, (key, status, now, possible)
        state[key] = {now}
    connection.close()


def main(likeness, rounds):
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        pictures, shop = folder + "/pictures", folder + "/shop"
        for words in (["sample", pictures, "--count", "60"], ["pack", shop, pictures],
                      ["train", shop, "--epochs", "1"], ["embed", shop]):
            subprocess.run([likeness, *words, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        bodies = [path.read_bytes() for path in sorted(pathlib.Path(pictures).glob("*.jpg"))[:20]]
        keys = [[f"{client}-{n}" for n in range(KEYS)] for client in range(CLIENTS)]
        state = {key: {None} for of_client in keys for key in of_client}
        acknowledged = 0
        for number in range(rounds):
            process, address = start(likeness, shop)
            try:
                check(address, state)
                clients = [Client(address, of_client, state, bodies, rng.random()) for of_client in keys]
                for client in clients:
                    client.start()
                time.sleep(rng.uniform(0, 1.5))
            finally:
                process.kill()
                process.wait()
            for client in clients:
                client.join()
                assert client.wrong is None, client.wrong
                acknowledged += client.acknowledged
        process, address = start(likeness, shop)
        try:
            check(address, state)
        finally:
            process.terminate()
            assert process.wait(timeout=10) == 0
        verified = subprocess.run([likeness, "verify", shop, "--json"], stdout=subprocess.PIPE, text=True)
        assert json.loads(verified.stdout)["ok"], verified.stdout
        assert acknowledged > 3 * rounds, f"only {acknowledged} changes were acknowledged"
        print(f"killed {rounds} times: {acknowledged} acknowledged changes, none lost")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).absolute()), int(sys.argv[2]) if len(sys.argv) > 2 else 25)
