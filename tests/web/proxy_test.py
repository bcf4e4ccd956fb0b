"""proxy_test.py nginx|caddy LIKENESS SERVING.md: the service behind a proxy, under a path, as the
document has it: what visitors may do works, and what changes the shop is refused. Exit code 77: there
is no such proxy."""
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from small_shop import make_small_shop

def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def nginx(document, folder, port, service):
    """The configuration of the document's server, with the ports of this test and without its
    certificate, and what starts nginx with it."""
    server = re.search(r"```\n(server \{.*?\n\})\n```", document, re.S).group(1)
    server = server.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    assert "http://127.0.0.1:8080/" in server, server
    server = server.replace("127.0.0.1:8080", service)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""
    file = pathlib.Path(folder, "nginx.conf")
    file.write_text(f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\n"
                    f"http {{\naccess_log off;\n{paths}{server}\n}}\n")
    return ["-c", str(file), "-p", folder, "-e", folder + "/errors"]


def caddy(document, folder, port, service):
    server = re.search(r"```\n(shop\.example \{.*?\n\})\n```", document, re.S).group(1)
    assert "reverse_proxy 127.0.0.1:8080 " in server, server
    server = server.replace("shop.example", f"http://127.0.0.1:{port}").replace("127.0.0.1:8080", service)
    file = pathlib.Path(folder, "Caddyfile")
    file.write_text("{\n  admin off\n  auto_https off\n}\n" + server + "\n")
    return ["run", "--config", str(file), "--adapter", "caddyfile"]


PROXIES = {"nginx": nginx, "caddy": caddy}


def ask(port, method, target, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, target, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def start(command, folder, port):
    """The proxy once it listens; nothing if it ends, as where another test has taken its port."""
    log = pathlib.Path(folder, "proxy.log")
    with log.open("w") as errors:
        proxy = subprocess.Popen(command, env=dict(os.environ, HOME=folder), stderr=errors)
    for _ in range(400):
        if proxy.poll() is not None:
            print(log.read_text())
            return None
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return proxy
        except OSError:
            time.sleep(0.05)
    proxy.kill()
    proxy.wait()
    raise AssertionError("the proxy does not listen: " + log.read_text())


def walk(port, picture):
    def get(target):
        status, body = ask(port, "GET", "/shop/" + target)
        assert status == 200, (target, status, body)
        return body

    assert b'src="assets/' in get("")
    get("assets/page.js")
    item = json.loads(get("api/v1/items?count=1"))["items"][0]
    get(item["picture"])
    get(f"api/v1/items/{item['key']}/similar")
    status, body = ask(port, "POST", "/shop/api/v1/recommend?count=3", picture, {"Content-Type": "image/jpeg"})
    assert status == 200 and json.loads(body)["results"], (status, body)
    status, body = ask(port, "POST", "/shop/api/v1/recommend", json.dumps({"liked": [{"key": item["key"]}]}),
                       {"Content-Type": "application/json"})
    assert status == 200 and json.loads(body)["results"], (status, body)
    for method, target in (("DELETE", "items/" + item["key"]), ("PUT", "items/new"), ("PATCH", "items/new"),
                           ("POST", "models/a/activate")):
        status, body = ask(port, method, "/shop/api/v1/" + target, picture if method == "PUT" else None,
                           {"Content-Type": "image/jpeg"})
        assert status == 403, (method, target, status, body)


def main(name, likeness, document):
    program = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if program is None:
        print(f"SKIPPED: {name} is not installed: the service was not tried behind it")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        picture, shop = make_small_shop(likeness, folder)
        service = subprocess.Popen([likeness, "serve", shop, "--listen", "127.0.0.1:0", "--json", "--quiet"],
                                   stdout=subprocess.PIPE, text=True)
        proxy = None
        try:
            address = json.loads(service.stdout.readline())["listen"]
            for _ in range(5):
                port = free_port()
                proxy = start([program, *PROXIES[name](document, folder, port, address)], folder, port)
                if proxy:
                    break
            assert proxy, f"{name} does not start"
            walk(port, picture)
        finally:
            if proxy:
                proxy.terminate()
                proxy.wait()
            service.terminate()
            service.wait()
    print(f"behind {name} everything that may be asked is answered, and what may not is refused")


if __name__ == "__main__":
    main(sys.argv[1], str(pathlib.Path(sys.argv[2]).absolute()), pathlib.Path(sys.argv[3]).read_text())
