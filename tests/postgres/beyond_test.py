"""beyond_test.py LIKENESS BEYOND.md PROGRAMS: every command of the document, in its order, on 300 drawn pictures and
the server LIKENESS_POSTGRES: once for each that starts workers (GNU parallel, Slurm, Kubernetes), then what comes
after, with the server LIKENESS_SECOND_POSTGRES, whose socket the first one finds in /mnt. Slurm is tried where one
is idle (sinfo), and of Kubernetes its job's command with its variables. PROGRAMS runs psql and pg_dump as the
server's version has them. Exit code 77: what starts workers is not there."""
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
           "MODULUS 8": "MODULUS 2", "completions: 64": f"completions: {PARTS}", "host 'db2.example'": "host '/mnt'"}


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

    def __init__(self, folder, document, programs):
        self.folder = folder
        self.servers = {"db": os.environ["LIKENESS_POSTGRES"], "db2": os.environ["LIKENESS_SECOND_POSTGRES"]}
        self.variables = dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}", KEY="000003")
        folder.mkdir()
        for name, text in document.files.items():
            (folder / name).write_text(self.of_this_server(text))

    def of_this_server(self, text):
        """With the test's addresses, in quotes, for they have an "&", in place of the page's."""
        text = re.sub(r"postgresql://(\w+)@(db2?)\.example/catalogue",
                      lambda match: f"'{self.address('catalogue', *match.groups())}'", text)
        return text.replace("postgresql://admin@other.example/catalogue", f"'{self.address('other', 'postgres')}'")

    def address(self, database, user, server="db"):
        address = self.servers[server]
        changed = address.replace("///postgres?", f"///{database}?").replace("user=postgres", f"user={user}")
        assert changed != address
        return changed

    def sh(self, code, code_wanted=0, **variables):
        done = subprocess.run(["bash", "-eu", "-c", self.of_this_server(code)], cwd=self.folder,
                              env={**self.variables, **variables}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        assert done.returncode == code_wanted, (code, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def sql(self, code, database="catalogue", user="postgres", server="db"):
        """Where and as whom a first line may say, such as "-- on db2.example, as publisher" or "its owner"."""
        if named := re.match(r"-- on (\w+)\.example, as (?:its \w+|(\w+))\n", code):
            server, user = named.group(1), named.group(2) or user
        done = subprocess.run(["psql", self.address(database, user, server), "-qAtX", "-v", "ON_ERROR_STOP=1"],
                              input=code, env=self.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        return done.returncode, done.stdout.strip()

    def ask(self, code, **how):
        status, told = self.sql(code, **how)
        assert status == 0, (code, told)
        return told

    def new_databases(self):
        for name in ("catalogue", "other"):
            subprocess.run(["psql", self.servers["db"], "-qX", "-c", f"DROP DATABASE IF EXISTS {name}", "-c",
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
    roles, model = document.take("sql", "CREATE ROLE publisher LOGIN;"), document.take("sh", "likeness train")
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


def begin_second_server(place):
    """It asks the two roles for passwords, as every server but a test's own does."""
    folder = pathlib.Path(re.search("host=([^&]*)", place.servers["db2"]).group(1))
    rules = folder / "data/pg_hba.conf"
    rules.write_text("local all publisher,reader scram-sha-256\n" + rules.read_text())
    place.ask("SELECT pg_reload_conf()", database="template1", server="db2")
    place.ask("CREATE DATABASE catalogue", database="template1", server="db2")
    place.variables["PGPASSWORD"] = "of the publisher"


def found(place, database, key, options="", user="reader"):
    told = place.sh(f"likeness recommend '{place.address(database, user)}' --item {key} --json {options}")
    return [(result["key"], result["distance"]) for result in json.loads(told)["results"]]


def add_a_part_that_is_no_more(place):
    place.ask("INSERT INTO likeness.shop(identity, name) VALUES ('no more', '64');"
              "INSERT INTO likeness.item_1(key, shop, source, tags, checksum, vec) SELECT 'no more', s.id, '', '{}', 0, "
              "vec FROM likeness.item_1, likeness.shop s WHERE s.name = '64' LIMIT 1", user="publisher")
    assert place.ask("SELECT count(*) FROM likeness.item_1") == "301"


def check_the_rest(document, place):
    add_a_part_that_is_no_more(place)
    begin_second_server(place)
    told = [place.sh(code, **place.settings) if kind == "sh" else place.ask(code) for kind, code in document.blocks]
    # After the partition was moved: the count and the sum of its rows, once.
    [rows] = [answer for (_, code), answer in zip(document.blocks, told) if "_before" in code and "UNION" in code]
    [moved, _] = rows.split("|")
    assert place.ask("SELECT count(*) FROM likeness.item_1", database="other") == "300"
    for key in (place.variables["KEY"], "000100", "000200", "000299"):
        for options in ("", "--count 300", "--weight colour=3"):
            answers = [found(place, name, key, options, user="postgres" if name == "other" else "reader")
                       for name in ("catalogue", "other")]
            assert len(answers[0]) == (299 if "300" in options else 5) and answers[0] == answers[1], answers
    check_second_server(place, int(moved))


def check_second_server(place, moved):
    there = "SELECT count(*) FROM likeness.item_1_1"
    assert 100 < moved < 200
    assert place.ask("SELECT relkind FROM pg_class WHERE relname = 'item_1_1'") == "f"
    assert place.ask("SELECT to_regclass('likeness.item_1_1_before') IS NULL") == "t"
    assert place.ask(there, server="db2") == place.ask(there, user="publisher") == str(moved)
    indexes = "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'likeness'"
    assert place.ask(indexes, server="db2") == "item_1_1_graph item_1_1_pkey item_1_1_shop item_1_1_tags"
    # The options of the server arrive there.
    options = place.ask("CREATE FOREIGN TABLE likeness.there(name text, setting text) SERVER second OPTIONS "
                        "(schema_name 'pg_catalog', table_name 'pg_settings');"
                        "SELECT name, setting FROM likeness.there WHERE name IN ('enable_sort', 'jit') ORDER BY 1;"
                        "DROP FOREIGN TABLE likeness.there", user="publisher")
    assert options == "enable_sort|off\njit|off", options
    # What the publisher removes at home goes there, too.
    key = place.ask("SELECT min(key) FROM likeness.item_1_1 JOIN likeness.shop s ON s.id = shop WHERE s.name = '0'",
                    user="publisher")
    published = place.sh(f"likeness remove shops/0 {key} >/dev/null\n"
                         'likeness publish shops/0 "$DATABASE" --json --quiet', **place.settings)
    assert json.loads(published)["removed"] == 1, published
    assert place.ask(there, server="db2") == str(moved - 1)
    # It is the first process where it runs.
    place.ask("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; kill -INT 1'", server="db2")
    while place.sql("SELECT 1", server="db2")[0] == 0:
        pass
    told = place.sh(f"likeness recommend '{place.address('catalogue', 'reader')}' --item $KEY 2>&1", 1)
    assert told.count("\n") == 1 and 'could not connect to server "second"' in told, told


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
        place = Place(there / "catalogue", page, there / "bin")
        place.roles_are_there = False
        draw_catalogue(place)
        check_starters(page, place)
        check_rights(place)
        place.ask("CREATE EXTENSION vector", database="other")
        check_the_rest(page, place)


if __name__ == "__main__":
    main()
