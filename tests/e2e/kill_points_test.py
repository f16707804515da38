#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that end where the program is most sensitive: at each kill point, and where a disk is full or closed to writing.

FMF_KILL_POINT("name") in the source names the places; foundation/kill_point.hpp tells how they work.
FMF_KILL_EVERY=1 kills at every hit of every point; it takes hours.
"""
import collections
import concurrent.futures
import os
import re
import signal
import subprocess
import unittest

import harness

RECORDS = 20
LARGE = {102: 9_000_000}  # more than one part: it goes to the store piece by piece
PACE = {"page_size": 10, "first_wait": "50ms"}


def named_points():
    sources = (harness.TOP / "src/fmferry").rglob("*.cpp")
    return {name for file in sources for name in re.findall(r'FMF_KILL_POINT\("([^"]+)"\)', file.read_text())}


class SmallJob(harness.EndToEnd):
    """A clinic of twenty records with one large file, and the end of a run that nobody disturbed."""

    def begin(self, name, **changes):
        simulator = self.make_simulator(RECORDS, name=name.replace("/", "-") + "-sim")
        for record_id, size in LARGE.items():
            simulator.upload(record_id, "image_Full", "large.jpg", harness.large_jpeg(size))
        return simulator, self.make_job(simulator, name=name, pace=PACE, **changes)

    def finished(self, simulator, job):
        state = self.end_state(job)
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
        if job.store.parent == job.folder:
            self.assert_sums_of_folder(job)


class KillPoints(SmallJob):
    def reached(self):
        simulator, job = self.begin("listed")
        self.run_ok(job, "run", environment={"FMF_KILL_LIST": str(job.folder / "points")})
        simulator.stop()
        return collections.Counter((job.folder / "points").read_text().split())

    @staticmethod
    def hits_to_try(count):
        if os.environ.get("FMF_KILL_EVERY"):
            return range(1, count + 1)
        return sorted({1, 2, count // 2, count - 1} & set(range(1, count + 1)))

    def kill_at(self, point, hit, wanted):
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
            harness.shutil.rmtree(job.folder)

    def test_a_kill_at_every_point_changes_nothing_about_the_end(self):
        wanted, reached = self.calm(), self.reached()
        self.assertEqual(set(reached), named_points(), "each point must be reached, or it is not tested")
        cases = [(point, hit) for point in sorted(reached) for hit in self.hits_to_try(reached[point])]
        failures, kills = {}, 0
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            running = {pool.submit(self.kill_at, *case, wanted): case for case in cases}
            for future in concurrent.futures.as_completed(running):
                try:
                    kills += future.result()
                except Exception as error:  # one case must not hide the others
                    failures[running[future]] = f"{error}"[:2000]
        print(f"{len(reached)} kill points, {len(cases)} cases, {len(cases) - len(failures)} passed, {kills} kills",
              flush=True)
        self.assertEqual(failures, {}, failures)


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
