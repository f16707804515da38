#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every fault of a store in tests/faults/matrix/store.toml, alone and with faults of the source.

The store is a real S3 server behind a proxy that does what it won't: the end is that of a run without faults.
"""
import pathlib
import shutil
import tempfile

import fault_matrix_test as matrix
import harness
import store_proxy

LARGE = {102: 9_000_000}  # goes by parts
BUCKET = "store-faults"
# Faults of the source that end with others going on, of each kind a few.
COMPANIONS = ("login-502", "page-cut", "body-502", "body-cut", "write-reply-lost")


class StoreCase(matrix.Case):
    def set_rules(self):
        super().set_rules()
        self.set_store_rules()

    def set_store_rules(self):
        self.simulator.proxy.set_rules([rule for fault in self.faults for rule in fault.store
                                        if not self.hits.get(rule)])

    def note_hits(self):
        super().note_hits()
        for rule, hits in self.simulator.proxy.hits().items():
            self.hits[rule] = self.hits.get(rule, 0) + hits
        self.set_store_rules()  # what was hit is over


class StoreMatrix(matrix.Matrix):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-e2e-store-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.s3 = harness.S3Server(folder)
        cls.addClassCleanup(cls.s3.stop)
        cls.bucket = cls.s3.open_bucket(BUCKET)

    def new_job(self, folder, simulator):
        for record_id, size in LARGE.items():
            simulator.upload(record_id, "image_Full", "large.jpg", harness.large_jpeg(size))
        simulator.proxy = store_proxy.StoreProxy("127.0.0.1", int(self.s3.settings["S3_PORT"]))
        self.addCleanup(simulator.proxy.stop)
        store = {**self.s3.config(f"{BUCKET}/{self.place(folder)}"), "endpoint": simulator.proxy.endpoint, "ca": None}
        job = harness.Job(folder / "job", simulator, pace=matrix.PACE, store=store)
        job.environment.update(self.s3.environment())
        return job

    def place(self, folder):
        """A prefix for each case of each test."""
        return f"{self.id().rsplit('.', 1)[1]}-{folder.name}"

    def whole_state(self, job):
        return self.with_any_proof(super().whole_state(job))

    def objects_of(self, job):
        return self.bucket.objects(self.place(job.folder.parent) + "/")


class Alone(StoreMatrix):
    def test_every_fault_of_the_store_alone(self):
        self.run_cases([StoreCase(self, [fault]) for fault in matrix.read_faults("store")])


class Pairs(StoreMatrix):
    """A fault of the store with one of the source; the nightly run has each with each companion."""

    def pairs_with_source(self):
        source = {fault.name: fault for fault in matrix.read_faults() if fault.name in COMPANIONS}
        self.assertEqual(set(source), set(COMPANIONS))
        return [StoreCase(self, [fault, source[name]]) for fault in matrix.read_faults("store") for name in COMPANIONS]


class SomePairs(Pairs):
    def test_some_pairs_with_faults_of_the_source(self):
        # As 5 and 14 have no common divisor, every companion has its turn.
        self.run_cases(self.pairs_with_source()[::14])


class AllPairs(Pairs):
    def test_all_pairs_with_faults_of_the_source(self):
        self.run_cases(self.pairs_with_source())


class Reading(StoreMatrix):
    """What comes damaged when objects are looked at afterwards is not believed, and not blamed on the object."""

    def test_verify_and_rebuild_believe_no_damaged_listing(self):
        with matrix.Clinic(self.folder / "sim") as simulator:
            job = self.new_job(self.folder, simulator)
            self.addCleanup(job.end)
            self.run_ok(job, "run")
            for rule in ("any list hit 1 reply 503 SlowDown", "any list hit 1 cut reply after 50%",
                         "any list hit 1 drop reply", "GET object hit 3 reply 503 SlowDown",
                         "GET object hit 3 cut reply after 40%", "GET object hit 3 drop reply"):
                with self.subTest(rule):
                    simulator.proxy.set_rules([rule])
                    report = self.run_ok(job, "verify", "--deep", "--json", code=0).json()
                    self.assertEqual((report["verdict"], report["findings"]), ("OK", {}))
                    self.assertEqual(simulator.proxy.hits(), {rule: 1})
            with self.subTest("bytes that the way back spoils"):
                simulator.proxy.set_rules(["GET object hit 3 spoil byte"])
                report = self.run_ok(job, "verify", "--deep", "--json", code=1).json()
                self.assertEqual(report["findings"], {"object_hash": 1})
            before = self.whole_state(job)["objects"]
            for path in job.folder.glob("fmferry.db*"):
                path.unlink()
            simulator.proxy.set_rules(["any list hit 1 cut reply after 50%"])
            rebuilt = self.run_ok(job, "ledger", "rebuild", "--json", code=0).json()
            self.assertEqual((rebuilt["lost"], rebuilt["moved"]), (0, len(before)))


if __name__ == "__main__":
    harness.main()
