#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The clinic over ODBC: the real driver manager, a real driver, and a PostgreSQL that stands in for FileMaker's
SQL (tests/odbc). Where the same job ends must not depend on the way in."""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import harness

START = harness.TOP / "tests/odbc/start-clinic"
DRIVER = os.environ["FMF_STANDIN_DRIVER"]
# What the end state may show of the way in: only FileMaker's ODBC tells the files' names.
OF_THE_WAY = ("stamped_at", "file_name", "alternatives")


RECORDS = 200
shared = {}


def tearDownModule():
    if "clinic" in shared:
        shared["clinic"].stop()


class OdbcClinic:
    """Serves the same clinic as harness.Simulator does, with the same words for what it holds."""

    def __init__(self, records, seed=1):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-odbc-"))
        self.clinic = ["--records", str(records), "--seed", str(seed), "--corpus", "made"]
        self.log = self.folder / "statements"
        out = self._script("start", self.folder, harness.FMSIM, DRIVER, *self.clinic)
        self.settings = dict(line.split("=", 1) for line in out.splitlines() if "=" in line)
        self.url, self.ca = "https://127.0.0.1", ""

    def _script(self, *words, stdin=None):
        done = subprocess.run([START, *map(str, words)], input=stdin, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"{words[0]}: {done.stderr[-2000:]}")
        return done.stdout

    def begin_anew(self):
        self._script("copy", self.folder, "Clinic")
        self.log.unlink(missing_ok=True)

    def stop(self):
        self._script("stop", self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def fall_over(self):
        subprocess.run([harness.TOP / "scripts/start-postgres", "stop", self.folder / "postgres"], check=True,
                       capture_output=True)

    def get_up(self):
        subprocess.run([harness.TOP / "scripts/start-postgres", "start", self.folder / "postgres"], check=True,
                       capture_output=True)

    def sql(self, question):
        return [line.split("|") for line in self._script("sql", self.folder, "Clinic", stdin=question).splitlines()]

    def truth(self):
        out = subprocess.run([harness.FMSIM, "truth", *self.clinic], check=True, capture_output=True).stdout
        return [harness.json.loads(line) for line in out.splitlines()]

    def catalogue_sql(self):
        return subprocess.run([harness.FMSIM, "catalogue-sql", *self.clinic], check=True, capture_output=True,
                              text=True).stdout

    def edits(self):
        rows = self.sql('SELECT rowid, rowmodid, "best_image_container", "NexusExportDate" FROM "API_Images"'
                        ' WHERE "best_image_container" IS NOT NULL OR "NexusExportDate" IS NOT NULL')
        names = ("best_image_container", "NexusExportDate")
        return {int(row[0]): ({name: value for name, value in zip(names, row[2:]) if value}, int(row[1]))
                for row in rows}

    def connections(self):
        return int(self.sql("SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = 'Clinic'")[0][0])

    def statements(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


def settings_for(clinic):
    return {"source": {"kind": "odbc", "user": clinic.settings["PGUSER"], "ca": None},
            "odbc": {"port": int(clinic.settings["PGPORT"])}}


def environment_for(clinic):
    return {"FMSIM_PASSWORD": clinic.settings["PGPASSWORD"], "ODBCSYSINI": str(clinic.folder),
            "FMF_STANDIN_LOG": str(clinic.log)}


def kind_of(statement):
    for kind, pattern in (("bytes", r"SELECT GetAs"), ("update", r"UPDATE"), ("count", r"SELECT COUNT"),
                          ("page", r".*OFFSET \d+ ROWS FETCH FIRST"), ("record", r".*WHERE ROWID = \d+$"),
                          ("look", r".*WHERE ROWID IN"), ("schema", r".*FileMaker_")):
        if re.match(pattern, statement):
            return kind
    raise AssertionError(f"a statement of no known kind: {statement}")


class OverOdbc(harness.EndToEnd):
    def clinic(self):
        """As it was before any run. One server for all tests."""
        if "clinic" not in shared:
            shared["clinic"] = OdbcClinic(RECORDS)
        else:
            shared["clinic"].begin_anew()
        return shared["clinic"]

    def make_odbc_job(self, clinic, name="job", **changes):
        settings = settings_for(clinic)
        for table, keys in changes.items():
            settings[table] = {**settings.get(table, {}), **keys}
        job = self.make_job(clinic, name=name, **settings)
        job.environment.update(environment_for(clinic))
        return job

    def assert_same_end(self, job, wanted):
        state = self.end_state(job)
        for part in ("objects", "catalogue", "source", "rows"):
            self.assertEqual(state[part], wanted[part], part)
        self.assertEqual(self.lines_of(job), wanted["lines"])

    def end_over_the_data_api(self):
        if "end" not in shared:
            job = self.make_job(self.make_simulator(RECORDS, name="sim"), name="other")
            self.run_ok(job, "run")
            shared["end"] = {**self.end_state(job), "lines": self.lines_of(job)}
        return shared["end"]

    def lines_of(self, job):
        return {record_id: {name: value for name, value in line.items() if name not in OF_THE_WAY}
                for record_id, line in job.manifest().items()}


class SameEnd(OverOdbc):
    def test_the_same_clinic_ends_as_over_the_data_api_and_a_second_run_changes_nothing(self):
        clinic = self.clinic()
        job = self.make_odbc_job(clinic)
        truths = clinic.truth()
        self.run_ok(job, "run")
        with self.subTest("as the truth says"):
            self.assert_fates(job, truths)
            self.assert_objects(job, truths)
            self.assert_source(job, truths)
            self.assert_manifest(job)
            self.assert_sums_of_folder(job)
            self.assert_chain(job)
        with self.subTest("as over the Data API"):
            self.assert_same_end(job, self.end_over_the_data_api())
        with self.subTest("names of files"):
            named = [line for line in job.manifest().values() if line["file_name"].startswith("IMG_")]
            self.assertEqual(len(named), len(self.chosen(truths)))
        with self.subTest("nothing but FileMaker's SQL, and no value in it"):
            statements = clinic.statements()
            self.assertEqual({kind_of(each) for each in statements},
                             {"bytes", "update", "count", "page", "record", "look", "schema"})
            for each in statements:
                self.assertNotRegex(each, r"LIMIT|::|RETURNING|image_Full'")
            ids = {truth["id"] for truth in truths if truth["id"]}
            self.assertFalse([each for each in statements if any(i in each for i in ids)])
        with self.subTest("connections are closed"):
            self.assertEqual(clinic.connections(), 0)
        with self.subTest("second run"):
            edits, objects = clinic.edits(), job.objects()
            self.run_ok(job, "run")
            self.assertEqual((clinic.edits(), job.objects()), (edits, objects))
            self.run_ok(job, "verify", "--deep", code=0)

    def test_a_password_is_in_no_output_even_when_the_driver_is_talkative(self):
        clinic = self.clinic()
        job = self.make_odbc_job(clinic)
        done = job.run("-v", "run")
        self.assertIn(done.code, (0, 3), done)
        self.assertNotIn(clinic.settings["PGPASSWORD"], done.out + done.err)
        job.environment["FMSIM_PASSWORD"] = "wrong-but-secret"
        done = job.run("-v", "run")
        self.assertEqual(done.code, 7, done)
        self.assertRegex(done.err, "user and password")
        self.assertNotIn("wrong-but-secret", done.out + done.err)


class Interrupted(OverOdbc):
    def test_killed_and_resumed_it_ends_where_an_undisturbed_run_ends(self):
        clinic = self.clinic()
        job = self.make_odbc_job(clinic)
        for wanted in (10, 60, 110):
            process = job.start("run")
            harness.wait_until(lambda: job.store.is_dir() and len(job.objects()) > wanted, what=f"{wanted} objects")
            process.kill()
            process.wait()
        self.run_ok(job, "run")
        self.assert_fates(job, clinic.truth())
        self.assert_same_end(job, self.end_over_the_data_api())

    def test_an_outage_costs_no_record_a_try(self):
        clinic = self.clinic()
        job = self.make_odbc_job(clinic, pace={"first_wait": "50ms", "patience": "2m"})
        process = job.start("run")
        harness.wait_until(lambda: job.store.is_dir() and len(job.objects()) > 20, what="20 objects")
        clinic.fall_over()
        time.sleep(0.5)
        self.assertIsNone(process.poll(), "it gave up")
        clinic.get_up()
        done = job.finish(process)
        self.assertEqual(done.code, 3, done)
        self.assert_fates(job, clinic.truth())
        self.assert_objects(job, clinic.truth())
        self.assert_source(job, clinic.truth())
        self.assertEqual({row["tries"] for row in job.rows().values()}, {0})


class NotThere(OverOdbc):
    def assert_one_line(self, job, code, names):
        done = job.run("run")
        self.assertEqual(done.code, code, done)
        self.assertEqual(len(done.err.splitlines()), 1, done)
        self.assertRegex(done.err, names)
        self.assertEqual(done.out, "")
        self.assertFalse(job.store.exists())

    def test_what_is_missing_is_said_in_one_line_before_anything_is_begun(self):
        clinic = self.clinic()
        for name, changes, code, names in (
                ("no-manager", {"odbc": {"library": "/nowhere/libodbc.so.2"}}, 7, "unixODBC.*install it"),
                ("no-driver", {"odbc": {"driver": "FileMaker ODBC 99"}}, 7, "odbcinst.ini"),
                ("no-source", {"odbc": {"dsn": "No such source"}}, 7, "no data source"),
                ("no-table", {"source": {"table": "API_Imges"}}, 7, "did you mean 'API_Images'"),
                ("no-password", {"source": {"password": "env:NOT_SET"}}, 7, "NOT_SET"),
                ("in-the-open", {"odbc": {"extra": "PWD=made-up-only"}}, 7, "keys of their own"),
                ("cloud", {"source": {"server": "https://x.account.filemaker-cloud.com"}}, 7, "use OData"),
                ("typo", {"odbc": {"prot": 1}}, 2, "did you mean port"),
                ("no-server", {"odbc": {"port": 1}}, 5, "no connection")):
            with self.subTest(name):
                self.assert_one_line(self.make_odbc_job(clinic, name=name, **changes), code, names)
        self.assertEqual(clinic.edits(), {})


class Figures(OverOdbc):
    """How many statements a record costs; FMF_RECORDS=6664 is the clinic that the product was made for."""

    def test_statements_a_record_are_few(self):
        records = int(os.environ.get("FMF_RECORDS", "6664"))
        clinic = OdbcClinic(records)
        self.addCleanup(clinic.stop)
        job = self.make_odbc_job(clinic)
        for phase in ("mark", "export"):
            clinic.log.unlink(missing_ok=True)
            began = time.monotonic()
            self.run_ok(job, phase)
            kinds = collections.Counter(map(kind_of, clinic.statements()))
            total = sum(kinds.values())
            print(f"\n{phase}: {total} statements for {records} records, {total / records:.2f} a record,"
                  f" {time.monotonic() - began:.0f} s: {dict(kinds)}")
            if phase == "mark":
                self.assertLess(total, records / 4 + 50)
        self.assertEqual(len(clinic.edits()), len(self.chosen(clinic.truth())))


if __name__ == "__main__":
    harness.main()
