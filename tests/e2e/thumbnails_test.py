#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Thumbnails: made in the same pass, made later, missing for a reason; the rest of a job never notices."""
import pathlib
import shutil
import signal
import tempfile

import harness

THUMBNAILS = {"key": "thumbnails/{id}.jpg", "workers": 2}
# What the made pictures are: a HEIC of theirs has no picture in it.
DECODABLE = ("image/jpeg", "image/png", "image/tiff", "application/pdf")


def fits(size, edge, thumbnail):
    """A picture of this size, shrunk into a square, gives or takes a pixel by rounding."""
    scale = min(1.0, edge / max(size))
    return all(abs(got - max(1, side * scale)) <= 1 for got, side in zip(thumbnail, size))


class Base(harness.EndToEnd):
    def with_thumbnails(self, simulator, name="job", **changes):
        return self.make_job(simulator, name=name, thumbnails={**THUMBNAILS, **changes.pop("thumbnails", {})},
                             **changes)

    def assert_thumbnails(self, job, read, edge=300):
        """Every decodable moved object has a thumbnail that fits; the others have a reason. Answers how many."""
        made = 0
        for row in job.rows().values():
            if row["fate"] != "moved":
                self.assertEqual((row["thumbnail_key"], row["thumbnail_problem"]), (None, ""))
                continue
            if row["media_type"] not in DECODABLE:
                self.assertIn(row["thumbnail_problem"], ("undecodable", "not_a_picture"), row["media_type"])
                continue
            self.assertEqual(row["thumbnail_key"], f"thumbnails/{row['id']}.jpg", dict(row))
            data = read(row["thumbnail_key"])
            self.assertEqual(harness.sniff(data), ("jpg", "image/jpeg"))
            size = harness.pixels(data)
            self.assertEqual((row["thumbnail_length"], row["thumbnail_width"], row["thumbnail_height"]),
                             (len(data), *size))
            self.assertLessEqual(max(size), edge)
            if row["media_type"] in ("image/jpeg", "image/png") and not row["orientation"]:
                self.assertTrue(fits((row["width"], row["height"]), edge, size), (dict(row), size))
            made += 1
        self.assertGreater(made, 20)
        return made


