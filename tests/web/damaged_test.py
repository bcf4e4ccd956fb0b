"""damaged_test.py LIKENESS: files of a shop that are cut short or changed while it is served: the
database, a pack, latents, the model. Every answer is 200, or 503 with the name of the file; the
service goes on, and when the file is whole again it answers as before."""
import json
import pathlib
import random
import sys
import tempfile
import time

from contract import Service, make_shop

SECONDS_TO_RECOVER = 20
JPEG = {"Content-Type": "image/jpeg"}


def asks(key, picture):
    """What reads each of the files."""
    item = "/api/v1/items/" + key
    return [("GET", "/api/v1/items?count=20"), ("GET", item), ("GET", item + "/picture?size=20"),
            ("GET", item + "/similar?distinct=true&explain=true"), ("GET", "/api/v1/tags"), ("GET", "/api/v1/clusters"),
            ("GET", "/api/v1/duplicates"), ("GET", "/api/v1/info"), ("POST", "/api/v1/recommend", picture, JPEG),
            ("PATCH", item, '{"tags": {"seen": "yes"}}', {"Content-Type": "application/json"}),
            ("POST", "/api/v1/recommend/batch", json.dumps({"requests": [{"liked": [{"key": key}], "distinct": True}]}),
             {"Content-Type": "application/json"}),
            ("POST", "/api/v1/snapshot")]


def require_named(answer, file, what):
    """An answer of 503 says which file it is; returns whether it is one."""
    status, _, body = answer
    assert status in (200, 503), f"{what}: {status} {body[:300]}"
    if status == 503:
        error = json.loads(body)["error"]
        assert error["kind"] in ("corrupt", "unavailable"), f"{what}: {error}"
        assert file.name in error["message"], f"{what}: {error}"
    return status == 503


def damages(whole, rng):
    """What may become of these bytes."""
    yield "cut to nothing", b""
    yield "cut in its middle", whole[:len(whole) // 2]
    for _ in range(2):
        place = rng.randrange(len(whole))
        yield f"changed at {place}", whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1:]


def write_in_place(file, content):
    """As another program does that does not know how."""
    with open(file, "r+b", buffering=0) as there:
        there.truncate(len(content))
        there.write(content)


def damage(service, file, what, content, requests):
    """Damages the file and makes it whole again; returns how many answers told of it."""
    whole = file.read_bytes()
    right = {request[1]: service.ask(*request)[2] for request in requests if request[0] == "GET"}
    write_in_place(file, content)
    told = 0
    for _ in range(2):  # at once, and when the service has looked at its shop anew
        told += sum(require_named(service.ask(*request), file, f"{file.name} {what}, {request[:2]}")
                    for request in requests)
        assert service.ask("GET", "/livez")[0] == 200
        time.sleep(0.6)
    write_in_place(file, whole)
    until = time.monotonic() + SECONDS_TO_RECOVER
    while any(service.ask(*request)[0] != 200 for request in requests):
        assert time.monotonic() < until, f"{file.name} {what}, and whole again: it is not served"
        time.sleep(0.1)
    for target, body in right.items():
        answer = service.ask("GET", target)[2]
        assert answer == body, f"{file.name} {what}, and whole again, {target}: {answer[:300]}"
    return told


def main(likeness):
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        pictures, shop = make_shop(likeness, pathlib.Path(name))
        picture = sorted(pictures.glob("*.jpg"))[0].read_bytes()
        with Service(likeness, shop) as service:
            key = json.loads(service.ask("GET", "/api/v1/items?count=1")[2])["items"][0]["key"]
            requests = asks(key, picture)
            for request in requests:
                assert service.ask(*request)[0] == 200, request
            folder = pathlib.Path(shop)
            files = [folder / "shop.db", *folder.glob("packs/*.pack"), *folder.glob("latents/*/*.latents"),
                     *folder.glob("models/*.safetensors")]
            for file in files:
                cases = list(damages(file.read_bytes(), rng))
                told = sum(damage(service, file, what, content, requests) for what, content in cases)
                print(f"{file.name}: {len(cases)} times damaged, and {told} answers told of it")
                # The model was read before, and answers from memory.
                assert told > 0 or file.suffix == ".safetensors", "nobody noticed"


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).absolute()))
