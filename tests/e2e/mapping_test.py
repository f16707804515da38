#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applications with tables of their own, and rules for their columns."""
import contextlib
import json
import sqlite3

import harness

GALLERY = """
CREATE TABLE person (id integer PRIMARY KEY AUTOINCREMENT, code varchar(40) UNIQUE, former_code varchar(40));
CREATE TABLE photo (id integer PRIMARY KEY AUTOINCREMENT, source_key varchar(36) NOT NULL UNIQUE,
  person_id integer NOT NULL REFERENCES person (id), file varchar(200) NOT NULL, file_size integer NOT NULL,
  mime_type varchar(100) NOT NULL, body_part varchar(8) NOT NULL, taken_on date, edited_at datetime NOT NULL,
  comment text NOT NULL, rank integer);
"""
RULES = {
    "source_key": "{image_id}", "body_part": "{field:category|'unknown'}", "taken_on": "{field:image_date}",
    "edited_at": "{now}", "comment": "from {container} of {record_id}",
}


class Mapped(harness.EndToEnd):
    def ask(self, job, sql):
        with contextlib.closing(sqlite3.connect(job.folder / "app.db")) as database:
            return database.execute(sql).fetchall()

    def make_gallery(self, records=80, rules=RULES, name="job"):
        simulator = self.make_simulator(records, name=name + "-sim")
        job = self.make_job(simulator, name=name, catalogue=False)
        patients = sorted({each["id_patient"] for each in simulator.truth() if each["patient_exists"]})
        with contextlib.closing(sqlite3.connect(job.folder / "app.db")) as database:
            database.executescript(GALLERY)
            # Every second one is known by another column only.
            database.executemany("INSERT INTO person (code, former_code) VALUES (?, ?)",
                                 [(each, None) if number % 2 else (None, each) for number, each in enumerate(patients)])
            database.commit()
        job.configure(catalogue={"sqlite": "app.db", "preset": "django-generic"})
        config = job.folder / "fmferry.toml"
        lines = "".join(f"{column} = {json.dumps(value)}\n" for column, value in rules.items())
        config.write_text(config.read_text() + "\n[catalogue.images]\ntable = \"photo\"\nkey = \"source_key\"\n"
                          "parent = \"person_id\"\nonce = [\"comment\"]\n[catalogue.images.columns]\n" + lines +
                          "[catalogue.parents]\ntable = \"person\"\nmatch = [\"code\", \"former_code\"]\n")
        return job

    def test_any_table_gets_its_rows_by_names_and_rules(self):
        job = self.make_gallery()
        self.run_ok(job, "run")
        rows = {row["image_id"]: row for row in job.rows().values() if row["image_id"]}
        self.assertGreater(len(rows), 60)
        photos = self.ask(job, "SELECT source_key, coalesce(code, former_code), file, file_size, mime_type, body_part,"
                               " taken_on, comment FROM photo JOIN person ON person_id = person.id")
        self.assertEqual(len(photos), len(rows))
        for key, code, file, size, media_type, part, taken, comment in photos:
            row = rows[key]
            self.assertEqual((code, file, size, media_type, comment),
                             (row["parent"], row["key"], row["length"], row["media_type"],
                              f"from {row['field']} of {row['record_id']}"))
            self.assertEqual(part, (row["category"] or "unknown")[:8])
            self.assertEqual(taken, row["day"] or None)
        with self.subTest("again changes nothing, and what people wrote stays"):
            with contextlib.closing(sqlite3.connect(job.folder / "app.db")) as database:
                database.execute("UPDATE photo SET comment = 'seen', rank = 3")
                database.commit()
            before = self.ask(job, "SELECT * FROM photo")
            self.run_ok(job, "run")
            done = job.run("relink", "--json")
            self.assertEqual(json.loads(done.out)["images_changed"], len(photos), "edited_at is now's")
            self.assertEqual([row[:8] + row[9:] for row in self.ask(job, "SELECT * FROM photo")],
                             [row[:8] + row[9:] for row in before])

    def test_people_without_an_application_get_a_table(self):
        simulator = self.make_simulator(60)
        job = self.make_job(simulator, catalogue=False, record={"parent": None})
        job.configure(catalogue={"sqlite": "app.db", "preset": "plain"})
        self.run_ok(job, "run")
        moved = {row["record_id"]: row for row in job.rows().values() if row["fate"] == "moved"}
        self.assertEqual(self.ask(job, "SELECT record_id, object_key, length, sha256, media_type, source_id"
                                       " FROM fmferry_image ORDER BY record_id"),
                         [(number, row["key"], row["length"], row["sha256"], row["media_type"], row["id"])
                          for number, row in sorted(moved.items())])
        self.assertIn(job.run("verify").code, (0, 3))

    def test_a_table_of_our_own_is_made_only_by_what_writes_it(self):
        simulator = self.make_simulator(60)
        job = self.make_job(simulator, catalogue=False, record={"parent": None})
        self.run_ok(job, "export")
        job.configure(catalogue={"sqlite": "app.db", "preset": "plain"})
        for words in (("run", "--dry-run"), ("doctor",), ("link", "--plan"), ("link", "--dry-run"), ("verify",),
                      ("relink", "--orphans")):
            with self.subTest(words):
                self.assertIn(job.run(*words).code, (0, 1, 3))
                self.assertFalse((job.folder / "app.db").exists())
        self.run_ok(job, "link")
        self.assertGreater(self.ask(job, "SELECT count(*) FROM fmferry_image")[0][0], 30)

    def test_relink_is_for_the_same_job_and_writes_rows_that_were_lost(self):
        simulator = self.make_simulator(60)
        job = self.make_job(simulator, catalogue=False, record={"parent": None})
        job.configure(catalogue={"sqlite": "app.db", "preset": "plain"})
        self.run_ok(job, "run")
        question = "SELECT object_key, length, sha256, source_id FROM fmferry_image ORDER BY record_id"
        rows = self.ask(job, question)
        (job.folder / "app.db").unlink()
        job.configure(store={"url": "elsewhere"})
        for words in (("relink",), ("link", "--plan")):
            self.assertRegex(self.run_ok(job, *words, code=2).err, "belongs to another job")
        self.assertFalse((job.folder / "app.db").exists() and self.ask(job, "SELECT * FROM sqlite_master"))
        job.configure(store={"url": "store"})
        self.run_ok(job, "relink", code=0)
        self.assertEqual(self.ask(job, question), rows)

    def test_a_value_that_does_not_fit_costs_its_own_record_the_link(self):
        job = self.make_gallery(rules={**RULES, "rank": "{field:category}"})
        done = job.run("run")
        self.assertEqual(done.code, 3, done)
        problems = {row["link_problem"] for row in job.rows().values() if row["fate"] == "moved" and row["category"]}
        self.assertLessEqual(problems, {"catalogue_misfit", "no_parent"})
        self.assertIn("catalogue_misfit", problems)
        without = [row for row in job.rows().values() if row["fate"] == "moved" and not row["category"]]
        self.assertEqual(len(self.ask(job, "SELECT 1 FROM photo")), sum(1 for row in without if row["image_id"]))

    def test_rules_that_can_not_be_are_refused_with_what_to_do(self):
        simulator = self.make_simulator(5)
        for number, (catalogue, code, names) in enumerate((
                ({"preset": "nexos", "sqlite": "app.db"}, (2,), "preset must be"),
                ({"sqlite": "app.db", "postgres": "postgresql://localhost/db"}, (2,), "either sqlite or postgres"),
                ({"postgres": "postgresql://me:pw-of-mine@localhost/db"}, (2, 7), "holds a password"),
                ({"sqlite": "app.db", "preset": "django-generic"}, (2,), r"\[catalogue.images\] table is missing"),
                ({"sqlite": "app.db", "zone": "Mars"}, (2,), "zone must be"))):
            with self.subTest(names):
                job = self.make_job(simulator, name=f"refused-{number}", catalogue=False)
                job.configure(catalogue=catalogue)
                sqlite3.connect(job.folder / "app.db").close()
                done = job.run("run")
                self.assertIn(done.code, code, done)
                self.assertEqual(len(done.err.splitlines()), 1, done)
                self.assertRegex(done.err, names)
                self.assertNotIn("pw-of-mine", done.err + done.out)
        for number, (column, value, names) in enumerate((
                ("comment", "{contaner}", r"did you mean \{container\}"),
                ("nothing", "x", r"column photo.nothing is not there"),
                ("edited_at", "{taken}", r"photo.edited_at must not be NULL"))):
            with self.subTest(names):
                job = self.make_gallery(5, rules={**RULES, column: value}, name=f"rule-{number}")
                done = job.run("run")
                self.assertIn(done.code, (2, 7), done)
                self.assertRegex(done.err, names)
                self.assertEqual(self.ask(job, "SELECT * FROM photo"), [])


if __name__ == "__main__":
    harness.main()
