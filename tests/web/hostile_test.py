"""hostile_test.py LIKENESS: a thousand at once of each kind of client that means no good, by raw
sockets of many addresses, while one that means well is answered all the time. What cannot be
answered is refused and ended, what is slow is ended by its deadline, and the service keeps neither
memory nor descriptors. Exit code 77: too few files may be opened for a tenth of that."""
import json
import pathlib
import re
import resource
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from small_shop import make_small_shop

MOST = 1000         # of each kind
OF_ONE_ADDRESS = 250  # the service takes 256
SLOW_KINDS = 4
KB_OF_A_CLIENT = 64
HEADER_SECONDS = 10
GET = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /api/v1/recommend HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\n"

REFUSED = {  # and by which status
    "no Host": (b"GET /livez HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (GET + b"Host: localhost\r\n\r\n", 400),
    "two lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "a length with a sign": (POST + b"Content-Length: +5\r\n\r\nhello", 400),
    "a length below nothing": (POST + b"Content-Length: -5\r\n\r\nhello", 400),
    "a length of terabytes": (POST + b"Content-Length: 9000000000000\r\n\r\nhello", 413),
    "no length": (POST + b"\r\nhello", 411),
    "chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 411),
    "chunks and a length": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
    "a space before a colon": (GET + b"X : a\r\n\r\n", 400),
    "a NUL": (GET + b"X: a\0b\r\n\r\n", 400),
    "a megabyte of a header": (GET + b"X: " + b"a" * 2**20 + b"\r\n\r\n", 431),
    "10,000 headers": (GET + b"X: a\r\n" * 10_000 + b"\r\n", 431),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200) + b"\r\n\r\n", 400),
}


def read_to_end(client):
    """All that the service sends until it ends the connection."""
    answer = b""
    try:
        while piece := client.recv(65536):
            answer += piece
    except ConnectionError:  # it had ended before all was sent
        pass
    return answer


class Friend(threading.Thread):
    """Asks all the time, and notes how long each answer took."""

    def __init__(self, address, picture):
        super().__init__(daemon=True)
        self.address, self.picture = address, picture
        self.seconds, self.wrong, self.ends = [], [], threading.Event()

    def run(self):
        head = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(self.picture)
        while not self.ends.wait(0.02):
            for request in (GET + b"Connection: close\r\n\r\n", head + self.picture):
                start = time.monotonic()
                with socket.create_connection(self.address, timeout=30) as client:
                    client.sendall(request)
                    answer = read_to_end(client)
                self.seconds.append(time.monotonic() - start)
                if not answer.startswith(b"HTTP/1.1 200"):
                    self.wrong.append(answer[:200])


class Crowd:
    """Clients of addresses of their own, since the service lets none have too many connections."""

    def __init__(self, address, count, number):
        self.clients = [self.client(address, f"127.0.{number}.{1 + i // OF_ONE_ADDRESS}") for i in range(count)]

    @staticmethod
    def client(address, own):
        one = socket.socket()
        one.settimeout(60)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # of those that do not read
        one.bind((own, 0))
        one.connect(address)
        return one

    def send(self, piece):
        """To those that still listen."""
        for client in self.clients:
            try:
                client.sendall(piece)
            except ConnectionError:
                pass

    def end(self):
        for client in self.clients:
            client.close()


def refuses(address, count):
    for number, (name, (request, status)) in enumerate(REFUSED.items(), 10):
        crowd = Crowd(address, count, number)
        crowd.send(request)
        for client in crowd.clients:
            answer = read_to_end(client)
            assert answer.startswith(b"HTTP/1.1 %d " % status), f"{name}: {answer[:200]}"
            assert b'{"error":{' in answer and b"Connection: close" in answer, f"{name}: {answer}"
        crowd.end()


