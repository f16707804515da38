#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The export whose bytes go from inside FileMaker to a real S3 server, and marks and stamps by script."""
import hashlib
import pathlib
import shutil
import signal
import subprocess
import tempfile

import harness

VIA = ("--via", "script")


class FromInside(harness.EndToEnd):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-e2e-inside-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.s3 = harness.S3Server(folder)
        cls.addClassCleanup(cls.s3.stop)
        cls.scripts = harness.pasted_scripts(folder / "scripts")
        cls.buckets = 0

    def make(self, records, *options, name="", **changes):
        simulator = self.make_simulator(records, *self.scripts, "--script-ca", self.s3.ca, *options, name="sim" + name)
        return simulator, self.job_for(simulator, name, **changes)

    def job_for(self, simulator, name, **changes):
        type(self).buckets += 1
        bucket = f"inside-{self.buckets}"
        self.s3.aws("create-bucket", "--bucket", bucket)
        job = self.make_job(simulator, name="job" + name, store=self.s3.config(bucket), **changes)
        job.environment.update(self.s3.environment())
        job.bucket = bucket
        return job

    def copy_of(self, job):
        """A folder with the bucket's objects."""
        copy = job.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        subprocess.run(["aws", "--endpoint-url", self.s3.endpoint, "s3", "sync", "--quiet", f"s3://{job.bucket}", copy],
                       check=True, env={**harness.os.environ, **self.s3.environment(), "AWS_CA_BUNDLE": self.s3.ca})
        return copy

    def objects_in(self, copy):
        return {str(path.relative_to(copy)): harness.sha256_of(path) for path in copy.rglob("*")
                if path.is_file() and not str(path.relative_to(copy)).startswith(".fmferry/")}

    def assert_in_order(self, job, truths):
        """The end of a pull, judged by the same eyes."""
        moved = self.assert_fates(job, truths)
        copy = self.copy_of(job)
        self.assert_objects(job, truths, self.objects_in(copy))
        self.assert_source(job, truths)
        self.assert_catalogue(job, truths, read=lambda key: (copy / key).read_bytes())
        self.assert_manifest(job)
        self.assert_chain(job)
        return moved, copy

    def assert_no_byte_came_by(self, simulator):
        stats = simulator.stats()
        self.assertEqual((stats["requests"]["container"], stats["requests"]["redirect"], stats["downloads_started"],
                          stats["doors"]["data_api"]["container_bytes"], stats["doors"]["odata"]["container_bytes"]),
                         (0, 0, 0, 0, 0))
        return stats


