#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same clinic through every way into a server: the end must be the same, whatever happened on the way."""
import hand_over_test
import harness

# What the ways honestly differ in: OData tells original names, the Data API does not.
HONEST = {"stamped_at", "file_name"}

WAYS = {
    "dataapi": {"kind": "dataapi"},
    "odata": {"kind": "odata", "layout": None, "table": "API_Images"},
    "mixed": {"kind": "mixed", "list": "dataapi", "fetch": "odata", "write": "odata"},
    "auto": {"kind": "auto"},
}


class Doors(harness.EndToEnd):
    def job_through(self, way, records, *options, **more):
        simulator = self.make_simulator(records, *options, name="sim-" + way, **more)
        return self.make_job(simulator, name="job-" + way, source=WAYS[way])

    def state_of(self, job, objects=None):
        """A choice counts for what was fetched: of the rest, only a listing that shows what is filled knows one."""
        state, rows = self.end_state(job, objects), job.rows()
        untried = {record for record, row in rows.items() if row["fate"] in ("duplicate", "refused")}
        state["rows"] = {record: tuple(row) if record not in untried else (row[0], *row[4:6])
                         for record, row in state["rows"].items()}
        state["manifest"] = {record: {name: value for name, value in line.items()
                                      if name not in HONEST and not (record in untried and name == "container")}
                             for record, line in job.manifest().items()}
        return state

    def assert_in_order(self, job):
        self.assert_all_in_order(job, job.simulator.truth())


class SameThroughEveryDoor(Doors):
    def test_objects_rows_marks_and_stamps_are_the_same(self):
        wanted = None
        for way in WAYS:
            with self.subTest(way=way):
                job = self.job_through(way, 250)
                self.run_ok(job, "run")
                self.assert_in_order(job)
                state = self.state_of(job)
                wanted = wanted or state
                self.assert_same_state(state, wanted)

    def test_a_second_run_moves_nothing(self):
        for way in ("odata", "mixed"):
            with self.subTest(way=way):
                job = self.job_through(way, 120)
                self.run_ok(job, "run")
                state, served = self.state_of(job), len(job.simulator.served())
                self.run_ok(job, "run")
                self.assertEqual(len(job.simulator.served()), served)
                self.assert_same_state(self.state_of(job), state)

    def test_another_door_takes_up_the_same_ledger(self):
        job = self.job_through("dataapi", 120)
        self.run_ok(job, "run", "--limit", 30)
        job.configure(source=WAYS["mixed"])
        self.run_ok(job, "run", "--limit", 30)
        job.configure(source={"kind": "odata", "list": None, "fetch": None, "write": None})
        self.run_ok(job, "run")
        self.assert_in_order(job)

    def test_original_names_come_with_the_files(self):
        job = self.job_through("odata", 120)
        self.run_ok(job, "run")
        names = [line["file_name"] for line in job.manifest().values() if line["fate"] == "moved"]
        self.assertTrue(names and all(names))


class SameByPush(hand_over_test.FromInside, Doors):
    """FileMaker itself uploads to a real S3 server: the end is that of a pull into the same."""

    def test_objects_rows_marks_and_stamps_are_those_of_a_pull(self):
        states = {}
        for way, words in (("pull", ()), ("push", hand_over_test.VIA)):
            simulator, job = self.make(250, name="-" + way)
            self.run_ok(job, "run", *words)
            _, copy = self.assert_in_order(job, simulator.truth())
            states[way] = self.state_of(job, self.objects_in(copy))
            for line in states[way]["manifest"].values():
                line.pop("proof")  # a push is always read back
        self.assert_no_byte_came_by(simulator)
        self.assert_same_state(states["push"], states["pull"])
        self.assertGreater(len(states["push"]["objects"]), 150)


