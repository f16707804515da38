#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fmferry doctor: each fault alone is named where it is, with what to do; the rest is still looked at."""
import pathlib
import shutil
import subprocess
import tempfile

import harness
import odbc_test

CLARIS_USER = "robot@orchard.test"
PLANTED = "Wilhelmina Plantedname"


def tearDownModule():
    odbc_test.tearDownModule()


class Report:
    def __init__(self, done):
        self.done, value = done, done.json()
        self.code, self.recommended = value["exit_code"], value["recommended"]
        self.rows = {row["name"]: row for row in value["checks"]}
        assert len(self.rows) == len(value["checks"]), "each name once"

    def names(self, *outcomes):
        return {name for name, row in self.rows.items() if row["outcome"] in outcomes}

    def __repr__(self):
        lines = [f"{row['outcome']:8} {name}: {row['found']} -> {row['to_do']}" for name, row in self.rows.items()]
        return "\n".join([*lines, repr(self.done)])


class DoctorCase(harness.EndToEnd):
    def examine(self, job, code, *words, **options):
        done = job.run("doctor", "--json", *words, **options)
        self.assertEqual(done.code, code, done)
        report = Report(done)
        self.assertEqual(report.code, code)
        for row in report.rows.values():
            self.assertIn(row["outcome"], ("works", "warning", "fails", "skipped"))
            if row["outcome"] in ("fails", "warning"):
                self.assertTrue(row["to_do"], f"says what to do: {report}")
            self.assertTrue(row["found"], report)
        return report

    def assert_row(self, report, name, outcome, found, to_do=""):
        row = report.rows.get(name)
        self.assertIsNotNone(row, f"no check {name}: {report}")
        self.assertEqual(row["outcome"], outcome, report)
        for text, pattern in ((row["found"], found), (row["to_do"], to_do)):
            if pattern:
                self.assertRegex(text, pattern)

    def assert_fails(self, report, *names):
        self.assertEqual(report.names("fails"), set(names), report)

    def assert_harmless(self, simulator, downloads=1):
        stats = simulator.stats()
        self.assertEqual(simulator.edits(), {})
        self.assertEqual(stats["sessions_open"], 0)
        self.assertLessEqual(stats["downloads_completed"], downloads)


