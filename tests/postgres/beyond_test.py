"""beyond_test.py LIKENESS BEYOND.md PROGRAMS: every command of the document, in its order, on 300 drawn pictures and
the server LIKENESS_POSTGRES: once for each that starts workers (GNU parallel, Slurm, Kubernetes), then what comes
after. Slurm is tried where one is idle (sinfo), and of Kubernetes its job's command with its variables. PROGRAMS runs
psql and pg_dump as the server's version has them. Exit code 77: what starts workers is not there."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

PARTS = 3
# What the document says, and what stands for it here. Each must be there.
SMALLER = {"--into 64": f"--into {PARTS}", "--shops 64": f"--shops {PARTS}", "seq 0 63": f"seq 0 {PARTS - 1}",
           "--array=0-63%16": f"--array=0-{PARTS - 1}%2", "--cpus-per-task=4": "--cpus-per-task=1",
           "--mem=2G": "--mem=200M", "--minutes 5": "--epochs 2", "--partitions 8": "--partitions 2",
           "completions: 64": f"completions: {PARTS}"}


class Document:
    """The code of the page, in its order: commands (sh), statements (sql), and files that a line before them names."""

    def __init__(self, text):
        for words, fewer in SMALLER.items():
            assert words in text, words
            text = text.replace(words, fewer)
        named = r"(?:^`(\w+\.(?:sh|yaml))`,? [^\n]*(?:\n(?!```)[^\n]+)*\n\n)?"
        found = re.findall(named + r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)
        assert len(found) == text.count("\n```") / 2, "a block is not closed"
        self.files = {name: code for name, _, code in found if name}
        self.blocks = [(kind, code) for name, kind, code in found if not name]
        kinds = {kind for kind, _ in self.blocks}
        assert kinds == {"sh", "sql"}, f"the test knows not what to do with {kinds}"

    def take(self, kind, word):
        """The one block of this kind with this word, taken out."""
        [found] = [block for block in self.blocks if block[0] == kind and word in block[1]]
        self.blocks.remove(found)
        return found[1]


class Place:
    """A folder with a catalogue, and the commands that are run there."""

    def __init__(self, folder, document, server, programs):
        self.folder = folder
        self.server = server
        self.variables = dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}", KEY="000003")
        folder.mkdir()
        for name, text in document.files.items():
            (folder / name).write_text(self.of_this_server(text))

    def of_this_server(self, text):
        """With the test's addresses, in quotes, for they have an "&", in place of the page's."""
        text = re.sub(r"postgresql://(\w+)@db\.example/catalogue",
                      lambda match: f"'{self.address('catalogue', match.group(1))}'", text)
        return text.replace("postgresql://admin@other.example/catalogue", f"'{self.address('other', 'postgres')}'")

    def address(self, database, user):
        changed = self.server.replace("///postgres?", f"///{database}?").replace("user=postgres", f"user={user}")
        assert changed != self.server
        return changed

    def sh(self, code, code_wanted=0, **variables):
        done = subprocess.run(["bash", "-eu", "-c", self.of_this_server(code)], cwd=self.folder,
                              env={**self.variables, **variables}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        assert done.returncode == code_wanted, (code, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def sql(self, code, database="catalogue", user="postgres"):
        done = subprocess.run(["psql", self.address(database, user), "-qAtX", "-v", "ON_ERROR_STOP=1"], input=code,
                              env=self.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        return done.returncode, done.stdout.strip()

    def ask(self, code, **how):
        status, told = self.sql(code, **how)
        assert status == 0, (code, told)
        return told

    def new_databases(self):
        for name in ("catalogue", "other"):
            subprocess.run(["psql", self.server, "-qX", "-c", f"DROP DATABASE IF EXISTS {name}", "-c",
                            f"CREATE DATABASE {name}"], env=self.variables, check=True, stderr=subprocess.DEVNULL)


def draw_catalogue(place):
    place.sh("likeness sample pictures --count 300 --seed 3 --quiet")
    pictures = sorted((place.folder / "pictures").glob("*.jpg"))
    assert len(pictures) == 300
    (place.folder / "pictures/words.jpg").write_text("no picture")
    lines = [f"{picture}\t{picture.stem}\n" for picture in pictures]
    lines += [f"{place.folder}/pictures/{name}\tno-{i}\n" for i, name in enumerate(("words.jpg", "nowhere.jpg"))]
    (place.folder / "catalogue.txt").write_text("".join(lines))


def has_idle_slurm():
    try:
        done = subprocess.run(["sinfo", "--noheader", "--states=idle"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False, timeout=20)
        return done.stdout.strip() != b""
    except (OSError, subprocess.TimeoutExpired):
        return False


def in_kubernetes(place):
    job = yaml.safe_load((place.folder / "job.yaml").read_text())["spec"]
    assert (job["completionMode"], job["completions"]) == ("Indexed", PARTS), job
    [container] = job["template"]["spec"]["containers"]
    variables = {variable["name"]: variable["value"].strip("'") for variable in container["env"]}
    for index in range(PARTS):
        subprocess.run(container["command"], cwd=place.folder, check=True, stdout=subprocess.DEVNULL,
                       env={**place.variables, **variables, "JOB_COMPLETION_INDEX": str(index)})


def check_done(place, missing, failed):
    assert place.sh(missing, **place.settings).strip() == ""
    place.sh(failed)
    rows = (place.folder / "failed.tsv").read_text().splitlines()
    assert sorted(row.split("\t")[0].rsplit("/")[-1] for row in rows) == ["nowhere.jpg", "words.jpg"], rows
    assert all(len(row.split("\t")) == 2 for row in rows), rows
    assert place.ask("SELECT count(*) FROM likeness.item_1", user="reader") == "300"
    assert place.ask("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%'") == "2"


def another_model(place, starter, missing):
    place.sh("likeness train shops/0 --epochs 1 --seed 2 --name second --quiet\n"
             "cp shops/0/models/second.safetensors model.safetensors")
    autumn = {**place.settings, "MODEL": "autumn"}
    active = "SELECT name FROM likeness.model WHERE state = 'active'"
    place.sh("sh worker.sh 0", **autumn)
    assert place.ask(active) == "spring"
    assert place.sh(missing, **autumn).strip() == ",".join(str(part) for part in range(1, PARTS))
    place.sh(starter, **autumn)
    assert place.ask(active) == "autumn"
    assert place.ask("SELECT count(*) FROM likeness.item_2", user="reader") == "300"
    assert place.ask("SELECT to_regclass('likeness.item_1') IS NULL") == "t"


def check_starters(document, place):
    roles, model = document.take("sql", "CREATE ROLE"), document.take("sh", "likeness train")
    settings = document.take("sh", "export DATABASE")
    starters = {"parallel": document.take("sh", "parallel"), "sbatch": document.take("sh", "sbatch")}
    missing, failed = document.take("sh", "missing.sh"), document.take("sh", "failed.tsv")
    place.settings = dict(re.findall(r"export (\w+)='?(.*?)'?$", place.of_this_server(settings), re.M))
    place.sh(model)
    (place.folder / "published").mkdir(exist_ok=True)
    shutil.copytree(place.folder, place.folder.with_name("begun"))

    def begin_again():
        place.new_databases()
        shutil.rmtree(place.folder)
        shutil.copytree(place.folder.with_name("begun"), place.folder)
        status, told = place.sql(roles.replace("CREATE ROLE", "-- ") if place.roles_are_there else roles)
        assert status == 0, told
        place.roles_are_there = True

    begin_again()
    everything = ",".join(str(part) for part in range(PARTS))
    assert place.sh(missing, **place.settings).strip() == everything
    # A worker without its database fails, and is not taken for done.
    nowhere = {**place.settings, "DATABASE": "postgresql:///x?host=/nonexistent"}
    place.sh("sh worker.sh 1", 1, **nowhere)
    assert place.sh(missing, **place.settings).strip() == everything
    place.sh(starters["parallel"], **place.settings)
    check_done(place, missing, failed)
    in_the_morning = place.ask("SELECT sum(hashtext(t::text)) FROM likeness.item_1 t")
    place.sh(starters["parallel"], **place.settings)  # again: nothing is done twice
    for part in range(PARTS):
        assert json.loads((place.folder / f"published/{part}.json").read_text())["published"] == 0
    assert place.ask("SELECT sum(hashtext(t::text)) FROM likeness.item_1 t") == in_the_morning
    another_model(place, starters["parallel"], missing)
    print("GNU parallel: done")

    begin_again()
    in_kubernetes(place)
    check_done(place, missing, failed)
    print("Kubernetes: its job's command is done, without a cluster")

    if has_idle_slurm():
        begin_again()
        place.sh(starters["sbatch"], **place.settings)
        check_done(place, missing, failed)
        print("Slurm: done")
    else:
        print("Slurm: SKIPPED: none is idle here (sinfo)")


def check_rights(place):
    for code in ("DELETE FROM likeness.item_1", "CREATE TABLE likeness.x(i int)", "DROP TABLE likeness.item_1",
                 "UPDATE likeness.model SET state = 'old'"):
        status, told = place.sql(code, user="reader")
        assert status != 0 and ("permission denied" in told or "must be owner" in told), (code, told)
    place.sh(f"likeness publish shops/0 '{place.address('catalogue', 'reader')}'", 1)
    status, told = place.sql("CREATE SCHEMA another", user="publisher")
    assert status != 0 and "permission denied" in told, told


def check_the_rest(document, place):
    for kind, code in document.blocks:
        _ = place.sh(code, **place.settings) if kind == "sh" else place.ask(code)
    assert place.ask("SELECT count(*) FROM likeness.item_1", database="other") == "300"
    key = place.variables["KEY"]
    answers = [[result["key"] for result in json.loads(place.sh(
        f"likeness recommend '{place.address(database, 'postgres')}' --item {key} --json"))["results"]]
        for database in ("catalogue", "other")]
    assert len(answers[0]) == 5 and answers[0] == answers[1], answers


def main():
    likeness, document, programs = sys.argv[1:4]
    for name in ("parallel", "jq"):
        if shutil.which(name) is None:
            print(f"beyond_test: SKIPPED: there is no {name} (tools/install_packages.sh test)", file=sys.stderr)
            sys.exit(77)
    with tempfile.TemporaryDirectory() as work:
        there = pathlib.Path(work)
        (there / "bin").mkdir()
        (there / "bin/likeness").symlink_to(likeness)
        for name in ("psql", "pg_dump", "pg_restore"):
            wrapper = there / "bin" / name
            wrapper.write_text(f'#!/bin/sh\nexec {programs} {name} "$@"\n')
            wrapper.chmod(0o755)
        page = Document(pathlib.Path(document).read_text())
        place = Place(there / "catalogue", page, os.environ["LIKENESS_POSTGRES"], there / "bin")
        place.roles_are_there = False
        draw_catalogue(place)
        check_starters(page, place)
        check_rights(place)
        place.ask("CREATE EXTENSION vector", database="other")
        check_the_rest(page, place)


if __name__ == "__main__":
    main()
