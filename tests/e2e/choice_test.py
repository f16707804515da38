#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules `largest` and `most-pixels`, what the bytes tell, and records with the same bytes."""
import base64
import pathlib
import struct

import harness

WAYS = {"dataapi": {"kind": "dataapi"}, "odata": {"kind": "odata"}}


def picture(wide, high, length, exif=b"", cut=0):
    """A JPEG of that size and length; `cut` bytes are missing at its end."""
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    if exif:
        head += b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif
    head += b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", high, wide) + b"\x01\x01\x11\x00"
    head += b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    body = harness.random.Random(length * wide).randbytes(length + cut - len(head) - 2).replace(b"\xff", b"\xfe")
    whole = head + body + b"\xff\xd9"
    return whole[:len(whole) - cut]


def exif_block(orientation, taken, zone):
    """TIFF, little-endian: orientation; and in EXIF's own directory the time of the original with its zone."""
    first = struct.pack("<HHHIHHHHIII", 2, 0x112, 3, 1, orientation, 0, 0x8769, 4, 1, 38, 0)
    at = 8 + len(first)
    assert at == 38
    texts = at + 2 + 24 + 4
    own = struct.pack("<HHHIIHHIII", 2, 0x9003, 2, 20, texts, 0x9011, 2, 7, texts + 20, 0)
    return b"II*\0\x08\0\0\0" + first + own + taken.encode() + b"\0" + zone.encode() + b"\0"


def size_of(data):
    """(width, height) of what the simulator makes; (0, 0) where a file has none."""
    if found := harness.pixels(data):
        return found
    if data[4:8] == b"ftyp":
        sizes, at = [], 0
        while (at := data.find(b"ispe", at + 1)) > 0:
            sizes.append(struct.unpack(">II", data[at + 8:at + 16]))
        return max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if data[:4] in (b"II*\0", b"MM\0*"):
        order = "<" if data[:2] == b"II" else ">"
        start, = struct.unpack_from(order + "I", data, 4)
        count, = struct.unpack_from(order + "H", data, start)
        found = {}
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHI4s", data, start + 2 + 12 * number)
            found[tag] = struct.unpack(order + ("HH" if kind == 3 else "I"), value)[0]
        return found[256], found[257]
    return 0, 0


class Base(harness.EndToEnd):
    def value_of(self, simulator, record_id, field):
        """The container's bytes, over OData, by nobody but Python."""
        basic = base64.b64encode(f"api:{harness.PASSWORD}".encode()).decode()
        return simulator.request("GET", f"/fmi/odata/v4/Clinic/API_Images(ROWID={record_id})/{field}/$value",
                                 headers={"Authorization": "Basic " + basic, "Accept": "*/*"})

    def best(self, simulator, truth, rule):
        """The container of a record that the rule moves: of those that are whole; none is the first in its order."""
        whole = [c for c in truth["containers"] if c["state"] == "filled" and c["complete"]]
        if rule == "largest":
            return max(whole, key=lambda c: c["length"])

        def pixels(container):
            wide, high = size_of(self.value_of(simulator, truth["recordId"], container["field"]))
            return wide * high

        return max(whole, key=pixels)

    def assert_best(self, job, truths, rule):
        """Fates, objects and marks are as the rule has it. Answers how many moved ones are not the first in order."""
        moved, rows, objects = self.assert_fates(job, truths), job.rows(), job.objects()
        edits, others = job.simulator.edits(), 0
        for truth in truths:
            record_id = int(truth["recordId"])
            if record_id not in moved:
                continue
            best = self.best(job.simulator, truth, rule)
            row = rows[record_id]
            self.assertEqual((row["field"], row["sha256"]), (best["field"], best["sha256"]), f"record {record_id}")
            self.assertEqual(objects[row["key"]], best["sha256"])
            self.assertEqual(edits[record_id][0]["best_image_container"], best["field"])
            others += best["field"] != truth["choice"]
        self.assertEqual(len(objects), len(moved))
        return others