class Healthy(DoctorCase):
    def test_all_works_through_every_kind_of_way_in_and_nothing_is_changed(self):
        for kind in ({"kind": "dataapi"}, {"kind": "mixed"}, {"kind": "auto"},
                     {"kind": "odata", "layout": None, "table": "API_Images"}):
            with self.subTest(kind["kind"]):
                simulator = self.make_simulator(60, name="sim-" + kind["kind"])
                job = self.make_job(simulator, name="job-" + kind["kind"], source=kind)
                before = job.files()
                report = self.examine(job, 0)
                self.assertEqual(report.names("fails", "warning"), set(), report)
                self.assertEqual(report.names("skipped"), {"ODBC", "thumbnails", "clock of the store"}, report)
                self.assert_row(report, "sample", "works", r"image/|application/pdf")
                self.assert_row(report, "store's proof", "works", "SHA-256")
                self.assert_row(report, "clock of the source", "works", "same as ours")
                self.assert_row(report, "data allowance", "works", "60 records", "Annual Limit")
                self.assertEqual(report.recommended, {"kind": "mixed", "list": "dataapi", "fetch": "odata",
                                                      "write": "odata"})
                self.assert_harmless(simulator)
                self.assertEqual(simulator.stats()["downloads_completed"], 1)
                changed = set(job.files()) ^ set(before)
                self.assertTrue(all(".fmferry" in name for name in changed), changed)

    def test_the_table_is_for_people_and_has_no_colours_in_a_pipe(self):
        job = self.make_job(self.make_simulator(20))
        done = job.run("doctor")
        self.assertEqual(done.code, 0, done)
        self.assertRegex(done.out, r"(?m)^check +outcome +what was found$")
        self.assertRegex(done.out, r"(?m)^Data API login +works +let in$")
        self.assertRegex(done.out, r"(?m)^best way in: \[source\] kind = \"mixed\", list = \"dataapi\"")
        self.assertTrue(done.out.endswith("all that is needed works\n"), done)
        self.assertNotIn("\x1b", done.out)
        self.assertEqual(done.err, "")

    def test_a_terminal_shows_colours_unless_told_not_to(self):
        job = self.make_job(self.make_simulator(20))
        self.assertIn("\x1b[1m", self.talk(job, ["doctor"], [])[1])
        job.environment["NO_COLOR"] = "1"
        self.assertNotIn("\x1b", self.talk(job, ["doctor"], [])[1])

    def test_a_check_that_takes_longer_than_a_second_is_told_on_stderr(self):
        job = self.make_job(self.make_simulator(20, "--latency-ms", 600))
        done = job.run("doctor")
        self.assertEqual(done.code, 0, done)
        self.assertRegex(done.err, r"(?m)^checking: .+ \.\.\.$")

    def test_a_write_test_changes_one_records_modification_count_and_nothing_else(self):
        simulator = self.make_simulator(40)
        job = self.make_job(simulator, source={"kind": "mixed"})
        before = simulator.field_data()
        report = self.examine(job, 0, "--write-test")
        self.assert_row(report, "write test", "works", "as they were")
        self.assertEqual(len(simulator.edits()), 1)
        values = {record: {name: value for name, value in fields.items() if "Streaming_SSL" not in value}
                  for record, fields in before.items()}
        after = {record: {name: value for name, value in fields.items() if "Streaming_SSL" not in value}
                 for record, fields in simulator.field_data().items()}
        self.assertEqual(after, values)

    def test_a_closed_file_needs_no_server(self):
        file = self.folder / "Clinic.fmp12"
        subprocess.run([harness.FMSIM, "file", "--records", "40", "--out", file], check=True, capture_output=True)
        simulator = self.make_simulator(20)
        job = self.make_job(simulator, catalogue=False, source=None)
        job.configure(source={"kind": "file", "file": str(file), "table": "API_Images"},
                      record={"parent": None, "day": None, "category": None, "mark": None, "stamp": None})
        report = self.examine(job, 0)
        self.assert_row(report, "file", "works", "as configured")
        self.assert_row(report, "sample", "works", "image/|pdf")
        job.configure(record={"id": "no_such"})
        self.assert_row(self.examine(job, 7), "file", "fails", "no_such")


class TheWayToTheServer(DoctorCase):
    def broken(self, code, *options, name="job", **changes):
        simulator = self.make_simulator(20, *options, name="sim-" + name)
        job = self.make_job(simulator, name=name, **changes)
        report = self.examine(job, code)
        self.assert_row(report, "store", "works", "writable")
        self.assert_harmless(simulator)
        return report

    def test_a_name_that_nobody_knows(self):
        report = self.broken(5, source={"server": "https://no-such-host.invalid"})
        self.assert_fails(report, "name")
        self.assert_row(report, "name", "fails", r"no-such-host\.invalid has no address", "VPN or DNS")
        self.assert_row(report, "connection", "skipped", "needs: name")
        self.assert_row(report, "Data API login", "skipped", "needs: Data API")
        self.assert_row(report, "catalogue", "works", "")

    def test_a_port_that_nobody_listens_on(self):
        report = self.broken(5, source={"server": "https://127.0.0.1:9"})
        self.assert_fails(report, "connection")
        self.assert_row(report, "connection", "fails", "", "firewall")

    def test_a_certificate_that_nobody_trusts(self):
        report = self.broken(7, source={"ca": None})
        self.assert_fails(report, "certificate")
        self.assert_row(report, "certificate", "fails", "not trusted", r"\[source\] ca")

    def test_a_port_without_tls(self):
        plain = self.make_simulator(20, "--plain", name="plain")
        report = self.broken(7, source={"server": plain.url.replace("http:", "https:")})
        self.assert_row(report, "certificate", "fails", "no TLS", "443")

    def test_a_data_api_that_is_switched_off(self):
        simulator = self.make_simulator(20)
        simulator.set_faults("data-api always reply 404 html\n")
        job = self.make_job(simulator)
        report = self.examine(job, 7)
        self.assert_fails(report, "Data API")
        self.assert_row(report, "Data API", "fails", "switched off", "Admin Console")
        self.assertEqual(report.recommended["kind"], "odata")
        job.configure(source={"kind": "auto"})
        report = self.examine(job, 0)
        self.assert_row(report, "Data API", "warning", "switched off", "Admin Console")
        self.assert_row(report, "way in", "works", "lists over OData")

    def test_an_engine_that_is_down(self):
        simulator = self.make_simulator(20)
        simulator.set_faults("data-api always reply 502 html\nodata always reply 503 html\n")
        report = self.examine(self.make_job(simulator, source={"kind": "auto"}), 5)
        self.assert_fails(report, "way in")
        self.assert_row(report, "Data API", "warning", "HTTP 502", "restart it")
        self.assert_row(report, "OData", "warning", "HTTP 503", "restart it")

    def test_a_server_that_never_answers_is_given_up(self):
        simulator = self.make_simulator(20)
        simulator.set_faults("productinfo always hold 30s\n")
        report = self.examine(self.make_job(simulator), 5, "--check-limit", "2s")
        self.assert_row(report, "connection", "fails", "time", "firewall")

    def test_a_clock_that_is_off(self):
        report = self.broken(0, "--clock-ahead", 3600)
        self.assert_row(report, "clock of the source", "warning", "(59|60) min ahead of ours", "NTP")


