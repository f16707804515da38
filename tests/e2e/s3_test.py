#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A whole job into a real S3 server, asked afterwards by other people's clients."""
import hashlib
import pathlib
import shutil
import subprocess
import tempfile

import harness

BUCKET = "clinic-images"


class RealS3(harness.EndToEnd):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-e2e-s3-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.s3 = harness.S3Server(folder)
        cls.addClassCleanup(cls.s3.stop)

    def make_s3_job(self, simulator, bucket, **changes):
        self.s3.aws("create-bucket", "--bucket", bucket)
        store = {**self.s3.config(bucket), **changes.pop("store", {})}
        job = self.make_job(simulator, store=store, **changes)
        job.environment.update(self.s3.environment())
        return job

    def get(self, url, job):
        """The bytes behind a presigned URL, by curl."""
        to = self.folder / "got"
        done = subprocess.run(["curl", "--fail", "--silent", "--show-error", "--cacert", self.s3.ca, "-o", to, url],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return to.read_bytes()

    def test_every_object_arrives_with_its_bytes_and_type_and_a_second_run_puts_nothing(self):
        simulator = self.make_simulator(300)
        job = self.make_s3_job(simulator, BUCKET)
        truths = simulator.truth()
        self.run_ok(job, "run")
        moved = self.assert_fates(job, truths)
        rows, chosen = job.rows(), self.chosen(truths)

        listed = {each["Key"]: each for each in self.s3.aws("list-objects-v2", "--bucket", BUCKET)["Contents"]
                  if not each["Key"].startswith(".fmferry/")}
        # One call a key would take a minute; `aws s3 sync` gets them all.
        copy = self.folder / "copy"
        subprocess.run(["aws", "--endpoint-url", self.s3.endpoint, "s3", "sync", "--quiet", f"s3://{BUCKET}", copy],
                       check=True, env={**harness.os.environ, **self.s3.environment(), "AWS_CA_BUNDLE": self.s3.ca})
        objects = {key: harness.sha256_of(copy / key) for key in listed}
        self.assert_objects(job, truths, objects)
        self.assertEqual(len(objects), len(moved))
        for record_id in moved:
            row = rows[record_id]
            there = listed[row["key"]]
            md5 = hashlib.md5((copy / row["key"]).read_bytes()).hexdigest()
            self.assertEqual((there["ETag"].strip('"'), there["Size"]), (md5, row["length"]))
            self.assertEqual(row["etag"].strip('"'), md5)
        with self.subTest("one record of each kind: content type"):
            kinds = {t["kind"]: int(t["recordId"]) for t in truths if t["fate"] == "moved"}
            self.assertGreater(len(kinds), 8)
            for record_id in kinds.values():
                head = self.s3.aws("head-object", "--bucket", BUCKET, "--key", rows[record_id]["key"])
                self.assertEqual(head["ContentType"], chosen[record_id]["media_type"])
        with self.subTest("source, catalogue, manifest, ledger"):
            self.assert_source(job, truths)
            self.assert_catalogue(job, truths, read=lambda key: (copy / key).read_bytes())
            self.assert_manifest(job)
            self.assert_chain(job)
            done = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", job.folder / "SHA256SUMS"], cwd=copy)
            self.assertEqual(done.returncode, 0)
        with self.subTest("presign"):
            truth = next(t for t in truths if t["kind"] == "png" and t["fate"] == "moved")
            row = rows[int(truth["recordId"])]
            for words in (("--id", truth["id"]), ("--key", row["key"])):
                url = self.run_ok(job, "presign", *words, "--expires", "5m", code=0).out.strip()
                self.assertEqual(hashlib.sha256(self.get(url, job)).hexdigest(), row["sha256"])
        with self.subTest("verify --deep"):
            report = self.run_ok(job, "verify", "--deep", "--json", code=0).json()
            self.assertEqual((report["checked"], report["hashed"]), (len(moved), len(moved)))
        with self.subTest("second run"):
            dump, edits = job.catalogue_dump(), simulator.edits()
            containers = simulator.stats()["requests"]["container"]
            self.run_ok(job, "run")
            again = {each["Key"]: each for each in self.s3.aws("list-objects-v2", "--bucket", BUCKET)["Contents"]
                     if not each["Key"].startswith(".fmferry/")}
            self.assertEqual(again, listed, "ETags and times are the same")
            self.assertEqual(simulator.stats()["requests"]["container"], containers)
            self.assertEqual((job.catalogue_dump(), simulator.edits()), (dump, edits))
        with self.subTest("an object that was replaced through a presigned PUT is found"):
            victim = rows[min(moved)]["key"]
            other = self.folder / "other"
            other.write_bytes(b"x" * rows[min(moved)]["length"])
            url = self.run_ok(job, "presign", "--key", victim, "--method", "PUT", code=0).out.strip()
            subprocess.run(["curl", "--fail", "--silent", "--show-error", "--cacert", self.s3.ca, "-T", other, url],
                           check=True)
            report = self.run_ok(job, "verify", "--deep", "--json", code=1).json()
            self.assertEqual(report["findings"], {"object_hash": 1})

    def test_a_large_file_goes_by_parts_and_arrives_bit_for_bit(self):
        simulator = self.make_simulator(20)
        data = harness.large_jpeg(20_000_000)
        simulator.upload(101, "image_Full", "large.jpg", data)
        job = self.make_s3_job(simulator, "large-files")
        self.assertIn(job.run("run").code, (0, 3))
        row = job.rows()[101]
        self.assertEqual((row["fate"], row["length"], row["sha256"]),
                         ("moved", len(data), hashlib.sha256(data).hexdigest()))
        head = self.s3.aws("head-object", "--bucket", "large-files", "--key", row["key"])
        self.assertRegex(head["ETag"], r"-3\"$")
        to = self.folder / "large"
        self.s3.aws("get-object", "--bucket", "large-files", "--key", row["key"], str(to))
        self.assertEqual(harness.sha256_of(to), row["sha256"])
        self.assertNotIn("Uploads", self.s3.aws("list-multipart-uploads", "--bucket", "large-files"))

    def test_a_closed_file_goes_into_a_bucket_without_a_configuration(self):
        self.s3.aws("create-bucket", "--bucket", "from-a-file")
        file, truth = self.folder / "Clinic.fmp12", self.folder / "truth"
        subprocess.run([harness.FMSIM, "file", "--records", "60", "--out", file, "--truth", truth], check=True,
                       capture_output=True)
        expected = {(line["recordId"], line["sha256"]) for line in map(harness.json.loads, truth.read_text().splitlines())
                    if line.get("state") == "embedded" and line.get("table") == "API_Images"}
        environment = {**harness.os.environ, **self.s3.environment(), "AWS_ENDPOINT_URL": self.s3.endpoint,
                       "AWS_CA_BUNDLE": self.s3.ca, "AWS_EC2_METADATA_DISABLED": "true"}
        command = [harness.FMFERRY, "export", file, "--to", "s3://from-a-file/2026", "--text", "jsonl", "--json"]
        first, again = (subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
                        for _ in range(2))
        for done in (first, again):
            self.assertIn(done.returncode, (0, 3), done.stderr)
        copy = self.folder / "copy"
        subprocess.run(["aws", "--endpoint-url", self.s3.endpoint, "s3", "sync", "--quiet", "s3://from-a-file/2026", copy],
                       check=True, env=environment)
        state = self.folder / "fmferry-Clinic"
        sums = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", state / "SHA256SUMS"], cwd=copy)
        self.assertEqual(sums.returncode, 0)
        got = {(path.stem, harness.sha256_of(path)) for path in copy.glob("API_Images.*/*")}
        self.assertTrue(got)
        self.assertLessEqual(got, {(str(record), sha256) for record, sha256 in expected})
        self.assertTrue((copy / "API_Patients.jsonl").stat().st_size)

    def test_a_missing_bucket_is_said_at_once(self):
        simulator = self.make_simulator(20)
        job = self.make_job(simulator, store=self.s3.config("no-such-bucket"))
        job.environment.update(self.s3.environment())
        self.assert_refused(job, job.run("run"), 7, "no-such-bucket")

    def test_a_wrong_secret_is_said_at_once(self):
        simulator = self.make_simulator(20)
        job = self.make_s3_job(simulator, "wrong-secret")
        job.environment["AWS_SECRET_ACCESS_KEY"] = "another-secret"
        self.assert_refused(job, job.run("run"), 7, "wrong-secret|SignatureDoesNotMatch|key")

    def test_a_bucket_without_write_rights_is_said_at_once(self):
        simulator = self.make_simulator(20)
        job = self.make_s3_job(simulator, "read-only")
        policy = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::read-only/*"}]}
        self.s3.aws("put-bucket-policy", "--bucket", "read-only", "--policy", harness.json.dumps(policy))
        self.assert_refused(job, job.run("run"), 7, "read-only")


if __name__ == "__main__":
    harness.main()
