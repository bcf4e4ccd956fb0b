"""package_test.py TREE PACKAGE: the Debian package as people meet it, in the bare Debian below TREE: installed with
what it depends on, the whole way from pictures to answers, the service as its unit starts it, upgraded while it
answers, removed and purged.

No systemd runs below TREE. This is one where systemd's part is concerned: it gives the socket, hears when the
service is ready, and restarts it. What the package's scripts ask of systemctl is written down by one of ours."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

SHOP = "/var/lib/likeness/shop"
UNITS = "usr/lib/systemd/system"
QUIET = ["-qq", "-y", "-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=3"]
PASSED_ON = ["http_proxy", "https_proxy", "no_proxy"]
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive",
               "LC_ALL": "C.UTF-8", **{name: os.environ[name] for name in PASSED_ON if name in os.environ}}


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)

    def path(self, name):
        return self.root / name.lstrip("/")

    def command(self, words, user=None):
        return ["chroot", *([f"--userspec={user}:{user}"] if user else []), self.root, *words]

    def run(self, *words, user=None, ok=True):
        done = subprocess.run(self.command(words, user), env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert not ok or done.returncode == 0, (words, done.returncode, done.stdout)
        return done.stdout

    def user(self):
        return self.run("getent", "passwd", "likeness", ok=False)

    def install(self, package):
        shutil.copy(package, self.path("/tmp/likeness.deb"))
        self.run("apt-get", *QUIET, "install", "/tmp/likeness.deb")
        self.path("/tmp/likeness.deb").unlink()


def newer(package, folder):
    """The same package with the version of a later one."""
    subprocess.run(["dpkg-deb", "--raw-extract", package, folder / "newer"], check=True)
    control = folder / "newer/DEBIAN/control"
    text = control.read_text()
    control.write_text(re.sub(r"^(Version: .*)$", r"\1+later", text, flags=re.MULTILINE))
    made = folder / "newer.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", folder / "newer", made], check=True,
                   stdout=subprocess.DEVNULL)
    return made


def looks_like_a_package(tree):
    about = json.loads(tree.run("likeness", "--version", "--json"))
    # Debian 12 has no ONNX Runtime, so its package does not recommend it.
    recommended = tree.run("dpkg-query", "--show", "--showformat=${Recommends}", "likeness")
    absent = {part["name"]: part["what"] for part in about["parts"] if not part["present"]}
    # Open MPI is only suggested; the program can do it as soon as it is there.
    assert "install openmpi-bin" in absent.pop("Open MPI"), about
    assert set(absent) == (set() if "onnxruntime" in recommended else {"ONNX Runtime"}), about
    page = tree.run("zcat", "/usr/share/man/man1/likeness-pack.1.gz")
    assert page.startswith(".TH LIKENESS\\-PACK 1"), page
    completion = "/usr/share/bash-completion/completions/likeness"
    assert "_likeness" in tree.run("bash", "-c", f". {completion} && complete -p likeness")
    assert tree.path("/usr/share/zsh/vendor-completions/_likeness").is_file()
    for document in ("copyright", "changelog.gz", "README.md", "docs/serving.md"):
        assert tree.path("/usr/share/doc/likeness/" + document).is_file(), document
    assert "/var/lib/likeness" in tree.user()


def makes_a_shop(tree):
    def likeness(*words):
        return tree.run("likeness", *words, "--quiet", user="likeness")

    tree.path("/srv/pictures").mkdir()
    shutil.chown(tree.path("/srv/pictures"), *os.stat(tree.path("/var/lib/likeness"))[4:6])
    likeness("sample", "/srv/pictures", "--count", "200")
    likeness("pack", SHOP, "/srv/pictures", "--tags", "/srv/pictures/tags.csv", "--key", "key")
    assert "losses.png" in likeness("train", SHOP, "--epochs", "2")  # by the gnuplot that it recommends
    likeness("embed", SHOP)
    assert "sound" in likeness("verify", SHOP)


def unit_is_sound(tree):
    """As the systemd of this Debian reads it, which comes for this alone."""
    tree.run("apt-get", *QUIET, "--no-install-recommends", "install", "systemd")
    told = tree.run("systemd-analyze", "--man=no", "verify", "likeness@shop.service", "likeness@shop.socket")
    assert told == "", told
    # Of 100: more is less safe.
    tree.run("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager",
             f"/{UNITS}/likeness@.service")


class Manager:
    """What systemd does for likeness@shop."""

    def __init__(self, tree):
        self.tree = tree
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.told.bind("")  # an abstract name, which reaches below the tree
        self.told.settimeout(60)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.service = None

    def settings(self):
        text = (self.tree.path(UNITS) / "likeness@.service").read_text()
        return dict(line.split("=", 1) for line in text.splitlines() if re.match("[A-Z][A-Za-z]*=", line))

    def start(self):
        unit = self.settings()
        command = unit["ExecStart"].replace("%S", "/var/lib").replace("%i", "shop").replace("$OPTIONS", "")
        script = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"'
        self.service = subprocess.Popen(
            self.tree.command(["sh", "-c", script, "sh", *command.split()], unit["User"]),
            env={**ENVIRONMENT, "NOTIFY_SOCKET": "@" + self.told.getsockname()[1:].decode()},
            preexec_fn=lambda: os.dup2(self.listening.fileno(), 3), close_fds=False, stdout=subprocess.DEVNULL)
        self.hears("READY=1")

    def hears(self, what):
        told = self.told.recv(1000).decode()
        assert told == what, told

    def stop(self):
        self.service.terminate()
        self.hears("STOPPING=1")
        assert self.service.wait(60) == 0

    def executes_what_is_installed(self):
        return not os.readlink(f"/proc/{self.service.pid}/exe").endswith(" (deleted)")

    def ask(self, method, path, body=None, kind="image/jpeg"):
        connection = http.client.HTTPConnection(*self.listening.getsockname(), timeout=60)
        connection.request(method, path, body, {"Host": "localhost", **({"Content-Type": kind} if body else {})})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.status in (200, 201), (method, path, answer.status, content)
        return json.loads(content)


class Asking:
    """Asks without an end, until the block ends; whatever fails is told then."""

    def __init__(self, manager):
        self.manager, self.stop, self.answers, self.failed = manager, threading.Event(), 0, None
        self.thread = threading.Thread(target=self.ask)

    def ask(self):
        try:
            while not self.stop.is_set():
                assert len(self.manager.ask("GET", "/api/v1/items/000001/similar?count=3")["results"]) == 3
                self.answers += 1
        except Exception as error:
            self.failed = error

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        assert self.failed is None and self.answers > 0, self.failed


def record_systemctl(tree):
    tree.path("/run/systemd/system").mkdir(parents=True)
    recorder = tree.path("/usr/bin/systemctl")
    recorder.unlink()
    recorder.write_text('#!/bin/sh\necho "$*" >>/tmp/asked\n')
    recorder.chmod(0o755)


def asked_of_systemctl(tree):
    asked = tree.path("/tmp/asked").read_text().splitlines()
    tree.path("/tmp/asked").unlink()
    return asked


def serves_while_it_is_upgraded(tree, manager, package):
    manager.start()
    picture = next(tree.path("/srv/pictures").glob("*.jpg")).read_bytes()
    with Asking(manager) as asking:
        manager.ask("PUT", "/api/v1/items/put-before", picture)
        assert manager.executes_what_is_installed()
        tree.install(package)
        assert not manager.executes_what_is_installed()
        before = asking.answers
        assert "--system daemon-reload,try-restart likeness@*.service" in ",".join(asked_of_systemctl(tree))
        manager.ask("PUT", "/api/v1/items/put-between", picture)  # the old one still works
        manager.stop()
        manager.start()  # who asked meanwhile has waited
        assert manager.executes_what_is_installed()
        manager.ask("GET", "/api/v1/items/put-before")
        manager.ask("GET", "/api/v1/items/put-between")
    assert asking.answers > before
    assert "+later" in tree.run("dpkg-query", "-W", "-f", "${Version}", "likeness")


def traces(tree):
    """What knows likeness outside of its shops and of apt's own records of what it did."""
    named = tree.run("find", "/", "-xdev", "-path", "*likeness*", "-not", "-path", "/var/lib/likeness*").split()
    told = tree.run("grep", "-rls", "likeness", "/etc", "/var/lib", "/usr/lib/systemd", "--exclude-dir=likeness",
                    "--exclude-dir=lists", "--exclude=*-old", "--exclude=*-", ok=False).split()
    return sorted(named + told)