class TheAccount(DoctorCase):
    def test_a_wrong_password(self):
        simulator = self.make_simulator(20)
        job = self.make_job(simulator)
        job.environment["FMSIM_PASSWORD"] = "planted-wrong-password"
        report = self.examine(job, 7)
        self.assert_fails(report, "Data API login")
        self.assert_row(report, "Data API login", "fails", "212", r"check \[source\] user and password")
        self.assert_row(report, "privilege fmrest", "skipped", "can't be told from a wrong password")
        self.assertNotIn("planted", report.done.out + report.done.err)
        self.assertEqual(simulator.stats()["requests"]["login"], 1, "tried once, so as not to lock the account")

    def test_no_password_at_all(self):
        job = self.make_job(self.make_simulator(20), source={"password": "env:NOT_SET"})
        report = self.examine(job, 7)
        self.assert_fails(report, "password")
        self.assert_row(report, "Data API", "works", "FileMaker Data API Engine")
        self.assert_row(report, "password", "fails", "NOT_SET", "set what")

    def test_a_missing_privilege_is_told_from_a_wrong_password(self):
        for flag, privilege, refused, other, kind in (
                ("--no-fmrest", "privilege fmrest", "Data API login", "OData", "dataapi"),
                ("--no-fmodata", "privilege fmodata", "OData login", "Data API", "odata")):
            with self.subTest(flag):
                simulator = self.make_simulator(20, flag, name="sim" + flag)
                job = self.make_job(simulator, name="job" + flag, source={"kind": kind})
                report = self.examine(job, 7)
                self.assert_fails(report, refused, privilege)
                self.assert_row(report, privilege, "fails", f"taken over {other}", "Manage > Security")

    def test_a_data_allowance_that_is_used_up(self):
        report = self.examine(self.make_job(self.make_simulator(20, "--data-limit", 1)), 8)
        self.assert_row(report, "Data API login", "fails", "953", "ODBC or from a closed copy")
        self.assert_row(report, "data allowance", "fails", "used up", "closed copy")

    def test_in_the_middle_too(self):
        simulator = self.make_simulator(20)
        simulator.set_faults("container always reply 500 json 953\nrecords always reply 500 json 953\n")
        report = self.examine(self.make_job(simulator), 8)
        self.assert_fails(report, "sample", "data allowance")

    def test_a_password_is_asked_for_once_though_several_doors_need_it(self):
        simulator = self.make_simulator(20)
        job = self.make_job(simulator, source={"kind": "mixed", "write": "odbc", "password": "prompt"})
        for command in (["doctor"], ["run", "--dry-run"]):
            with self.subTest(command[0]):
                _, shown = self.talk(job, command, [("Password of the source", harness.PASSWORD)])
                self.assertEqual(shown.count("Password of the source"), 1, shown)
                self.assertNotIn(harness.PASSWORD, shown)