class Uploads(FromInside):
    def test_the_clinic_ends_as_by_a_pull_and_no_byte_comes_by(self):
        simulator, job = self.make(300)
        truths = simulator.truth()
        self.run_ok(job, "run", *VIA)
        moved, copy = self.assert_in_order(job, truths)
        rows, stats = job.rows(), self.assert_no_byte_came_by(simulator)
        self.assertEqual(stats["sessions_open"], 0)
        length = sum(rows[each]["length"] for each in moved)
        self.assertGreaterEqual(stats["pushed_bytes"], length)
        self.assertGreaterEqual(stats["pushes_completed"], len(moved))
        calls = stats["requests"]["script"] + stats["requests"]["find"]
        self.assertLess(calls, 2 * 300 / 20)
        self.assertEqual(stats["requests"]["edit"], 0, "stamps go through the script, too")
        print(f"{len(moved)} records, {length} bytes: {stats['pushed_bytes']} bytes uploaded by scripts in "
              f"{stats['pushes_completed']} uploads, 0 container bytes served, {calls} calls of scripts", flush=True)
        with self.subTest("types are those of the bytes, and the MD5 is the ETag"):
            kinds = {t["kind"]: int(t["recordId"]) for t in truths if t["fate"] == "moved"}
            chosen = self.chosen(truths)
            for record_id in kinds.values():
                head = self.s3.aws("head-object", "--bucket", job.bucket, "--key", rows[record_id]["key"])
                self.assertEqual(head["ContentType"], chosen[record_id]["media_type"])
                md5 = hashlib.md5((copy / rows[record_id]["key"]).read_bytes()).hexdigest()
                self.assertEqual(head["ETag"].strip('"'), md5)
        with self.subTest("again"):
            self.run_ok(job, "run", *VIA)
            self.assertEqual(simulator.stats()["pushes_completed"], stats["pushes_completed"])
        with self.subTest("verify"):
            report = self.run_ok(job, "verify", "--deep", "--json", code=0).json()
            self.assertEqual((report["checked"], report["hashed"]), (len(moved), len(moved)))

    def test_a_pull_and_a_push_take_turns(self):
        simulator, job = self.make(80)
        self.run_ok(job, "export", "--limit", 20)
        self.run_ok(job, "export", "--limit", 20, *VIA)
        self.run_ok(job, "run", "--limit", 20)
        self.run_ok(job, "run", *VIA)
        self.assert_in_order(job, simulator.truth())

    def test_a_wrong_byte_a_short_body_and_a_refusal_on_the_way_are_found(self):
        simulator, job = self.make(60)
        simulator.set_faults("push hit 3 flip byte at 50%\npush hit 7 cut after 60%\npush hit 9 reply 503\n"
                             "push hit 11 apply then drop reply\npush hit 13 drop connection\n"
                             "push hit 15 reply 200\n")
        self.run_ok(job, "run", *VIA)
        self.assert_in_order(job, simulator.truth())
        self.assertEqual([each["hits"] for each in simulator.stats()["faults"]], [1] * 6)
        self.assertEqual(sum(row["tries"] for row in job.rows().values()), 6)

    def test_what_never_arrives_is_never_stamped(self):
        simulator, job = self.make(40)
        truths = simulator.truth()
        victim = next(iter(self.chosen(truths)))
        simulator.set_faults(f"push Images/{victim} always reply 200\n")
        self.run_ok(job, "export", *VIA)
        row = job.rows()[victim]
        self.assertEqual((row["fate"], row["reason"], row["tries"], row["stamped_at"]),
                         ("quarantined", "fetch_failed", 5, ""))
        self.assertNotIn("NexusExportDate", simulator.edits().get(victim, ({}, 0))[0])
        simulator.set_faults("")
        self.run_ok(job, "retry", *VIA)
        self.assert_in_order(job, truths)

    def test_urls_that_ran_out_cost_no_record_a_try(self):
        simulator, job = self.make(40, **{"source.script": {"url_lifetime": "10s"}})
        simulator.set_faults("push hit 4 delay 11s\n")
        self.run_ok(job, "run", *VIA)
        self.assert_in_order(job, simulator.truth())
        self.assertEqual(sum(row["tries"] for row in job.rows().values()), 0)
        stats = simulator.stats()
        self.assertGreater(stats["requests"]["push"], stats["pushes_completed"], "some were too late")

    def test_an_outage_in_the_middle_costs_no_record_a_try(self):
        simulator, job = self.make(60, pace={"first_wait": "50ms"})
        simulator.set_faults("find hits 2..3 reply 502\nfind hit 4 apply then drop reply\n")
        self.run_ok(job, "run", *VIA)
        self.assert_in_order(job, simulator.truth())
        self.assertEqual(sum(row["tries"] for row in job.rows().values()), 0)

    def test_what_is_missing_is_said_at_once(self):
        simulator, job = self.make(10)
        job.configure(**{"source.script": {"uploader": "no such script"}})
        self.assert_refused(job, job.run("export", *VIA), 7, "no script 'no such script'.+script uploader --how")
        job.configure(**{"source.script": {"uploader": "Ping"}})
        self.assert_refused(job, job.run("export", *VIA), 7, "'Ping' did not answer as it should")
        job.configure(**{"source.script": {"uploader": None, "mark_and_stamp": "Ping"}})
        self.assert_refused(job, job.run("mark", *VIA), 7, "'Ping' did not answer as it should")
        folder = self.make_job(simulator, name="folder")
        self.assert_refused(folder, folder.run("export", *VIA), 2, "s3://")