class ByContent(Base):
    def test_every_record_gets_its_best_container_through_either_door(self):
        for rule in ("largest", "most-pixels"):
            for way, source in WAYS.items():
                with self.subTest(rule=rule, way=way):
                    name = f"{rule}-{way}"
                    parts = ("--parts",) if rule == "largest" else ()
                    simulator = self.make_simulator(120, *parts, name="sim-" + name)
                    job = self.make_job(simulator, name="job-" + name, source=source, record={"choice": rule})
                    self.run_ok(job, "run")
                    self.assertGreater(self.assert_best(job, simulator.truth(), rule), 12)
                    self.assert_manifest(job)
                    self.assert_sums_of_folder(job)
                    self.assert_chain(job)
                    self.assertEqual(simulator.stats()["sessions_open"], 0)
                    before = simulator.stats()["requests"]["container"]
                    self.run_ok(job, "run")
                    self.assertEqual(simulator.stats()["requests"]["container"], before, "nothing is looked at twice")

    def first_plain(self, truths, count):
        return [int(t["recordId"]) for t in truths if t["kind"] == "plain"][:count]

    def test_a_damaged_one_is_passed_over_for_the_next_best(self):
        for way, source in WAYS.items():
            with self.subTest(way=way):
                simulator = self.make_simulator(40, name="sim-" + way)
                record_id, = self.first_plain(simulator.truth(), 1)
                pictures = {"image_Full": picture(100, 100, 9_000), "image_Ex_large": picture(40, 40, 20_000),
                            "image_large": picture(900, 900, 50_000, cut=1_000),
                            "image_medium": picture(300, 200, 15_000), "image_small": picture(10, 10, 19_000)}
                for field, data in pictures.items():
                    simulator.upload(record_id, field, "picture.jpg", data)
                for rule, best in (("largest", "image_Ex_large"), ("most-pixels", "image_medium")):
                    job = self.make_job(simulator, name=f"job-{way}-{rule}", source=source, record={"choice": rule})
                    self.run_ok(job, "run")
                    row = job.rows()[record_id]
                    self.assertEqual((row["fate"], row["field"]), ("moved", best))
                    self.assertEqual((job.store / row["key"]).read_bytes(), pictures[best])
                    self.assertEqual(simulator.edits()[record_id][0]["best_image_container"], best)

    def test_of_the_others_only_the_beginning_is_read(self):
        for way, source in WAYS.items():
            for rule in ("largest", "most-pixels"):
                with self.subTest(way=way, rule=rule):
                    name = f"{way}-{rule}"
                    simulator = self.make_simulator(20, name="sim-" + name)
                    record_id, = self.first_plain(simulator.truth(), 1)
                    for field, data in (("image_Full", picture(1000, 1000, 11_000_000)),
                                        ("image_Ex_large", picture(4000, 3000, 12_000_000))):
                        simulator.upload(record_id, field, "picture.jpg", data)
                    job = self.make_job(simulator, name="job-" + name, source=source,
                                        record={"choice": rule, "containers": ["image_Full", "image_Ex_large"]})
                    self.run_ok(job, "run")
                    self.assertEqual(job.rows()[record_id]["field"], "image_Ex_large")
                    # A server sends ahead what the network takes before it notices that nobody reads any more.
                    noted = job.ledger("SELECT detail FROM event WHERE step = 'run' AND detail LIKE '%bytes from%'")
                    read = max(int(harness.re.search(r"read (\d+) bytes", each["detail"])[1]) for each in noted)
                    self.assertGreater(read, 12_000_000)
                    self.assertLess(read, 12_000_000 + 3_000_000)

    def run_with_large_ones(self, name, way, rule, faults="", **settings):
        """One run at width 1 over two large pictures and 19 other records, from a server that can send parts. One of
        the first files is empty, so that no part of it can be sent."""
        simulator = self.make_simulator(20, "--parts", name="sim-" + name)
        with_empty, record_id = self.first_plain(simulator.truth(), 2)
        simulator.upload(with_empty, "image_Full", "picture.jpg", b"")
        simulator.upload(with_empty, "image_Ex_large", "picture.jpg", picture(64, 64, 9_000))
        for field, data in (("image_Full", picture(1000, 1000, 11_000_000)),
                            ("image_Ex_large", picture(4000, 3000, 12_000_000))):
            simulator.upload(record_id, field, "picture.jpg", data)
        simulator.set_faults(faults)
        job = self.make_job(simulator, name="job-" + name, source={**WAYS[way], **settings}, pace={"width": 1},
                            record={"choice": rule, "containers": ["image_Full", "image_Ex_large"]})
        self.run_ok(job, "run")
        row = job.rows()[record_id]
        self.assertEqual((row["field"], row["length"]), ("image_Ex_large", 12_000_000))
        self.assertEqual(job.rows()[with_empty]["field"], "image_Ex_large")
        self.assertEqual({row["tries"] for row in job.rows().values()}, {0})
        doors = simulator.stats()["doors"].values()
        sent = sum(door["container_bytes"] for door in doors)
        whole = sum(row["length"] for row in job.rows().values() if row["fate"] == "moved")
        return sent - whole, sum(door["parts_completed"] for door in doors)

    def test_a_server_that_sends_parts_is_asked_for_the_beginning(self):
        for way in WAYS:
            for rule in ("largest", "most-pixels"):
                with self.subTest(way=way, rule=rule):
                    more, parts = self.run_with_large_ones(f"{way}-{rule}", way, rule)
                    self.assertGreater(parts, 2)
                    self.assertLessEqual(more, (parts + 4) * 65_536, "4 may be damaged, and read whole")

    def test_parts_are_not_asked_for_where_they_are_refused_or_not_wished_for(self):
        for way in WAYS:
            with self.subTest(way=way):
                _, parts = self.run_with_large_ones(way + "-off", way, "largest", parts=False)
                self.assertEqual(parts, 0)
                _, parts = self.run_with_large_ones(way + "-refused", way, "largest", "container hit 1 reply 416 html\n")
                self.assertEqual(parts, 0)

    def test_lengths_on_the_layout_spare_the_look(self):
        simulator = self.make_simulator(120)
        job = self.make_job(simulator, source={"layout": "API_Images_Checked"},
                            record={"choice": "largest", "length": "{container}_length"})
        truths = simulator.truth()
        self.run_ok(job, "mark")
        self.assertEqual(simulator.stats()["requests"]["container"], 0)
        marked = {record_id: fields["best_image_container"] for record_id, (fields, _) in simulator.edits().items()}
        for truth in truths:
            filled = [c for c in truth["containers"] if c["state"] == "filled"]
            if truth["fate"] == "moved" and all(c["complete"] for c in filled):
                self.assertEqual(marked[int(truth["recordId"])], self.best(simulator, truth, "largest")["field"])
        self.run_ok(job, "run")
        self.assertGreater(self.assert_best(job, truths, "largest"), 10)

    def test_marks_alone_are_never_a_guess(self):
        simulator = self.make_simulator(120)
        job = self.make_job(simulator, record={"choice": "most-pixels"})
        done = self.run_ok(job, "mark")
        self.assertIn("marks are written as records are moved", done.err)
        single = {int(t["recordId"]): next(c["field"] for c in t["containers"] if c["state"] == "filled")
                  for t in simulator.truth() if sum(c["state"] == "filled" for c in t["containers"]) == 1}
        for record_id, (fields, _) in simulator.edits().items():
            self.assertEqual(fields["best_image_container"], single[record_id])

    def test_another_rule_is_another_job(self):
        simulator = self.make_simulator(30)
        job = self.make_job(simulator)
        self.run_ok(job, "run")
        job.configure(record={"choice": "largest"})
        self.run_ok(job, "run", code=2)
        job.configure(record={"choice": "first"})
        self.run_ok(job, "run")
        job.configure(record={"choice": "biggest"})
        self.assertIn('"first", "largest" or "most-pixels"', self.run_ok(job, "run", code=2).err)

    def test_a_script_inside_filemaker_can_not_look(self):
        simulator = self.make_simulator(30)
        job = self.make_job(simulator, record={"choice": "largest"}, store={"url": "s3://bucket"})
        self.assertIn("choice", self.run_ok(job, "run", "--via", "script", code=2).err)

    def test_a_plan_foretells_what_is_moved(self):
        simulator = self.make_simulator(120)
        job = self.make_job(simulator, record={"choice": "largest"})
        said = self.run_ok(job, "plan", "--sample", "500", "--json", code=0).json()
        self.assertIn("", said["to_move"]["containers"])
        self.run_ok(job, "run")
        self.assertEqual(said["to_move"]["records"], len(job.rows()) - sum(
            row["fate"] in ("refused", "duplicate") or row["reason"] == "no_data" for row in job.rows().values()))


