#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A source that misbehaves, and what must not leak while it does."""
import hashlib
import re

import harness

FAULTS = harness.TOP / "tests/faults"


class Mischief(harness.EndToEnd):
    def undisturbed(self, records, **changes):
        simulator = self.make_simulator(records, name="calm-sim")
        job = self.make_job(simulator, name="calm", **changes)
        self.run_ok(job, "run")
        state = self.end_state(job)
        simulator.stop()
        return state

    def disturbed(self, records, script, *options, name="sim", **changes):
        simulator = self.make_simulator(records, *options, name=name)
        job = self.make_job(simulator, **changes)
        if script:
            simulator.set_faults(script)
        # What fails at the very start, before the server has answered once, is said at once: exit code 5.
        done = job.run("run")
        if done.code == 5 and "login" in script:
            done = job.run("run")
        self.assertEqual(done.code, 3, done)
        for rule in simulator.stats()["faults"]:
            self.assertGreater(rule["hits"], 0, f"never used, so not tested: {rule['rule']}")
        return simulator, job, done

    def assert_no_harm(self, records, script, *options, tries=0, name="sim", **changes):
        """The end is that of a run without faults; only faults of a record's own may cost it a try."""
        simulator, job, done = self.disturbed(records, script, *options, name=name, **changes)
        simulator.set_faults("")
        self.assert_same_state(self.end_state(job), self.undisturbed(records, **changes))
        self.assert_all_in_order(job, simulator.truth())
        self.assertLessEqual(job.ledger("SELECT max(tries) FROM record")[0][0], tries, done)
        return simulator, job

    def script(self, name):
        """A flipped bit that leaves a picture's structure alone can be seen by nobody: FileMaker has no checksum."""
        return "".join(line + "\n" for line in (FAULTS / name).read_text().splitlines() if "flip" not in line)

    def test_bodies_cut_short_with_and_without_a_length(self):
        # Far enough apart that the second look at the same picture comes through.
        script = "".join(f"container hit {n} cut after {n % 50 + 20}%{without}\n"
                         for n, without in zip(range(7, 150, 14), ["", " without length"] * 8))
        self.assert_no_harm(150, script, tries=1)

    def test_a_tiff_cut_short_without_a_length(self):
        simulator = self.make_simulator(200)
        tiff = next(t for t in simulator.truth() if t["kind"] == "tiff" and t["fate"] == "moved")
        self.assert_no_harm(
            200, f"container {tiff['recordId']}/{tiff['choice']} hit 1 cut after 60% without length\n", name="sim-2")

    def test_a_web_page_instead_of_a_picture(self):
        self.assert_no_harm(150, "container every 11 reply 200 html\n", tries=4)

    def test_urls_that_are_stale(self):
        self.assert_no_harm(150, "container every 6 stale url\nredirect every 13 drop cookie\n", tries=4)

    def test_sessions_that_expire(self):
        self.assert_no_harm(150, "any every 60 expire sessions\n", tries=4)

    def test_control_characters_in_json(self):
        _, job, _ = self.disturbed(150, "records every 2 control characters\nrecord every 5 control characters\n")
        state, wanted = self.end_state(job), self.undisturbed(150)
        categories = [row["category"] for row in job.catalogue("SELECT category FROM images_image")]
        self.assertTrue(any(re.search(r"[\x00-\x1f]", each) for each in categories), "told as they came")
        for part in ("objects", "source", "manifest"):
            self.assertEqual(state[part], wanted[part], part)

    def test_records_that_are_dirty_by_themselves(self):
        simulator, job, _ = self.disturbed(150, "", "--dirty-json")
        self.assert_fates(job, simulator.truth())
        self.assert_objects(job, simulator.truth())

    def test_bursts_of_502(self):
        self.assert_no_harm(200, "any hits 80..84 reply 502\nany hits 300..303 reply 503\n")

    def test_every_listing_page_fails_once(self):
        self.assert_no_harm(200, "".join(f"records hit {n} reply 502\n" for n in (3, 5, 7)), pace={"page_size": 50})

    def test_writes_whose_answer_is_lost(self):
        simulator, job = self.assert_no_harm(150, "edit every 4 apply then drop reply\n", tries=4)
        calm = harness.Simulator(self.folder / "calm-sim", 150)
        self.addCleanup(calm.stop)
        self.assertEqual({r: m for r, (_, m) in simulator.edits().items()},
                         {r: m for r, (_, m) in calm.edits().items()}, "no record was written twice")

    def test_connections_that_drop(self):
        self.assert_no_harm(150, "any every 17 drop connection\n", tries=4)

    def test_a_source_that_cannot_bear_four_at_a_time(self):
        simulator, _ = self.assert_no_harm(150, "", "--max-width", 2)
        self.assertGreater(simulator.stats()["peak_width"], 1)

    def test_a_rough_afternoon(self):
        self.assert_no_harm(150, self.script("rough-afternoon.fault"), tries=4)

    def test_wandering_redirects(self):
        simulator, job = self.assert_no_harm(100, self.script("wandering-redirects.fault"), tries=4)

    def test_bytes_that_look_whole_and_are_not_are_never_believed_at_once(self):
        pages = "".join(f"container hit {n} reply 200 html\n" for n in range(5, 200, 13))
        cuts = "".join(f"container hit {n} cut after {n % 40 + 30}% without length\n" for n in range(11, 200, 13))
        self.assert_no_harm(200, pages + cuts, tries=4)

    def test_a_server_that_is_down_at_the_very_start_is_waited_for(self):
        simulator = self.make_simulator(30)
        job = self.make_job(simulator)
        simulator.request("POST", "/_sim/down?seconds=600")
        done = job.run("run", "--patience", "1s")
        self.assertEqual(done.code, 5, done)
        self.assertRegex(done.err.splitlines()[-1], "^fmferry: .*kept failing")
        simulator.request("POST", "/_sim/down?seconds=3")
        self.run_ok(job, "run")

    def test_a_picture_that_is_replaced_while_it_is_fetched(self):
        simulator = self.make_simulator(60)
        job = self.make_job(simulator)
        simulator.set_faults("edit 101 hit 1 hold 2s\n")
        data = harness.large_jpeg(30_000)
        process = job.start("run")
        harness.wait_until(lambda: any(line["recordId"] == "101" for line in simulator.served()), what="101's download")
        simulator.upload(101, "image_Full", "new.jpg", data)
        self.assertEqual(job.finish(process).code, 3)
        row = job.rows()[101]
        sha256 = hashlib.sha256(data).hexdigest()
        stored = job.objects()[row["key"]]
        self.assertEqual((row["fate"], row["sha256"]), ("moved", stored))
        if stored != sha256:  # the stamp came before the upload did
            self.assertEqual(row["changed_since"], 1)
            self.fail("the fault that holds the stamp back did not work")
        self.assertIn("NexusExportDate", simulator.edits()[101][0])

    def test_a_table_that_changes_while_it_is_read(self):
        script = ("records hit 3 delete record at position 2\nrecords hit 3 append record\n"
                  "records hit 4 append record\nrecords hit 5 delete record 110\n")
        simulator, job, _ = self.disturbed(300, script, pace={"page_size": 50})
        there = set(simulator.field_data())
        self.assertEqual(len(there), 300)
        rows = job.rows()
        self.assertEqual(set(rows), there)
        self.assertNotIn("pending", {row["fate"] for row in rows.values()})
        status = job.run("status", "--json").json()
        self.assertEqual((status["source_count"], status["adds_up"]), (300, True))
        self.assert_manifest_has(job, there)
        self.assert_chain(job)

    def assert_manifest_has(self, job, there):
        self.assertLessEqual(there, set(job.manifest()))

    def test_a_record_deleted_and_one_added_after_the_job(self):
        simulator = self.make_simulator(80)
        job = self.make_job(simulator)
        self.run_ok(job, "run")
        before = job.objects()
        victim = min(job.rows())
        simulator.request("POST", f"/_sim/delete?recordId={victim}")
        simulator.request("POST", "/_sim/append")
        self.run_ok(job, "run")
        self.assertEqual(set(job.rows()), set(simulator.field_data()))
        self.assertLessEqual(set(before), set(job.objects()), "nothing is deleted from the store")
        status = job.run("status", "--json").json()
        self.assertEqual((status["gone"], status["gone_moved"], status["adds_up"]), (1, 1, True))

    def test_a_record_that_somebody_has_open(self):
        simulator = self.make_simulator(40)
        job = self.make_job(simulator)
        simulator.request("POST", "/_sim/lock?recordId=101&on=1")
        self.run_ok(job, "run")
        self.assertEqual(job.rows()[101]["fate"], "moved")
        self.assertEqual(job.rows()[101]["stamp_problem"], "write_refused")
        self.assertNotIn(101, simulator.edits())
        simulator.request("POST", "/_sim/lock?recordId=101&on=0")
        containers = simulator.stats()["requests"]["container"]
        self.run_ok(job, "run")
        self.assert_all_in_order(job, simulator.truth())
        self.assertEqual(simulator.stats()["requests"]["container"], containers, "not fetched again")

    def test_a_picture_that_never_comes_whole_is_quarantined_and_retry_takes_it_up(self):
        simulator = self.make_simulator(40)
        job = self.make_job(simulator, pace={"tries": 2})
        simulator.set_faults("container 101 always cut after 50%\n")
        self.run_ok(job, "run")
        row = job.rows()[101]
        self.assertEqual((row["fate"], row["reason"]), ("quarantined", "fetch_failed"))
        self.assertNotIn(101, simulator.edits())
        simulator.set_faults("")
        self.run_ok(job, "run")
        self.assertEqual(job.rows()[101]["fate"], "quarantined", "only retry takes it up")
        self.run_ok(job, "retry")
        self.assert_all_in_order(job, simulator.truth())


