#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Closed FileMaker files: looked at, exported without a server, and moved as through the server."""
import csv
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import time

import harness


class File(harness.EndToEnd):
    def make_file(self, records=150, *options, name="Clinic.fmp12", seed=1):
        """A file that no FileMaker made, and what it says by the word of its maker."""
        path, truth = self.folder / name, self.folder / (name + ".truth")
        subprocess.run([harness.FMSIM, "file", "--records", str(records), "--seed", str(seed), "--out", path,
                        "--truth", truth, *options], check=True, capture_output=True)
        lines = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
        return path, [line for line in lines if "state" in line], [line for line in lines if "cells" in line]

    def ferry(self, *words, timeout=300):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
        done = subprocess.run([harness.FMFERRY, *map(str, words)], cwd=self.folder, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        return harness.Done(done.returncode, done.stdout, done.stderr)

    def ok(self, *words, code=0):
        done = self.ferry(*words)
        self.assertEqual(done.code, code, done)
        return done

    def objects(self, out="out"):
        root = self.folder / out
        return {str(path.relative_to(root)): harness.sha256_of(path) for path in root.rglob("*")
                if path.is_file() and ".fmferry" not in path.parts and not harness.is_temporary(path)}

    def manifest(self, out="out"):
        with open(self.folder / out / ".fmferry/manifest.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file, strict=True))

    @staticmethod
    def key_of(line):
        """(container, id) as a manifest has them when every container value is moved."""
        number = "global" if line["recordId"] is None else line["recordId"]
        if line["repetition"] > 1:
            number += f"-{line['repetition']}"
        return f"{line['table']}.{line['field']}", number

    def assert_everything_is_there(self, truth, out="out"):
        """Object by object: bytes, original name, and a fate for what has no bytes."""
        manifest = {(line["container"], line["id"]): line for line in self.manifest(out)}
        states = {self.key_of(line): line for line in truth}
        objects = self.objects(out)
        moved = {}
        for key, line in states.items():
            if line["state"] != "embedded":
                continue
            found = manifest[key]
            if found["fate"] != "moved":  # the clinic has files that are cut short
                self.assertIn(found["reason"], ("truncated", "malformed", "zero_bytes"), key)
                continue
            self.assertEqual((found["sha256"], int(found["bytes"]), found["file_name"]),
                             (line["sha256"], line["length"], line["name"]), key)
            moved[found["key"]] = line["sha256"]
        self.assertEqual(objects, moved)
        self.assertGreater(len(moved), 0.9 * len(states))
        refused = sum(1 for line in self.manifest(out) if line["reason"] == "unreachable")
        self.assertEqual(refused, sum(1 for line in truth if line["state"] != "embedded"))
        self.assertEqual(len(self.manifest(out)), len(truth))

    def assert_sums(self, out="out"):
        done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", ".fmferry/SHA256SUMS"],
                              cwd=self.folder / out, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


class Inspect(File):
    def test_what_is_in_a_file_is_told_as_its_maker_says(self):
        path, truth, tables = self.make_file(150)
        told = self.ok("inspect", path, "--check", "--json").json()
        self.assertEqual({each["name"]: each["records"] for each in told["tables"]},
                         {each["table"]: each["records"] for each in tables})
        for table in told["tables"]:
            mine = [line for line in truth if line["table"] == table["name"]]
            for field in table["containers"]:
                values = [line for line in mine if line["field"] == field["field"]]
                self.assertEqual(field["embedded"], sum(1 for line in values if line["state"] == "embedded"))
                self.assertEqual(field["references"] + field["unknown"],
                                 sum(1 for line in values if line["state"] != "embedded"))
            used = {line["object"]: line for line in mine if line["state"] == "embedded"}
            types = {}
            for line in used.values():
                count = types.setdefault(line["stream"].strip(), {"objects": 0, "bytes": 0})
                count["objects"] += 1
                count["bytes"] += line["length"]
            self.assertEqual(table["types"], types)
        self.assertEqual((told["check"]["ok"], told["check"]["flaws"]), (True, []))
        self.assertEqual(told["check"]["objects"], told["check"]["proven_objects"])

    def test_the_table_lines_up_and_shows_no_value(self):
        path, truth, _ = self.make_file(60)
        done = self.ok("inspect", path)
        self.assertEqual(done.err, "")
        self.assertNotIn("\x1b", done.out)
        self.assertLess(len(done.out.splitlines()), 40)
        for name in {line["name"] for line in truth if line.get("name")}:
            self.assertNotIn(name, done.out)
        head, *rows = [line for line in done.out.splitlines() if line.startswith(("TABLE", "API_", "Preferences "))][:4]
        end = head.index("RECORDS") + len("RECORDS")
        for row in rows:
            self.assertRegex(row[:end], r"\d$")

    def test_a_flipped_bit_in_a_picture_is_found_and_named(self):
        path, _, _ = self.make_file(60)
        self.ok("export", path, "--to", "out", code=3)
        picture = next((self.folder / "out").rglob("*.jpg")).read_bytes()
        data = bytearray(path.read_bytes())
        data[data.index(picture[100:160]) + 30] ^= 1
        path.write_bytes(data)
        done = self.ok("inspect", path, "--check", code=1)
        self.assertIn("FAILURE", done.out)
        self.ok("inspect", path)


class Export(File):
    def test_every_container_value_of_every_table(self):
        path, truth, _ = self.make_file(200)
        first = self.ok("export", path, "--to", "out", "--json", code=3)
        self.assertEqual(first.json()["source_count"], len(truth))
        self.assert_everything_is_there(truth)
        self.assert_sums()
        with self.subTest("no names are told"):
            for name in {line["name"] for line in truth if line.get("name")}:
                self.assertNotIn(name, first.err + first.out)
        with self.subTest("again"):
            before = self.objects()
            times = {path: path.stat().st_mtime_ns for path in (self.folder / "out").rglob("*.jpg")}
            again = self.ok("export", path, "--to", "out", "--json", code=3)
            self.assertEqual(again.json()["fates"], first.json()["fates"])
            self.assertEqual(self.objects(), before)
            self.assertEqual({path: path.stat().st_mtime_ns for path in times}, times)
        with self.subTest("the other commands work on it"):
            report = self.ok("-c", "out/.fmferry/fmferry.toml", "verify", "--deep", "--json").json()
            self.assertEqual((report["ok"], report["hashed"]), (True, len(before)))
            self.ok("-c", "out/.fmferry/fmferry.toml", "ledger", "check")
            self.assertEqual(self.ok("-c", "out/.fmferry/fmferry.toml", "status", "--json").json()["fates"],
                             first.json()["fates"])
        with self.subTest("another job in the same folder"):
            other, _, _ = self.make_file(20, name="Other.fmp12")
            for words in ((other, "--to", "out"), (path, "--to", "out", "--key", "{container}/{recordId}.{ext}"),
                          (path, "--to", "out", "--table", "API_Images")):
                done = self.ok("export", *words, code=2)
                self.assertEqual(len(done.err.splitlines()), 1, done)
                self.assertIn("another job", done.err)
            self.assertEqual(self.objects(), before)

    def test_a_waterfall_over_one_table(self):
        path, truth, _ = self.make_file(150)
        self.ok("export", path, "--to", "out", "--table", "API_Images", "--fields", ",".join(harness.CONTAINERS),
                "--id", "id", code=3)
        by_record = {}
        for line in truth:
            if line["table"] == "API_Images" and line["state"] == "embedded":
                by_record.setdefault(int(line["recordId"]), {})[line["field"]] = line
        moved = [line for line in self.manifest() if line["fate"] == "moved"]
        self.assertGreater(len(moved), 100)
        for line in moved:
            self.assertEqual(line["sha256"], by_record[int(line["record_id"])][line["container"]]["sha256"])
            self.assertEqual(line["key"].rsplit(".", 1)[0], line["id"])
        self.assert_sums()

    def test_kills_on_the_way_change_nothing_about_the_end(self):
        path, truth, _ = self.make_file(300)
        self.ok("export", path, "--to", "calm", code=3)
        lots = random.Random(7)
        kills = 0
        for _ in range(12):
            process = subprocess.Popen([harness.FMFERRY, "export", path, "--to", "out", "--text", "csv"],
                                       cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(lots.uniform(0.02, 0.6))
            kills += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.assertGreater(kills, 3)
        self.ok("export", path, "--to", "out", code=3)
        self.assert_everything_is_there_beside_texts(truth)
        self.assertEqual([{**line, "record_id": 0} for line in self.manifest("calm")],
                         [{**line, "record_id": 0} for line in self.manifest()])

    def assert_everything_is_there_beside_texts(self, truth):
        for text in (self.folder / "out").glob("*.csv"):
            text.unlink()
        self.assert_everything_is_there(truth)
        self.assert_sums()

    def test_texts_are_what_the_maker_says(self):
        path, _, tables = self.make_file(150)
        fields = {table["name"]: {field["name"]: field["id"] for field in table["fields"]}
                  for table in self.ok("inspect", path, "--json").json()["tables"]}
        for form in ("jsonl", "csv"):
            self.ok("export", path, "--to", form, "--text", form, code=3)
            self.ok("export", path, "--to", form, "--text", form, code=3)
            for table in tables:
                with self.subTest(form, table=table["table"]):
                    rows = self.read(self.folder / form / f"{table['table']}.{form}")
                    self.assertEqual(len(rows), table["records"])
                    self.assertEqual(sum(record_id * mod_id for record_id, mod_id, _ in rows), int(table["modSum"]))
                    self.assertEqual(self.hash_of(rows, fields[table["table"]]),
                                     (table["cells"], table["cellsSha256"]))

    @staticmethod
    def read(path):
        """(record id, mod id, column to text) of each record, without empty ones."""
        if path.suffix == ".jsonl":
            lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
            return [(line["record_id"], line["mod_id"], line["fields"]) for line in lines]
        with open(path, newline="", encoding="utf-8") as file:
            return [(int(row.pop("record_id")), int(row.pop("mod_id")),
                     {name: text for name, text in row.items() if text})
                    for row in csv.DictReader(file, strict=True)]

    @staticmethod
    def hash_of(rows, ids):
        """The number of cells, and their hash as the file's maker takes it: lines end in CR there."""
        digest, cells = hashlib.sha256(), 0
        for record_id, _, columns in rows:
            order = []
            for name, text in columns.items():
                field, repetition = re.fullmatch(r"(.*?)(?:\((\d+)\))?", name, re.S).groups()
                order.append((ids[field], int(repetition or 1), text))
            for field, repetition, text in sorted(order):
                cells += 1
                text = text.replace("\n", "\r")
                digest.update(f"{record_id}\x1f{field}\x1f{repetition}\x1f{text}\x1e".encode())
        return cells, digest.hexdigest()

    def test_a_dry_run_writes_nothing(self):
        path, truth, _ = self.make_file(60)
        said = self.ok("export", path, "--to", "out", "--dry-run", "--json").json()
        self.assertEqual(said["source_count"], len(truth))
        self.assertFalse((self.folder / "out").exists())


class Refused(File):
    def assert_file_refused(self, path, code, names, *more):
        done = self.ok("export", path, "--to", "out", *more, code=code)
        self.assertEqual(len(done.err.splitlines()), 1, done)
        self.assertRegex(done.err, "^fmferry: .*(" + names + ")")
        self.assertEqual(done.out, "")
        self.assertFalse((self.folder / "out").exists())
        return done

    def test_a_file_that_was_not_closed_cleanly(self):
        path, truth, _ = self.make_file(40, "--unclean")
        self.assert_file_refused(path, 1, "not closed cleanly")
        self.ok("inspect", path, code=1)
        self.ok("export", path, "--to", "out", "--allow-unclean", code=3)
        self.assert_everything_is_there(truth)
        self.ok("-c", "out/.fmferry/fmferry.toml", "verify")

    def test_a_file_that_is_cut_short(self):
        path, _, _ = self.make_file(40)
        data = path.read_bytes()
        for length in (4096 * 20, len(data) // 2 // 4096 * 4096 + 17, 4096, 300):
            with self.subTest(length):
                path.write_bytes(data[:length])
                done = self.ferry("export", path, "--to", "out")
                self.assert_file_refused(path, done.code, "")
                self.assertIn(done.code, (1, 7), done)

    def test_a_file_that_looks_encrypted(self):
        path, _, _ = self.make_file(40)
        data = path.read_bytes()
        path.write_bytes(data[:4096] + random.Random(3).randbytes(len(data) - 4096))
        self.assert_file_refused(path, 7, "encrypted")

    def test_what_is_no_such_file(self):
        (self.folder / "notes.txt").write_text("not a database\n" * 1000)
        self.assert_file_refused(self.folder / "notes.txt", 7, "FileMaker")
        self.assert_file_refused("no-such-file.fmp12", 2, "no-such-file")

    def test_a_table_or_field_that_is_not_there(self):
        path, _, _ = self.make_file(40)
        self.assert_file_refused(path, 7, "API_Image", "--table", "API_Image", "--fields", "image_Full")
        self.assert_file_refused(path, 7, "image_Ful", "--table", "API_Images", "--fields", "image_Ful")
        self.assert_file_refused(path, 2, "--table", "--fields", "image_Full")
        self.assert_file_refused(path, 2, "--key", "--key", "all-the-same")
        self.assert_file_refused(path, 2, "container", "--key", "{id}.{ext}")


class SameAsServer(File):
    """The same clinic through the file and through the server."""

    # What the server tells of a record and the file does not, or the other way round: the server has no original
    # names, and marks and stamps are written only there.
    HONEST = {"stamped_at", "file_name", "alternatives"}

    def same_clinic(self, records=250):
        path, _, _ = self.make_file(records)
        simulator = self.make_simulator(records)
        server = self.make_job(simulator, name="server")
        file = self.make_job(simulator, name="file", source={
            "kind": "file", "file": str(path), "table": "API_Images", "user": None, "password": None, "ca": None})
        return path, simulator, server, file

    def test_objects_manifest_and_catalogue_are_the_same(self):
        _, simulator, server, file = self.same_clinic()
        self.run_ok(file, "run")
        self.assertEqual(sum(simulator.stats()["requests"].values()), 0, "no server was asked")
        self.run_ok(server, "run")
        truths = simulator.truth()
        self.assert_fates(file, truths)
        self.assert_objects(file, truths)
        self.assert_manifest(file)
        self.assert_sums_of_folder(file)
        self.assert_chain(file)
        self.assertEqual(file.objects(), server.objects())
        mine, theirs = file.manifest(), server.manifest()
        self.assertEqual(set(mine), set(theirs))
        for record_id, line in theirs.items():
            for column in set(line) - self.HONEST:
                self.assertEqual(mine[record_id][column], line[column], f"record {record_id} {column}")
        self.assertEqual(file.catalogue_dump(with_times=False), server.catalogue_dump(with_times=False))
        names = [line["file_name"] for line in mine.values() if line["fate"] == "moved"]
        self.assertTrue(all(names))

    def test_a_backup_spares_the_server_the_bytes(self):
        path, simulator, server, _ = self.same_clinic()
        server.configure(source={"backup": str(path)})
        self.run_ok(server, "run")
        self.assert_all_in_order(server, simulator.truth())
        moved = sum(1 for row in server.rows().values() if row["fate"] == "moved")
        self.assertLess(simulator.stats()["requests"]["container"], moved / 10)

    def test_stamps_are_pushed_to_the_server_afterwards(self):
        _, simulator, _, file = self.same_clinic(120)
        self.run_ok(file, "run")
        file.configure(source={"ca": str(simulator.ca), "user": "api", "password": "env:FMSIM_PASSWORD"})
        self.run_ok(file, "stamp", "--from-ledger")
        self.assert_source(file, simulator.truth())
        self.assertEqual(simulator.stats()["requests"]["container"], 0)


if __name__ == "__main__":
    harness.main()
