#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Marks and stamps that are written through another way in than the bytes came."""
import harness


class Push(harness.EndToEnd):
    """What was moved without marks and stamps stands for a closed file, which takes none."""

    def moved_from_elsewhere(self, records=120):
        simulator = self.make_simulator(records)
        job = self.make_job(simulator, record={"mark": None, "stamp": None})
        self.run_ok(job, "run")
        self.assertEqual(simulator.edits(), {})
        with harness.contextlib.closing(harness.sqlite3.connect(job.folder / "fmferry.db")) as database:
            database.execute("UPDATE meta SET value = 'file:Clinic.fmp12/API_Images' WHERE name = 'source'")
            database.commit()
        job.configure(record={"mark": "best_image_container", "stamp": "NexusExportDate"})
        return simulator, job

    @staticmethod
    def files_of(job):
        """Without what SQLite keeps beside a ledger that was opened to read."""
        return {name: each for name, each in job.files().items() if not name.endswith(("-wal", "-shm"))}

    def test_stamps_from_the_ledger_end_where_a_run_from_the_server_ends(self):
        simulator, job = self.moved_from_elsewhere()
        truths = simulator.truth()
        moved = len(self.chosen(truths))
        fetched = simulator.stats()["requests"]["container"]
        with self.subTest("the server alone is another job"):
            self.assertIn("another job", self.run_ok(job, "run", code=2).err)
        with self.subTest("dry run"):
            before = self.files_of(job)
            self.assertEqual(self.run_ok(job, "stamp", "--from-ledger", "--dry-run", "--json", code=0).json(),
                             {"dry_run": True, "would_stamp": moved})
            self.assertEqual(self.files_of(job), before)
            self.assertEqual(simulator.edits(), {})
        with self.subTest("stamp"):
            summary = self.run_ok(job, "stamp", "--from-ledger", "--json").json()
            self.assertEqual(summary["stamped"], moved)
            self.assert_source(job, truths)
            self.assertEqual(simulator.stats()["requests"]["edit"], moved)
            self.assertEqual(simulator.stats()["requests"]["container"], fetched)
            self.assertEqual(len(job.events("stamped")), moved)
        with self.subTest("again"):
            self.run_ok(job, "stamp", "--from-ledger")
            self.assertEqual(simulator.stats()["requests"]["edit"], moved)
        with self.subTest("a run from the server finds nothing to do"):
            self.run_ok(job, "run")
            self.assertEqual(simulator.stats()["requests"]["container"], fetched)
            self.assert_all_in_order(job, truths)

    def test_a_picture_replaced_since_is_fetched_from_the_server(self):
        simulator, job = self.moved_from_elsewhere()
        record_id = min(self.chosen(simulator.truth()))
        data = harness.large_jpeg(20_000)
        simulator.upload(record_id, "image_Full", "new.jpg", data)
        self.run_ok(job, "stamp", "--from-ledger")
        self.assertEqual(job.rows()[record_id]["fate"], "pending")
        self.assertNotIn("NexusExportDate", simulator.edits().get(record_id, ({}, 0))[0])
        self.run_ok(job, "run")
        row = job.rows()[record_id]
        self.assertEqual((row["fate"], row["sha256"]), ("moved", harness.hashlib.sha256(data).hexdigest()))
        self.assertNotEqual(row["stamped_at"], "")
        self.assert_chain(job)

    def test_marks_alone(self):
        simulator, job = self.moved_from_elsewhere()
        chosen = self.chosen(simulator.truth())
        dry = self.run_ok(job, "mark", "--push-marks", "--dry-run", "--json", code=0).json()
        self.assertEqual(dry, {"dry_run": True, "would_mark": len(chosen)})
        self.run_ok(job, "mark", "--push-marks")
        self.assertEqual({record_id: fields for record_id, (fields, _) in simulator.edits().items()},
                         {record_id: {"best_image_container": c["field"]} for record_id, c in chosen.items()})
        self.run_ok(job, "stamp", "--from-ledger")
        self.assert_source(job, simulator.truth())
        self.assert_chain(job)

    def test_what_is_missing_is_said_at_once(self):
        simulator = self.make_simulator(10)
        job = self.make_job(simulator)
        self.assert_refused(job, job.run("stamp", "--from-ledger"), 2, "no ledger yet")
        self.assertEqual(job.run("stamp").code, 2, "not without saying from where")
        job.configure(record={"stamp": None, "mark": None})
        self.assert_refused(job, job.run("stamp", "--from-ledger"), 2, "stamp is not configured")
        self.assert_refused(job, job.run("mark", "--push-marks"), 2, "mark is not configured")


if __name__ == "__main__":
    harness.main()
