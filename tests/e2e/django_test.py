#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real Django application (tests/django) makes the catalogue's tables and says what it finds in them.

FMF_DJANGO_PYTHON names a Python that has Django, if it should not be Debian's.
"""
import collections
import contextlib
import datetime
import functools
import json
import os
import sqlite3
import subprocess
import sys
import urllib.parse

import harness

MANAGE = harness.TOP / "tests/django/manage.py"
START_POSTGRES = harness.TOP / "scripts/start-postgres"
PATIENT = "batch__patient__filemaker_metadata__filemaker_id"
# The columns whose form differs, as Django makes them: what a catalogue has to write follows from it.
TYPES = {
    "sqlite": {"images_batch.id": "char(32)", "images_batch.object_id": "char(32)", "images_image.id": "char(32)",
               "images_image.filemaker_id": "char(32)", "images_image.uploaded_at": "datetime",
               "images_image.date_taken": "date", "images_image.file_size": "integer", "images_image.order": "integer",
               "patients.filemaker_metadata": "text", "patients.is_active": "bool"},
    "postgresql": {"images_batch.id": "uuid", "images_batch.object_id": "uuid", "images_image.id": "uuid",
                   "images_image.filemaker_id": "uuid", "images_image.uploaded_at": "timestamptz",
                   "images_image.date_taken": "date", "images_image.file_size": "int4", "images_image.order": "int4",
                   "patients.filemaker_metadata": "jsonb", "patients.is_active": "bool"},
}
COLUMNS = {  # name, type, default
    "sqlite": "SELECT m.name || '.' || c.name, lower(c.type), c.dflt_value FROM sqlite_master AS m,"
              " pragma_table_info(m.name) AS c WHERE m.type = 'table'",
    "postgresql": "SELECT table_name || '.' || column_name, udt_name, column_default FROM information_schema.columns"
                  " WHERE table_schema = 'public'",
}
DASHED = " || '-' || ".join(f"substr({{0}}, {at}, {size})" for at, size in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12)))


@functools.cache
def python_with_django():
    named = os.environ.get("FMF_DJANGO_PYTHON")
    tried = [named] if named else ["/usr/bin/python3", sys.executable]
    for python in tried:
        with contextlib.suppress(OSError):
            if subprocess.run([python, "-c", "import django, psycopg2"], capture_output=True).returncode == 0:
                return python
    raise AssertionError(f"no Django and psycopg2 in {' or '.join(tried)}: run scripts/setup --tests, or name a Python"
                         " that has them in FMF_DJANGO_PYTHON")


class Site:
    """The application on one database."""

    def __init__(self, url):
        self.kind = urllib.parse.urlsplit(url).scheme
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
                            "FMF_DJANGO_DATABASE": url}

    def manage(self, *words, stdin=""):
        done = subprocess.run([python_with_django(), MANAGE, *words], input=stdin, capture_output=True, text=True,
                              env=self.environment, timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"manage.py {' '.join(words)}: {done.stdout[-1000:]}{done.stderr[-3000:]}")
        return done.stdout

    def migrate(self):
        self.manage("migrate", "--verbosity", "0")
        self.manage("makemigrations", "--check", "--dry-run")
        self.manage("check", "--database", "default", "--fail-level", "WARNING")

    def add_patients(self, patients):
        self.manage("add_patients", stdin=lines(patients))

    def dump(self):
        return self.manage("dump_images")

    def find(self, questions):
        """For each of the filters the set of (key, the FileMaker id of its patient)."""
        answers = self.manage("find_images", stdin=lines(questions)).splitlines()
        return [{tuple(found) for found in json.loads(answer)} for answer in answers]

    def shell(self, code):
        """Runs `code` in Django's own shell and gives what it prints, read as JSON."""
        given = ("import json\nfrom django.db import connection\nfrom images.models import *\n"
                 "from patients.models import *\n")
        return json.loads(self.manage("shell", "--command", given + code))

    def ask(self, sql):
        return self.shell(f"cursor = connection.cursor()\ncursor.execute({sql!r})\n"
                          "print(json.dumps(cursor.fetchall()))")