class TheTable(DoctorCase):
    def test_a_field_that_is_not_on_the_layout(self):
        job = self.make_job(self.make_simulator(20), record={"parent": "id_pacient", "day": "image_dat"})
        report = self.examine(job, 7)
        self.assert_fails(report, "Data API fields")
        self.assert_row(report, "Data API fields", "fails",
                        r"'id_pacient' is not on layout 'API_Images' \(is it 'id_patient'\?\); 'image_dat' is not",
                        "put the fields on layout")
        self.assert_row(report, "Data API containers", "works", "image_Full")

    def test_a_container_that_is_none(self):
        job = self.make_job(self.make_simulator(20), record={"containers": ["image_Full", "category"]})
        report = self.examine(job, 7)
        self.assert_row(report, "Data API containers", "fails", "'category' is no container")

    def test_a_layout_that_is_not_there(self):
        job = self.make_job(self.make_simulator(20), source={"layout": "API_Imges"})
        report = self.examine(job, 7)
        self.assert_fails(report, "Data API table")
        self.assert_row(report, "Data API table", "fails", "did you mean 'API_Images'", r"\[source\] layout")
        self.assert_row(report, "OData table", "skipped", "not asked for: .*did you mean 'API_Images'")

    def test_a_database_that_is_not_there(self):
        report = self.examine(self.make_job(self.make_simulator(20), source={"database": "Klinik"}), 7)
        self.assert_row(report, "Data API login", "fails", "no open database 'Klinik'", "open the file|database")

    def test_a_mark_that_cant_be_written(self):
        for kind, table in (("dataapi", {}), ("odata", {"table": "API_Images"})):
            with self.subTest(kind):
                simulator = self.make_simulator(20, name="sim-" + kind)
                job = self.make_job(simulator, name="job-" + kind, record={"mark": "image_Full_md5"},
                                    source={"kind": kind, "layout": "API_Images_Checked", **table})
                report = self.examine(job, 7)
                door = "OData" if kind == "odata" else "Data API"
                self.assert_fails(report, f"{door} mark, stamp")
                self.assert_row(report, f"{door} mark, stamp", "fails", "'image_Full_md5' is a calculation",
                                "leave mark and stamp out")

    def test_a_field_that_nobody_may_change_is_found_by_the_write_test(self):
        simulator = self.make_simulator(20)
        job = self.make_job(simulator, record={"mark": "modified_by"})
        self.examine(job, 0)
        report = self.examine(job, 7, "--write-test")
        self.assert_fails(report, "write test")
        self.assert_row(report, "write test", "fails", "modified_by", "Manage > Security")
        self.assertEqual(simulator.edits(), {})

    def test_a_catalogue_that_is_not_there(self):
        job = self.make_job(self.make_simulator(20), catalogue=True)
        job.configure(catalogue={"sqlite": "elsewhere.db"})
        report = self.examine(job, 7)
        self.assert_fails(report, "catalogue")
        self.assert_row(report, "catalogue", "fails", "elsewhere.db", r"\[catalogue\] sqlite")
        self.assert_row(report, "store", "works", "")

    def test_thumbnails_need_their_program(self):
        job = self.make_job(self.make_simulator(20), thumbnails={})
        self.assert_row(self.examine(job, 0), "thumbnails", "works", "shut in")
        job.environment["FMFERRY_THUMBNAILER"] = "/nowhere/fmferry-thumbnailer"
        report = self.examine(job, report_code(job))
        self.assert_fails(report, "thumbnails")
        self.assert_row(report, "thumbnails", "fails", "nowhere", "thumbnails.md")

    def test_a_store_that_cant_be_written(self):
        job = self.make_job(self.make_simulator(20), store={"url": "fmferry.toml/inside"})
        report = self.examine(job, report_code(job))
        self.assert_fails(report, "store")
        self.assert_row(report, "store", "fails", "", "folder")
        self.assert_row(report, "sample", "works", "")


def report_code(job):
    """What a run ends with for the same reason."""
    return job.run("run").code