class Thumbnails(Base):
    def test_they_come_with_the_export_and_a_second_run_makes_none(self):
        simulator = self.make_simulator(200)
        job = self.with_thumbnails(simulator)
        truths = simulator.truth()
        summary = self.run_ok(job, "run", "--json").json()
        self.assert_fates(job, truths)
        objects = job.objects()
        self.assert_objects(job, truths, {key: hash_ for key, hash_ in objects.items()
                                          if not key.startswith("thumbnails/")})
        self.assert_source(job, truths)
        made = self.assert_thumbnails(job, lambda key: (job.store / key).read_bytes())
        self.assertEqual(summary["thumbnails"], made)
        self.assertEqual(sum(key.startswith("thumbnails/") for key in objects), made)
        events = len(job.events("thumbnail"))
        self.run_ok(job, "run")
        self.assertEqual(len(job.events("thumbnail")), events)
        self.assertEqual(job.objects(), objects)
        self.run_ok(job, "verify", code=0)

    def test_what_is_missing_is_made_from_the_store_alone(self):
        simulator = self.make_simulator(150)
        job = self.make_job(simulator)
        self.run_ok(job, "run")
        self.assertEqual(self.run_ok(job, "thumbs", code=2).out, "")  # there is no [thumbnails]
        job.configure(thumbnails=THUMBNAILS)
        fetched = simulator.stats()["downloads_completed"]
        rehearsed = self.run_ok(job, "thumbs", "--dry-run", "--json", code=0).json()
        self.assertGreater(rehearsed["would_make_thumbnails_now"], 20)
        self.run_ok(job, "thumbs", "--limit", 5)
        self.assertLessEqual(len(job.events("thumbnail")), 5)
        self.run_ok(job, "thumbs")
        self.assert_thumbnails(job, lambda key: (job.store / key).read_bytes())
        self.assertEqual(simulator.stats()["downloads_completed"], fetched)
        linked = job.ledger("SELECT count(*) FROM record WHERE image_id <> ''")[0][0]
        self.run_ok(job, "link")
        self.assertGreater(job.ledger("SELECT count(*) FROM record WHERE image_id <> ''")[0][0], linked)
        with self.subTest("one that the store lost is made anew"):
            lost = job.ledger("SELECT thumbnail_key FROM record WHERE thumbnail_key <> ''")[0][0]
            bytes_before = (job.store / lost).read_bytes()
            (job.store / lost).unlink()
            self.run_ok(job, "thumbs")
            self.assertEqual((job.store / lost).read_bytes(), bytes_before)

    def test_a_kill_in_the_middle_costs_none(self):
        simulator = self.make_simulator(150)
        job = self.with_thumbnails(simulator)
        process = job.start("run")
        harness.wait_until(lambda: (job.folder / "fmferry.db").exists() and self.some_made(job), what="thumbnails")
        process.send_signal(signal.SIGKILL)
        job.finish(process)
        self.run_ok(job, "run")
        self.assert_thumbnails(job, lambda key: (job.store / key).read_bytes())

    @staticmethod
    def some_made(job):
        try:
            return job.ledger("SELECT count(*) FROM record WHERE thumbnail_key IS NOT NULL")[0][0] > 5
        except harness.sqlite3.OperationalError:
            return False

    def test_a_reason_costs_nothing_else_and_the_next_run_tries_again(self):
        simulator = self.make_simulator(120)
        job = self.with_thumbnails(simulator, thumbnails={"max_pixels": 1})
        truths = simulator.truth()
        summary = self.run_ok(job, "run", "--json").json()
        moved = self.assert_fates(job, truths)
        self.assert_objects(job, truths)
        self.assert_source(job, truths)
        self.assertEqual(summary["thumbnails"], 0)
        self.assertEqual(set(summary["thumbnail_problems"]) - {"undecodable", "not_a_picture"}, {"too_large"})
        self.assertEqual(sum(summary["thumbnail_problems"].values()), len(moved))
        listed = self.run_ok(job, "list", "--reason", "too_large", code=0).out.splitlines()
        self.assertEqual(len(listed), summary["thumbnail_problems"]["too_large"])
        job.configure(thumbnails={"max_pixels": 100_000_000})
        self.run_ok(job, "run")
        self.assert_thumbnails(job, lambda key: (job.store / key).read_bytes())

    def test_settings_that_could_cost_an_object_are_refused(self):
        simulator = self.make_simulator(5)
        job = self.make_job(simulator)
        for key in ("{id}.jpg", harness.KEY_FOLDER + "{id}.jpg", "filemaker-import/{id}.jpg", "thumbnails/x.jpg"):
            with self.subTest(key):
                job.configure(thumbnails={"key": key})
                done = self.run_ok(job, "run", code=2)
                self.assertIn("[thumbnails] key", done.err)

    def test_without_its_program_nothing_begins(self):
        simulator = self.make_simulator(5)
        job = self.with_thumbnails(simulator)
        done = job.run("run", environment={"FMFERRY_THUMBNAILER": "/nowhere/fmferry-thumbnailer"})
        self.assertNotIn(done.code, (0, 3), done)
        self.assertIn("FMFERRY_THUMBNAILER", done.err)
        self.assertEqual(simulator.stats()["sessions_open"], 0)


class ThumbnailsInS3(Base):
    def test_they_lie_beside_the_objects(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-e2e-s3-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        s3 = harness.S3Server(folder)
        self.addCleanup(s3.stop)
        bucket = s3.open_bucket("clinic-thumbnails")
        simulator = self.make_simulator(120)
        job = self.with_thumbnails(simulator, store={**s3.config("clinic-thumbnails"), "key": "{id}.{ext}"},
                                   thumbnails={"edge": 96})
        job.environment.update(s3.environment())
        self.run_ok(job, "run")
        made = self.assert_thumbnails(job, lambda key: bucket.get("/" + key), edge=96)
        self.assertEqual(len(bucket.keys("thumbnails/")), made)
        # They lie where objects are looked for, too, and are nobody's orphans.
        found = self.run_ok(job, "verify", "--deep", "--json", code=0).json()
        self.assertEqual(found["findings"], {})


if __name__ == "__main__":
    harness.main()
