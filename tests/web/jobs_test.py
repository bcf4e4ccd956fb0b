"""jobs_test.py LIKENESS: jobs of a service: done, watched, ended, and not forgotten when the service is
killed."""
import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time


class Service:
    running = []

    def __init__(self, likeness, shop, told=None):
        self.process = subprocess.Popen(
            [likeness, "serve", shop, "--listen", "127.0.0.1:0", "--json", *([] if told else ["--quiet"])],
            stdout=subprocess.PIPE, stderr=told, text=True)
        self.running.append(self)
        self.address = json.loads(self.process.stdout.readline())["listen"]

    def ask(self, method, target, body=None, expected=200):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request(method, "/api/v1/" + target, body=None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == expected, (method, target, answer.status, text)
            return json.loads(text) if text else None
        finally:
            connection.close()

    def start(self, verb, **options):
        job = self.ask("POST", "jobs", {"verb": verb, "options": options}, 202)
        assert job["state"] in ("waiting", "running") and job["options"] == options, job
        return job["id"]

    def wait(self, job, fits):
        for _ in range(15000):
            seen = self.ask("GET", f"jobs/{job}")
            if fits(seen):
                return seen
            assert not seen["ended"], seen
            time.sleep(.02)
        raise AssertionError(f"not in five minutes: {seen}")

    def wait_for_epoch(self, job, epoch):
        def is_at_work(seen):
            words = seen["progress"]["doing"].split() if seen["progress"] else []
            return words[:1] == ["epoch"] and int(words[1]) >= epoch
        return self.wait(job, is_at_work)

    def wait_for(self, job, state):
        seen = self.wait(job, lambda seen: seen["state"] == state or seen["ended"])
        assert seen["state"] == state, seen
        return seen

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.running.remove(self)

    def end(self):
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0
        self.running.remove(self)


def does_what_is_asked(service):
    train = service.start("train", epochs=2, latent=3, name="a")
    embed = service.start("embed", model="a")  # waits for it
    outcome = service.wait_for(train, "done")["outcome"]
    assert outcome["model"] == "a" and len(outcome["epochs"]) == 2, outcome
    assert service.wait_for(embed, "done")["outcome"]["embedded"] == 120
    assert service.ask("GET", "items/000001/similar?count=3")["results"]
    cluster = service.wait_for(service.start("cluster", clusters=3, seed=2), "done")
    assert len(cluster["outcome"]["clusters"]) == 3, cluster
    assert len(service.ask("GET", "clusters")["clusters"]) == 3
    evaluated = service.wait_for(service.start("evaluate", by=["colour"], queries=50, models_only=True), "done")
    assert [method["name"] for method in evaluated["outcome"]["methods"]] == ["a"], evaluated
    assert service.wait_for(service.start("compact"), "done")["outcome"] is not None
    failed = service.wait_for(service.start("evaluate", by=["nothing"]), "failed")
    assert "nothing" in failed["error"] and failed["outcome"] is None, failed
    jobs = service.ask("GET", "jobs")["jobs"]
    assert [job["id"] for job in jobs] == [6, 5, 4, 3, 2, 1], jobs


def refuses(service):
    for body in ([], {}, {"verb": "dance"}, {"verb": "train", "options": {"other": 1}}, {"verb": 1},
                 {"verb": "train", "options": {"latent": "many"}}, {"verb": "train", "options": []},
                 {"verb": "train", "options": {"epochs": 0}}, {"verb": "cluster", "options": {"seed": -1}},
                 {"verb": "evaluate", "options": {"by": ["colour"], "weight": "shape"}},
                 {"verb": "compact", "more": 1}, {"verb": "train", "options": {"name": "../a"}},
                 {"verb": "train", "options": {"teacher": "/a/file/of/this/machine.onnx"}}):
        problem = service.ask("POST", "jobs", body, 400)["error"]
        assert problem["kind"] == "input" and problem["where"], (body, problem)
    for job in ("0", "999", "x", "-1", "1x"):
        service.ask("GET", "jobs/" + job, expected=404)
        service.ask("DELETE", "jobs/" + job, expected=404)
    service.ask("DELETE", "jobs/1", expected=409)


def waits_for_who_writes(service, picture):
    enough = threading.Event()
    statuses = []

    def write():
        while not enough.is_set():
            connection = http.client.HTTPConnection(service.address, timeout=60)
            connection.request("PUT", f"/api/v1/items/put-{len(statuses)}", picture, {"Content-Type": "image/jpeg"})
            statuses.append(connection.getresponse().status)
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for verb in ("embed", "cluster", "compact", "embed"):
            answered = len(statuses)
            service.wait_for(service.start(verb), "done")
            while len(statuses) == answered and writer.is_alive():
                time.sleep(.01)
    finally:
        enough.set()
        writer.join()
    assert len(statuses) > 3 and set(statuses) <= {201, 503}, statuses


def ends_what_is_to_end(service):
    long = service.start("train", epochs=100000, latent=3, name="long")
    waiting = service.start("cluster")
    seen = service.wait_for_epoch(long, 2)
    assert seen["progress"]["unit"] == "pictures" and seen["progress"]["total"] > 0, seen
    assert service.ask("DELETE", f"jobs/{waiting}", expected=202)["state"] == "stopped"
    service.ask("DELETE", f"jobs/{long}", expected=202)
    assert "kept" in service.wait_for(long, "stopped")["error"]
    assert service.ask("GET", f"jobs/{waiting}")["begun"] is None


def goes_on(likeness, shop, service):
    train = service.start("train", epochs=30, latent=4, name="goes-on")
    waiting = service.start("cluster", clusters=2)
    service.wait_for_epoch(train, 4)
    service.kill()
    service = Service(likeness, shop)
    assert service.ask("GET", f"jobs/{train}")["state"] in ("waiting", "running")
    outcome = service.wait_for(train, "done")["outcome"]
    assert len(outcome["epochs"]) == 30, outcome
    service.wait_for(waiting, "done")
    # Before its first checkpoint it begins anew.
    train = service.start("train", epochs=10, latent=4, name="anew")
    service.wait_for(train, "running")
    service.kill()
    service = Service(likeness, shop)
    assert len(service.wait_for(train, "done")["outcome"]["epochs"]) == 10
    # Ended in good order, a training goes on as well, and as often as that.
    train = service.start("train", epochs=40, latent=4, name="again")
    for _ in range(4):
        service.wait_for_epoch(train, 1)
        service.end()
        service = Service(likeness, shop)
    assert service.wait_for(train, "done")["outcome"]["best_epoch"] > 0
    return service


def is_not_begun_for_ever(likeness, shop, service):
    train = service.start("train", epochs=100000, latent=4, name="breaks-off")
    service.wait_for_epoch(train, 2)
    for _ in range(3):
        assert service.wait_for_epoch(train, 1)["state"] == "running"
        service.kill()
        service = Service(likeness, shop)
    assert "3 times in a row" in service.wait_for(train, "failed")["error"]
    return service


def stays_ended(likeness, shop, service):
    train = service.start("train", epochs=100000, latent=4, name="to-end")
    service.wait_for_epoch(train, 2)
    service.ask("DELETE", f"jobs/{train}", expected=202)
    service.kill()  # most often before the job has ended
    service = Service(likeness, shop)
    service.wait_for(train, "stopped")
    return service


def may_come_like_others():
    """Whether a process that comes after all others may change that."""
    tried = ("import os; none = os.sched_param(0); os.sched_setscheduler(0, os.SCHED_IDLE, none); "
             "os.sched_setscheduler(0, os.SCHED_OTHER, none)")
    return subprocess.run([sys.executable, "-c", tried], stderr=subprocess.DEVNULL, check=False).returncode == 0


def ends_in_time_on_a_busy_machine(likeness, shop, service):
    """Where threads that come after all others get nothing, for others take all of the processor."""
    if not may_come_like_others():
        print("SKIPPED: without the right to SCHED_OTHER (RLIMIT_NICE) a job ends late on a busy machine")
        return service
    train = service.start("train", epochs=100000, name="starves")  # its steps are long
    service.wait_for_epoch(train, 2)
    one_of_them = {min(os.sched_getaffinity(0))}
    for thread in os.listdir(f"/proc/{service.process.pid}/task"):
        os.sched_setaffinity(int(thread), one_of_them)
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"],
                              preexec_fn=lambda: os.sched_setaffinity(0, one_of_them)) for _ in range(4)]
    try:
        time.sleep(1)
        begin = time.monotonic()
        service.end()
        assert time.monotonic() - begin < 10, time.monotonic() - begin
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
    service = Service(likeness, shop)
    service.wait_for_epoch(train, 2)
    service.ask("DELETE", f"jobs/{train}", expected=202)
    service.wait_for(train, "stopped")
    return service