def ends_slow_heads(heads, start, others):
    """Sends a byte a second to all, until the heads, begun at the start, are ended by their deadline."""
    ended = {}
    poll = select.poll()
    by_number = {client.fileno(): client for client in heads.clients}
    for number in by_number:
        poll.register(number, select.POLLIN)
    while len(ended) < len(by_number):
        assert time.monotonic() - start < 3 * HEADER_SECONDS, f"{len(by_number) - len(ended)} were not ended"
        heads.send(b"a")
        for crowd in others:
            crowd.send(b"a")
        until = time.monotonic() + 1
        while (left := until - time.monotonic()) > 0:
            for number, _ in poll.poll(1000 * left):
                poll.unregister(number)
                ended[number] = time.monotonic() - start
                answer = by_number[number].recv(1000)
                assert answer.startswith(b"HTTP/1.1 408 "), answer
    assert min(ended.values()) > HEADER_SECONDS - 1, "too early"
    return statistics.median(ended.values())


def memory_of(process):
    """Its private memory in MB."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) // 1024


def files_of(process):
    return len(list(pathlib.Path(f"/proc/{process.pid}/fd").iterdir()))


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)
    return condition()


def answers_of(address, route):
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(GET.replace(b"/livez", b"/metrics") + b"Connection: close\r\n\r\n")
        counted = re.search(rb'requests_total{route="%s",status="200"} (\d+)' % route, read_to_end(client))
        return int(counted[1]) if counted else 0


def crowds(service, address, count, friend):
    """A thousand of each that is slow stay while a thousand of each other come and go."""
    refuses(address, count)  # so that what it keeps for so many, it has
    assert wait_for(lambda: files_of(service) < 50)
    memory, files = memory_of(service), files_of(service)
    start = time.monotonic()
    silent, heads, bodies, deaf = slow = [Crowd(address, count, number) for number in range(1, 1 + SLOW_KINDS)]
    heads.send(GET + b"X: ")
    bodies.send(POST + b"Content-Length: 20000000\r\n\r\n")
    deaf.send((GET.replace(b"/livez", b"/api/v1/openapi.json") + b"\r\n") * 100)
    refuses(address, count)
    seconds = ends_slow_heads(heads, start, [bodies])
    most = memory_of(service)
    unread = answers_of(address, b"/api/v1/openapi.json")
    for crowd in slow:
        crowd.end()
    assert wait_for(lambda: files_of(service) <= files + 2), (files, files_of(service))  # the friend's
    refuses(address, count)
    friend.ends.set()
    friend.join()
    waited, longest = statistics.median(friend.seconds), max(friend.seconds)
    print(f"{count} of each at once: slow heads were ended after {seconds:.1f} s; another client waited "
          f"{1000 * waited:.0f} ms, {1000 * longest:.0f} at most, {len(friend.seconds)} times; private memory "
          f"{memory} MB, with the crowd {most}, in the end {memory_of(service)}; {unread} answers were written "
          "for those that read none")
    assert not friend.wrong, friend.wrong[:3]
    assert waited < 1 and longest < 10, "it was not answered beside them"  # machines may be busy
    assert most - memory < count * SLOW_KINDS * KB_OF_A_CLIENT / 1024, "too much memory for each"
    assert memory_of(service) < 1.1 * most + 10, "it grows"
    assert unread < 10 * count, "it fills the system's memory for who does not read"


def main(likeness):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(MOST, (hard - 200) // (SLOW_KINDS + 1))
    if count < MOST // 10:
        print(f"SKIPPED: {hard} files may be opened: too few for a crowd")
        sys.exit(77)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as name:
        picture, shop = make_small_shop(likeness, name)
        service = subprocess.Popen([likeness, "serve", shop, "--listen", "127.0.0.1:0", "--json", "--quiet"],
                                   stdout=subprocess.PIPE, text=True)
        try:
            host, port = json.loads(service.stdout.readline())["listen"].rsplit(":", 1)
            friend = Friend((host, int(port)), picture)
            friend.start()
            crowds(service, friend.address, count, friend)
            assert service.poll() is None
            service.terminate()
            assert service.wait(timeout=30) == 0
        finally:
            service.kill()
            service.wait()


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).absolute()))
