#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What leaves the house, what comes back after a loss, and what is undone."""
import hashlib
import pathlib
import subprocess
import sys

import harness

CHECK_BAG = pathlib.Path(__file__).with_name("check_bag.py")


class Custody(harness.EndToEnd):
    def moved_job(self, records=40, **changes):
        simulator = self.make_simulator(records)
        job = self.make_job(simulator, **changes)
        self.run_ok(job, "run")
        return simulator, job

    def exported(self, job, *words, name="handover", code=0):
        folder = job.folder / name
        return folder, self.run_ok(job, "ledger", "export", "--to", folder, "--json", *words, code=code)

    def bag_verdict(self, bag):
        done = subprocess.run([sys.executable, "-B", CHECK_BAG, bag], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def test_the_audit_lines_can_be_followed_by_anybody(self):
        _, job = self.moved_job()
        folder, done = self.exported(job)
        before, lines = "0" * 64, (folder / "audit.jsonl").read_text().splitlines()
        for line in map(harness.json.loads, lines[:-1]):
            record = "" if line["record_id"] is None else str(line["record_id"])
            texts = [before, str(line["seq"]), line["at"], line["run"], record, line["step"], line["detail"]]
            before = hashlib.sha256("".join(text + "\n" for text in texts).encode()).hexdigest()
            self.assertEqual(before, line["hash"])
        self.assertEqual(harness.json.loads(lines[-1]), {"end": True, "events": len(lines) - 1, "head": before})
        self.assertEqual((done.json()["head"], done.json()["events"]), (before, len(lines) - 1))
        manifest = harness.json.loads((folder / "manifest.json").read_text())
        self.assertEqual({row["record_id"]: (row["fate"], row.get("sha256")) for row in manifest},
                         {row["record_id"]: (row["fate"], row["sha256"]) for row in job.rows().values()})
        self.assertEqual((folder / "manifest.csv").read_bytes(), (job.folder / "manifest.csv").read_bytes())
        self.assertEqual({path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())}, {0})
        self.run_ok(job, "ledger", "check", "--file", folder / "audit.jsonl", code=0)

    def test_an_altered_missing_or_added_line_is_found_and_named(self):
        _, job = self.moved_job()
        folder, _ = self.exported(job)
        lines = (folder / "audit.jsonl").read_text().splitlines(keepends=True)
        altered = [*lines[:6], lines[6].replace('"at":"20', '"at":"19'), *lines[7:]]
        swapped = [*lines[:6], lines[7], lines[6], *lines[8:]]
        cases = {"altered": (altered, "line 7 .*was altered"), "missing": (lines[:6] + lines[7:], "line 7 "),
                 "swapped": (swapped, "line 7 "), "cut off": (lines[:-4], "the last lines are missing"),
                 "a tail is gone": (lines[:-4] + lines[-1:], f"line {len(lines) - 3} "),
                 "added": (lines + lines[-2:-1], f"line {len(lines) + 1} comes after the end"),
                 "half a line": (lines[:3] + [lines[3][:40] + "\n"] + lines[4:], "line 4 ")}
        for name, (text, names) in cases.items():
            with self.subTest(name):
                (job.folder / "spoilt.jsonl").write_text("".join(text))
                done = self.run_ok(job, "ledger", "check", "--file", job.folder / "spoilt.jsonl", "--json", code=1)
                self.assertRegex(done.json()["finding"], names)

    def test_a_bag_is_valid_for_others_and_says_what_was_moved(self):
        _, job = self.moved_job(store={"key": "a b/{id}%.{ext}"})
        for name, words in (("linked", []), ("copied", ["--copy"])):
            with self.subTest(name):
                bag, done = self.exported(job, "--bag", *words, name=name)
                objects = {path: path for path in job.store.rglob("*") if path.is_file()}
                self.assertEqual(self.bag_verdict(bag), (0, f"valid: {len(objects)} files\n"))
                self.assertEqual(done.json()["objects"], len(objects))
                self.assertEqual(done.json()["linked"], len(objects) if name == "linked" else 0)
                data = {str(path.relative_to(bag / "data")): harness.sha256_of(path)
                        for path in (bag / "data").rglob("*") if path.is_file()}
                self.assertEqual(data, job.objects())
                sums = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "../SHA256SUMS"],
                                      cwd=bag / "data", capture_output=True, text=True)
                self.assertEqual((sums.returncode, sums.stdout + sums.stderr), (0, ""))
        victim = next(path for path in (job.folder / "copied/data").rglob("*.jpg"))
        victim.write_bytes(victim.read_bytes() + b"x")
        self.assertEqual(self.bag_verdict(job.folder / "copied")[0], 1, "the validator is no yes-man")

    def test_no_bag_of_what_is_not_what_the_ledger_says(self):
        _, job = self.moved_job()
        victim = min(job.objects())
        (job.store / victim).write_bytes(b"something else")
        _, done = self.exported(job, "--bag", code=1)
        self.assertIn(victim, done.err)
        self.assertFalse((job.folder / "handover/bagit.txt").exists(), "what is not whole does not look so")

    def test_a_folder_that_is_in_use_is_left_alone(self):
        _, job = self.moved_job(20)
        (job.folder / "full").mkdir()
        (job.folder / "full/mine.txt").write_text("mine")
        self.exported(job, name="full", code=2)
        self.assertEqual([path.name for path in (job.folder / "full").iterdir()], ["mine.txt"])
        job.configure(store={"url": "s3://bucket"})
        self.exported(job, "--bag", code=2)


