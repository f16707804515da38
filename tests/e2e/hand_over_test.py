#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The export whose bytes go from inside FileMaker to a real S3 server, by the script that fmferry writes."""
import hashlib
import pathlib
import shutil
import subprocess
import tempfile

import harness


class FromInside(harness.EndToEnd):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-e2e-inside-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.s3 = harness.S3Server(folder)
        cls.addClassCleanup(cls.s3.stop)
        cls.buckets = 0

    def scripts(self):
        """The files of the two scripts, as `fmferry script` writes them for this solution."""
        folder = self.folder / "for-scripts"
        folder.mkdir()
        tables = {"source": {"server": "https://filemaker.example.test", "database": "Clinic", "layout": "API_Images",
                             "user": "api", "password": "env:NONE"},
                  "record": {"id": "id", "containers": harness.CONTAINERS, "mark": "best_image_container",
                             "stamp": "NexusExportDate"},
                  "store": {"url": "s3://bucket"}}
        (folder / "fmferry.toml").write_text(harness.toml(tables))
        files = []
        for name in ("uploader", "mark-and-stamp"):
            files.append(self.folder / f"{name}.xml")
            with open(files[-1], "wb") as out:
                subprocess.run([harness.FMFERRY, "-c", folder / "fmferry.toml", "script", name], check=True, stdout=out)
        return files

    def make(self, records, *options, **changes):
        scripts = [word for file in self.scripts() for word in ("--script", file)]
        simulator = self.make_simulator(records, *scripts, "--script-ca", self.s3.ca, *options)
        type(self).buckets += 1
        bucket = f"inside-{self.buckets}"
        self.s3.aws("create-bucket", "--bucket", bucket)
        job = self.make_job(simulator, store=self.s3.config(bucket), **changes)
        job.environment.update(self.s3.environment())
        job.bucket = bucket
        return simulator, job

    def copy_of(self, job):
        """A folder with the bucket's objects."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        subprocess.run(["aws", "--endpoint-url", self.s3.endpoint, "s3", "sync", "--quiet", f"s3://{job.bucket}", copy],
                       check=True, env={**harness.os.environ, **self.s3.environment(), "AWS_CA_BUNDLE": self.s3.ca})
        return copy

    def assert_in_order(self, job, truths):
        """The end of a pull, judged by the same eyes."""
        moved = self.assert_fates(job, truths)
        copy = self.copy_of(job)
        objects = {str(path.relative_to(copy)): harness.sha256_of(path) for path in copy.rglob("*")
                   if path.is_file() and not str(path.relative_to(copy)).startswith(".fmferry/")}
        self.assert_objects(job, truths, objects)
        self.assert_source(job, truths)
        self.assert_catalogue(job, truths, read=lambda key: (copy / key).read_bytes())
        self.assert_manifest(job)
        self.assert_chain(job)
        return moved, copy

    def test_the_clinic_ends_as_by_a_pull_and_no_byte_comes_by(self):
        simulator, job = self.make(300)
        truths = simulator.truth()
        self.run_ok(job, "run", "--via", "script")
        moved, copy = self.assert_in_order(job, truths)
        rows, stats = job.rows(), simulator.stats()
        self.assertEqual((stats["requests"]["container"], stats["requests"]["redirect"], stats["downloads_started"]),
                         (0, 0, 0))
        self.assertGreaterEqual(stats["pushed_bytes"], sum(rows[each]["length"] for each in moved))
        self.assertGreaterEqual(stats["pushes_completed"], len(moved))
        calls = stats["requests"]["script"] + stats["requests"]["find"]
        self.assertLess(calls, 300 / 20 + 10)
        with self.subTest("types are those of the bytes, and the MD5 is the ETag"):
            kinds = {t["kind"]: int(t["recordId"]) for t in truths if t["fate"] == "moved"}
            chosen = self.chosen(truths)
            for record_id in kinds.values():
                head = self.s3.aws("head-object", "--bucket", job.bucket, "--key", rows[record_id]["key"])
                self.assertEqual(head["ContentType"], chosen[record_id]["media_type"])
                md5 = hashlib.md5((copy / rows[record_id]["key"]).read_bytes()).hexdigest()
                self.assertEqual(head["ETag"].strip('"'), md5)
        with self.subTest("again"):
            before = simulator.stats()["pushes_completed"]
            self.run_ok(job, "run", "--via", "script")
            self.assertEqual(simulator.stats()["pushes_completed"], before)
        with self.subTest("verify"):
            report = self.run_ok(job, "verify", "--deep", "--json", code=0).json()
            self.assertEqual((report["checked"], report["hashed"]), (len(moved), len(moved)))

    def test_killed_in_the_middle_it_goes_on(self):
        simulator, job = self.make(120)
        for kill in range(4):
            simulator.set_faults("push always delay 20ms\n")
            process = job.start("run", "--via", "script")
            harness.wait_until(lambda: simulator.stats()["pushes_completed"] > 12 * (kill + 1) or
                               process.poll() is not None, what="some uploads")
            process.kill()
            process.wait()
        simulator.set_faults("")
        self.run_ok(job, "run", "--via", "script")
        self.assert_in_order(job, simulator.truth())

    def test_a_wrong_byte_a_short_body_and_a_refusal_on_the_way_are_found(self):
        simulator, job = self.make(60)
        simulator.set_faults("push hit 3 flip byte at 50%\npush hit 7 cut after 60%\npush hit 9 reply 503\n"
                             "push hit 11 apply then drop reply\npush hit 13 drop connection\n")
        self.run_ok(job, "run", "--via", "script")
        self.assert_in_order(job, simulator.truth())
        self.assertEqual([each["hits"] for each in simulator.stats()["faults"]], [1] * 5)
        self.assertEqual(sum(row["tries"] for row in job.rows().values()), 5)

    def test_urls_that_ran_out_cost_no_record_a_try(self):
        simulator, job = self.make(40)
        simulator.set_faults("push hit 4 delay 2500ms\n")
        self.run_ok(job, "run", "--via", "script", "--url-lifetime", "2s")
        self.assert_in_order(job, simulator.truth())
        self.assertEqual(sum(row["tries"] for row in job.rows().values()), 0)
        stats = simulator.stats()
        self.assertGreater(stats["requests"]["push"], stats["pushes_completed"], "some were too late")

    def test_an_outage_in_the_middle_costs_no_record_a_try(self):
        simulator, job = self.make(60, pace={"first_wait": "50ms"})
        simulator.set_faults("find hits 2..3 reply 502\nfind hit 4 apply then drop reply\n")
        self.run_ok(job, "run", "--via", "script")
        self.assert_in_order(job, simulator.truth())
        self.assertEqual(sum(row["tries"] for row in job.rows().values()), 0)

    def test_what_is_missing_is_said_at_once(self):
        simulator, job = self.make(10)
        done = job.run("export", "--via", "script", "--uploader", "no such script")
        self.assertNotIn(done.code, (0, 3), done)
        self.assertIn("no script 'no such script'", done.err)
        self.assertIn("script uploader --how", done.err)
        folder = self.make_job(simulator, name="folder")
        self.assert_refused(folder, folder.run("export", "--via", "script"), 2, "s3://")


if __name__ == "__main__":
    harness.main()
