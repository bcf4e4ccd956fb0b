"""snapshot_test.py LIKENESS: snapshots of a shop that is served and changed meanwhile are each a sound
shop, which has what was there before it and lacks what was gone."""
import http.client
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

ROUNDS = 6


def ask(address, method, target, body=None):
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request(method, "/api/v1/" + target, body=body, headers={"Content-Type": "image/jpeg"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Writer(threading.Thread):
    """Puts items one after the other, and removes every other one again."""

    def __init__(self, address, pictures):
        super().__init__()
        self.address = address
        self.pictures = [path.read_bytes() for path in pictures]
        self.there, self.gone = [], []
        self.enough = False
        self.failure = None

    def run(self):
        try:
            self.write()
        except Exception as failure:
            self.failure = failure

    def write(self):
        number = 0
        while not self.enough:
            key = f"new-{number:05d}"
            status, body = ask(self.address, "PUT", "items/" + key, self.pictures[number % len(self.pictures)])
            assert status == 201, (status, body)
            if number % 2:
                status, body = ask(self.address, "DELETE", "items/" + key)
                assert status == 204, (status, body)
                self.gone.append(key)
            else:
                self.there.append(key)
            number += 1


def look(likeness, folder, there, gone):
    run = lambda *words: json.loads(subprocess.run([likeness, *words, "--json"], check=True, capture_output=True).stdout)
    assert run("verify", folder)["problems"] == []
    subprocess.run([likeness, "export", folder, folder + "/all.npy"], check=True, capture_output=True)
    keys = set(pathlib.Path(folder, "all.keys.txt").read_text().split())
    assert not set(there) - keys, "lost: " + str(set(there) - keys)
    assert not set(gone) & keys, "came back: " + str(set(gone) & keys)
    # What was restored is a shop like any other: it can be changed.
    run("remove", folder, there[0] if there else sorted(keys)[0])


def main(likeness):
    with tempfile.TemporaryDirectory() as name:
        pictures, shop = name + "/pictures", name + "/shop"
        for words in (["sample", pictures, "--count", "80"], ["pack", shop, pictures],
                      ["train", shop, "--epochs", "1"], ["embed", shop]):
            subprocess.run([likeness, *words, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        service = subprocess.Popen([likeness, "serve", shop, "--listen", "127.0.0.1:0", "--json", "--quiet"],
                                   stdout=subprocess.PIPE, text=True)
        try:
            address = json.loads(service.stdout.readline())["listen"]
            writer = Writer(address, sorted(pathlib.Path(pictures).glob("*.jpg"))[:20])
            writer.start()
            try:
                for i in range(ROUNDS):
                    while len(writer.there) < 2 * (i + 1) and writer.is_alive():
                        time.sleep(.01)
                    there, gone = list(writer.there), list(writer.gone)
                    status, body = ask(address, "POST", "snapshot")
                    assert status == 200, (status, body)
                    folder = f"{name}/restored-{i}"
                    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
                        tar.extractall(folder)
                    look(likeness, folder, there, gone)
            finally:
                writer.enough = True
                writer.join()
            assert writer.failure is None, writer.failure
            assert ask(address, "GET", "snapshot")[0] == 405
        finally:
            service.terminate()
            service.wait()
    print(f"{ROUNDS} snapshots beside {len(writer.there) + 2 * len(writer.gone)} changes: each is a sound shop")


if __name__ == "__main__":
    main(sys.argv[1])