class Rebuild(harness.EndToEnd):
    def test_after_a_lost_ledger_nothing_happens_twice(self):
        simulator = self.make_simulator(120)
        job = self.make_job(simulator)
        self.run_ok(job, "run")
        before, state = job.rows(), self.end_state(job)
        self.run_ok(job, "ledger", "rebuild", code=2)
        for path in job.folder.glob("fmferry.db*"):
            path.unlink()
        requests, edits, dump = simulator.stats()["requests"], simulator.edits(), job.catalogue_dump()
        times = {key: (job.store / key).stat().st_mtime_ns for key in job.objects()}
        rebuilt = self.run_ok(job, "ledger", "rebuild", "--json", code=0).json()
        self.assertEqual([path.name for path in job.folder.glob("fmferry.db*")], ["fmferry.db"], "no draft is left")
        moved = {record_id for record_id, row in before.items() if row["fate"] == "moved"}
        linked = {record_id for record_id, row in before.items() if row["image_id"]}
        self.assertEqual((rebuilt["moved"], rebuilt["linked"], rebuilt["lost"], rebuilt["ambiguous"]),
                         (len(moved), len(linked), 0, 0))
        self.assertEqual(simulator.stats()["requests"]["container"], requests["container"], "nothing was fetched")
        for record_id in moved:
            for name in ("field", "key", "length", "sha256", "media_type", "width", "height", "mod_id",
                         "stamped_at", "image_id", "mark"):
                self.assertEqual(job.rows()[record_id][name], before[record_id][name], f"{record_id} {name}")
        self.run_ok(job, "run")
        self.assertEqual((simulator.edits(), job.catalogue_dump()), (edits, dump))
        self.assertEqual({key: (job.store / key).stat().st_mtime_ns for key in job.objects()}, times)
        self.assert_same_state(self.end_state(job), state)
        self.assert_all_in_order(job, simulator.truth())

    def test_what_is_not_stamped_or_has_no_object_is_left_to_the_next_run(self):
        simulator = self.make_simulator(60)
        job = self.make_job(simulator)
        self.run_ok(job, "run", "--limit", 20)
        victim = next(row for row in job.rows().values() if row["fate"] == "moved")
        (job.store / victim["key"]).unlink()
        for path in job.folder.glob("fmferry.db*"):
            path.unlink()
        rebuilt = self.run_ok(job, "ledger", "rebuild", "--json", code=0).json()
        self.assertEqual(rebuilt["lost"], 1)
        self.assertGreater(rebuilt["open"], 10)
        self.run_ok(job, "run")
        self.assert_fates(job, simulator.truth())
        self.assert_objects(job, simulator.truth())
        self.run_ok(job, "verify", "--deep", code=0)


