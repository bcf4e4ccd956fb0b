"""service_manager_test.py LIKENESS: the service as a service manager starts it, with a socket that
listens already, and telling when it is ready and when it ends."""
import http.client
import os
import pathlib
import socket
import subprocess
import sys
import tempfile


class Manager:
    """What systemd does for a service: sd_listen_fds(3), sd_notify(3)."""

    def __init__(self, folder):
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.told.bind(str(folder / "notify"))
        self.told.settimeout(30)

    def start(self, sockets, command):
        # The process that executes it has to know its own id.
        script = f'export LISTEN_PID=$$ LISTEN_FDS={len(sockets)}; exec "$@"'
        environment = dict(os.environ, NOTIFY_SOCKET=self.told.getsockname())

        def give():
            for i, one in enumerate(sockets):
                os.dup2(one.fileno(), 3 + i)

        return subprocess.Popen(["sh", "-c", script, "sh", *command], env=environment, preexec_fn=give,
                                close_fds=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def hear(self):
        return self.told.recv(1000).decode()


def listening(address=("127.0.0.1", 0), family=socket.AF_INET):
    one = socket.socket(family)
    one.bind(address)
    one.listen()
    return one


def answers_on_a_given_socket(likeness, shop, manager):
    with listening() as given:
        address = given.getsockname()
        waiting = http.client.HTTPConnection(*address, timeout=30)
        waiting.request("GET", "/readyz")  # asked before there is a service
        service = manager.start([given], [likeness, "serve", shop])
        try:
            assert manager.hear() == "READY=1"
            assert waiting.getresponse().status == 200
            service.terminate()
            assert manager.hear() == "STOPPING=1"
            out, err = service.communicate(timeout=30)
            assert service.returncode == 0, (out, err)
            assert f"http://127.0.0.1:{address[1]}/" in out, out
        finally:
            service.kill()
            service.wait()


def refuses(likeness, shop, manager, sockets, words, code, message):
    service = manager.start(sockets, [likeness, "serve", shop, *words])
    _, err = service.communicate(timeout=30)
    assert service.returncode == code and message in err, (service.returncode, err)


def main(likeness):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run = lambda *words: subprocess.run([likeness, *words], check=True, capture_output=True)
        run("sample", folder / "pictures", "--count", "20", "--quiet")
        shop = str(folder / "shop")
        run("pack", shop, folder / "pictures", "--quiet")
        manager = Manager(folder)
        answers_on_a_given_socket(likeness, shop, manager)
        with listening() as one, listening() as other:
            refuses(likeness, shop, manager, [one, other], [], 1, "2 sockets")
            refuses(likeness, shop, manager, [one], ["--listen", "127.0.0.1:0"], 2, "listens was given already")
        with listening(("0.0.0.0", 0)) as everywhere:
            refuses(likeness, shop, manager, [everywhere], [], 2, "can be reached by others")
        with listening(str(folder / "unix"), socket.AF_UNIX) as unix:
            refuses(likeness, shop, manager, [unix], [], 1, "listens on no address")
        with socket.socket() as idle:
            refuses(likeness, shop, manager, [idle], [], 1, "does not listen")


if __name__ == "__main__":
    main(sys.argv[1])