class Killed(FromInside):
    # The sessions of killed programs stay open for a quarter of an hour.
    MANY = ("--max-sessions", 1000)
    POINTS = ("inside.upload.before", "inside.upload.after", "inside.copy.before", "inside.copy.after",
              "inside.write.before", "inside.write.after")

    def test_killed_in_the_middle_it_goes_on(self):
        simulator, job = self.make(120, *self.MANY)
        for kill in range(4):
            simulator.set_faults("push always delay 20ms\n")
            process = job.start("run", *VIA)
            harness.wait_until(lambda: simulator.stats()["pushes_completed"] > 12 * (kill + 1) or
                               process.poll() is not None, what="some uploads")
            process.kill()
            process.wait()
        simulator.set_faults("")
        self.run_ok(job, "run", *VIA)
        self.assert_in_order(job, simulator.truth())

    def test_killed_around_each_call_of_a_script_and_each_copy_it_ends_the_same(self):
        for point in self.POINTS:
            for hit in (1, 2):
                with self.subTest(point=point, hit=hit):
                    name = f"-{point}-{hit}"
                    simulator, job = self.make(24, *self.MANY, name=name, pace={"page_size": 10, "first_wait": "50ms"},
                                               **{"source.script": {"uploads_a_call": 8, "writes_a_call": 8}})
                    # The first call of the uploader asks whether it is there.
                    at = hit + 1 if "upload" in point else hit
                    done = job.run("run", *VIA, environment={"FMF_KILL_AT": f"{point}:{at}"})
                    self.assertEqual(done.code, -signal.SIGKILL, done)
                    self.run_ok(job, "run", *VIA)
                    self.assert_same_end(job, simulator.truth())
                    simulator.stop()

    def assert_same_end(self, job, truths):
        self.assert_fates(job, truths)
        self.assert_objects(job, truths, self.objects_in(self.copy_of(job)))
        self.assert_source(job, truths)
        self.assert_chain(job)


class ByScript(harness.EndToEnd):
    def make(self, records, **changes):
        simulator = self.make_simulator(records, *harness.pasted_scripts(self.folder / "scripts"))
        return simulator, self.make_job(simulator, **changes)


class MarksByScript(ByScript):
    def test_it_writes_what_single_writes_write(self):
        simulator, job = self.make(300)
        self.run_ok(job, "mark", *VIA)
        one_by_one = self.make_simulator(300, name="one-by-one")
        other = self.make_job(one_by_one, name="other")
        self.run_ok(other, "mark")
        self.assertEqual(simulator.edits(), one_by_one.edits())
        self.assertEqual(job.rows().keys(), other.rows().keys())
        for record_id, row in job.rows().items():
            self.assertEqual((row["mark"], row["mod_id"]),
                             (other.rows()[record_id]["mark"], other.rows()[record_id]["mod_id"]), record_id)

    def test_a_lost_answer_an_edit_and_a_lock_land_on_their_own_record(self):
        simulator, job = self.make(120, pace={"first_wait": "50ms"}, **{"source.script": {"writes_a_call": 30}})
        simulator.set_faults("find hit 2 apply then drop reply\nfind hit 3 reply 502\n")
        chosen = self.chosen(simulator.truth())
        locked = next(iter(chosen))
        simulator.request("POST", f"/_sim/lock?recordId={locked}&on=1")
        self.run_ok(job, "mark", *VIA)
        marks = {record_id: fields for record_id, (fields, _) in simulator.edits().items()}
        self.assertEqual(chosen.keys() - marks.keys(), {locked})
        self.assertEqual({r for r, row in job.rows().items() if row["stamp_problem"]}, {locked})
        self.assertEqual({r: row["mod_id"] for r, row in job.rows().items() if r in marks},
                         {r: mod_id for r, (_, mod_id) in simulator.edits().items()})
        simulator.request("POST", f"/_sim/lock?recordId={locked}&on=0")
        self.run_ok(job, "mark", *VIA)
        self.assertEqual(chosen.keys() - simulator.edits().keys(), set())


class ManyMarksByScript(ByScript):
    RECORDS = 6664

    def test_6664_records_are_marked_in_fewer_than_thirty_requests(self):
        simulator, job = self.make(self.RECORDS, pace={"page_size": 500})
        truths = simulator.truth()
        self.run_ok(job, "mark", *VIA, timeout=900)
        stats, edits = simulator.stats(), simulator.edits()
        writes = sum(stats["requests"][kind] for kind in ("script", "find", "edit", "record"))
        marks = {record_id: fields["best_image_container"] for record_id, (fields, _) in edits.items()}
        self.assertTrue(self.chosen(truths).keys() <= marks.keys())
        total = sum(number for kind, number in stats["requests"].items())
        print(f"{len(marks)} marks of {self.RECORDS} records: {writes} requests to write them, {total} with the "
              f"listing: {({kind: n for kind, n in stats['requests'].items() if n})}", flush=True)
        self.assertLess(writes, 30)
        mod_ids = {record_id: mod_id for record_id, (_, mod_id) in edits.items()}
        self.run_ok(job, "mark", *VIA, timeout=900)
        self.assertEqual({record_id: mod_id for record_id, (_, mod_id) in simulator.edits().items()}, mod_ids)


if __name__ == "__main__":
    harness.main()
