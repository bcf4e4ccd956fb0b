"""full_disk_test.py LIKENESS: a shop on a disk that is full. Whatever would write is told so, at once;
nothing that was acknowledged is lost and nothing that was refused is there; reading goes on, also
after a restart; and when there is room again all does. Exit code 77: nothing may be mounted here."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from contract import Service

DISK_MB = 64
JPEG = {"Content-Type": "image/jpeg"}
JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}


def enter_a_mount_namespace():
    """Runs this program again where it may mount, and where nobody else sees that."""
    if "LIKENESS_MAY_MOUNT" in os.environ:
        return
    for unshare in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        trial = [*unshare, "mount", "-t", "tmpfs", "none", "/mnt"]
        if subprocess.run(trial, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.environ["LIKENESS_MAY_MOUNT"] = "1"
            os.execvp("unshare", [*unshare, sys.executable, *sys.argv])
    print("SKIPPED: nothing may be mounted here: no service was tried on a full disk")
    sys.exit(77)


class Disk:
    """A small one in this folder, for as long as the with statement lasts."""

    def __init__(self, folder):
        self.folder, self.ballast = folder, folder / "ballast"

    def __enter__(self):
        self.folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", self.folder], check=True)
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", self.folder], check=True)

    def fill(self, but_bytes=0):
        """All of it, but so much."""
        with open(self.ballast, "wb", buffering=0) as file:
            for piece in (bytes(2**20), bytes(4096)):
                try:
                    while file.write(piece):
                        pass
                except OSError:
                    pass
            file.truncate(max(0, file.tell() - but_bytes))

    def empty(self):
        self.ballast.unlink()


def require_full(answer):
    status, _, body = answer
    assert status == 507 and "o space left" in json.loads(body)["error"]["message"], answer


def keys_of(service):
    return {one["key"] for one in json.loads(service.ask("GET", "/api/v1/items?count=1000")[2])["items"]}


def fills_by_and_by(service, disk, picture, keys):
    """Puts until there is no room, where there is ever more: it ends at each of its writes."""
    refused = 0
    for room in range(0, 300_000, 4096):
        disk.fill(room)
        for i in range(3):
            key = f"{room}-{i}"
            answer = service.ask("PUT", "/api/v1/items/" + key, picture, JPEG)
            if answer[0] == 201:
                keys.add(key)
            else:
                require_full(answer)
                refused += 1
        some = sorted(keys)[room % len(keys)]
        status = service.ask("DELETE", "/api/v1/items/" + some)[0]
        assert status in (204, 507), status
        keys -= {some} if status == 204 else set()
        assert keys_of(service) == keys, keys_of(service) ^ keys
        assert service.ask("POST", "/api/v1/recommend", picture, JPEG)[0] == 200
        disk.empty()
    return refused


def refuses(service, picture, key):
    """What needs room. A few tags may find some in the database's log."""
    item, tags = "/api/v1/items/" + key, {"tags": {"a": "b"}}
    require_full(service.ask("PUT", item, picture, JPEG))
    require_full(service.ask("POST", "/api/v1/jobs", '{"verb": "cluster"}', JSON))
    answer = service.ask("PATCH", item, json.dumps(tags), JSON)
    if answer[0] != 200:
        require_full(answer)
    status, _, body = service.ask("POST", "/api/v1/items", json.dumps({"key": key, **tags}), LINES)
    assert status == 200 and json.loads(body)["status"] in (200, 507), body
    assert service.ask("GET", item)[0] == 200
    assert service.ask("GET", "/readyz")[0] == 200


def main(likeness):
    with tempfile.TemporaryDirectory() as name, Disk(pathlib.Path(name) / "disk") as disk:
        pictures, shop = name + "/pictures", str(disk.folder / "shop")
        for words in (["sample", pictures, "--count", "60"], ["pack", shop, pictures],
                      ["train", shop, "--epochs", "1"], ["embed", shop]):
            subprocess.run([likeness, *words, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        picture = sorted(pathlib.Path(pictures).glob("*.jpg"))[0].read_bytes()
        with Service(likeness, shop) as service:
            keys = keys_of(service)
            refused = fills_by_and_by(service, disk, picture, keys)
            disk.fill()
            refuses(service, picture, min(keys))
        with Service(likeness, shop) as service:
            assert keys_of(service) == keys
            disk.fill()  # also what the database's log had
            refuses(service, picture, min(keys))
            disk.empty()
            assert service.ask("PUT", "/api/v1/items/after", picture, JPEG)[0] == 201
            assert service.ask("PATCH", "/api/v1/items/after", '{"tags": {"a": "b"}}', JSON)[0] == 200
            assert service.ask("DELETE", "/api/v1/items/" + min(keys))[0] == 204
            assert keys_of(service) == keys - {min(keys)} | {"after"}
        subprocess.run([likeness, "verify", shop, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        print(f"{refused} pictures were refused for want of room; all {len(keys)} others are there")


if __name__ == "__main__":
    enter_a_mount_namespace()
    main(str(pathlib.Path(sys.argv[1]).absolute()))