class WhatTheBytesTell(Base):
    def test_orientation_time_and_pages_are_in_ledger_and_manifest(self):
        simulator = self.make_simulator(60)
        truths = simulator.truth()
        record_id = next(int(t["recordId"]) for t in truths if t["kind"] == "plain")
        simulator.upload(record_id, "image_Full", "photo.jpg",
                         picture(640, 480, 9_000, exif_block(6, "2024:05:06 07:08:09", "+10:00")))
        job = self.make_job(simulator)
        self.run_ok(job, "run")
        row, line = job.rows()[record_id], job.manifest()[record_id]
        self.assertEqual((row["orientation"], row["taken"], row["pages"]), (6, "2024-05-06T07:08:09+10:00", None))
        self.assertEqual((line["orientation"], line["taken"], line["pages"]), ("6", "2024-05-06T07:08:09+10:00", ""))
        self.assert_manifest(job)
        paged = {row["media_type"]: row["pages"] for row in job.rows().values() if row["pages"] is not None}
        self.assertEqual(paged.get("application/pdf"), 1)


class SameBytes(Base):
    def test_records_with_the_same_bytes_are_named(self):
        simulator = self.make_simulator(60)
        plain = [int(t["recordId"]) for t in simulator.truth() if t["kind"] == "plain"][:5]
        for record_id in plain[:3]:
            simulator.upload(record_id, "image_Full", "photo.jpg", picture(64, 64, 9_000))
        for record_id in plain[3:]:
            simulator.upload(record_id, "image_Full", "photo.jpg", picture(65, 65, 30_000))
        job = self.make_job(simulator)
        said = self.run_ok(job, "run", "--json").json()
        self.assertEqual(said["same_bytes"], 3)
        report = self.run_ok(job, "report", "--duplicates", "--json", code=0).json()
        rows = job.rows()
        groups = {}
        for record_id, row in rows.items():
            if row["fate"] == "moved":
                groups.setdefault(row["sha256"], []).append((record_id, row["id"], row["key"]))
        wanted = {sha256: members for sha256, members in groups.items() if len(members) > 1}
        self.assertEqual({group["sha256"]: [(m["record_id"], m["id"], m["key"]) for m in group["records"]]
                          for group in report["groups"]}, wanted)
        self.assertEqual([group["could_save"] for group in report["groups"]], [30_000, 18_000])
        self.assertEqual((report["records"], report["could_save"]), (5, 48_000))
        text = self.run_ok(job, "report", "--duplicates", code=0).out
        self.assertIn("3 records, 9.0 KB each, 18 KB could be saved", text)
        for record_id in plain:
            self.assertIn(rows[record_id]["key"], text)
        self.assertIn("report --duplicates", self.run_ok(job, "status", code=0).out)
        self.run_ok(job, "report", "--json", code=2)

    def test_they_are_stored_once_when_the_key_is_their_hash(self):
        simulator = self.make_simulator(60)
        plain = [int(t["recordId"]) for t in simulator.truth() if t["kind"] == "plain"][:5]
        large = b"".join(bytes([n]) * (1 << 20) for n in range(9))  # more than one part
        for record_id in plain[:3]:
            simulator.upload(record_id, "image_Full", "photo.jpg", picture(64, 64, 9_000))
        for record_id in plain[3:]:
            simulator.upload(record_id, "image_Full", "scan.bin", large)
        job = self.make_job(simulator, store={"key": "by-hash/{sha256}.{ext}"})
        self.run_ok(job, "run")
        moved = {record_id: row for record_id, row in job.rows().items() if row["fate"] == "moved"}
        self.assertEqual(len({moved[record_id]["key"] for record_id in plain}), 2)
        objects = {key for key in job.objects() if key.startswith("by-hash/")}
        self.assertEqual(objects, {row["key"] for row in moved.values()})
        for key in objects:
            self.assertEqual(harness.sha256_of(job.store / key), pathlib.Path(key).stem)
        for truth in simulator.truth():
            if truth["kind"] in ("duplicate-id", "empty-id"):
                self.assertEqual(job.rows()[int(truth["recordId"])]["fate"], "moved", "ids name nothing here")
        report = self.run_ok(job, "report", "--duplicates", "--json", code=0).json()
        self.assertEqual({group["objects"] for group in report["groups"]}, {1})
        self.assertEqual(report["could_save"], 0)
        self.run_ok(job, "verify", "--deep", code=0)
        served = len(simulator.served())
        self.run_ok(job, "run")
        self.assertEqual(len(simulator.served()), served, "a second run fetches nothing")
        bag = job.folder / "bag"
        self.run_ok(job, "ledger", "export", "--to", bag, "--bag", code=0)
        lines = (bag / "manifest-sha256.txt").read_text().splitlines()
        self.assertEqual(len(lines), len(objects))


if __name__ == "__main__":
    harness.main()
