#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A whole job into a folder and a SQLite catalogue, against the clinic's own truth."""
import harness


class WholeJob(harness.EndToEnd):
    def test_every_record_ends_as_the_truth_says_and_a_second_run_changes_nothing(self):
        simulator = self.make_simulator(1200)
        job = self.make_job(simulator)
        truths = simulator.truth()
        summary = self.run_ok(job, "run", "--json").json()
        moved = self.assert_fates(job, truths)
        self.assertGreater(len(moved), 1100)

        with self.subTest("objects"):
            self.assert_objects(job, truths)
        with self.subTest("nothing stamped or marked but what was moved"):
            self.assert_source(job, truths)
        with self.subTest("corrected marks"):
            first = {int(t["recordId"]): next(c["field"] for c in t["containers"] if c["state"] == "filled")
                     for t in truths if t["kind"] == "cut-first"}
            edits = simulator.edits()
            self.assertGreater(len(first), 3)
            for record_id, damaged in first.items():
                self.assertNotEqual(edits[record_id][0]["best_image_container"], damaged)
        with self.subTest("catalogue"):
            orphans = self.assert_catalogue(job, truths)
            self.assertEqual(len(orphans), sum(1 for t in truths if t["kind"] == "missing-patient"))
            listed = self.run_ok(job, "list", "--reason", "no_parent", "--json", code=0).out
            self.assertEqual({harness.json.loads(line)["record_id"] for line in listed.splitlines()}, orphans)
        with self.subTest("manifest and sums"):
            self.assert_manifest(job)
            self.assert_sums_of_folder(job)
        with self.subTest("status"):
            status = self.run_ok(job, "status", "--json", code=0).json()
            self.assertEqual(status, summary)
            self.assertEqual(status["source_count"], len(truths))
            self.assertEqual(sum(status["fates"].values()), len(truths))
            self.assertTrue(status["adds_up"])
            self.assertEqual(status["fates"]["moved"], len(moved))
            self.assertEqual(status["stamped"], len(moved))
        stats = simulator.stats()
        with self.subTest("manners"):
            self.assertEqual(stats["sessions_open"], 0)
            self.assertLessEqual(stats["peak_width"], 4)
            self.assertLessEqual(stats["peak_sessions"], 4)
            self.assertEqual(stats["requests"]["edit"], len(moved), "one write a record")
        with self.subTest("ledger"):
            self.assert_chain(job)
            self.assertEqual(len(job.events("stored")), len(moved))

        with self.subTest("second run"):
            before = (job.objects(), job.catalogue_dump(), simulator.edits(), job.rows())
            self.run_ok(job, "run")
            after = (job.objects(), job.catalogue_dump(), simulator.edits(), job.rows())
            self.assertEqual(before[:3], after[:3])
            self.assertEqual({key: tuple(row)[:6] + tuple(row)[7:] for key, row in before[3].items()},
                             {key: tuple(row)[:6] + tuple(row)[7:] for key, row in after[3].items()})
            now = simulator.stats()
            self.assertEqual(now["requests"]["edit"], stats["requests"]["edit"])
            self.assertEqual(now["requests"]["container"], stats["requests"]["container"])
            self.assertEqual(now["sessions_open"], 0)
            self.run_ok(job, "ledger", "check", "--json", code=0).json()
        with self.subTest("verify"):
            report = self.run_ok(job, "verify", "--deep", "--json", code=0).json()
            self.assertEqual((report["ok"], report["hashed"]), (True, len(moved)))

    def test_damage_in_store_and_catalogue_is_found_by_verify(self):
        simulator = self.make_simulator(60)
        job = self.make_job(simulator)
        self.run_ok(job, "run")
        self.run_ok(job, "verify", "--deep", code=0)
        keys = sorted(job.objects())
        flipped = job.store / keys[0]
        data = bytearray(flipped.read_bytes())
        data[len(data) // 2] ^= 1
        flipped.chmod(0o600)
        flipped.write_bytes(data)
        (job.store / keys[1]).unlink()
        with harness.contextlib.closing(harness.sqlite3.connect(job.catalogue_path)) as database:
            database.execute("UPDATE images_image SET file_size = file_size + 1 WHERE s3_key = ?", (keys[2],))
            database.execute("DELETE FROM images_image WHERE s3_key = ?", (keys[3],))
            database.commit()
        report = self.run_ok(job, "verify", "--deep", "--json", code=1).json()
        self.assertEqual(report["findings"],
                         {"object_hash": 1, "object_missing": 1, "row_differs": 1, "row_missing": 1})

    def test_a_ledger_that_was_tampered_with_does_not_pass(self):
        simulator = self.make_simulator(40)
        job = self.make_job(simulator)
        self.run_ok(job, "run", code=3)
        self.assert_chain(job)
        good = (job.folder / "fmferry.db").read_bytes()
        for change in ("UPDATE event SET detail = replace(detail, '\"moved\"', '\"empty\"') WHERE step = 'stored'",
                       "UPDATE record SET fate = 'empty', reason = 'no_data' WHERE record_id = 101",
                       "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)"):
            with self.subTest(change):
                (job.folder / "fmferry.db").write_bytes(good)
                with harness.contextlib.closing(harness.sqlite3.connect(job.folder / "fmferry.db")) as database:
                    self.assertGreater(database.execute(change).rowcount, 0)
                    database.commit()
                self.assertEqual(self.run_ok(job, "ledger", "check", "--json", code=1).json()["ok"], False)

    def test_with_record_ids_in_the_key_both_of_two_records_with_one_id_are_moved(self):
        simulator = self.make_simulator(300)
        job = self.make_job(simulator, store={"key": "by-record/{recordId}/{id}.{ext}"})
        self.run_ok(job, "run")
        truths, rows, objects = simulator.truth(), job.rows(), job.objects()
        by_record = {int(t["recordId"]): t for t in truths}
        pairs = [(int(t["recordId"]), int(t["duplicate_of"])) for t in truths if "duplicate_of" in t]
        self.assertTrue(pairs)
        for record_id in (each for pair in pairs for each in pair):
            truth, row = by_record[record_id], rows[record_id]
            wanted = next(c for c in truth["containers"] if c["field"] == truth["choice"])
            self.assertEqual((row["fate"], row["sha256"]), ("moved", wanted["sha256"]))
            key = f"by-record/{record_id}/{truth['id']}.{wanted['true_extension']}"
            self.assertEqual(objects[key], wanted["sha256"])
            self.assertIn(record_id, simulator.edits())
        self.assertEqual(len(objects), sum(1 for row in rows.values() if row["fate"] == "moved"))


class Phases(harness.EndToEnd):
    def test_phases_one_by_one_end_where_run_ends(self):
        simulator = self.make_simulator(400)
        job = self.make_job(simulator)
        truths = simulator.truth()

        with self.subTest("mark --limit 10"):
            self.run_ok(job, "mark", "--limit", "10")
            self.assertEqual(len(simulator.edits()), 10)
            self.assertEqual(simulator.stats()["requests"]["edit"], 10)
            self.assertEqual(simulator.stats()["requests"]["container"], 0)
        with self.subTest("mark"):
            self.run_ok(job, "mark")
            edits = simulator.edits()
            self.assertEqual(simulator.stats()["requests"]["edit"], len(edits), "the first ten were not written again")
            filled = {int(t["recordId"]): [c["field"] for c in t["containers"] if c["state"] == "filled"]
                      for t in truths if t["fate"] in ("moved", "corrupt") or t["kind"] == "zero-bytes"}
            self.assertEqual({record_id: fields for record_id, (fields, _) in edits.items()},
                             {record_id: {"best_image_container": fields[0]}
                              for record_id, fields in filled.items()})
            self.assertFalse(job.store.exists() and any(job.store.rglob("*.jpg")))
        with self.subTest("mark again"):
            self.run_ok(job, "mark")
            self.assertEqual(simulator.edits(), edits)
        with self.subTest("export"):
            self.run_ok(job, "export")
            self.assert_fates(job, truths)
            self.assert_objects(job, truths)
            marked = {event["record_id"] for event in job.events("stamped")
                      if "mark" in harness.json.loads(event["detail"])}
            self.assertEqual(marked, {int(t["recordId"]) for t in truths
                                      if t["kind"] == "cut-first" and t["fate"] == "moved"})
            self.assertEqual(job.catalogue("SELECT count(*) FROM images_image")[0][0], 0)
        with self.subTest("link"):
            before = simulator.stats()["requests"]
            self.run_ok(job, "link")
            after = simulator.stats()["requests"]
            self.assertEqual((before["edit"], before["container"]), (after["edit"], after["container"]))
            self.assert_catalogue(job, truths)
        with self.subTest("all of it as run would have left it"):
            damaged = [int(t["recordId"]) for t in truths if t["kind"] in ("cut-only", "zero-bytes")]
            self.assert_source(job, truths, also_cleared=damaged)
            self.assert_manifest(job)
            self.assert_sums_of_folder(job)
            self.assert_chain(job)
            other = self.make_simulator(400, name="other")
            whole = self.make_job(other, name="whole")
            self.run_ok(whole, "run")
            state, wanted = self.end_state(job), self.end_state(whole)
            for record_id in damaged:
                state["source"].pop(record_id, None)
            self.assert_same_state(state, wanted)
        with self.subTest("run after that"):
            edits = simulator.edits()
            self.run_ok(job, "run")
            self.assertEqual(simulator.edits(), edits)

    def test_limits_take_so_many_and_leave_the_rest_pending(self):
        simulator = self.make_simulator(100)
        job = self.make_job(simulator)
        done = job.run("run", "--limit", "20", "--json")
        self.assertIn(done.code, (0, 3), done)
        self.assertEqual(done.json()["fates"]["moved"] + done.json()["fates"]["corrupt"], 20)
        self.assertGreater(done.json()["fates"]["pending"], 60)
        self.assertEqual(len(job.objects()), done.json()["fates"]["moved"])
        self.assertEqual(len(simulator.edits()), done.json()["fates"]["moved"])
        self.run_ok(job, "run")
        self.assert_all_in_order(job, simulator.truth())


if __name__ == "__main__":
    harness.main()
