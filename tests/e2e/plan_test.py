#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `plan` foretells against what `run` then does; runs that end at a line of bytes."""
import signal
import subprocess

import harness

# The layout with FileMaker's own lengths on it.
TELLING = {"source": {"layout": "API_Images_Checked"}, "record": {"length": "{container}_length"}}


class Base(harness.EndToEnd):
    def foreseen(self, truths):
        """recordId -> the container that a listing chooses, of the records that a run fetches."""
        fates = self.expected_fates(truths)
        fetched = {record_id for record_id, (fate, reasons) in fates.items()
                   if fate in ("moved", "corrupt") or "zero_bytes" in reasons}
        return {int(each["recordId"]): next(c for c in each["containers"] if c["state"] == "filled")
                for each in truths if int(each["recordId"]) in fetched}

    def undisturbed(self, records, **changes):
        """The end state of a run that nothing stopped."""
        simulator = self.make_simulator(records, name="calm-sim")
        job = self.make_job(simulator, name="calm", **changes)
        self.run_ok(job, "run")
        return self.end_state(job)

    @staticmethod
    def served_bytes(simulator):
        return sum(line["bytes"] for line in simulator.served())

    def assert_pending_untried(self, job):
        left = job.ledger("SELECT tries, fate FROM record WHERE fate NOT IN"
                          " ('moved', 'empty', 'refused', 'duplicate', 'corrupt')")
        self.assertGreater(len(left), 0)
        self.assertEqual({tuple(row) for row in left}, {(0, "pending")})


