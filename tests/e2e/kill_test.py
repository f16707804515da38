#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that are cut off: by kill -9, by a source that falls over, by signals and limits."""
import collections
import os
import random
import signal
import time

import harness

RECORDS = 400


class Killed(harness.EndToEnd):
    """A hundred kills, or FMF_KILLS, in jobs each of which is cut off in every phase."""

    def undisturbed(self):
        simulator = self.make_simulator(RECORDS, name="undisturbed-sim")
        job = self.make_job(simulator, name="undisturbed", pace={"page_size": 50})
        self.run_ok(job, "run")
        truths = simulator.truth()
        self.assert_all_in_order(job, truths)
        simulator.stop()
        mod_ids = {}
        simulator.start()
        for record_id, (_, mod_id) in simulator.edits().items():
            mod_ids[record_id] = mod_id
        state = self.end_state(job)
        simulator.stop()
        return state, mod_ids

    def count(self, job, step):
        try:
            return job.ledger("SELECT count(*) FROM event WHERE step = ?", step)[0][0]
        except harness.sqlite3.Error:
            return 0  # not made yet

    @staticmethod
    def threads_of(process):
        """What each thread of a program does, if there is a debugger."""
        command = f"gdb -p {process.pid} -batch -ex 'thread apply all bt 16'"
        return harness.subprocess.run(["sh", "-c", command], capture_output=True, text=True).stdout

    def where(self, job, process):
        """Where a hanging program is, and whether it is the simulator that hangs."""
        simulator = job.simulator
        ended = simulator.process.poll()
        told = f"\n--- fmferry\n{self.threads_of(process)}\n--- fmsim, exit code {ended}\n"
        told += self.threads_of(simulator.process) if ended is None else ""
        process.kill()
        told += "\n--- stderr\n" + process.communicate()[1]
        try:
            return told + f"\n--- statistics\n{simulator.stats()}"
        except (OSError, AssertionError) as error:
            return told + f"\n--- the simulator does not answer: {error}"

    def kill_when(self, job, process, moment):
        """Waits for the moment, then kill -9. False when the run was quicker."""
        kind, number = moment
        if kind == "after":
            try:
                process.wait(number)
            except harness.subprocess.TimeoutExpired:
                pass
        else:
            goal = self.count(job, kind) + number
            end = time.monotonic() + 120
            while process.poll() is None and self.count(job, kind) < goal:
                time.sleep(0.002)
                if time.monotonic() > end:
                    raise AssertionError(f"it hangs, waiting for {number} more '{kind}':\n{self.where(job, process)}")
        was_running = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return was_running

    def cut_up(self, name, lots, kills):
        """One job, killed at every moment of `moments` and then finished; `kills` counts by kind of moment."""
        # The sessions of killed runs stay open for a quarter of an hour.
        simulator = self.make_simulator(RECORDS, "--latency-ms", 8, "--max-sessions", 1000, name=name + "-sim")
        job = self.make_job(simulator, name=name, pace={"page_size": 50})
        stored_before = []
        for moment in self.moments(lots):
            process = job.start("run", "--batch-size", "20")
            if self.kill_when(job, process, moment):
                kills[moment[0]] += 1
            stored = {row["record_id"] for row in job.events("stored")} if self.count(job, "stored") else set()
            stored_before.append((len(simulator.served()), stored))
        self.run_ok(job, "run")
        simulator.request("POST", "/_sim/down?seconds=1")  # ends the sessions that the killed ones left
        simulator.request("POST", "/_sim/down?seconds=0")

        events = [row["record_id"] for row in job.events("stored")]
        self.assertEqual(len(events), len(set(events)), "a record was stored twice")
        served = simulator.served()
        for at, stored in stored_before:
            again = {int(line["recordId"]) for line in served[at:]} & stored
            self.assertEqual(again, set(), "downloaded again after it was recorded as stored")
        self.assert_all_in_order(job, simulator.truth())
        return job

    def moments(self, lots):
        """When to kill: after some time, or when so many more events of a kind are in the ledger."""
        inventory = [("after", lots.uniform(0.01, 0.12)) for _ in range(2)]
        inventory += [("seen", lots.randint(1, 120)) for _ in range(3)]
        transfer = [each for _ in range(5) for each in (("stored", lots.randint(1, 20)), ("stamped", lots.randint(1, 20)),
                                                        ("after", lots.uniform(0.05, 0.4)))]
        link = [("linked", lots.randint(1, 40)) for _ in range(5)]
        end = [("after", lots.uniform(0.02, 0.15)) for _ in range(4)]
        return inventory + transfer + link + end

    def test_kills_change_nothing_about_the_end(self):
        seed = int(os.environ.get("FMF_SEED", "20240615"))
        print(f"FMF_SEED={seed}", flush=True)
        wanted, mod_ids = self.undisturbed()
        lots = random.Random(seed)
        kills = collections.Counter()
        # How many of the moments find a running program depends on the machine, so the number of jobs does, too.
        goal = int(os.environ.get("FMF_KILLS", "100"))
        for number in range(1, goal // 8 + 1):
            job = self.cut_up(f"killed-{number}", lots, kills)
            self.assert_same_state(self.end_state(job), wanted)
            self.assertEqual({record_id: mod_id for record_id, (_, mod_id) in job.simulator.edits().items()}, mod_ids,
                             "some record was written more than once")
            job.simulator.stop()
            harness.shutil.rmtree(job.folder)
            if kills.total() >= goal:
                break
        print(f"kills: {dict(kills)}", flush=True)
        self.assertGreaterEqual(kills.total(), goal)
        for kind in ("after", "seen", "stored", "stamped", "linked"):
            self.assertGreater(kills[kind], 0, f"never killed while it wrote '{kind}'")


class FallingSource(harness.EndToEnd):
    def test_a_source_that_falls_over_every_forty_downloads_costs_no_record_a_try(self):
        simulator = self.make_simulator(400, "--crash-after-downloads", 40, "--down", 1)
        job = self.make_job(simulator, pace={"first_wait": "200ms"})
        done = self.run_ok(job, "run")
        self.assertGreater(simulator.stats()["crashes"], 3)
        self.assert_all_in_order(job, simulator.truth())
        self.assertEqual(job.ledger("SELECT count(*) FROM record WHERE tries > 0")[0][0], 0, done)
        stored = [row["record_id"] for row in job.events("stored")]
        self.assertEqual(len(stored), len(set(stored)))

    def test_an_outage_that_outlasts_the_patience_ends_with_5_and_can_be_resumed(self):
        simulator = self.make_simulator(150, "--latency-ms", 5)
        job = self.make_job(simulator)
        process = job.start("run", "--patience", "3s")
        harness.wait_until(lambda: simulator.stats()["requests"]["container"] > 20, what="downloads")
        simulator.request("POST", "/_sim/down?seconds=600")
        done = job.finish(process)
        self.assertEqual(done.code, 5, done)
        self.assertEqual(job.ledger("SELECT count(*) FROM record WHERE tries > 0")[0][0], 0)
        simulator.request("POST", "/_sim/down?seconds=0")
        self.run_ok(job, "run")
        self.assert_all_in_order(job, simulator.truth())

    def test_status_in_another_terminal_says_what_a_run_waits_for(self):
        simulator = self.make_simulator(150, "--latency-ms", 5)
        job = self.make_job(simulator)
        note = job.folder / "fmferry.db.running"
        process = job.start("run")
        harness.wait_until(lambda: simulator.stats()["requests"]["container"] > 20, what="downloads")
        simulator.request("POST", "/_sim/down?seconds=600")

        def running():
            return job.run("status", "--json").json().get("running", "")
        harness.wait_until(lambda: "next try in" in running(), what="a run that tells of its wait")
        self.assertRegex(running(), r"of \d+ · source width \d+ of \d+: .+ at \d\d:\d\d:\d\d, next try in ")
        self.assertIn("a run is under way: ", job.run("status").out)
        self.assertEqual(note.stat().st_mode & 0o777, 0o600)
        process.kill()
        job.finish(process)
        self.assertTrue(note.exists())
        os.utime(note, (time.time() - 60, time.time() - 60))  # what a killed run left a minute ago
        self.assertEqual(running(), "")
        simulator.request("POST", "/_sim/down?seconds=0")
        self.run_ok(job, "run")
        self.assertFalse(note.exists())
        self.assertEqual(running(), "")
        self.assert_all_in_order(job, simulator.truth())


class Stopped(harness.EndToEnd):
    def begun(self, records=200, latency=20, name="sim"):
        simulator = self.make_simulator(records, "--latency-ms", latency, name=name)
        job = self.make_job(simulator, name=name + "-job")
        return simulator, job

    def wait_for_objects(self, job, number=10):
        harness.wait_until(lambda: (job.folder / "fmferry.db").exists() and job.ledger(
            "SELECT count(*) FROM sqlite_master WHERE name = 'event'")[0][0] and
            len(job.events("stored")) >= number, what=f"{number} objects")

    def test_sigint_and_sigterm_end_with_130_and_close_the_sessions(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                simulator, job = self.begun(name=number.name)
                process = job.start("run")
                self.wait_for_objects(job)
                process.send_signal(number)
                done = job.finish(process, timeout=20)
                self.assertEqual(done.code, 130, done)
                self.assertEqual(simulator.stats()["sessions_open"], 0)
                self.assertLess(len(job.objects()), 150)
                self.assertIn("interrupted", done.err)
                self.run_ok(job, "run")
                self.assert_all_in_order(job, simulator.truth())

    def test_a_stop_in_the_middle_of_a_login_leaves_no_session_behind(self):
        simulator, job = self.begun(records=100)
        simulator.set_faults("login hit 3 delay 1s\n")
        process = job.start("run")
        harness.wait_until(lambda: simulator.stats()["faults"][0]["hits"], what="the slow login")
        process.send_signal(signal.SIGINT)
        done = job.finish(process, timeout=20)
        self.assertEqual(done.code, 130, done)
        time.sleep(1.2)  # the server may still be at it
        self.assertEqual(simulator.stats()["sessions_open"], 0)
        self.assertEqual(simulator.stats()["sessions_opened"], 3)

    def test_a_second_sigint_ends_at_once(self):
        simulator, job = self.begun()
        simulator.set_faults("container always hold 1m\n")
        process = job.start("run")
        harness.wait_until(lambda: simulator.stats()["requests"]["container"] > 0, what="a download that hangs")
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        done = job.finish(process, timeout=10)
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(done.code, 130, done)
        simulator.set_faults("")

    def test_one_sigint_is_enough_while_a_download_hangs(self):
        simulator, job = self.begun(records=20)
        simulator.set_faults("container always hold 1m\n")
        process = job.start("run")
        harness.wait_until(lambda: simulator.stats()["requests"]["container"] > 0, what="a download that hangs")
        process.send_signal(signal.SIGINT)
        done = job.finish(process, timeout=15)
        self.assertEqual(done.code, 130, done)
        simulator.set_faults("")

    def test_a_time_limit_ends_with_10(self):
        simulator, job = self.begun()
        done = job.run("run", "--time-limit", "2s")
        self.assertEqual(done.code, 10, done)
        self.assertEqual(simulator.stats()["sessions_open"], 0)
        self.assertIn("time limit", done.err)
        self.run_ok(job, "run")
        self.assert_all_in_order(job, simulator.truth())

    def test_a_data_budget_ends_with_8(self):
        simulator, job = self.begun(latency=0)
        done = job.run("run", "--max-bytes", "50KB")
        self.assertEqual(done.code, 8, done)
        moved = job.ledger("SELECT sum(length) FROM record WHERE fate = 'moved'")[0][0]
        begun = 4 * max(line["bytes"] for line in simulator.served())  # a file that has begun is finished
        self.assertGreater(moved, 20000)
        self.assertLessEqual(sum(line["bytes"] for line in simulator.served()), 50000 + begun)
        self.assertEqual(simulator.stats()["sessions_open"], 0)
        self.run_ok(job, "run")
        self.assert_all_in_order(job, simulator.truth())

    def test_filemakers_own_data_limit_ends_with_8(self):
        simulator, job = self.begun(latency=0)
        simulator.set_faults("container hit 30 data limit\n")
        done = job.run("run")
        self.assertEqual(done.code, 8, done)
        self.assertEqual(simulator.stats()["faults"][0]["hits"], 1)

    def test_a_second_run_on_the_same_ledger_gets_11_and_touches_nothing(self):
        simulator, job = self.begun()
        process = job.start("run")
        self.wait_for_objects(job, 3)
        logins = simulator.stats()["requests"]["login"]
        second = job.run("run", "--limit", "1", "--width", "1")
        self.assertEqual(second.code, 11, second)
        self.assertEqual([line.split(":")[0] for line in second.err.splitlines()], ["fmferry"])
        status = job.run("status", "--json")
        self.assertEqual(status.code, 0, status)
        self.assertEqual(status.json()["source_count"], 200)
        self.assertLessEqual(simulator.stats()["requests"]["login"] - logins, 3, "the first run may still widen")
        done = job.finish(process)
        self.assertEqual(done.code, 3, done)
        self.assert_all_in_order(job, simulator.truth())

    def test_a_dry_run_writes_nothing(self):
        simulator, job = self.begun(records=120, latency=0)
        before = job.files()
        done = job.run("run", "--dry-run", "--json")
        self.assertEqual(done.code, 0, done)
        said = done.json()
        fates = self.expected_fates(simulator.truth())
        damaged = sum(1 for t in simulator.truth() if t["kind"] in ("cut-only", "zero-bytes"))
        self.assertEqual(said["source_count"], 120)
        self.assertEqual(said["would_move"], sum(1 for fate, _ in fates.values() if fate == "moved") + damaged)
        after = {name: what for name, what in job.files().items() if not name.startswith("store/.fmferry/")}
        self.assertEqual(before, after)
        self.assertEqual(simulator.edits(), {})
        self.assertEqual(simulator.stats()["requests"]["container"], 0)
        self.assertEqual(simulator.stats()["sessions_open"], 0)

        with self.subTest("in the middle of a job, for each phase"):
            done = job.run("run", "--limit", "30")
            self.assertIn(done.code, (0, 3), done)
            before, edits = job.files(), simulator.edits()
            for phase in ("run", "mark", "export", "link"):
                done = job.run(phase, "--dry-run", "--json")
                self.assertEqual(done.code, 0, done)
                self.assertTrue(done.json()["dry_run"])
                after = {name: what for name, what in job.files().items() if not name.startswith("store/.fmferry/")}
                # The last reader of a WAL may fold it into the file: the rows are the same.
                skipped = {"fmferry.db", "fmferry.db-wal", "fmferry.db-shm", "fmferry.db.lock"}
                self.assertEqual({n: w for n, w in before.items() if n not in skipped},
                                 {n: w for n, w in after.items() if n not in skipped}, phase)
                self.assertEqual(simulator.edits(), edits)


if __name__ == "__main__":
    harness.main()