class FaultsOverOData(Doors):
    """One after the other, each on a run of its own; the end is that of a run without faults."""
    RULES = {
        "listing": "records every 7 reply 502 html",
        "reading": "record every 4 reply 503 html",
        "cut": "container every 5 cut after 40%",
        "silent-cut": "container hit 4 cut after 40% without length",
        "page": "container every 6 reply 200 html",
        "wrong-type": "container every 4 content-type text/html",
        "lost-stamps": "bulk-edit hit 1 apply then drop reply",
        "failing-stamps": "bulk-edit hit 1 reply 503 html",
        "outage": "odata every 9 reply 502 html",
    }
    MIXED = {
        "listing": "data-api every 5 reply 502 html",
        "lost-stamps": RULES["lost-stamps"],
        "outage": RULES["outage"],
    }
    OUTAGES = ("listing", "reading", "failing-stamps", "outage")

    def run_with(self, way, rule, name):
        simulator = self.make_simulator(60, name=f"sim-{name}")
        job = self.make_job(simulator, name=f"job-{name}", source=WAYS[way],
                            pace={"page_size": 20, "first_wait": "20ms"})
        simulator.set_faults(rule + "\n" if rule else "")
        self.run_ok(job, "run", timeout=60)
        if rule:
            hits = sum(each["hits"] for each in simulator.stats()["faults"])
            self.assertGreater(hits, 0, f"never used, so not tested: {rule}")
        simulator.set_faults("")
        self.assert_in_order(job)
        return job

    def test_no_fault_changes_the_end(self):
        calm = self.state_of(self.run_with("odata", "", "calm"))
        for way, rules in (("odata", self.RULES), ("mixed", self.MIXED)):
            for name, rule in rules.items():
                with self.subTest(way=way, fault=name):
                    job = self.run_with(way, rule, f"{way}-{name}")
                    self.assert_same_state(self.state_of(job), calm)
                    if name in self.OUTAGES:
                        self.assertEqual({row["tries"] for row in job.rows().values()}, {0}, "it cost no record a try")


class TheChoice(Doors):
    def test_it_is_one_line_with_its_reasons(self):
        job = self.job_through("auto", 60)
        done = self.run_ok(job, "run", "--dry-run", code=0)
        line = done.out.splitlines()[0]
        self.assertRegex(line, r"^way in: lists over the Data API \(.+\), fetches over OData \(.+\), writes over OData")
        job.configure(source={"kind": "mixed", "list": "odata", "fetch": "dataapi", "write": "dataapi"})
        done = self.run_ok(job, "run", "--dry-run", code=0)
        self.assertIn("lists over OData (as set), fetches over the Data API (as set)", done.out.splitlines()[0])
        job.configure(source={"kind": "odata", "list": None, "fetch": None, "write": None})
        self.assertNotIn("way in:", self.run_ok(job, "run", "--dry-run", code=0).out)

    def test_marks_before_the_export_need_a_listing_that_shows_what_is_filled(self):
        mixed = self.job_through("mixed", 120)
        self.run_ok(mixed, "mark")
        edits = mixed.simulator.edits()
        chosen = self.chosen(mixed.simulator.truth())
        self.assertTrue(set(chosen) <= set(edits))
        odata = self.job_through("odata", 120)
        done = self.run_ok(odata, "mark")
        self.assertIn("marks are written as records are moved", done.err)
        self.assertEqual(odata.simulator.edits(), {})

    def test_unknown_doors_are_refused_by_name(self):
        job = self.job_through("dataapi", 60)
        job.configure(source={"kind": "carrier pigeon"})
        self.assert_refused(job, job.run("run"), 2, r"kind must be \"dataapi\", \"odata\"")
        job.configure(source={"kind": "mixed", "fetch": "file"})
        self.assert_refused(job, job.run("run"), 2, r"fetch must be \"dataapi\"")
        job.configure(source={"kind": "odata", "fetch": None, "layout": None, "table": "API_Image"})
        self.assert_refused(job, job.run("run"), 7, "did you mean 'API_Images'")


if __name__ == "__main__":
    harness.main()
