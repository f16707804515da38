#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that end where the program is most sensitive: at each kill point, and where a disk is full or closed to writing.

FMF_KILL_POINT("name") in the source names the places; foundation/kill_point.hpp tells how they work.
FMF_KILL_EVERY=1 kills at every hit of every point; it takes hours.
"""
import collections
import concurrent.futures
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import harness

RECORDS = 20
LARGE = {102: 9_000_000}  # more than one part: it goes to the store piece by piece
PACE = {"page_size": 10, "first_wait": "50ms"}


# Points by the first word of their name that a run into a folder does not reach.
ELSEWHERE = {"s3", "file", "rebuild", "inside"}


def named_points(wanted):
    sources = (harness.TOP / "src/fmferry").rglob("*.cpp")
    names = {name for file in sources for name in re.findall(r'FMF_KILL_POINT\("([^"]+)"\)', file.read_text())}
    return {name for name in names if wanted(name.split(".")[0])}


class SmallJob(harness.EndToEnd):
    """A clinic of twenty records with one large file, and the end of a run that nobody disturbed."""

    def begin(self, name, **changes):
        # The sessions of killed programs stay open for a quarter of an hour.
        simulator = self.make_simulator(RECORDS, "--max-sessions", 1000, name=name.replace("/", "-") + "-sim")
        for record_id, size in LARGE.items():
            simulator.upload(record_id, "image_Full", "large.jpg", harness.large_jpeg(size))
        return simulator, self.new_job(simulator, name, **changes)

    def new_job(self, simulator, name, **changes):
        return self.make_job(simulator, name=name, pace=PACE, **changes)

    def objects_of(self, job):
        return job.objects()

    def finished(self, simulator, job):
        state = self.end_state(job, self.objects_of(job))
        state["mod_ids"] = {record_id: mod_id for record_id, (_, mod_id) in simulator.edits().items()}
        return state

    def calm(self):
        simulator, job = self.begin("calm")
        self.run_ok(job, "run")
        state = self.finished(simulator, job)
        simulator.stop()
        return state

    def assert_calm_end(self, simulator, job, wanted):
        state = self.finished(simulator, job)
        for part in wanted:
            self.assertEqual(state[part], wanted[part], part)
        stored = [row["record_id"] for row in job.events("stored")]
        self.assertEqual(len(stored), len(set(stored)), "a record was stored twice")
        self.assert_chain(job)
        if job.tables["store"]["url"] == "store":
            self.assert_sums_of_folder(job)


class Kills(SmallJob):
    """Kills at the points that `wanted` names; each must be reached, or it is not tested."""

    def points(self, job, *words, code, wanted):
        """How often each of them is reached when nobody is killed."""
        listed = job.folder / "points"
        self.run_ok(job, *words, environment={"FMF_KILL_LIST": str(listed)}, code=code)
        reached = collections.Counter(name for name in listed.read_text().split() if wanted(name.split(".")[0]))
        listed.unlink()
        self.assertEqual(set(reached), named_points(wanted))
        return reached

    @staticmethod
    def hits_to_try(count):
        if os.environ.get("FMF_KILL_EVERY"):
            return range(1, count + 1)
        return sorted({1, 2, count // 2, count - 1} & set(range(1, count + 1)))

    def kill_everywhere(self, reached, kill_at):
        """kill_at(point, hit) tells whether it came to the kill."""
        cases = [(point, hit) for point in sorted(reached) for hit in self.hits_to_try(reached[point])]
        failures, kills = {}, 0
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            running = {pool.submit(kill_at, *case): case for case in cases}
            for future in concurrent.futures.as_completed(running):
                try:
                    kills += future.result()
                except Exception as error:  # one case must not hide the others
                    failures[running[future]] = f"{error}"[:2000]
        print(f"{len(reached)} kill points, {len(cases)} cases, {len(cases) - len(failures)} passed, {kills} kills",
              flush=True)
        self.assertEqual(failures, {}, failures)

    def kill_run(self, point, hit, wanted):
        simulator, job = self.begin(f"{point}-{hit}")
        try:
            done = job.run("run", environment={"FMF_KILL_AT": f"{point}:{hit}"})
            # Commits are shared as threads happen to meet, so the last hits may not come.
            killed = done.code == -signal.SIGKILL
            self.assertTrue(killed or hit > 2, done)
            self.run_ok(job, "run")
            self.assert_calm_end(simulator, job, wanted)
            return killed
        finally:
            job.end()
            simulator.process.kill()
            simulator.stop()
            shutil.rmtree(job.folder)

    def kill_runs(self, wanted):
        calm = self.calm()
        simulator, job = self.begin("listed")
        reached = self.points(job, "run", code=3, wanted=wanted)
        simulator.stop()
        self.kill_everywhere(reached, lambda point, hit: self.kill_run(point, hit, calm))


class KillPoints(Kills):
    def test_a_kill_at_every_point_changes_nothing_about_the_end(self):
        self.kill_runs(lambda family: family not in ELSEWHERE)


class KillPointsInS3(Kills):
    """Each run has a prefix of its own in one bucket."""

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-e2e-kill-s3-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.s3 = harness.S3Server(folder)
        cls.addClassCleanup(cls.s3.stop)
        cls.bucket = cls.s3.open_bucket("kill-points")

    def new_job(self, simulator, name, **changes):
        job = super().new_job(simulator, name, store=self.s3.config("kill-points/" + name), **changes)
        job.environment.update(self.s3.environment())
        return job

    def objects_of(self, job):
        return self.bucket.objects(job.folder.name + "/")

    def finished(self, simulator, job):
        return self.with_any_proof(super().finished(simulator, job))

    def test_a_kill_at_every_step_of_an_upload_changes_nothing_about_the_end(self):
        self.kill_runs(lambda family: family == "s3")

    @staticmethod
    def hits_to_try(count):
        return sorted({1, max(1, count // 2), min(count, 2)})


class KillPointsOfTheRecord(Kills):
    """What is killed here are the commands that hand the ledger over and make it anew."""

    def setUp(self):
        super().setUp()
        self.simulator, self.job = self.begin("job")
        self.run_ok(self.job, "run")

    def copy_of_job(self, name):
        """The same job in a folder of its own; the clinic is the same one."""
        job = self.new_job(self.simulator, name)
        for path in self.job.folder.iterdir():
            if path.is_dir():
                shutil.copytree(path, job.folder / path.name, dirs_exist_ok=True)
            elif path.name != "fmferry.toml":
                shutil.copy2(path, job.folder / path.name)
        return job

    def verdict(self, bag):
        checker = pathlib.Path(__file__).with_name("check_bag.py")
        return subprocess.run([sys.executable, "-B", checker, bag], capture_output=True).returncode

    def test_half_a_handover_does_not_pass_for_a_whole_one(self):
        wanted = {"file", "draft"}.__contains__
        handover = ("ledger", "export", "--bag", "--to")
        reached = self.points(self.job, *handover, self.job.folder / "whole", code=0, wanted=wanted)
        self.assertEqual(self.verdict(self.job.folder / "whole"), 0)
        before = self.job.rows()

        def kill_at(point, hit):
            half, again = (self.job.folder / f"{point}-{hit}-{name}" for name in ("half", "again"))
            done = self.job.run(*handover, half, environment={"FMF_KILL_AT": f"{point}:{hit}"})
            self.assertEqual(done.code, -signal.SIGKILL, done)
            last = (point, hit) == ("file.rename.after", reached[point])
            self.assertEqual(self.verdict(half) == 0, last, "only the last file makes it valid")
            self.run_ok(self.job, *handover, again, code=0)
            self.assertEqual(self.verdict(again), 0)
            return True

        self.kill_everywhere(reached, kill_at)
        self.assertEqual(self.job.rows(), before)

    def test_a_kill_while_the_ledger_is_made_anew_leaves_none_or_a_whole_one(self):
        calm = self.finished(self.simulator, self.job)
        first = self.copy_of_job("listed")
        for path in first.folder.glob("fmferry.db*"):
            path.unlink()
        families = {"rebuild", "ledger"}.__contains__
        reached = self.points(first, "ledger", "rebuild", code=0, wanted=families)

        def kill_at(point, hit):
            job = self.copy_of_job(f"{point}-{hit}")
            for path in job.folder.glob("fmferry.db*"):
                path.unlink()
            done = job.run("ledger", "rebuild", environment={"FMF_KILL_AT": f"{point}:{hit}"})
            killed = done.code == -signal.SIGKILL
            self.assertTrue(killed or hit > 2, done)
            if not (job.folder / "fmferry.db").exists():
                self.run_ok(job, "ledger", "rebuild", code=0)
            self.run_ok(job, "run")
            state = self.finished(self.simulator, job)
            for part in ("objects", "catalogue", "source", "mod_ids"):
                self.assertEqual(state[part], calm[part], part)
            self.assert_chain(job)
            return killed

        self.kill_everywhere(reached, kill_at)


@unittest.skipUnless(os.geteuid() == 0, "only root may mount a small disk")
class FullDisk(SmallJob):
    def mount(self, folder, options):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", folder])

    @staticmethod
    def remount(folder, options):
        subprocess.run(["mount", "-o", "remount," + options, folder], check=True)

    def ends_early_and_then_well(self, simulator, job, disk, repair, codes):
        done = job.run("run")
        self.assertIn(done.code, codes, done)
        self.assertEqual(simulator.stats()["sessions_open"], 0)
        self.remount(disk, repair)
        self.run_ok(job, "run")
        self.assert_calm_end(simulator, job, self.calm())

    def test_a_full_store(self):
        simulator, job = self.begin("job")
        self.mount(job.store, "size=1m")
        self.ends_early_and_then_well(simulator, job, job.store, "size=64m", {8})

    def test_a_store_that_is_closed_to_writing(self):
        simulator, job = self.begin("job")
        self.mount(job.store, "size=64m")
        self.remount(job.store, "ro")
        self.ends_early_and_then_well(simulator, job, job.store, "rw", {7})

    def begin_on_a_disk(self):
        """The ledger and the catalogue are on a disk of their own, the store is not."""
        disk, store = self.folder / "disk", self.folder / "elsewhere"
        self.mount(disk, "size=64m")
        simulator, job = self.begin("disk/job", store={"url": str(store)})
        job.__class__ = type("JobWithStoreElsewhere", (harness.Job,), {"store": store})
        return simulator, job, disk

    def test_a_full_disk_under_the_ledger(self):
        simulator, job, disk = self.begin_on_a_disk()
        there = os.statvfs(disk)
        used = (there.f_blocks - there.f_bfree) * there.f_frsize
        self.remount(disk, f"size={used // 1024 + 300}k")
        self.ends_early_and_then_well(simulator, job, disk, "size=64m", {1})

    def test_a_ledger_that_is_closed_to_writing(self):
        simulator, job, disk = self.begin_on_a_disk()
        self.remount(disk, "ro")
        self.ends_early_and_then_well(simulator, job, disk, "rw", {7})


if __name__ == "__main__":
    harness.main()