def goes_without_a_trace(tree):
    admin = tree.path("/etc/likeness")
    (admin / "shop.conf").write_text("OPTIONS=--rate 100\n")
    wanted = tree.path("/etc/systemd/system/multi-user.target.wants")
    wanted.mkdir(parents=True, exist_ok=True)
    (wanted / "likeness@shop.service").symlink_to("/usr/lib/systemd/system/likeness@.service")
    tree.run("apt-get", *QUIET, "remove", "likeness")
    assert "stop likeness@*.socket likeness@*.service" in asked_of_systemctl(tree)
    assert not tree.path("/usr/bin/likeness").exists() and (admin / "shop.conf").exists() and tree.user()
    tree.run("apt-get", *QUIET, "purge", "likeness")
    assert traces(tree) == [], traces(tree)
    assert tree.user() == ""
    shop = [tree.path(SHOP), *tree.path(SHOP).rglob("*")]
    assert len(shop) > 5 and all(os.lstat(path).st_uid == 0 for path in shop)


def main(root, package):
    tree = Tree(root)
    with tempfile.TemporaryDirectory() as folder:
        later = newer(package, pathlib.Path(folder))
        tree.run("apt-get", *QUIET, "update")
        assert traces(tree) == []
        tree.install(package)
        looks_like_a_package(tree)
        unit_is_sound(tree)
        makes_a_shop(tree)
        record_systemctl(tree)
        manager = Manager(tree)
        try:
            serves_while_it_is_upgraded(tree, manager, later)
            manager.stop()
        finally:
            if manager.service:
                manager.service.kill()
        goes_without_a_trace(tree)
        tree.install(package)
        assert "sound: 202 items" in tree.run("likeness", "verify", SHOP)
        print("installed, used, upgraded while it served, purged, and installed again over its shop")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