class Privacy(harness.EndToEnd):
    def test_nothing_that_names_a_patient_or_opens_a_door_is_written_down(self):
        simulator = self.make_simulator(150, "--crash-after-downloads", 60, "--down", 1)
        job = self.make_job(simulator)
        simulator.set_faults((FAULTS / "rough-afternoon.fault").read_text().replace("login                         hit 1", "login hit 2") +
                             "redirect every 20 location unreachable\nany every 90 drop connection\n"
                             "container 101 always cut after 50%\nrecord 105 hits 1..3 reply 500 json 812\n")
        # A file that somebody named after a patient.
        simulator.upload(108, "image_Full", "Planted-Patient 1987.jpg", harness.large_jpeg(9000))
        texts = {}
        for words in (["-v", "run"], ["-v", "run", "--json"], ["-v", "retry"], ["-v", "list"], ["-v", "status"],
                      ["-v", "verify", "--deep"], ["-v", "report"], ["-v", "ledger", "check"],
                      ["-v", "run", "--dry-run"], ["-v", "list", "--json"], ["-v", "status", "--json"],
                      ["-v", "verify", "--source", "--json"], ["-v", "verify", "--combined", "combined.txt"],
                      ["-v", "verify", "--sample", "20%", "--source"], ["-v", "ledger", "export", "--to", "handover"],
                      ["-v", "unstamp", "--all", "--dry-run"], ["-v", "unstamp", "--failed", "--yes", "--json"]):
            done = job.run(*words)
            texts[" ".join(words) + " stdout"] = done.out
            texts[" ".join(words) + " stderr"] = done.err
        job.environment["FMSIM_PASSWORD"] = "wrong-password-here"
        done = job.run("-v", "run")
        self.assertEqual(done.code, 7, done)
        texts["wrong password"] = done.out + done.err
        self.assertGreater(len(texts["-v run stderr"]), 500, "with -v and faults there is something to say")

        wanted = {"fmferry.db", "manifest.csv", "SHA256SUMS"}
        written = self.written_by(job)
        self.assertLessEqual(wanted, {path.name for path in written})
        texts.update(self.texts_of(written))
        self.assert_private(texts, self.patients_of(job))

    def test_nor_by_the_other_commands(self):
        """Those that take up a lost ledger, move in steps, or read a closed file."""
        simulator = self.make_simulator(60)
        job = self.make_job(simulator)
        file = job.folder / "Clinic.fmp12"
        harness.subprocess.run([harness.FMSIM, "file", "--records", "60", "--out", file, "--truth", self.folder / "truth"],
                               check=True, capture_output=True)
        texts = {}

        def note(*words):
            done = job.run("-v", *words)
            self.assertIn(done.code, (0, 3), done)
            texts[" ".join(map(str, words))] = done.out + done.err

        for words in (["mark"], ["export"], ["link"], ["report"]):
            note(*words)
        for path in job.folder.glob("fmferry.db*"):
            path.unlink()
        note("ledger", "rebuild")
        note("ledger", "export", "--to", "handover", "--bag")
        # Of a closed file, ledger and manifest keep the original names, as the manual says; nothing else does.
        backup = self.make_job(simulator, name="with-backup", source={"backup": str(file)})
        done = backup.run("-v", "run")
        texts["run with a backup"] = done.out + done.err
        self.assertIn(done.code, (0, 3), done)
        for words in (["inspect"], ["inspect", "--check", "--json"], ["export", "--to", "out"]):
            command = [harness.FMFERRY, "-v", words[0], file, *words[1:]]
            done = harness.subprocess.run(command, cwd=self.folder, env=job.environment, capture_output=True, text=True)
            self.assertIn(done.returncode, (0, 3), done.stderr)
            texts[" ".join(words)] = done.stdout + done.stderr
        texts.update(self.texts_of(self.written_by(job)))
        self.assert_private(texts, self.patients_of(job))

    # Copies of what is the clinic's own, and what its tests made.
    NOT_OURS = {"catalogue.db", "fmferry.toml", "Clinic.fmp12"}

    def written_by(self, job):
        return {path for path in job.folder.rglob("*") if path.is_file() and path.name not in self.NOT_OURS
                and job.store not in path.parents and "data" not in path.relative_to(job.folder).parts}

    def texts_of(self, files):
        for path in files:
            self.assertEqual(path.stat().st_mode & 0o077, 0, f"others may read {path}")
        return {str(path.relative_to(self.folder)): path.read_bytes().decode("latin-1") for path in files}

    def patients_of(self, job):
        names = {name for row in job.catalogue("SELECT first_name, last_name FROM patients") for name in row}
        self.assertGreater(len(names), 20)
        return names | {name.encode().decode("latin-1") for name in names}

    def assert_private(self, texts, names):
        file_names = re.compile(r"(?i)\b(IMG|DSC|scan|photo)[_ -]?\d+\.(jpe?g|png|pdf|heic|tiff?)")
        for where, text in texts.items():
            with self.subTest(where):
                self.assertNotIn(harness.PASSWORD, text)
                self.assertNotIn("wrong-password-here", text)
                self.assertNotIn("X-FMS-Session-Key", text)
                self.assertNotRegex(text, r"RCType|Streaming_SSL/[^ ]*\?|Bearer ")
                self.assertNotRegex(text, r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{52}(?![0-9A-Fa-f])", "a session token")
                self.assertNotRegex(text, file_names)
                self.assertNotIn("Planted-Patient", text)
                for name in names:
                    self.assertNotRegex(text, r"(?<![A-Za-z])" + re.escape(name) + r"(?![A-Za-z])")


class LargeFiles(harness.EndToEnd):
    def test_a_large_file_arrives_bit_for_bit_in_a_folder(self):
        simulator = self.make_simulator(20)
        sizes = {101: 20_000_000, 102: 8 * 1024 * 1024, 105: 8 * 1024 * 1024 + 1}
        data = {record_id: harness.large_jpeg(size) for record_id, size in sizes.items()}
        for record_id, each in data.items():
            simulator.upload(record_id, "image_Full", "large.jpg", each)
        job = self.make_job(simulator)
        simulator.set_faults("container hit 3 cut after 70%\n")
        done = job.run("run")
        self.assertIn(done.code, (0, 3), done)
        rows, objects = job.rows(), job.objects()
        for record_id, each in data.items():
            sha256 = hashlib.sha256(each).hexdigest()
            self.assertEqual((rows[record_id]["fate"], rows[record_id]["length"], rows[record_id]["sha256"]),
                             ("moved", len(each), sha256))
            self.assertEqual(objects[rows[record_id]["key"]], sha256)
        self.assert_sums_of_folder(job)

    def test_a_large_file_cut_by_a_kill_leaves_no_object(self):
        simulator = self.make_simulator(20)
        simulator.upload(101, "image_Full", "large.jpg", harness.large_jpeg(20_000_000))
        job = self.make_job(simulator)
        simulator.set_faults("container 101 always rate 4000kB/s\n")
        process = job.start("run")
        harness.wait_until(lambda: any(harness.is_temporary(path) and harness.size_now(path) > 9_000_000
                                       for path in job.store.rglob("*")), what="a part of the file on disk")
        process.kill()
        process.communicate()
        self.assertEqual([path for path in job.store.rglob("*.jpg") if path.stat().st_size > 9_000_000], [])
        simulator.set_faults("")
        self.run_ok(job, "run", code=job.run("run").code)
        self.assertEqual(job.objects()[job.rows()[101]["key"]], job.rows()[101]["sha256"])


if __name__ == "__main__":
    harness.main()
