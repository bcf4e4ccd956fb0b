"""few_files_test.py LIKENESS: a service that may open 64 files: hundreds of clients cannot take from it
what its shop needs, and when they have gone it serves as before."""
import http.client
import json
import pathlib
import resource
import socket
import subprocess
import sys
import tempfile
import time

from small_shop import make_small_shop

FILES = 64


def ask(address, method, target, body=None):
    connection = http.client.HTTPConnection(address, timeout=30)
    try:
        connection.request(method, target, body=body, headers={"Content-Type": "image/jpeg"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def serves(address, picture, key):
    assert ask(address, "GET", "/api/v1/items?count=1")[0] == 200
    assert ask(address, "POST", "/api/v1/recommend", picture)[0] == 200
    status, body = ask(address, "PUT", "/api/v1/items/" + key, picture)
    assert status == 201, (status, body)


def main(likeness):
    with tempfile.TemporaryDirectory() as name:
        picture, shop = make_small_shop(likeness, name)
        service = subprocess.Popen(
            [likeness, "serve", shop, "--listen", "127.0.0.1:0", "--json", "--quiet"], stdout=subprocess.PIPE,
            text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES)))
        try:
            address = json.loads(service.stdout.readline())["listen"]
            host, port = address.rsplit(":", 1)
            serves(address, picture, "before")
            crowd = [socket.create_connection((host, int(port)), timeout=30) for _ in range(5 * FILES)]
            kept = crowd[0]
            kept.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert kept.recv(1000).startswith(b"HTTP/1.1 200"), "the first of them is answered"
            assert service.poll() is None
            for one in crowd:
                one.close()
            time.sleep(1)
            serves(address, picture, "after")
            service.terminate()
            assert service.wait(timeout=30) == 0
        finally:
            service.kill()
            service.wait()
    print(f"with {FILES} files and {5 * FILES} clients it serves before, meanwhile and after")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).absolute()))