class Plan(Base):
    def plan(self, job, *words, code=0):
        return self.run_ok(job, "plan", "--json", *words, code=code).json()

    def assert_counts(self, said, truths):
        foreseen = self.foreseen(truths)
        self.assertEqual(said["source_count"], len(truths))
        self.assertEqual(said["to_move"]["records"], len(foreseen))
        by_field = {}
        for container in foreseen.values():
            by_field[container["field"]] = by_field.get(container["field"], 0) + 1
        self.assertEqual({name: part["records"] for name, part in said["to_move"]["containers"].items()}, by_field)
        pairs = sorted(sorted((int(t["recordId"]), int(t["duplicate_of"]))) for t in truths if "duplicate_of" in t)
        self.assertEqual(sorted(said["collisions"]), pairs)

    def assert_as_run(self, said, summary):
        """What was foretold is what became of the records; damage shows only when it is fetched."""
        fates, reasons = summary["fates"], summary["reasons"]
        zero = reasons.get("zero_bytes", 0)
        self.assertEqual(said["to_move"]["records"], fates["moved"] + fates["corrupt"] + zero)
        self.assertEqual(said["empty"], fates["empty"] - zero)
        self.assertEqual(said["duplicate"], fates["duplicate"])
        self.assertEqual(said["refused"]["records"], fates["refused"])
        self.assertEqual(said["refused"]["reasons"],
                         {name: reasons[name] for name in ("unreachable", "missing_id") if name in reasons})

    def test_what_it_says_is_what_a_run_then_does(self):
        simulator = self.make_simulator(500)
        job = self.make_job(simulator)
        truths = simulator.truth()
        before = job.files()
        said = self.plan(job)
        with self.subTest("nothing is written"):
            self.assertEqual(job.files(), before)
            self.assertFalse(job.store.exists())
            self.assertEqual(list((job.folder / "tmp").iterdir()), [])
            stats = simulator.stats()
            self.assertEqual(stats["requests"]["edit"], 0)
            self.assertEqual(simulator.edits(), {})
            self.assertEqual(stats["sessions_open"], 0)
            self.assertLessEqual(stats["peak_width"], 4)
        with self.subTest("the sample"):
            self.assertEqual(len(simulator.served()), 60)
            self.assertEqual((said["sample"]["records"], said["sample"]["failed"]), (60, 0))
            self.assertEqual(said["sample"]["bytes"], self.served_bytes(simulator))
            self.assertLessEqual(said["time"]["low"], said["time"]["seconds"])
            self.assertLessEqual(said["time"]["seconds"], said["time"]["high"])
        with self.subTest("counts"):
            self.assert_counts(said, truths)
            self.assertGreater(said["refused"]["records"], 3)
            self.assertGreater(len(said["collisions"]), 1)
        with self.subTest("bytes"):
            truth = sum(container["length"] for container in self.foreseen(truths).values())
            bytes_said = said["to_move"]["bytes"]
            self.assertFalse(bytes_said["exact"])
            self.assertLess(bytes_said["low"], bytes_said["high"])
            self.assertTrue(bytes_said["low"] <= truth <= bytes_said["high"], (bytes_said, truth))
            self.assertLess(bytes_said["high"] - bytes_said["low"], truth)
        with self.subTest("the same sample each time"):
            self.assertEqual(self.plan(job)["to_move"], said["to_move"])
        summary = self.run_ok(job, "run", "--json").json()
        self.assert_as_run(said, summary)
        self.assert_all_in_order(job, truths)
        with self.subTest("what is moved already"):
            before = {name: each for name, each in job.files().items() if not name.endswith(("-wal", "-shm"))}
            fetched = len(simulator.served())
            again = self.plan(job)
            self.assertEqual(again["moved"]["records"], summary["fates"]["moved"])
            self.assertEqual(again["moved"]["bytes"], summary["bytes_moved"])
            self.assertEqual(again["to_move"]["records"], 0)
            self.assertEqual(len(simulator.served()), fetched)
            after = {name: each for name, each in job.files().items() if not name.endswith(("-wal", "-shm"))}
            self.assertEqual(after, before)

    def test_where_filemaker_tells_lengths_they_add_up_exactly(self):
        simulator = self.make_simulator(300)
        job = self.make_job(simulator, **TELLING)
        truths = simulator.truth()
        said = self.plan(job, "--sample", "0")
        truth = sum(container["length"] for container in self.foreseen(truths).values())
        self.assertEqual(said["to_move"]["bytes"], {"estimate": truth, "low": truth, "high": truth, "exact": True})
        self.assertEqual(simulator.served(), [])
        self.assertEqual(said["time"], {"seconds": None, "low": None, "high": None})
        self.assert_counts(said, truths)
        with self.subTest("a sample for the speed"):
            said = self.plan(job)
            self.assertEqual(len(simulator.served()), 20)
            self.assertGreater(said["time"]["seconds"], 0)
            self.assertEqual(said["to_move"]["bytes"]["estimate"], truth)
        self.assert_as_run(said, self.run_ok(job, "run", "--json").json())

    def test_a_closed_file_tells_all_without_a_sample(self):
        file = self.folder / "Clinic.fmp12"
        simulator = self.make_simulator(150)
        subprocess.run([harness.FMSIM, "file", *simulator.clinic, "--out", file], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        job = self.make_job(simulator, catalogue=False, record={"parent": None, "mark": None, "stamp": None}, source={
            "kind": "file", "file": str(file), "table": "API_Images", "server": None, "database": None,
            "layout": None, "user": None, "password": None, "ca": None})
        said = self.plan(job, "--allowance", "1GB")
        self.assertEqual(said["sample"]["records"], 0)
        self.assertEqual(said["allowance"], {"counts": False})
        truth = sum(container["length"] for container in self.foreseen(simulator.truth()).values())
        self.assertEqual(said["to_move"]["bytes"], {"estimate": truth, "low": truth, "high": truth, "exact": True})
        summary = self.run_ok(job, "run", "--json").json()
        self.assert_as_run(said, summary)
        self.assertEqual(self.plan(job)["moved"]["bytes"], summary["bytes_moved"])

    def test_the_text_fits_a_screen_and_names_no_patient(self):
        simulator = self.make_simulator(300)
        job = self.make_job(simulator)
        done = self.run_ok(job, "plan", "--allowance", "1MB", code=0)
        self.assertLessEqual(len(done.out.splitlines()), 20, done)
        for words in ("way in: the Data API", "300  records in the source", "with 95 % confidence",
                      "keys would collide", "refused: ", "time ", "% of 1.0 MB", "Nothing was written"):
            self.assertIn(words, done.out)
        for truth in simulator.truth():
            if truth["id"]:
                self.assertNotIn(truth["id"], done.out + done.err)

    def test_a_sample_too_small_says_so(self):
        simulator = self.make_simulator(120)
        job = self.make_job(simulator)
        said = self.plan(job, "--sample", "5")
        self.assertEqual(len(simulator.served()), 5)
        self.assertIsNone(said["to_move"]["bytes"]["low"])
        self.assertGreater(said["to_move"]["bytes"]["estimate"], 0)
        self.assertIn("too few to tell", self.run_ok(job, "plan", "--sample", "5", code=0).out)

    def test_over_odata_containers_are_known_when_they_are_fetched(self):
        simulator = self.make_simulator(150)
        job = self.make_job(simulator, source={"kind": "odata", "layout": None, "table": "API_Images"})
        said = self.plan(job, "--allowance", "10MB")
        self.assertEqual(list(said["to_move"]["containers"]), [""])
        self.assertTrue(said["allowance"]["counts"])
        self.assertTrue(said["allowance"]["fits"])
        truth = sum(container["length"] for container in self.foreseen(simulator.truth()).values())
        self.assertTrue(said["to_move"]["bytes"]["low"] <= truth <= said["to_move"]["bytes"]["high"], said)

    def test_a_server_at_its_limit_ends_it_with_8(self):
        simulator = self.make_simulator(80)
        job = self.make_job(simulator)
        simulator.set_faults("container hit 5 data limit\n")
        done = self.run_ok(job, "plan", code=8)
        self.assertIn("data limit", done.err)
        self.assertEqual(done.out, "")

    def test_a_word_that_makes_no_sense_is_a_usage_error(self):
        simulator = self.make_simulator(1)
        job = self.make_job(simulator)
        for words in (["--allowance", "many"], ["--allowance", "0"], ["--sample", "-1"], ["--sample", "some"]):
            with self.subTest(words):
                self.run_ok(job, "plan", *words, code=2)
                self.run_ok(job, "run", "--allowance", "none", code=2)
        for key, value in (("allowance", "much"), ("allowance", "0"), ("allowance_from", "March")):
            with self.subTest(key):
                job.configure(source={"allowance": None, "allowance_from": None, key: value})
                self.assertIn(key, self.run_ok(job, "plan", code=2).err)


class Lines(Base):
    """Runs that end at a line, and the runs after them."""

    def run_on(self, job, *words, most=40):
        """The same command until it ends otherwise than with 8; how often that was."""
        for times in range(most):
            done = job.run("run", *words)
            if done.code != 8:
                self.assertEqual(done.code, 3, done)
                return times
            self.assertIn("is reached", done.err)
        raise AssertionError("it never came to its end")

    def test_max_bytes_is_kept_and_the_next_runs_finish(self):
        calm = self.undisturbed(150, **TELLING)
        simulator = self.make_simulator(150)
        job = self.make_job(simulator, **TELLING)
        done = job.run("run", "--max-bytes", "100KB")
        self.assertEqual(done.code, 8, done)
        self.assertIn("--max-bytes is reached", done.err)
        self.assertIn("the same command goes on from here", done.err)
        self.assertLessEqual(self.served_bytes(simulator), 100_000)
        self.assertGreater(self.served_bytes(simulator), 100_000 - 5 * 4096, "as far as files fit")
        self.assertEqual(simulator.stats()["sessions_open"], 0)
        self.assert_pending_untried(job)
        moved = job.ledger("SELECT count(*), count(nullif(stamped_at, '')) FROM record WHERE fate = 'moved'")[0]
        self.assertEqual(moved[0], moved[1])
        self.assertGreater(self.run_on(job, "--max-bytes", "100KB"), 1)
        self.assert_same_state(self.end_state(job), calm)
        self.assert_all_in_order(job, simulator.truth())

    def test_max_bytes_in_the_configuration(self):
        simulator = self.make_simulator(80)
        job = self.make_job(simulator, **TELLING, pace={"max_bytes": "50KB"})
        self.assertEqual(job.run("export").code, 8)
        self.assertLessEqual(self.served_bytes(simulator), 50_000)
        self.run_ok(job, "export", "--max-bytes", "10MB")

    def test_the_allowance_holds_over_all_runs(self):
        calm = self.undisturbed(150, **TELLING)
        simulator = self.make_simulator(150)
        job = self.make_job(simulator, record=TELLING["record"], source={**TELLING["source"], "allowance": "100KB"})
        self.assertEqual(job.run("run", "--limit", "10").code, 3)
        self.assertEqual(job.run("run").code, 8)
        served = self.served_bytes(simulator)
        self.assertGreater(served, 100_000 - 5 * 4096)
        with self.subTest("the same run again goes as far as files fit, and then begins none"):
            before = -1
            while before != served:
                before = served
                done = job.run("run")
                self.assertEqual(done.code, 8, done)
                served = self.served_bytes(simulator)
            self.assertIn(f"the allowance (--allowance) is reached: {served} of 100000 bytes", done.err)
            self.assertLessEqual(served, 100_000)
        with self.subTest("plan knows what was read before"):
            said = self.run_ok(job, "plan", "--sample", "0", "--json", code=0).json()
            self.assertEqual(said["allowance"]["read_before"], served)
            self.assertFalse(said["allowance"]["fits"])
        with self.subTest("another period"):
            job.configure(source={"allowance_from": "2020-01-01"})
            self.assertEqual(job.run("run").code, 8)
        self.assertEqual(job.run("run", "--allowance", "10MB").code, 3)
        self.assert_same_state(self.end_state(job), calm)

    def test_a_run_that_was_killed_counts_by_what_it_stored(self):
        simulator = self.make_simulator(150, "--latency-ms", "5")
        job = self.make_job(simulator, record=TELLING["record"], source={**TELLING["source"], "allowance": "10MB"})
        process = job.start("run")
        harness.wait_until(lambda: len(simulator.served()) > 40, what="some files")
        process.send_signal(signal.SIGKILL)
        job.finish(process)
        stored = job.ledger("SELECT sum(length) FROM record WHERE length IS NOT NULL")[0][0]
        said = self.run_ok(job, "plan", "--sample", "0", "--json", code=0).json()
        self.assertEqual(said["allowance"]["read_before"], stored)

    def test_the_limit_of_filemaker_in_mid_run_costs_nothing_but_time(self):
        calm = self.undisturbed(150)
        simulator = self.make_simulator(150)
        job = self.make_job(simulator)
        simulator.set_faults("container hit 60 data limit\n")
        done = job.run("run")
        self.assertEqual(done.code, 8, done)
        self.assertIn("(FileMaker code 953)", done.err)
        self.assertIn("the same command goes on from here when there is more", done.err)
        self.assertEqual(simulator.stats()["sessions_open"], 0)
        self.assert_pending_untried(job)
        served = {(int(each["recordId"])) for each in simulator.served() if each.get("complete", True)}
        moved = {row["record_id"] for row in job.ledger("SELECT record_id FROM record WHERE fate = 'moved'")}
        self.assertGreaterEqual(len(moved), len(served) - 4, "what had come was stored")
        # Only a new server forgets its limit.
        simulator.stop()
        simulator.start()
        simulator.set_faults("")
        self.run_ok(job, "run")
        state = self.end_state(job)
        self.assert_same_state({part: state[part] for part in state}, calm)


if __name__ == "__main__":
    harness.main()
