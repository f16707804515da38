#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What verify finds: each kind of damage is made by other hands, and must be found and named."""
import harness


class Verify(harness.EndToEnd):
    def moved_job(self, records=60, script="", **changes):
        simulator = self.make_simulator(records)
        if script:
            simulator.set_faults(script)
        job = self.make_job(simulator, **changes)
        self.run_ok(job, "run")
        simulator.set_faults("")
        return simulator, job

    def findings(self, job, *words, code):
        report = self.run_ok(job, "verify", "--json", *words, code=code).json()
        listed = {(each["kind"], each.get("record_id"), each.get("key")) for each in report["list"]}
        self.assertEqual(sum(report["findings"].values()), len(report["list"]) + report["unlisted"])
        return report, listed

    def change_catalogue(self, job, *statement):
        with harness.contextlib.closing(harness.sqlite3.connect(job.catalogue_path)) as database:
            self.assertGreater(database.execute(*statement).rowcount, 0)
            database.commit()

    def test_nothing_is_found_and_nothing_is_changed_where_all_is_well(self):
        simulator, job = self.moved_job()
        before = job.files(), simulator.edits()
        for words in ([], ["--deep"], ["--source"], ["--offline"], ["--sample", "20%", "--source"]):
            with self.subTest(words):
                report, _ = self.findings(job, *words, code=0)
                self.assertEqual((report["verdict"], report["ok"], report["findings"]), ("OK", True, {}))
        files = {name: value for name, value in job.files().items() if not name.endswith(("-shm", "-wal"))}
        self.assertEqual((files, simulator.edits()),
                         ({n: v for n, v in before[0].items() if not n.endswith(("-shm", "-wal"))}, before[1]))
        self.assertEqual(simulator.stats()["sessions_open"], 0)

    def test_a_byte_flipped_in_transit_is_found_at_the_source_alone(self):
        # Nothing but FileMaker's own bytes can tell: the ledger and the store agree on the flipped ones.
        simulator, job = self.moved_job(script="container 101 hit 1 flip byte at 60%\n")
        row = job.rows()[101]
        truth = next(t for t in simulator.truth() if t["recordId"] == "101")
        held = next(c for c in truth["containers"] if c["field"] == row["field"])
        self.assertNotEqual(row["sha256"], held["sha256"], "the fault did its work")
        self.findings(job, "--deep", code=0)
        report, listed = self.findings(job, "--source", code=1)
        self.assertEqual(report["verdict"], "FAILURE")
        self.assertEqual(listed, {("source_hash", 101, row["key"])})

    def test_file_makers_own_md5_and_length_find_it_without_fetching(self):
        simulator, job = self.moved_job(script="container 101 hit 1 flip byte at 60%\n",
                                        source={"layout": "API_Images_Checked"},
                                        record={"md5": "{container}_md5", "length": "{container}_length"})
        fetched = simulator.stats()["requests"]["container"]
        report, listed = self.findings(job, "--deep", code=1)
        moved = sum(row["fate"] == "moved" for row in job.rows().values())
        self.assertEqual((report["md5s"], report["lengths"]), (moved, moved))
        self.assertEqual(listed, {("source_md5", 101, job.rows()[101]["key"])})
        self.assertEqual(simulator.stats()["requests"]["container"], fetched)

    def test_a_swapped_object_a_deleted_row_and_an_orphan_are_named(self):
        _, job = self.moved_job()
        rows = sorted((row for row in job.rows().values() if row["image_id"]), key=lambda row: row["key"])
        one, two, lost, gone = rows[:4]
        a, b = (job.store / one["key"]).read_bytes(), (job.store / two["key"]).read_bytes()
        (job.store / one["key"]).write_bytes(b)
        (job.store / two["key"]).write_bytes(a)
        self.change_catalogue(job, "DELETE FROM images_image WHERE s3_key = ?", (lost["key"],))
        (job.store / gone["key"]).unlink()
        stray = harness.KEY_FOLDER + "nobody.jpg"
        (job.store / stray).write_bytes(b"JPEG of nobody")
        combined = job.folder / "combined.txt"
        report, listed = self.findings(job, "--deep", "--combined", combined, code=1)
        for row in (one, two):
            self.assertTrue({("object_hash", row["record_id"], row["key"]),
                             ("object_length", row["record_id"], row["key"])} & listed, row["record_id"])
        self.assertLessEqual({("row_missing", lost["record_id"], lost["key"]),
                              ("object_missing", gone["record_id"], gone["key"]), ("orphan", None, stray)}, listed)
        self.assertEqual(len(listed), 5)
        lines = dict(reversed(line.split(" ", 1)) for line in combined.read_text().splitlines())
        wanted = {row["key"]: "=" for row in job.rows().values() if row["fate"] == "moved"}
        wanted.update({one["key"]: "*", two["key"]: "*", lost["key"]: "*", gone["key"]: "-", stray: "+"})
        self.assertEqual(lines, wanted)
        self.assertEqual(combined.stat().st_mode & 0o777, 0o600)
        done = job.run("verify", "--deep", "--combined", "-")
        self.assertEqual({line for line in done.out.splitlines()}, {f"{s} {k}" for k, s in wanted.items()})
        self.assertEqual(done.err.splitlines()[-1], "FAILURE")

    def test_four_kinds_of_damage_in_one_job_are_each_found_and_named(self):
        """A byte corrupted in transit, a swapped object, a deleted row, an altered line of the ledger."""
        _, job = self.moved_job(script="container 101 hit 1 flip byte at 60%\n")
        flipped = job.rows()[101]
        rows = sorted((row for row in job.rows().values() if row["image_id"] and row["record_id"] != 101),
                      key=lambda row: row["key"])
        one, two, lost = rows[:3]
        a, b = (job.store / one["key"]).read_bytes(), (job.store / two["key"]).read_bytes()
        (job.store / one["key"]).write_bytes(b)
        (job.store / two["key"]).write_bytes(a)
        self.change_catalogue(job, "DELETE FROM images_image WHERE s3_key = ?", (lost["key"],))
        report, listed = self.findings(job, "--deep", "--source", code=1)
        self.assertEqual(report["verdict"], "FAILURE")
        self.assertIn(("source_hash", 101, flipped["key"]), listed)
        self.assertIn(("row_missing", lost["record_id"], lost["key"]), listed)
        for row in (one, two):
            self.assertTrue({("object_hash", row["record_id"], row["key"]),
                             ("object_length", row["record_id"], row["key"])} & listed, row["record_id"])
        self.assertEqual({each[1] for each in listed}, {101, one["record_id"], two["record_id"], lost["record_id"]})

        self.run_ok(job, "ledger", "check", code=0)
        seq = job.events("stored")[5]["seq"]
        with harness.contextlib.closing(harness.sqlite3.connect(job.folder / "fmferry.db")) as database:
            database.execute("UPDATE event SET at = '2001-01-01T00:00:00Z' WHERE seq = ?", (seq,))
            database.commit()
        found = self.run_ok(job, "ledger", "check", "--json", code=1).json()
        self.assertRegex(found["finding"], rf"\b{seq}\b")

    def test_a_row_whose_object_nobody_has_is_named(self):
        _, job = self.moved_job()
        other = job.catalogue("SELECT id FROM images_image ORDER BY id LIMIT 1")[0]["id"]
        with harness.contextlib.closing(harness.sqlite3.connect(job.catalogue_path)) as database:
            database.row_factory = harness.sqlite3.Row
            row = dict(database.execute("SELECT * FROM images_image WHERE id = ?", (other,)).fetchone())
            row.update(id="f" * 32, s3_key=harness.KEY_FOLDER + "never.jpg", filemaker_id="e" * 32, order=999)
            names = ", ".join(f'"{name}"' for name in row)
            database.execute(f"INSERT INTO images_image({names}) VALUES({', '.join('?' * len(row))})",
                             list(row.values()))
            database.commit()
        report, _ = self.findings(job, code=1)
        self.assertEqual(report["findings"], {"row_without_object": 1})
        self.assertEqual(report["list"][0]["image_id"], "-".join(("f" * 8, "f" * 4, "f" * 4, "f" * 4, "f" * 12)))

    def test_what_people_did_at_the_source_since_is_a_warning(self):
        simulator, job = self.moved_job()
        moved = sorted(row["record_id"] for row in job.rows().values() if row["fate"] == "moved")
        simulator.upload(moved[0], job.rows()[moved[0]]["field"], "new.jpg", harness.large_jpeg(5000))
        simulator.request("POST", f"/_sim/delete?recordId={moved[1]}")
        simulator.request("POST", "/_sim/append")
        report, _ = self.findings(job, "--source", code=3)
        self.assertEqual(report["verdict"], "WARNING")
        self.assertEqual(report["findings"],
                         {"source_changed": 1, "source_replaced": 1, "source_gone": 1, "source_new": 1})

    def test_a_sample_is_the_same_for_one_seed(self):
        _, job = self.moved_job()
        one, two, other = (self.findings(job, "--sample", "30%", "--seed", seed, code=0)[0] for seed in (5, 5, 6))
        self.assertEqual(one, two)
        self.assertEqual((one["seed"], one["sample"]), (5, 0.3))
        moved = sum(row["fate"] == "moved" for row in job.rows().values())
        self.assertTrue(0 < one["hashed"] < moved, one)
        self.assertIn("--seed", self.run_ok(job, "verify", "--sample", "5%", code=0).out)

    def test_wishes_that_make_no_sense_are_refused(self):
        _, job = self.moved_job(20)
        for words in (["--sample", "0%"], ["--sample", "many"], ["--source", "--offline"],
                      ["--combined", "-", "--json"], ["--seed", "4"]):
            with self.subTest(words):
                self.run_ok(job, "verify", *words, code=2)

    def test_a_ledger_of_another_table_is_not_compared(self):
        _, job = self.moved_job(20)
        job.configure(source={"layout": "API_Images_Checked"})
        done = self.run_ok(job, "verify", code=2)
        self.assertIn("another job", done.err)


if __name__ == "__main__":
    harness.main()