class Unstamp(harness.EndToEnd):
    def moved_job(self, records=40):
        simulator = self.make_simulator(records)
        job = self.make_job(simulator)
        self.run_ok(job, "run")
        moved = [row for row in job.rows().values() if row["fate"] == "moved"]
        return simulator, job, moved

    def stamps(self, simulator):
        return {record_id for record_id, (fields, _) in simulator.edits().items() if fields.get("NexusExportDate")}

    def test_failed_objects_are_taken_up_again(self):
        simulator, job, moved = self.moved_job()
        lost, spoilt = moved[0], moved[1]
        (job.store / lost["key"]).unlink()
        (job.store / spoilt["key"]).write_bytes(b"spoilt")
        before = job.files(), simulator.edits()
        rehearsed = self.run_ok(job, "unstamp", "--failed", "--dry-run", "--json", code=0).json()
        self.assertEqual(rehearsed, {"dry_run": True, "would_unstamp": 2, "would_take_up": 2})
        self.assertEqual(simulator.edits(), before[1])
        self.run_ok(job, "unstamp", "--failed", code=2)
        self.assertEqual(simulator.edits(), before[1], "without --yes nobody was asked")
        report = self.run_ok(job, "unstamp", "--failed", "--yes", "--json", code=0).json()
        self.assertEqual(report, {"records": 2, "emptied": 2, "pending": 2, "left": 0})
        victims = {lost["record_id"], spoilt["record_id"]}
        self.assertEqual(self.stamps(simulator), {row["record_id"] for row in moved} - victims)
        self.assertEqual({job.rows()[each]["fate"] for each in victims}, {"pending"})
        self.assertEqual({event["record_id"] for event in job.events("unstamped")}, victims)
        self.run_ok(job, "ledger", "check", code=0)
        self.run_ok(job, "run")
        self.assert_all_in_order(job, simulator.truth())
        self.run_ok(job, "verify", "--deep", "--source", code=0)

    def test_all_stamps_are_taken_back_and_come_again(self):
        simulator, job, moved = self.moved_job()
        simulator.upload(moved[0]["record_id"], moved[0]["field"], "new.jpg", harness.large_jpeg(4000))
        fetched = simulator.stats()["requests"]["container"]
        report = self.run_ok(job, "unstamp", "--all", "--yes", "--json", code=0).json()
        self.assertEqual(report, {"records": len(moved), "emptied": len(moved), "pending": 1, "left": 0})
        self.assertEqual(self.stamps(simulator), set())
        self.assertEqual(simulator.stats()["requests"]["container"], fetched)
        self.run_ok(job, "run")
        self.assertEqual(self.stamps(simulator), {row["record_id"] for row in moved})
        self.assertEqual(job.rows()[moved[0]["record_id"]]["length"], 4000, "the edited one was fetched anew")
        self.run_ok(job, "verify", "--deep", "--source", code=0)

    def test_a_record_that_somebody_has_open_is_left(self):
        simulator, job, moved = self.moved_job()
        victim = moved[0]["record_id"]
        simulator.request("POST", f"/_sim/lock?recordId={victim}&on=1")
        report = self.run_ok(job, "unstamp", "--all", "--yes", "--json", code=3).json()
        self.assertEqual((report["emptied"], report["left"]), (len(moved) - 1, 1))
        self.assertEqual(self.stamps(simulator), {victim})
        self.assertEqual(job.rows()[victim]["fate"], "moved")

    def test_neither_or_both_is_refused(self):
        _, job, _ = self.moved_job(20)
        self.run_ok(job, "unstamp", "--yes", code=2)
        self.run_ok(job, "unstamp", "--all", "--failed", "--yes", code=2)


class Terminal(harness.EndToEnd):
    """What is asked when somebody sits there."""

    def test_a_password_is_asked_for_and_not_shown(self):
        simulator = self.make_simulator(20)
        job = self.make_job(simulator, source={"password": "prompt"})
        code, shown = self.talk(job, ["-q", "run", "--dry-run"], [("assword", harness.PASSWORD)])
        self.assertEqual(code, 0, shown)
        self.assertNotIn(harness.PASSWORD, shown)
        done = job.run("run")
        self.assertEqual(done.code, 7, done)
        self.assertIn("no terminal", done.err)

    def test_unstamp_asks_first(self):
        simulator = self.make_simulator(20)
        job = self.make_job(simulator)
        self.run_ok(job, "run")
        edits = simulator.edits()
        code, shown = self.talk(job, ["-q", "unstamp", "--all"], [("[y/N]", "n")])
        self.assertEqual((code, simulator.edits()), (130, edits), shown)
        code, shown = self.talk(job, ["-q", "unstamp", "--all"], [("[y/N]", "y")])
        self.assertEqual(code, 0, shown)
        self.assertNotEqual(simulator.edits(), edits)


if __name__ == "__main__":
    harness.main()