class Configuration(DoctorCase):
    def test_a_wrong_configuration_ends_with_2_and_one_line(self):
        job = self.make_job(self.make_simulator(20), source={"kind": "carrier pigeon"})
        self.assert_refused(job, job.run("doctor"), 2, "kind must be")

    def test_the_well_known_message_is_explained_without_any_configuration(self):
        for text in ("User ID must be specified",
                     "('28000', '[28000] [FileMaker][FileMaker ODBC] User ID must be specified (0)')"):
            done = subprocess.run([harness.FMFERRY, "doctor", "--explain", text], cwd=self.folder, capture_output=True,
                                  text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, r"UID=\.\.\.;PWD=\.\.\.")
            self.assertIn("says nothing about the server", done.stdout)
            self.assertIn("FileMaker Cloud offers no ODBC at all: use OData", done.stdout)
        done = subprocess.run([harness.FMFERRY, "doctor", "--explain", "all is well"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)


class Cloud(DoctorCase):
    def test_a_claris_id_comes_in_and_odbc_is_not_offered(self):
        simulator = self.make_simulator(20, "--cloud", "--user", CLARIS_USER)
        job = self.make_job(simulator, source={
            "kind": "mixed", "account": "claris-id", "user": CLARIS_USER, "sign_in_url": simulator.url + "/",
            "user_pool_url": simulator.url + "/endpoint/userpool/2.2.0.my.claris.com.json"})
        report = self.examine(job, 0)
        self.assert_row(report, "ODBC", "skipped", "not asked for: FileMaker Cloud offers no ODBC")
        self.assert_row(report, "OData login", "works", "let in")
        self.assertEqual(simulator.stats()["claris_sign_ins"], 1)

    def test_odbc_at_cloud_is_answered_with_odata(self):
        job = self.make_job(self.make_simulator(20), source={
            "kind": "odbc", "server": "https://orchard.account.filemaker-cloud.com"})
        report = self.examine(job, 7, "--check-limit", "5s")
        self.assert_row(report, "ODBC", "fails", "FileMaker Cloud offers no ODBC", "use OData there")


class Privacy(DoctorCase):
    def test_no_value_no_file_name_and_no_secret_is_in_any_output(self):
        simulator = self.make_simulator(20)
        simulator.upload(101, "image_Full", PLANTED + ".jpg", harness.large_jpeg(200_000))
        with simulator.session() as token:
            simulator.api("PATCH", "/layouts/API_Images/records/101", harness.json.dumps({"fieldData": {
                "category": PLANTED, "best_image_container": "planted-mark"}}), token)
        ids = {value for fields in simulator.field_data().values()
               for name, value in fields.items() if name in ("id", "id_patient") and len(value) > 8}
        job = self.make_job(simulator)
        rules = ("", "metadata always reply 500 json 212\n", "container always reply 200 html\n",
                 "records always control characters\n", "login always reply 401\n", "redirect always stale url\n")
        for kind in ("dataapi", "odata", "mixed"):
            for rule in rules:
                simulator.set_faults(rule)
                job.configure(source={"kind": kind})
                for words in (["doctor"], ["-v", "doctor", "--json"], ["-v", "doctor", "--write-test"]):
                    with self.subTest(kind=kind, rule=rule, words=words):
                        done = job.run(*words)
                        text = done.out + done.err
                        for secret in (PLANTED, PLANTED.split()[1], "planted-mark", harness.PASSWORD, *ids):
                            self.assertNotIn(secret, text)
                        self.assertNotRegex(text, r"Streaming_SSL|Bearer [0-9a-f]|Basic [A-Za-z0-9]{8}")


class S3(DoctorCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-e2e-doctor-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.s3 = harness.S3Server(folder)
        cls.addClassCleanup(cls.s3.stop)
        cls.s3.aws("create-bucket", "--bucket", "images")

    def s3_job(self, bucket="images", **store):
        job = self.make_job(self.make_simulator(20), store={**self.s3.config(bucket), **store})
        job.environment.update(self.s3.environment())
        return job

    def test_a_bucket_works_and_says_how_it_proves(self):
        report = self.examine(self.s3_job(), 0)
        self.assertEqual(report.names("fails"), set(), report)
        self.assert_row(report, "store", "works", "writable: s3://images")
        self.assert_row(report, "store's proof", "works", "SHA-256")
        self.assert_row(report, "clock of the store", "works", "same as ours")
        left = self.s3.aws("list-objects-v2", "--bucket", "images").get("Contents", [])
        self.assertLessEqual(len(left), 1)
        self.assertTrue(all(each["Key"].startswith(".fmferry/") for each in left))

    def test_a_bucket_that_is_not_there(self):
        report = self.examine(self.s3_job("no-such-bucket"), 7)
        self.assert_fails(report, "store")
        self.assert_row(report, "store", "fails", "no-such-bucket", "make the bucket")
        self.assert_row(report, "sample", "works", "")

    def test_a_wrong_key(self):
        job = self.s3_job()
        job.environment["AWS_SECRET_ACCESS_KEY"] = "planted-secret"
        report = self.examine(job, 7)
        self.assert_fails(report, "store")
        self.assert_row(report, "store", "fails", "", "AWS_ACCESS_KEY_ID")
        self.assertNotIn("planted-secret", report.done.out + report.done.err)

    def test_no_key_at_all(self):
        job = self.s3_job()
        del job.environment["AWS_SECRET_ACCESS_KEY"], job.environment["AWS_ACCESS_KEY_ID"]
        self.assert_row(self.examine(job, 7), "store", "fails", "", "AWS_ACCESS_KEY_ID")

    def test_an_endpoint_that_nobody_knows(self):
        report = self.examine(self.s3_job(endpoint="https://no-such-store.invalid"), 5)
        self.assert_row(report, "store", "fails", "", r"\[store\] endpoint")

    def test_a_certificate_that_nobody_trusts(self):
        report = self.examine(self.s3_job(ca=None), 7)
        self.assert_row(report, "store", "fails", "trusted", r"\[store\] ca")


class Odbc(odbc_test.OverOdbc, DoctorCase):
    def test_it_works_and_says_that_user_and_password_go_along(self):
        clinic = self.clinic()
        report = self.examine(self.make_odbc_job(clinic), 0)
        self.assertEqual(report.names("fails", "warning"), set(), report)
        self.assert_row(report, "ODBC login", "works", "UID, PWD")
        self.assert_row(report, "sample", "works", "image/|pdf")
        self.assertEqual(report.recommended["kind"], "odbc")
        self.assertEqual((clinic.edits(), clinic.connections()), ({}, 0))

    def test_a_driver_that_no_user_reaches_is_answered_plainly(self):
        clinic = self.clinic()
        job = self.make_odbc_job(clinic)
        job.environment["FMF_STANDIN_LOSES_USER"] = "1"
        report = self.examine(job, 7)
        self.assert_fails(report, "ODBC login")
        self.assert_row(report, "ODBC login", "fails", "no user name reached the driver.*User ID must be specified",
                        r"UID=\.\.\.;PWD=\.\.\..*says nothing about the server.*FileMaker Cloud offers no ODBC")
        self.assertNotIn(clinic.settings["PGPASSWORD"], report.done.out + report.done.err)

    def test_what_is_missing_on_this_machine_is_named(self):
        clinic = self.clinic()
        for name, changes, code, row, found, to_do in (
                ("no-manager", {"odbc": {"library": "/nowhere/libodbc.so.2"}}, 7, "ODBC", "unixODBC", "odbc.md"),
                ("no-driver", {"odbc": {"driver": "FileMaker ODBC 99"}}, 7, "ODBC login", "odbcinst.ini", "odbc.md"),
                ("no-server", {"odbc": {"port": 1}}, 5, "ODBC login", "no connection", "2399"),
                ("no-table", {"source": {"table": "API_Imges"}}, 7, "ODBC table", "did you mean 'API_Images'", "table")):
            with self.subTest(name):
                report = self.examine(self.make_odbc_job(clinic, name=name, **changes), code)
                self.assert_fails(report, row)
                self.assert_row(report, row, "fails", found, to_do)

    def test_a_wrong_password(self):
        job = self.make_odbc_job(self.clinic())
        job.environment["FMSIM_PASSWORD"] = "planted-wrong-password"
        report = self.examine(job, 7)
        self.assert_row(report, "ODBC login", "fails", "user and password", "fmxdbc")
        self.assertNotIn("planted", report.done.out + report.done.err)


if __name__ == "__main__":
    harness.main()