def lines(values):
    return "".join(json.dumps(value) + "\n" for value in values)


def patients_of(simulator):
    with contextlib.closing(sqlite3.connect(":memory:")) as clinic:
        clinic.row_factory = sqlite3.Row
        clinic.executescript(simulator.catalogue_sql())
        rows = clinic.execute("SELECT first_name, last_name, date_of_birth, filemaker_metadata FROM patients")
        return [{**row, "filemaker_metadata": json.loads(row["filemaker_metadata"])} for row in map(dict, rows)]


class Expected:
    """What Django has to find, made from the ledger."""

    def __init__(self, job):
        self.rows = [row for row in job.rows().values() if row["image_id"]]
        self.visits = collections.defaultdict(list)
        for row in sorted(self.rows, key=lambda row: row["key"]):
            self.visits[row["parent"], row["day"] or "Undated"].append(row)

    def having(self, condition):
        return {(row["key"], row["parent"]) for row in self.rows if condition(row)}

    def batches(self):
        """(patient, name) -> (image_count, the images in their order)."""
        return {visit: (len(rows), [self.image(row, place) for place, row in enumerate(rows)])
                for visit, rows in self.visits.items()}

    @staticmethod
    def image(row, place):
        return {"id": row["image_id"], "filemaker_id": row["id"].lower(), "s3_key": row["key"],
                "original_name": row["key"].rsplit("/", 1)[1], "file_size": row["length"],
                "mime_type": row["media_type"], "width": row["width"], "height": row["height"],
                "category": row["category"], "date_taken": Expected.day(row), "order": place, "caption": "",
                "s3_thumbnail_key": row["thumbnail_key"] or "", "thumbnail_size": row["thumbnail_length"], "uploaded_by_id": None, "invalid": None}

    @staticmethod
    def day(row):
        return row["day"] or (row["taken"] or "")[:10] or None

    def questions(self):
        """(Filter, what it must find)."""
        for row in self.rows:
            for question in ({"pk": row["image_id"]}, {"s3_key": row["key"]}, {"filemaker_id": row["id"]}):
                yield question, {(row["key"], row["parent"])}
        for parent in {row["parent"] for row in self.rows}:
            yield {PATIENT: parent}, self.having(lambda row: row["parent"] == parent)
        for (parent, name), rows in self.visits.items():
            found = {(row["key"], parent) for row in rows}
            yield {PATIENT: parent, "batch__name": name}, found
            yield {PATIENT: parent, "batch__image_count": len(rows), "batch__name": name}, found
        days = sorted({self.day(row) for row in self.rows if self.day(row)})
        for day in days:
            yield {"date_taken": day}, self.having(lambda row: self.day(row) == day)
        early, late = days[len(days) // 4], days[len(days) // 2]
        yield {"date_taken__range": [early, late]}, self.having(lambda row: early <= (self.day(row) or "") <= late)
        yield {"date_taken__year": int(late[:4])}, self.having(lambda row: (self.day(row) or "")[:4] == late[:4])
        yield {"date_taken__isnull": True}, self.having(lambda row: not self.day(row))
        for category in {row["category"] for row in self.rows}:
            yield {"category": category}, self.having(lambda row: row["category"] == category)
        for media_type in {row["media_type"] for row in self.rows}:
            yield {"mime_type": media_type}, self.having(lambda row: row["media_type"] == media_type)
        yield {"file_size__gte": 3000}, self.having(lambda row: row["length"] >= 3000)
        yield {"width__isnull": True}, self.having(lambda row: row["width"] is None)


class Sqlite:
    def __init__(self, folder):
        self.path = folder / "app.db"
        self.url = "sqlite:///" + urllib.parse.quote(str(self.path))
        self.catalogue = {"sqlite": str(self.path)}


class Postgres:
    """A server of its own."""

    def __init__(self, folder):
        self.folder = folder / "postgres"
        folder.chmod(0o755)  # root's server runs as another user
        out = subprocess.run([START_POSTGRES, "start", self.folder], check=True, stdout=subprocess.PIPE, text=True,
                             timeout=300).stdout
        self.url = dict(line.split("=", 1) for line in out.splitlines())["PG_URL"]
        parts = urllib.parse.urlsplit(self.url)
        (folder / "database-password").write_text(parts.password)
        self.catalogue = {"postgres": self.url.replace(f":{parts.password}@", "@"),
                          "password": f"file:{folder / 'database-password'}"}

    def stop(self):
        subprocess.run([START_POSTGRES, "stop", self.folder], stderr=subprocess.DEVNULL, timeout=120)


class Tables:
    """What must hold on every database before a row is there. `make_database` is the subclass's."""

    def setUp(self):
        super().setUp()
        self.site = Site(self.make_database().url)
        self.site.migrate()

    def test_the_committed_migrations_make_the_tables_that_catalogues_know(self):
        columns = {name: (kind, default) for name, kind, default in self.site.ask(COLUMNS[self.site.kind])}
        types = TYPES[self.site.kind]
        self.assertEqual({name: columns[name][0] for name in types}, types)
        ours = [name for name in columns if name.split(".")[0] in ("images_batch", "images_image", "patients")]
        self.assertEqual([name for name in ours if columns[name][1] is not None], [], "Django sets no defaults there")
        self.assertEqual(self.site.dump(), lines([{"batches": 0, "images": 0, "patients": 0}]))

    def test_django_finds_patients_by_the_id_of_filemaker(self):
        people = [{"first_name": "Sorrel", "last_name": "Müllrad", "filemaker_metadata": {"filemaker_id": each}}
                  for each in ("0F57D9E1-41FF-4D6C-A5C5-A0AF4F5C5F0E", "17")]
        self.site.add_patients(people)
        found = self.site.shell("print(json.dumps([Patient.objects.get(filemaker_metadata__filemaker_id=each).last_name"
                                f" for each in {[p['filemaker_metadata']['filemaker_id'] for p in people]}]))")
        self.assertEqual(found, ["Müllrad"] * 2)


class Images:
    """What must hold on every database that fmferry can link into."""

    def setUp(self):
        super().setUp()
        self.database = self.make_database()
        self.site = Site(self.database.url)
        self.site.migrate()

    def make_linking_job(self, simulator, name="job"):
        job = self.make_job(simulator, name=name, catalogue=False)
        job.configure(catalogue=self.database.catalogue)
        return job

    def make_clinic(self, records, name="sim"):
        """Made clinics have a day for every image and one patient a day; this one does not."""
        simulator = self.make_simulator(records, name=name)
        plain = [each for each in simulator.truth() if each["kind"] == "plain" and each["patient_exists"]]
        year, month, day = plain[0]["image_date"].split("-")
        with simulator.session() as token:
            for truth, date in ((plain[-1], ""), (plain[-2], f"{month}/{day}/{year}")):
                simulator.api("PATCH", f"/layouts/API_Images/records/{truth['recordId']}",
                              json.dumps({"fieldData": {"image_date": date}}), token)
        return simulator

    def make_moved_job(self, records):
        simulator = self.make_clinic(records)
        self.site.add_patients(patients_of(simulator))
        job = self.make_linking_job(simulator)
        self.run_ok(job, "run")
        return job

    def assert_finds_all(self, job):
        """All that the ledger says is linked, each where it belongs, and nothing else."""
        expected = Expected(job)
        *patients, totals = map(json.loads, self.site.dump().splitlines())
        found = {}
        for patient in patients:
            for batch in patient["batches"]:
                self.assertIsNone(batch["invalid"])
                images = [{name: value for name, value in image.items() if name not in ("batch_id", "uploaded_at")}
                          for image in batch["images"]]
                visit = (patient["filemaker_metadata"]["filemaker_id"], batch["name"])
                self.assertNotIn(visit, found, "one batch a patient and day")
                found[visit] = (batch["image_count"], images)
        self.assertEqual(found, expected.batches())
        self.assertEqual(totals, {"patients": len(patients), "batches": len(expected.visits),
                                  "images": len(expected.rows)}, "rows that can't be reached from a patient")
        questions, answers = zip(*expected.questions())
        found = self.site.find(questions)
        self.assertEqual(len(found), len(questions))
        for question, wanted, answer in zip(questions, answers, found):
            self.assertEqual(answer, wanted, question)

    def test_django_finds_every_image_by_key_id_patient_and_day(self):
        before = datetime.datetime.now(datetime.timezone.utc)
        job = self.make_moved_job(300)
        after = datetime.datetime.now(datetime.timezone.utc)
        truths = job.simulator.truth()
        linked = {int(each["recordId"]) for each in truths if each["fate"] == "moved" and each["patient_exists"]}
        self.assertGreater(len(linked), 250)
        self.assertEqual({record_id for record_id, row in job.rows().items() if row["image_id"]}, linked)
        self.assert_finds_all(job)

        visits = [name for _, name in Expected(job).visits]
        self.assertIn("Undated", visits)
        self.assertLess(len(set(visits)), len(visits), "a day of two patients")
        everything = {(row["key"], row["parent"]) for row in Expected(job).rows}
        with self.subTest("not in the catalogue is not found"):
            unlinked = [row for row in job.rows().values() if row["id"] and not row["image_id"]]
            ids = {row["id"].lower() for row in unlinked} - {row["id"].lower() for row in Expected(job).rows}
            self.assertGreater(len(ids), 3)
            self.assertEqual(self.site.find([{"filemaker_id": each} for each in ids]), [set()] * len(ids))
        with self.subTest("times are those of the run, in any zone"):
            early, late = before.isoformat(), after.isoformat()
            east = after.astimezone(datetime.timezone(datetime.timedelta(hours=11))).isoformat()
            self.assertEqual(self.site.find([{"uploaded_at__range": [early, late]}, {"uploaded_at__lt": early},
                                             {"uploaded_at__gt": east}, {"batch__uploaded_at__gte": early}]),
                             [everything, set(), set(), everything])
            times = self.site.shell("print(json.dumps([each.uploaded_at.isoformat() for each in Image.objects.all()]))")
            for time in map(datetime.datetime.fromisoformat, times):
                self.assertEqual(time.utcoffset(), datetime.timedelta(0))
                self.assertTrue(before <= time <= after, time)
            every = sorted(set(times))
            found = self.site.find([{"uploaded_at": each} for each in every])
            self.assertEqual(set().union(*found), everything, "by the very time that Django itself read")

        dump = self.site.dump()
        with self.subTest("a second run changes no byte"):
            self.run_ok(job, "run")
            self.run_ok(job, "link")
            self.assertEqual(self.site.dump(), dump)
        with self.subTest("nor does a job that starts anew and writes every row again"):
            again = self.make_linking_job(self.make_clinic(300, name="other"), name="again")
            self.run_ok(again, "run")
            self.assertEqual(len(again.events("linked")), len(linked))
            self.assertEqual(self.site.dump(), dump)

    def test_thumbnails_are_found_with_their_images(self):
        simulator = self.make_clinic(60)
        self.site.add_patients(patients_of(simulator))
        job = self.make_linking_job(simulator)
        job.configure(thumbnails={"edge": 64})
        self.run_ok(job, "run")
        self.assert_finds_all(job)
        found = self.site.shell("print(json.dumps(list(Image.objects.exclude(s3_thumbnail_key='')"
                                ".values_list('s3_thumbnail_key', 'thumbnail_size'))))")
        self.assertGreater(len(found), 30)
        for key, size in found:
            self.assertEqual((job.store / key).stat().st_size, size)
        dump = self.site.dump()
        self.run_ok(job, "run")
        self.assertEqual(self.site.dump(), dump)

    def test_what_people_change_through_django_stays(self):
        job = self.make_moved_job(60)
        row = Expected(job).rows[0]
        saved = self.site.shell(f"""
from django.contrib.auth.models import User
image = Image.objects.get(s3_key={row["key"]!r})
image.caption, image.s3_thumbnail_key, image.thumbnail_size = "left side", "thumbnails/1.jpg", 77
image.uploaded_by = User.objects.create(username="wicker")
image.save()
print(json.dumps([Image.objects.count(), str(image.pk)]))""")
        self.assertEqual(saved, [len(Expected(job).rows), row["image_id"]], "saved over the row, not beside it")
        dump = self.site.dump()
        self.assertIn("left side", dump)
        again = self.make_linking_job(self.make_clinic(60, name="other"), name="again")
        for each in (job, again):
            self.run_ok(each, "run")
            self.assertEqual(self.site.dump(), dump)

    def test_an_image_that_the_application_has_already_is_left_alone(self):
        simulator = self.make_clinic(60)
        self.site.add_patients(patients_of(simulator))
        taken = next(each for each in simulator.truth() if each["kind"] == "plain" and each["patient_exists"])
        own = self.site.shell(f"""
owner = Patient.objects.get(filemaker_metadata__filemaker_id={taken["id_patient"]!r})
batch = owner.batches.create(name={taken["image_date"]!r}, image_count=1)
image = batch.images.create(s3_key="earlier.jpg", file_size=1, filemaker_id={taken["id"]!r})
print(json.dumps([str(batch.pk), str(image.pk)]))""")
        job = self.make_linking_job(simulator)
        self.run_ok(job, "run")
        row = job.rows()[int(taken["recordId"])]
        self.assertEqual((row["fate"], row["image_id"], row["link_problem"]), ("moved", "", "catalogue_conflict"))
        self.assertEqual(self.site.find([{"filemaker_id": taken["id"]}, {"batch": own[0]}, {"s3_key": row["key"]}]),
                         [{("earlier.jpg", taken["id_patient"])}] * 2 + [set()])
        others = Expected(job).rows
        self.assertEqual(self.site.find({"pk": each["image_id"]} for each in others),
                         [{(each["key"], each["parent"])} for each in others])

    def test_a_plan_says_what_link_then_does_and_writes_nothing(self):
        simulator = self.make_clinic(120)
        self.site.add_patients(patients_of(simulator))
        job = self.make_linking_job(simulator)
        self.run_ok(job, "export")
        before, ledger = self.site.dump(), job.rows()
        plan = job.run("link", "--plan", "--json")
        self.assertEqual(plan.code, 3, "some have no parent")
        told = json.loads(plan.out)
        self.assertEqual((self.site.dump(), job.rows()), (before, ledger))
        self.run_ok(job, "link")
        rows = Expected(job)
        self.assertEqual((told["images_inserted"], told["groups_inserted"], told["images_unchanged"]),
                         (len(rows.rows), len(rows.visits), 0))
        self.assertEqual(set(told["no_parent"]), {record_id for record_id, row in job.rows().items()
                                                  if row["link_problem"] == "no_parent"})
        self.assertGreater(len(told["no_parent"]), 0)
        shown = [row["columns"] for row in told["rows"] if row["table"] == "images_image"]
        self.assertIn(shown[0]["s3_key"], {row["key"] for row in rows.rows})
        text = job.run("link", "--plan")
        self.assertIn("records whose parent the catalogue does not know", text.out)

    def test_after_all_patients_got_new_ids_relink_leaves_no_orphan(self):
        job = self.make_moved_job(300)
        self.assert_finds_all(job)
        self.site.shell("""
import uuid
with connection.cursor() as cursor:
    for patient in Patient.objects.all():
        form = str if connection.vendor == "postgresql" else (lambda each: each.hex)
        cursor.execute("UPDATE patients SET id = %s WHERE id = %s", [form(uuid.uuid4()), form(patient.pk)])
print("null")""")
        images, batches = len(Expected(job).rows), len(Expected(job).visits)
        orphans = job.run("relink", "--orphans", "--csv", self.folder / "orphans.csv")
        self.assertEqual(orphans.code, 3)
        self.assertEqual(len((self.folder / "orphans.csv").read_text().splitlines()), images + 1)
        ids = self.site.shell("print(json.dumps(sorted(str(each.pk) for each in Image.objects.all())))")
        done = job.run("relink", "--json")
        told = json.loads(done.out)
        self.assertEqual(done.code, 3, "those that never had a parent have none now")
        self.assertEqual((told["relinked"], told["groups_changed"], told["groups_inserted"], told["images_inserted"],
                          told["images_changed"]), (images, batches, 0, 0, 0))
        self.assertEqual(self.site.shell("print(json.dumps(sorted(str(each.pk) for each in Image.objects.all())))"), ids)
        self.assert_finds_all(job)
        self.assert_manifest(job)
        listed = job.run("relink", "--orphans")
        self.assertEqual((listed.code, listed.out), (0, "0 images without a parent\n"))
        dump, steps = self.site.dump(), len(job.events("linked"))
        again = json.loads(job.run("relink", "--json").out)
        self.assertEqual((again["relinked"], again["groups_changed"], again["images_changed"]), (0, 0, 0))
        self.assertEqual((self.site.dump(), len(job.events("linked"))), (dump, steps))

    def test_images_of_a_patient_go_when_django_deletes_the_patient(self):
        job = self.make_moved_job(60)
        expected = Expected(job)
        parent = expected.rows[0]["parent"]
        gone = expected.having(lambda row: row["parent"] == parent)
        left = self.site.shell(f"Patient.objects.get(filemaker_metadata__filemaker_id={parent!r}).delete()\n"
                               "print(json.dumps([Image.objects.count(), Batch.objects.count()]))")
        self.assertEqual(left, [len(expected.rows) - len(gone),
                                sum(1 for owner, _ in expected.visits if owner != parent)])


class TablesInSqlite(Tables, harness.EndToEnd):
    def make_database(self):
        return Sqlite(self.folder)


class TablesInPostgres(Tables, harness.EndToEnd):
    def make_database(self):
        postgres = Postgres(self.folder)
        self.addCleanup(postgres.stop)
        return postgres


class ImagesInPostgres(Images, harness.EndToEnd):
    def make_database(self):
        postgres = Postgres(self.folder)
        self.addCleanup(postgres.stop)
        return postgres


class ImagesInSqlite(Images, harness.EndToEnd):
    def make_database(self):
        return Sqlite(self.folder)

    def test_an_id_in_another_form_is_lost_to_django_and_these_tests_see_it(self):
        job = self.make_moved_job(40)
        self.assert_finds_all(job)
        good = self.database.path.read_bytes()
        for column in ("images_image.id", "images_image.filemaker_id", "images_image.batch_id",
                       "images_batch.object_id"):
            for form in ("upper({0})", DASHED):
                with self.subTest(f"{column}: {form}"):
                    self.database.path.write_bytes(good)
                    table, name = column.split(".")
                    # One with a letter in it, for upper().
                    self.change(f"UPDATE {table} SET {name} = {form.format(name)} WHERE id ="
                                f" (SELECT min(id) FROM {table} WHERE {name} GLOB '*[a-f]*')")
                    with self.assertRaises(AssertionError):
                        self.assert_finds_all(job)
        self.database.path.write_bytes(good)
        self.assert_finds_all(job)

    def change(self, sql):
        with contextlib.closing(sqlite3.connect(self.database.path)) as database:
            self.assertEqual(database.execute(sql).rowcount, 1)
            database.commit()


if __name__ == "__main__":
    harness.main()
