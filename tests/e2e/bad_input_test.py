#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is wrong at the start is said in one line, with the right exit code, and nothing is begun."""
import contextlib
import os
import socket
import sqlite3
import unittest

import harness


class BadInput(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.simulator = self.make_simulator(30)

    def job(self, **changes):
        return self.make_job(self.simulator, **changes)

    def logins(self):
        return self.simulator.stats()["requests"]["login"]

    # --- the source

    def test_wrong_password(self):
        job = self.job()
        job.environment["FMSIM_PASSWORD"] = "not-the-password"
        done = job.run("run")
        self.assert_refused(job, done, 7, "password|account")
        self.assertNotIn("not-the-password", done.err)
        self.assertEqual(self.logins(), 1, "a second try could lock the account")

    def test_unknown_layout(self):
        job = self.job(source={"layout": "API_Image"})
        self.assert_refused(job, job.run("run"), 7, "API_Image")

    def test_unknown_database(self):
        job = self.job(source={"database": "Klinik"})
        self.assert_refused(job, job.run("run"), 7, "Klinik")

    def test_field_that_is_not_on_the_layout(self):
        for key, value in (("containers", ["image_Ful"]), ("id", "idd"), ("parent", "id_patients"),
                           ("mark", "best_image"), ("stamp", "NexusExport")):
            with self.subTest(key):
                job = self.make_job(self.simulator, name="job-" + key, record={key: value})
                wrong = value[0] if isinstance(value, list) else value
                self.assert_refused(job, job.run("run"), 7, wrong)

    def test_a_misspelt_field_gets_a_suggestion(self):
        job = self.job(record={"stamp": "NexusExportDat"})
        self.assert_refused(job, job.run("run"), 7, "NexusExportDat.*NexusExportDate")

    def test_unreachable_server(self):
        with contextlib.closing(socket.socket()) as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        job = self.job(source={"server": f"https://127.0.0.1:{port}"})
        self.assert_refused(job, job.run("run"), 5, f"127.0.0.1:{port}")

    def test_a_host_that_has_no_address(self):
        job = self.job(source={"server": "https://filemaker.invalid"})
        done = job.run("run")
        self.assertIn(done.code, (5, 7))
        self.assert_refused(job, done, done.code, "filemaker.invalid")

    def test_a_certificate_that_nobody_vouches_for(self):
        job = self.job(source={"ca": None})
        self.assert_refused(job, job.run("run"), 7, "certificate")
        self.assertEqual(self.logins(), 0)

    def test_unverified_certificates_are_for_this_machine_only(self):
        # An address that nobody has: a try to reach it would take longer than the refusal.
        job = self.job(source={"server": "https://192.0.2.1", "insecure": True})
        self.assert_refused(job, job.run("run", timeout=5), 7, "192.0.2.1.*instead of switching verification off")
        job.configure(source={"server": "http://192.0.2.1", "insecure": None})
        self.assert_refused(job, job.run("run", timeout=5), 7, "plain http")
        job.configure(source={"server": self.simulator.url, "ca": None, "insecure": True})
        self.assertEqual(job.run("run").code, 3)

    def test_password_variable_not_set(self):
        job = self.job(source={"password": "env:NOT_SET_ANYWHERE"})
        self.assert_refused(job, job.run("run"), 7, "NOT_SET_ANYWHERE")
        self.assertEqual(self.logins(), 0)

    def test_password_in_the_configuration_itself(self):
        job = self.job(source={"password": "plain-text-secret"})
        done = job.run("run")
        self.assert_refused(job, done, 2 if done.code == 2 else 7, "env:NAME")
        self.assertNotIn("plain-text-secret", done.err)

    def test_password_file_missing(self):
        job = self.job(source={"password": "file:no-such-file"})
        done = job.run("run")
        self.assertIn(done.code, (1, 2, 7), done)
        self.assert_refused(job, done, done.code, "no-such-file")

    # --- the store

    def test_a_folder_that_cannot_be_written(self):
        job = self.job()
        job.store.mkdir()
        job.store.chmod(0o555)
        before = []
        if os.geteuid() == 0:  # root may write anywhere: be somebody else
            for path in (self.folder, job.folder, job.folder / "tmp", self.simulator.folder):
                path.chmod(0o777 if path == job.folder else 0o755)
            before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            os.chown(job.folder, 65534, 65534)
            os.chown(job.catalogue_path, 65534, 65534)
            job.catalogue_path.chmod(0o600)
        self.assert_refused(job, job.run("run", before=before), 7, "store")

    def test_a_store_whose_parent_folder_does_not_exist(self):
        job = self.job(store={"url": "no/such/place"})
        done = job.run("run")
        self.assertIn(done.code, (2, 7), done)
        self.assert_refused(job, done, done.code, "no/such")

    def test_a_store_that_is_a_file(self):
        job = self.job(store={"url": "a-file"})
        (job.folder / "a-file").write_text("x")
        done = job.run("run")
        self.assertIn(done.code, (2, 7), done)
        self.assert_refused(job, done, done.code, "a-file")

    def test_a_store_that_is_not_there_any_more_is_not_begun_anew(self):
        job = self.job()
        self.run_ok(job, "run")
        state, elsewhere = self.end_state(job), job.folder / "not-mounted"
        job.store.rename(elsewhere)
        self.simulator.upload(102, "image_Full", "new.jpg", b"\xff\xd8\xff\xd9" * 3000)
        for empty in (False, True):  # the folder itself, or what was mounted on it
            if empty:
                job.store.mkdir()
            done = job.run("run")
            self.assertEqual((done.code, done.out), (7, ""), done)
            self.assertRegex(done.err, "none of this job's objects is in .*mount it.*unstamp --failed")
            self.assertEqual(list(job.store.glob("**/*")) if empty else job.store.exists(), [] if empty else False)
        job.store.rmdir()
        elsewhere.rename(job.store)
        self.run_ok(job, "run")
        self.assertEqual(self.end_state(job)["objects"], state["objects"])

    def test_one_object_that_is_gone_stops_nothing(self):
        job = self.job()
        self.run_ok(job, "run")
        first = next(row for row in job.rows().values() if row["fate"] == "moved")
        (job.store / first["key"]).unlink()
        self.run_ok(job, "run")

    def test_without_a_place_for_temporary_files(self):
        job = self.job()
        job.environment["TMPDIR"] = "/nowhere"
        done = job.run("plan")
        self.assertEqual((done.code, done.out), (1, ""), done)
        self.assertRegex(done.err, "^fmferry: .*TMPDIR must name a folder")

    def test_a_misspelt_key_is_named_before_the_one_that_is_missing(self):
        job = self.job(source={"layout": None})
        config = job.folder / "fmferry.toml"
        config.write_text(config.read_text().replace("[source]\n", '[source]\nlayuot = "API_Images"\n'))
        self.assert_refused(job, job.run("run"), 2, "unknown key layuot, did you mean layout")

    def test_a_file_of_certificates_that_is_not_there(self):
        job = self.job(source={"ca": "/nowhere/ca.pem"})
        self.assert_refused(job, job.run("run"), 7, "the file that `ca` names is not there")

    def test_a_password_file_that_is_not_there(self):
        job = self.job(source={"password": "file:no-such-file"})
        self.assert_refused(job, job.run("run"), 7, "no-such-file")

    def test_a_rehearsal_counts_no_marks_where_none_are_written(self):
        marks = [self.run_ok(self.make_job(self.simulator, name=f"job-{mark}", record={"mark": mark}), "run",
                             "--dry-run", "--json", code=0).json()["would_mark"]
                 for mark in ("best_image_container", None)]
        self.assertGreater(marks[0], 10)
        self.assertEqual(marks[1], 0)

    def test_a_reason_that_does_not_exist(self):
        job = self.job()
        self.run_ok(job, "run")
        self.assertIn("no_data", self.run_ok(job, "list", "--reason", "bogus", code=2).err)

    # --- the ledger

    def test_a_file_that_is_no_ledger(self):
        job = self.job()
        (job.folder / "fmferry.db").write_bytes(b"this is not a database, whatever its name says" * 100)
        done = job.run("run")
        self.assertIn(done.code, (1, 7), done)
        self.assert_refused(job, done, done.code, "fmferry.db")
        self.assertEqual(self.logins(), 0)
        self.assertTrue((job.folder / "fmferry.db").read_bytes().startswith(b"this is not"), "it is not overwritten")

    def test_a_ledger_cut_in_half(self):
        job = self.job()
        self.run_ok(job, "run")
        edits = self.simulator.edits()
        data = (job.folder / "fmferry.db").read_bytes()
        (job.folder / "fmferry.db").write_bytes(data[:len(data) // 2])
        done = job.run("run")
        self.assertIn(done.code, (1, 7), done)
        self.assertEqual(len(done.err.splitlines()), 1, done)
        self.assertRegex(done.err, "fmferry: .*fmferry.db")
        self.assertEqual(self.simulator.edits(), edits)

    def test_a_ledger_of_another_job(self):
        job = self.job()
        self.run_ok(job, "run")
        edits, rows = self.simulator.edits(), [tuple(row) for row in job.rows().values()]
        for changes in ({"store": {"url": "elsewhere"}}, {"store": {"key": "{id}-x.{ext}"}},
                        {"source": {"layout": "Service/API_Image_Keys"}},
                        {"record": {"containers": ["image_small"]}}):
            with self.subTest(str(changes)):
                kept = {table: dict(keys) for table, keys in job.tables.items()}
                job.configure(**changes)
                done = job.run("run")
                job.tables = kept
                job.configure()
                self.assertIn(done.code, (2, 7) if "source" in changes else (2,), done)
                self.assertEqual(len(done.err.splitlines()), 1, done)
                self.assertEqual([tuple(row) for row in job.rows().values()], rows)
                self.assertEqual(self.simulator.edits(), edits)
        self.run_ok(job, "run")

    def test_looking_at_a_ledger_that_is_not_there(self):
        job = self.job()
        for words in (["status"], ["list"], ["verify"], ["report"], ["ledger", "check"], ["presign", "--id", "x"]):
            with self.subTest(words[0]):
                self.assert_refused(job, job.run(*words), 2, "no ledger yet")
        self.assertFalse((job.folder / "fmferry.db").exists())

    # --- the configuration

    def configured(self, change):
        job = self.job()
        file = job.folder / "fmferry.toml"
        text = file.read_text()
        changed = change(text)
        self.assertNotEqual(changed, text)
        file.write_text(changed)
        return job

    def line_of(self, job, word):
        lines = (job.folder / "fmferry.toml").read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if word in line)

    def test_unknown_key(self):
        job = self.configured(lambda text: text.replace("layout =", "layuot ="))
        self.assert_refused(job, job.run("run"), 2, "fmferry.toml.*(layuot|layout)")
        job.configure(pace={"withd": 3})
        line = self.line_of(job, "withd")
        self.assert_refused(job, job.run("run"), 2, rf"line {line}: .*withd.*width")

    def test_unknown_section(self):
        job = self.configured(lambda text: text + "[pase]\nwidth = 3\n")
        self.assert_refused(job, job.run("run"), 2, r"line \d+: .*pase.*pace")

    def test_wrong_type(self):
        job = self.job(pace={"width": "four"})
        line = self.line_of(job, "width")
        self.assert_refused(job, job.run("run"), 2, rf"line {line}: .*width must be a whole number")

    def test_value_out_of_range(self):
        for key, value in (("width", 0), ("width", 65), ("page_size", 1), ("tries", 0), ("patience", "soon"),
                           ("first_wait", "0s")):
            with self.subTest(f"{key} = {value}"):
                job = self.make_job(self.simulator, name=f"{key}-{value}", pace={key: value})
                self.assert_refused(job, job.run("run"), 2, rf"line \d+: .*{key} must be")

    def test_syntax_error(self):
        job = self.configured(lambda text: text.replace('layout = "API_Images"', 'layout = "API_Images'))
        line = self.line_of(job, "layout =")
        self.assert_refused(job, job.run("run"), 2, rf"fmferry.toml line {line}")

    def test_key_template_without_an_id(self):
        for key in ("all/{container}.{ext}", "{id", "{name}.{ext}", "/{id}.{ext}", "../{id}.{ext}", "{id}{recordId}"):
            with self.subTest(key):
                job = self.make_job(self.simulator, name=f"key-{abs(hash(key))}", store={"key": key})
                self.assert_refused(job, job.run("run"), 2, "key")

    def test_no_configuration(self):
        job = self.job()
        (job.folder / "fmferry.toml").unlink()
        self.assert_refused(job, job.run("run"), 2, "fmferry.toml.*fmferry init")

    def test_init_does_not_overwrite(self):
        job = self.job()
        before = job.files()
        self.assert_refused(job, job.run("init"), 2, "exists already")
        self.assertEqual(job.files(), before)

    def test_what_init_writes_is_a_configuration(self):
        job = self.job()
        (job.folder / "fmferry.toml").unlink()
        self.assertEqual(job.run("init", "--server", self.simulator.url, "--database", "Clinic").code, 0)
        job.environment["FMFERRY_PASSWORD"] = harness.PASSWORD
        self.assert_refused(job, job.run("run"), 7, "certificate")
        text = (job.folder / "fmferry.toml").read_text()
        (job.folder / "fmferry.toml").write_text(text.replace("[record]", f'ca = "{self.simulator.ca}"\n[record]', 1))
        done = job.run("run")
        self.assertEqual(done.code, 3, done)

    # --- the catalogue

    def test_catalogue_missing(self):
        job = self.job()
        job.catalogue_path.unlink()
        done = job.run("run")
        self.assert_refused(job, done, 7, "catalogue.db")
        self.assertFalse(job.catalogue_path.exists(), "no empty database is made")

    def change_catalogue(self, job, sql):
        with contextlib.closing(sqlite3.connect(job.catalogue_path)) as database:
            database.executescript(sql)

    def test_catalogue_that_is_not_the_applications(self):
        for name, sql, wanted in (
                ("a table is missing", "DROP TABLE images_image", "images_image"),
                ("the patients are missing", "DROP TABLE patients", "patients"),
                ("a column is missing", "ALTER TABLE images_image DROP COLUMN mime_type", "mime_type"),
                ("a column that must have a value is unknown",
                 "ALTER TABLE images_image ADD COLUMN scanned_by text NOT NULL DEFAULT ''; "
                 "PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = "
                 "replace(sql, '\"scanned_by\" text NOT NULL DEFAULT ''''', 'scanned_by text NOT NULL'), "
                 "sql = replace(sql, 'scanned_by text NOT NULL DEFAULT ''''', 'scanned_by text NOT NULL') "
                 "WHERE name = 'images_image'", "scanned_by"),
                ("no patient model", "DELETE FROM django_content_type WHERE model = 'patient'", "patient")):
            with self.subTest(name):
                job = self.make_job(self.simulator, name=name.replace(" ", "-"))
                self.change_catalogue(job, sql)
                before = harness.sha256_of(job.catalogue_path)
                self.assert_refused(job, job.run("run"), 7, wanted)
                self.assertEqual(harness.sha256_of(job.catalogue_path), before)

    # --- the command line

    def test_bad_options(self):
        job = self.job()
        for words in (["run", "--limit", "0"], ["run", "--limit", "x"], ["run", "--width", "65"],
                      ["run", "--time-limit", "soon"], ["run", "--max-bytes", "many"], ["run", "--patience", "-1h"],
                      ["run", "--no-such-option"], ["no-such-command"], [], ["run", "--batch-size", "1"],
                      ["presign", "--id", "a", "--key", "b"], ["presign"], ["presign", "--id", "a", "--method", "DELETE"],
                      ["presign", "--id", "a", "--expires", "x"], ["list", "--fate", "lost"], ["run", "extra"]):
            with self.subTest(" ".join(words)):
                done = job.run(*words)
                self.assertEqual(done.code, 2, done)
                self.assertEqual(done.out, "", done)
                self.assertTrue(done.err.strip(), done)
                self.assertNotRegex(done.err, r"what\(\)|terminate|internal error")
        self.assertEqual(self.simulator.edits(), {})
        self.assertFalse((job.folder / "fmferry.db").exists())

    def test_commands_without_their_section(self):
        job = self.job(catalogue=None)
        job.configure(record={"mark": None})
        self.assert_refused(job, job.run("link"), 2, "catalogue")
        self.assert_refused(job, job.run("mark"), 2, "mark")


if __name__ == "__main__":
    harness.main()
