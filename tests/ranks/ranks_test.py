#!/usr/bin/env python3
"""ranks_test.py PROGRAM [--absent]: a training by several processes, started by mpirun as a person would.

It gives what one process gives, says everything once, writes by the first process alone, and ends
as a whole when one of them ends. Exits 77, and says so, where there is no mpirun,
or, --absent, where likeness was built without Open MPI.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else sys.exit(__doc__)
WAS_BUILT_WITHOUT = "--absent" in sys.argv
MPIRUN = shutil.which("mpirun")
SECONDS = 240  # that nothing here takes
EPOCHS = 10
# Two shards a batch of the autoencoder, of which one of three ranks has none.
TRAININGS = {
    "contrast": ["--epochs", str(EPOCHS), "--batch", "16"],
    "reconstruction": ["--epochs", str(EPOCHS), "--batch", "40", "--latent", "5"],
}


def mpirun(ranks):
    """So many ranks on this machine, whatever it has."""
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    words = [MPIRUN, "--oversubscribe", "--bind-to", "none", "-n", str(ranks)]
    return words, environment


def runs(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def ours(err):
    return [line for line in err.splitlines() if line.startswith("likeness: ")]


def kills_others_at_once():
    """From version 5 on mpirun kills all others as soon as one is killed, and says so itself."""
    version = subprocess.run(["mpirun", "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"(\d+)\.\d", version)[1]) >= 5


class Ranks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="likeness-ranks-"))
        cls.likeness("sample", "pictures", "--count", "200")
        cls.likeness("pack", "shop", "pictures", "--size", "24x32")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def likeness(cls, *words, ranks=0, code=0, environment=None):
        before, started_by = mpirun(ranks) if ranks else ([], dict(os.environ))
        started_by.update(environment or {})
        ended = subprocess.run(
            [*before, PROGRAM, *words], cwd=cls.folder, env=started_by, timeout=SECONDS,
            capture_output=True, text=True, check=False)
        assert ended.returncode == code, (words, ended.returncode, ended.stdout, ended.stderr)
        return ended

    @classmethod
    def copy_of_shop(cls, name):
        shutil.copytree(cls.folder / "shop", cls.folder / name)
        return name

    def losses(self, shop):
        lines = (self.folder / shop / "runs/m/history.jsonl").read_text().splitlines()
        return [
            [epoch[name] for name in ("train_mse", "validation_mse", "contrast_loss")]
            for epoch in map(json.loads, lines)
        ]

    def train(self, shop, training, ranks, *more, threads=1):
        self.copy_of_shop(shop)
        ended = self.likeness("train", shop, "--name", "m", "--threads", str(threads), "--json",
                              *TRAININGS[training], *more, ranks=ranks)
        json.loads(ended.stdout)  # one document: by one of them
        return ended

    def test_any_number_of_ranks_gives_the_model_of_one_process(self):
        for training in TRAININGS:
            alone = f"{training}-alone"
            self.train(alone, training, 0)
            expected = self.losses(alone)
            self.assertEqual(len(expected), EPOCHS)
            model = (self.folder / alone / "models/m.safetensors").read_bytes()
            for ranks, threads in ((1, 1), (2, 1), (2, 2), (3, 1)):
                shop = f"{training}-{ranks}-{threads}"
                self.train(shop, training, ranks, threads=threads)
                for ours, theirs in zip(self.losses(shop), expected, strict=True):
                    for loss, other in zip(ours, theirs, strict=True):
                        self.assertAlmostEqual(loss, other, delta=1e-4, msg=shop)
                # Gradients are added along the same tree everywhere: even the bytes are the same.
                self.assertEqual((self.folder / shop / "models/m.safetensors").read_bytes(), model)
                verified = json.loads(self.likeness("verify", shop, "--json").stdout)
                self.assertTrue(verified["ok"], verified)

    def partitions(self, name, counts, size="24x32"):
        """A shop for each, of so many pictures, which come in the order of the whole shop's."""
        pictures = sorted((self.folder / "pictures").glob("*.jpg"))
        shops = []
        for count in counts:
            shops.append(f"{name}-{len(shops)}")
            own = self.folder / f"{shops[-1]}-pictures"
            own.mkdir()
            for picture in pictures[:count]:
                shutil.copy(picture, own)
            pictures = pictures[count:]
            self.likeness("pack", shops[-1], own.name, "--size", size)
        return shops

    def train_partitioned(self, shops, *more, code=0, environment=None):
        """Each rank its own shop. mpirun 5.0.7 (Debian 13) ends by a fault where commands are parted by ":"."""
        words, started_by = mpirun(len(shops))
        options = " ".join(["--name m --threads 1 --quiet --partitioned", *more])
        own = f'shift "$OMPI_COMM_WORLD_RANK" && exec {PROGRAM} train "$1" {options}'
        ended = subprocess.run([*words, "sh", "-c", own, "sh", *shops], cwd=self.folder,
                               env={**started_by, **(environment or {})},
                               timeout=SECONDS, capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, code, ended.stderr)
        return ended

    def test_partitions_give_the_model_of_the_whole_catalogue(self):
        shops = self.partitions("part", (60, 25, 115))
        for training, more in (("contrast", []), ("contrast", ["--sample", "150"]),
                               ("reconstruction", ["--sample", "90"])):
            whole = f"whole-{training}{len(more)}"
            self.train(whole, training, 0, *more)
            self.train_partitioned(shops, *TRAININGS[training], *more)
            models = [(self.folder / shop / "models/m.safetensors").read_bytes() for shop in (whole, shops[0])]
            self.assertEqual(models[0], models[1], whole)
            self.assertFalse((self.folder / shops[1] / "models").exists())
            # Its pictures show what the first one has.
            self.likeness("report", shops[0])
            self.likeness("embed", shops[0], "--model", "m")
            verified = json.loads(self.likeness("verify", shops[0], "--json").stdout)
            self.assertTrue(verified["ok"], verified)
            self.likeness("model", "remove", shops[0], "m")

    def test_partitions_that_do_not_fit_together_are_told_once(self):
        shops = [*self.partitions("fits", (30,)), *self.partitions("odd", (30,), "20x20")]

        def told(*more, **how):
            lines = ours(self.train_partitioned(shops, "--epochs", "1", *more, code=1, **how).stderr)
            self.assertEqual(len(lines), 1, lines)
            return lines[0]

        self.assertIn("the pictures of rank 1 are 20x20, of rank 0 24x32: pack all partitions with the same --size",
                      told())
        shops[1] = shops[0]
        program = f"TMPDIR=/nowhere exec {PROGRAM} \"$@\""
        words, environment = mpirun(2)
        ended = subprocess.run([*words, "sh", "-c", program, "sh", "train", shops[0], "--partitioned", "--epochs", "1"],
                               cwd=self.folder, env=environment, timeout=SECONDS, capture_output=True, text=True,
                               check=False)
        lines = ours(ended.stderr)
        self.assertEqual(len(lines), 1, ended.stderr)
        self.assertIn("let TMPDIR name a folder that has", lines[0])
        for more in (["--teacher", "a"], []):
            alone = self.likeness("train", shops[0], "--partitioned", *more, code=2)
            self.assertIn("--partitioned ", alone.stderr)

    def test_gradients_sent_as_bf16_are_rounded_and_no_more(self):
        self.train("wire-f32", "reconstruction", 2)
        self.train("wire-bf16", "reconstruction", 2, "--wire", "bf16")
        ours, theirs = self.losses("wire-bf16"), self.losses("wire-f32")
        self.assertNotEqual(ours, theirs)
        self.assertAlmostEqual(ours[0][0], theirs[0][0], delta=0.02 * theirs[0][0])
        self.assertAlmostEqual(ours[-1][1], theirs[-1][1], delta=0.1 * theirs[-1][1])

    def start(self, shop, ranks, *more):
        """Until it has kept two epochs: the mpirun, and its ranks' processes in their order."""
        words, environment = mpirun(ranks)
        running = subprocess.Popen(
            [*words, PROGRAM, "train", shop, "--name", "m", "--threads", "1", "--quiet",
             "--epochs", "1000", "--latent", "5", *more], cwd=self.folder, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(running.communicate)
        self.addCleanup(running.kill)
        kept = self.folder / shop / "runs/m/epoch-0002.pack"
        until = time.monotonic() + SECONDS
        while not kept.exists() and running.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        self.assertTrue(kept.exists())
        return running, self.ranks_of(running.pid, ranks)

    def ranks_of(self, mpirun_id, ranks):
        found = [0] * ranks
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                parent = (process / "stat").read_text().rsplit(")", 1)[1].split()[1]
                if int(parent) != mpirun_id:
                    continue
                for word in (process / "environ").read_text().split("\0"):
                    if word.startswith("OMPI_COMM_WORLD_RANK="):
                        found[int(word.split("=")[1])] = int(process.name)
            except OSError:
                continue  # it has ended meanwhile
        self.assertNotIn(0, found)
        return found

    def end_one(self, shop, rank, by):
        self.copy_of_shop(shop)
        running, processes = self.start(shop, 3)
        os.kill(processes[rank], by)
        _, err = running.communicate(timeout=SECONDS)
        self.assertNotEqual(running.returncode, 0)
        until = time.monotonic() + 10  # mpirun kills whoever does not end
        while any(map(runs, processes)) and time.monotonic() < until:
            time.sleep(0.01)
        self.assertFalse(list(filter(runs, processes)))
        return err

    def goes_on(self, shop, ranks):
        kept = len(self.losses(shop))
        words = ["train", shop, "--name", "m", "--threads", "1", "--epochs", "1000", "--latent", "5",
                 "--resume"]
        before, environment = mpirun(ranks)
        with subprocess.Popen([*before, PROGRAM, *words], cwd=self.folder, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
            # mpirun may have something to say before.
            said = next((line for line in running.stdout if line.startswith("m: goes on")), None)
            self.assertEqual(said, f"m: goes on after epoch {kept}\n")
            until = time.monotonic() + SECONDS
            while len(self.losses(shop)) <= kept and time.monotonic() < until:
                time.sleep(0.01)
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=SECONDS)
        self.assertGreater(len(self.losses(shop)), kept)

    def test_one_that_is_killed_ends_all_with_a_line_and_another_number_goes_on(self):
        err = self.end_one("killed", 1, signal.SIGKILL)
        lines = ours(err)
        self.assertLessEqual(len(lines), 1, err)
        if kills_others_at_once() and not lines:
            self.assertRegex(err, "noticed that process rank 1 .* exited")
        else:
            self.assertRegex(lines[0], r"^likeness: another rank (has ended|cannot be reached: .*): m is "
                             r"kept as it was after epoch \d+: go on, with the same options, by "
                             r"`likeness train killed --name m --resume`$")
        self.goes_on("killed", 2)

    def test_one_that_is_told_to_stop_stops_all(self):
        lines = ours(self.end_one("stopped", 2, signal.SIGTERM))
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("another rank was told to stop: m is kept as it was after epoch", lines[0])

    def test_what_one_of_them_cannot_do_is_told_once(self):
        self.copy_of_shop("torn")
        program = self.folder / "torn.sh"  # of which rank 1 sees another shop
        program.write_text(
            '#!/bin/sh\n[ "$OMPI_COMM_WORLD_RANK" != 1 ] || cd elsewhere\n'
            f'exec "{PROGRAM}" "$@"\n')
        program.chmod(0o755)
        words, environment = mpirun(2)

        def lines():
            ended = subprocess.run(
                [*words, str(program), "train", "torn", "--name", "m", "--epochs", "1", "--threads",
                 "1", "--quiet"], cwd=self.folder, env=environment, timeout=SECONDS,
                capture_output=True, text=True, check=False)
            self.assertNotEqual(ended.returncode, 0)
            self.assertEqual(ended.stdout, "")
            return ours(ended.stderr)

        (self.folder / "elsewhere").mkdir()
        absent = lines()
        self.assertEqual(len(absent), 1, absent)
        self.assertIn("rank 1: there is no such shop", absent[0])
        shutil.copytree(self.folder / "shop", self.folder / "elsewhere/torn")
        gone = sorted((self.folder / "pictures").glob("*.*g"))[0].stem
        subprocess.run([PROGRAM, "remove", "torn", gone], cwd=self.folder / "elsewhere", check=True,
                       capture_output=True)
        other = lines()
        self.assertEqual(len(other), 1, other)
        self.assertIn("rank 1 sees other pictures than rank 0", other[0])
        self.assertFalse((self.folder / "torn/models").exists() and
                         list((self.folder / "torn/models").iterdir()))

    def test_usage_is_told_once(self):
        ended = self.likeness("train", "shop", "--wire", "f64", ranks=2, code=2)
        lines = [line for line in ended.stderr.splitlines() if line.startswith("likeness: ")]
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("--wire f64 is unknown: give f32 or bf16", lines[0])

    def test_a_program_alone_loads_no_open_mpi(self):
        self.copy_of_shop("alone")
        ended = self.likeness("train", "alone", "--name", "m", "--epochs", "1", "--latent", "5",
                              "--threads", "1", environment={"LD_DEBUG": "files"})
        self.assertIn("libdnnl", ended.stderr)
        self.assertNotIn("libmpi", ended.stderr)


if __name__ == "__main__":
    if WAS_BUILT_WITHOUT:
        print("skipped: likeness was built without Open MPI: tools/install_packages.sh test installs it")
        sys.exit(77)
    if MPIRUN is None:
        print("skipped: there is no mpirun: tools/install_packages.sh test installs it")
        sys.exit(77)
    unittest.main(verbosity=2)