def reads_its_file_with_care(likeness, shop, service):
    service.end()
    file = pathlib.Path(shop, "jobs.json")
    known = json.loads(file.read_text())
    one = {**known["jobs"][-1], "is_to_end": False, "tries": 0}
    for text in ("", "{", "[]", '{"format": "likeness jobs 1"}', json.dumps({**known, "jobs": [{**one, "state": 99}]}),
                 json.dumps({**known, "jobs": [{**one, "id": -1}]}), "\0" * 100):
        file.write_text(text)
        service = Service(likeness, shop, told=subprocess.PIPE)
        assert service.ask("GET", "jobs")["jobs"] == [], text
        service.end()
        assert "jobs.json: is damaged" in service.process.stderr.read(), text
    older = [{name: value for name, value in job.items() if name not in ("is_to_end", "tries")} for job in known["jobs"]]
    file.write_text(json.dumps({**known, "jobs": older}))
    service = Service(likeness, shop)
    assert len(service.ask("GET", "jobs")["jobs"]) == len(older)
    service.end()
    interrupted = {**one, "verb": "evaluate", "options": {"by": ["colour"]}, "state": 1, "id": 7, "outcome": None}
    forged = {**one, "verb": "train", "options": {"name": "../../x"}, "state": 1, "id": 8, "outcome": None}
    unknown = {**one, "verb": "rm", "options": {}, "state": 0, "id": 9, "outcome": None}
    file.write_text(json.dumps({**known, "jobs": [interrupted, forged, unknown]}))
    service = Service(likeness, shop)
    jobs = service.ask("GET", "jobs")["jobs"]
    assert [job["state"] for job in jobs] == ["failed"] * 3 and "ask for it again" in jobs[-1]["error"], jobs
    assert service.wait_for(service.start("compact"), "done")["id"] == 10
    service.end()


def main(likeness):
    with tempfile.TemporaryDirectory() as name:
        pictures, shop = name + "/pictures", name + "/shop"
        for words in (["sample", pictures, "--count", "120"],
                      ["pack", shop, pictures, "--tags", pictures + "/tags.csv", "--key", "key"]):
            subprocess.run([likeness, *words, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        service = Service(likeness, shop)
        try:
            does_what_is_asked(service)
            refuses(service)
            waits_for_who_writes(service, next(pathlib.Path(pictures).glob("*.jpg")).read_bytes())
            ends_what_is_to_end(service)
            service = goes_on(likeness, shop, service)
            service = is_not_begun_for_ever(likeness, shop, service)
            service = stays_ended(likeness, shop, service)
            service = ends_in_time_on_a_busy_machine(likeness, shop, service)
            reads_its_file_with_care(likeness, shop, service)
        finally:
            for left in Service.running[:]:
                left.kill()
        verified = subprocess.run([likeness, "verify", shop, "--json"], capture_output=True, text=True, check=True)
        assert json.loads(verified.stdout)["problems"] == [], verified.stdout
    print("jobs are done, watched, ended, and go on")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).absolute()))
