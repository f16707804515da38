# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: programs, servers, and readers that know nothing of fmferry.

FMFERRY and FMSIM name the two programs; FMF_TEST_NAME names the CTest entry, for the report.
A test never believes fmferry about what it did: it asks the simulator, the files, SQLite, hashlib.
"""
import contextlib
import csv
import hashlib
import http.client
import json
import os
import pathlib
import pty
import random
import re
import secrets
import select
import shutil
import signal
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import xml.etree.ElementTree as ET

TOP = pathlib.Path(__file__).resolve().parents[2]
FMFERRY = os.environ.get("FMFERRY", str(TOP / "build/dev/fmferry"))
FMSIM = os.environ.get("FMSIM", str(TOP / "build/dev/fmsim"))
PASSWORD = "made-up-only"
CONTAINERS = ["image_Full", "image_Ex_large", "image_large", "image_medium", "image_small"]
KEY_FOLDER = "filemaker-import/images-bulk-dump/"

# What docs/manual/fates.md says about each kind of record that docs/simulator.md knows.
FATE_OF_KIND = {
    "all-empty": ("empty", {"no_data"}),
    "zero-bytes": ("empty", {"zero_bytes"}),
    "question-only": ("refused", {"unreachable"}),
    "reference-only": ("refused", {"unreachable"}),
    "typed-text": ("refused", {"unreachable"}),
    "cut-only": ("corrupt", {"truncated", "malformed"}),
    "duplicate-id": ("duplicate", {"duplicate_id"}),
    "empty-id": ("refused", {"missing_id"}),
}


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def wait_until(condition, seconds=30, every=0.02, what="it"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s for {what}")


# --- what bytes are, read by other eyes than fmferry's ---------------------------------------------


def sniff(data):
    """(extension, media type) by the first bytes."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg", "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png", "image/png"
    if data.startswith(b"%PDF-"):
        return "pdf", "application/pdf"
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "tif", "image/tiff"
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "heic", "image/heic"
    raise AssertionError(f"unknown bytes: {data[:16]!r}")


def pixels(data):
    """(width, height) of a JPEG or PNG, else None."""
    if data.startswith(b"\x89PNG"):
        return struct.unpack(">II", data[16:24])
    at = 2
    while data.startswith(b"\xff\xd8") and at + 9 < len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2:at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5:at + 9])
            return width, height
        at += 2 + length
    return None


def large_jpeg(length):
    """A JPEG whose entropy-coded data goes on for so long; its structure is right to the end."""
    head = (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
            b"\xff\xc0\x00\x0b\x08\x10\x00\x10\x00\x01\x01\x11\x00"
            b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00")
    body = random.Random(length).randbytes(length - len(head) - 2).replace(b"\xff", b"\xfe")
    return head + body + b"\xff\xd9"


# --- the simulated FileMaker Server ----------------------------------------------------------------


class Simulator:
    def __init__(self, folder, records, *options, seed=1, corpus="made"):
        self.folder = pathlib.Path(folder)
        self.clinic = ["--records", str(records), "--seed", str(seed), "--corpus", corpus]
        self.options = [str(option) for option in options]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = None
        self.port = 0
        self.start()

    def start(self):
        self.log = open(self.folder.parent / (self.folder.name + ".log"), "ab+")
        self.process = subprocess.Popen(
            [FMSIM, "serve", "--dir", self.folder, "--port", str(self.port), *self.clinic, *self.options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
            env={**os.environ, "FMSIM_PASSWORD": PASSWORD})
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready "):
            self.log.seek(0)
            raise AssertionError(f"the simulator did not start: {line}{self.log.read().decode()}")
        self.url = line.split()[1]
        self.port = int(self.url.rsplit(":", 1)[1])
        self.ca = self.folder / "cert.pem"

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.process = None

    def request(self, method, path, body=None, headers=None):
        plain = self.url.startswith("http:")
        if plain:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        else:
            context = ssl.create_default_context(cafile=str(self.ca))
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=context)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            data = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{method} {path}: {answer.status} {data[:300]!r}")
        return data

    def _lines(self, path):
        return [json.loads(line) for line in self.request("GET", path).splitlines() if line]

    def stats(self):
        return json.loads(self.request("GET", "/_sim/stats"))

    def served(self):
        return self._lines("/_sim/served")

    def edits(self):
        """recordId -> (fields, modId), of records that were changed."""
        return {int(each["recordId"]): (each["fields"], int(each["modId"])) for each in self._lines("/_sim/edits")}

    def set_faults(self, script):
        self.request("POST", "/_sim/faults", script.encode())

    def truth(self):
        out = subprocess.run([FMSIM, "truth", *self.clinic], check=True, capture_output=True).stdout
        return [json.loads(line) for line in out.splitlines()]

    def catalogue_sql(self):
        return subprocess.run([FMSIM, "catalogue-sql", *self.clinic], check=True, capture_output=True,
                              text=True).stdout

    # A Data API client of our own.

    def api(self, method, path, body=None, token=None, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        if token:
            headers["Authorization"] = "Bearer " + token
        data = self.request(method, "/fmi/data/vLatest/databases/Clinic" + path, body, headers)
        return json.loads(data.decode("utf-8"), strict=False)["response"]

    @contextlib.contextmanager
    def session(self):
        import base64
        basic = base64.b64encode(f"api:{PASSWORD}".encode()).decode()
        token = self.api("POST", "/sessions", "{}", headers={"Authorization": "Basic " + basic})["token"]
        try:
            yield token
        finally:
            self.api("DELETE", "/sessions/" + token)

    def field_data(self):
        """recordId -> fieldData, of the whole table."""
        rows = {}
        with self.session() as token:
            offset = 1
            while True:
                try:
                    page = self.api("GET", f"/layouts/API_Images/records?_offset={offset}&_limit=500", token=token)
                except AssertionError as error:
                    if '"101"' in str(error) or "401" in str(error):
                        break
                    raise
                for each in page["data"]:
                    rows[int(each["recordId"])] = each["fieldData"]
                if len(page["data"]) < 500:
                    break
                offset += 500
        return rows

    def upload(self, record_id, field, name, data):
        boundary = secrets.token_hex(16)
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="upload"; filename="{name}"\r\n'
                f"Content-Type: image/jpeg\r\n\r\n").encode() + data + f"\r\n--{boundary}--\r\n".encode()
        with self.session() as token:
            self.api("POST", f"/layouts/API_Images/records/{record_id}/containers/{field}/1", body, token,
                     {"Content-Type": "multipart/form-data; boundary=" + boundary})


# --- the real S3 server ----------------------------------------------------------------------------


class S3Server:
    script = TOP / "scripts/start-radosgw"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        out = subprocess.run([self.script, "start", self.folder], check=True, stdout=subprocess.PIPE,
                             text=True, timeout=300).stdout
        self.settings = dict(line.split("=", 1) for line in out.splitlines() if "=" in line)
        self.endpoint = self.settings["S3_TLS_ENDPOINT"]
        self.ca = self.settings["S3_CA_FILE"]

    def stop(self):
        subprocess.run([self.script, "stop", self.folder], stderr=subprocess.DEVNULL, timeout=120)

    def environment(self):
        return {name: self.settings[name] for name in
                ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")}

    def aws(self, *words, check=True):
        """awscli's answer, as JSON."""
        home = self.folder / "aws-home"
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            ["aws", "--endpoint-url", self.endpoint, "--output", "json", "s3api", *words],
            env={**os.environ, **self.environment(), "AWS_CA_BUNDLE": self.ca, "AWS_EC2_METADATA_DISABLED": "true",
                 "AWS_CONFIG_FILE": str(home / "config")},
            capture_output=True, text=True, timeout=300)
        if check and done.returncode != 0:
            raise AssertionError(f"aws s3api {' '.join(words)}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def open_bucket(self, name):
        self.aws("create-bucket", "--bucket", name)
        allowed = [{"Effect": "Allow", "Principal": "*", "Action": action, "Resource": f"arn:aws:s3:::{name}{where}"}
                   for action, where in (("s3:GetObject", "/*"), ("s3:ListBucket", ""))]
        self.aws("put-bucket-policy", "--bucket", name, "--policy",
                 json.dumps({"Version": "2012-10-17", "Statement": allowed}))
        return OpenBucket(self.settings["S3_ENDPOINT"], name)

    def config(self, bucket):
        return {"url": f"s3://{bucket}", "endpoint": self.endpoint, "path_style": True, "ca": self.ca,
                "region": self.settings["S3_REGION"]}


class OpenBucket:
    """A bucket that anybody may read, so that it takes no client of S3 to see what is in it."""

    def __init__(self, endpoint, name):
        self.host, self.name = endpoint.removeprefix("http://"), name

    def get(self, path):
        with contextlib.closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            connection.request("GET", f"/{self.name}{path}")
            answer = connection.getresponse()
            data = answer.read()
        if answer.status != 200:
            raise AssertionError(f"GET {path}: {answer.status} {data[:300]!r}")
        return data

    def keys(self, prefix):
        query = urllib.parse.urlencode({"list-type": 2, "prefix": prefix})
        root = ET.fromstring(self.get(f"/?{query}"))
        if root.findtext("{*}IsTruncated") != "false":
            raise AssertionError("more objects than one page of the listing holds")
        return [each.text for each in root.iterfind("{*}Contents/{*}Key")]

    def objects(self, prefix):
        """Key without the prefix -> SHA-256, of all but fmferry's own."""
        return {key.removeprefix(prefix): hashlib.sha256(self.get("/" + urllib.parse.quote(key))).hexdigest()
                for key in self.keys(prefix) if "/.fmferry/" not in key}


# --- scripts inside the simulated FileMaker ----------------------------------------------------------

def pasted_scripts(folder):
    """The simulator's options that give it the two scripts, as `fmferry script` writes them for the clinic."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"source": {"server": "https://filemaker.example.test", "database": "Clinic", "layout": "API_Images",
                         "user": "api", "password": "env:NONE"},
              "record": {"id": "id", "containers": CONTAINERS, "mark": "best_image_container",
                         "stamp": "NexusExportDate"},
              "store": {"url": "s3://bucket"}}
    (folder / "fmferry.toml").write_text(toml(tables), encoding="utf-8")
    options = []
    for name in ("uploader", "mark-and-stamp"):
        with open(folder / f"{name}.xml", "wb") as out:
            subprocess.run([FMFERRY, "-c", folder / "fmferry.toml", "script", name], check=True, stdout=out)
        options += ["--script", folder / f"{name}.xml"]
    return options


# --- one job of fmferry ----------------------------------------------------------------------------


class Done:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        lines = self.out.splitlines()
        if len(lines) != 1:
            raise AssertionError(f"not one line of JSON on stdout: {self.out!r}")
        value = json.loads(lines[0])
        if not isinstance(value, dict):
            raise AssertionError(f"not an object: {self.out!r}")
        return value

    def __repr__(self):
        return f"exit code {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def toml(tables):
    lines = []
    for table, keys in tables.items():
        if keys is None:
            continue
        lines.append(f"[{table}]")
        for key, value in keys.items():
            if value is not None:
                lines.append(f"{key} = {json.dumps(value)}")
    return "\n".join(lines) + "\n"


class Job:
    """A folder with a configuration, and what fmferry makes of it."""

    def __init__(self, folder, simulator, catalogue=True, **changes):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "tmp").mkdir(exist_ok=True)
        self.simulator = simulator
        self.processes = []
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder / "tmp"), "TMPDIR": str(self.folder / "tmp"),
            "FMSIM_PASSWORD": PASSWORD, "AWS_EC2_METADATA_DISABLED": "true", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        if catalogue:
            with contextlib.closing(sqlite3.connect(self.catalogue_path)) as database:
                database.executescript(simulator.catalogue_sql())
        self.tables = {
            "source": {"server": simulator.url, "ca": str(simulator.ca), "database": "Clinic", "layout": "API_Images",
                       "user": "api", "password": "env:FMSIM_PASSWORD"},
            "record": {"id": "id", "containers": CONTAINERS, "parent": "id_patient", "day": "image_date",
                       "category": "category", "mark": "best_image_container", "stamp": "NexusExportDate",
                       "stamp_zone": "utc"},
            "store": {"url": "store", "key": KEY_FOLDER + "{id}.{ext}"},
            "catalogue": {"sqlite": "catalogue.db"} if catalogue else None,
            "pace": {},
        }
        self.configure(**changes)

    @property
    def catalogue_path(self):
        return self.folder / "catalogue.db"

    @property
    def store(self):
        return self.folder / "store"

    def configure(self, **changes):
        """configure(store={"url": "x"}): changes keys; a value of None removes one, a table of None all."""
        for table, keys in changes.items():
            self.tables[table] = None if keys is None else {**(self.tables.get(table) or {}), **keys}
        (self.folder / "fmferry.toml").write_text(toml(self.tables), encoding="utf-8")

    def start(self, *words, **options):
        process = subprocess.Popen(
            [*options.pop("before", []), FMFERRY, "-c", str(self.folder / "fmferry.toml"), *map(str, words)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**self.environment, **options.pop("environment", {})}, cwd=self.folder, **options)
        self.processes.append(process)
        return process

    def finish(self, process, timeout=300):
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"still running after {timeout} s: {process.args}\n{err[-3000:]}") from None
        return Done(process.returncode, out, err)

    def run(self, *words, timeout=300, **options):
        return self.finish(self.start(*words, **options), timeout)

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                stream.close()

    # What lies there now, read without fmferry.

    def ledger(self, question, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/fmferry.db?mode=ro", uri=True,
                                                timeout=30)) as database:
            database.row_factory = sqlite3.Row
            return database.execute(question, values).fetchall()

    def rows(self):
        return {row["record_id"]: row for row in self.ledger("SELECT * FROM record WHERE present = 1")}

    def events(self, step):
        return self.ledger("SELECT * FROM event WHERE step = ? ORDER BY seq", step)

    def catalogue(self, question, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.catalogue_path}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return database.execute(question, values).fetchall()

    def catalogue_dump(self, with_times=True):
        dump = {}
        for table in ("patients", "django_content_type", "images_batch", "images_image"):
            dump[table] = sorted(
                tuple((name, row[name]) for name in row.keys() if with_times or name != "uploaded_at")
                for row in self.catalogue(f"SELECT * FROM {table}"))
        return dump

    def objects(self):
        """Key -> SHA-256 of every file in the store but fmferry's temporary ones."""
        return {str(path.relative_to(self.store)): sha256_of(path)
                for path in self.store.rglob("*") if path.is_file() and not is_temporary(path)}

    def manifest(self):
        with open(self.folder / "manifest.csv", newline="", encoding="utf-8") as file:
            return {int(row["record_id"]): row for row in csv.DictReader(file, strict=True)}

    def files(self):
        """Every file of the job with its SHA-256 and time: what a dry run must leave alone."""
        return {str(path.relative_to(self.folder)): (sha256_of(path), path.stat().st_mtime_ns)
                for path in self.folder.rglob("*") if path.is_file()}


def is_temporary(path):
    return re.fullmatch(r"\.fmferry-[0-9a-f-]+\.tmp", path.name) is not None


def size_now(path):
    """0 for a file that has just got its name, or is gone."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


# --- the tests' base -------------------------------------------------------------------------------


class EndToEnd(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fmferry-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def make_simulator(self, records, *options, name="sim", **more):
        simulator = Simulator(self.folder / name, records, *options, **more)
        self.addCleanup(simulator.stop)
        return simulator

    def make_job(self, simulator, name="job", **changes):
        job = Job(self.folder / name, simulator, **changes)
        self.addCleanup(job.end)
        return job

    def run_ok(self, job, *words, code=3, **options):
        """The made clinics have records that need a look, so that 3 is what a good run ends with."""
        done = job.run(*words, **options)
        self.assertEqual(done.code, code, done)
        return done

    def talk(self, job, words, answers):
        """Runs fmferry on a terminal; answers: (what it asks, what is typed). Gives what the terminal showed."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(job.folder)
            os.execve(FMFERRY, [FMFERRY, "-c", "fmferry.toml", *words], job.environment)
        shown, answered = "", 0

        def read_until(mark):
            nonlocal shown
            while mark is None or mark not in shown[answered:]:
                if not select.select([terminal], [], [], 60)[0]:
                    raise AssertionError(f"silence: {shown}")
                try:
                    data = os.read(terminal, 4096)
                except OSError:
                    return
                if not data:
                    return
                shown += data.decode(errors="replace")

        for question, answer in answers:
            read_until(question)
            answered = len(shown)
            os.write(terminal, answer.encode() + b"\n")
        read_until(None)
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown

    def expected_fates(self, truths):
        twins = {int(each["duplicate_of"]) for each in truths if "duplicate_of" in each}
        fates = {}
        for each in truths:
            fate, reasons = FATE_OF_KIND.get(each["kind"], ("moved", {""}))
            if int(each["recordId"]) in twins:
                fate, reasons = FATE_OF_KIND["duplicate-id"]
            self.assertEqual(each["fate"], fate, f"the simulator's own word on {each['recordId']} {each['kind']}")
            fates[int(each["recordId"])] = (fate, reasons)
        return fates

    def assert_fates(self, job, truths):
        expected = self.expected_fates(truths)
        rows = job.rows()
        self.assertEqual(set(rows), set(expected))
        for record_id, (fate, reasons) in expected.items():
            self.assertEqual(rows[record_id]["fate"], fate, f"record {record_id}")
            self.assertIn(rows[record_id]["reason"], reasons, f"record {record_id}")
        return {record_id for record_id, (fate, _) in expected.items() if fate == "moved"}

    def chosen(self, truths):
        """recordId -> the container that a perfect migration moves, of the records to be moved."""
        return {int(each["recordId"]): next(c for c in each["containers"] if c["field"] == each["choice"])
                for each in truths if each["fate"] == "moved"}

    def assert_objects(self, job, truths, objects=None):
        """Each moved record's object is what the source holds, under the right name, and nothing else is there."""
        rows, chosen = job.rows(), self.chosen(truths)
        ids = {int(each["recordId"]): each["id"] for each in truths}
        wanted = {}
        for record_id, container in chosen.items():
            key = f"{KEY_FOLDER}{ids[record_id]}.{container['true_extension']}"
            wanted[key] = container["sha256"]
            row = rows[record_id]
            self.assertEqual(
                (row["field"], row["key"], row["length"], row["sha256"], row["media_type"]),
                (container["field"], key, container["length"], container["sha256"], container["media_type"]),
                f"record {record_id}")
        self.assertEqual(job.objects() if objects is None else objects, wanted)

    def assert_source(self, job, truths, also_cleared=()):
        """Marks and stamps are on exactly the moved records; `also_cleared` were marked and cleared again."""
        chosen = self.chosen(truths)
        edits = job.simulator.edits()
        touched = set(also_cleared)
        self.assertEqual(set(edits) - touched, set(chosen))
        for record_id, container in chosen.items():
            fields = dict(edits[record_id][0])
            stamp = fields.pop("NexusExportDate", "")
            self.assertEqual(fields, {"best_image_container": container["field"]}, f"record {record_id}")
            self.assertRegex(stamp, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$|^\d\d/\d\d/\d{4} \d\d:\d\d:\d\d$")
        for record_id in touched & set(edits):
            self.assertEqual(set(edits[record_id][0].values()) - {""}, set(), f"record {record_id}")

    def assert_catalogue(self, job, truths, read=None):
        """`read(key)` gives an object's bytes."""
        read = read or (lambda key: (job.store / key).read_bytes())
        chosen, rows = self.chosen(truths), job.rows()
        truth_of = {int(each["recordId"]): each for each in truths}
        field_data = job.simulator.field_data()
        patients = {json.loads(row["filemaker_metadata"])["filemaker_id"]: row["id"]
                    for row in job.catalogue("SELECT * FROM patients")}
        content_type = job.catalogue("SELECT id FROM django_content_type WHERE app_label = 'patients'"
                                     " AND model = 'patient'")[0]["id"]
        batches = {row["id"]: row for row in job.catalogue("SELECT * FROM images_batch")}
        images = {row["s3_key"]: row for row in job.catalogue("SELECT * FROM images_image")}
        self.assertEqual(len(images), job.catalogue("SELECT count(*) FROM images_image")[0][0])
        linked = {record_id for record_id in chosen if truth_of[record_id]["id_patient"] in patients}
        self.assertEqual(linked, {r for r in chosen if truth_of[r]["patient_exists"]})
        self.assertEqual({rows[record_id]["key"] for record_id in linked}, set(images))
        for record_id in linked:
            truth, container, image = truth_of[record_id], chosen[record_id], images[rows[record_id]["key"]]
            data = read(image["s3_key"])
            size = pixels(data) or (image["width"], image["height"])
            self.assertEqual(
                {"name": image["original_name"], "size": image["file_size"], "type": image["mime_type"],
                 "pixels": (image["width"], image["height"]), "category": image["category"],
                 "date": image["date_taken"], "id": image["filemaker_id"], "sniffed": sniff(data)},
                {"name": image["s3_key"].rsplit("/", 1)[1], "size": container["length"],
                 "type": container["media_type"], "pixels": size, "category": field_data[record_id]["category"],
                 "date": truth["image_date"] or None, "id": truth["id"].replace("-", "").lower(),
                 "sniffed": (container["true_extension"], container["media_type"])},
                f"record {record_id}")
            self.assertEqual(rows[record_id]["image_id"].replace("-", ""), image["id"])
            batch = batches[image["batch_id"]]
            self.assertEqual((batch["object_id"], batch["name"], batch["content_type_id"]),
                             (patients[truth["id_patient"]], truth["image_date"] or "Undated", content_type))
        for batch in batches.values():
            order = sorted(image["order"] for image in images.values() if image["batch_id"] == batch["id"])
            self.assertEqual(len(order), batch["image_count"])
            self.assertEqual(order, list(range(order[0], order[0] + len(order))))
        days = {(batch["object_id"], batch["name"]) for batch in batches.values()}
        self.assertEqual(len(days), len(batches), "one batch a patient and day")
        return set(chosen) - linked

    def assert_manifest(self, job):
        manifest, rows = job.manifest(), job.rows()
        self.assertEqual(list(manifest), sorted(rows))
        for record_id, line in manifest.items():
            row = rows[record_id]
            for column, of_ledger in (("id", "id"), ("fate", "fate"), ("reason", "reason"), ("key", "key"),
                                      ("bytes", "length"), ("sha256", "sha256"), ("media_type", "media_type"),
                                      ("width", "width"), ("height", "height"), ("proof", "proof"),
                                      ("stamped_at", "stamped_at"), ("image_id", "image_id"),
                                      ("file_name", "file_name"), ("alternatives", "alternatives"),
                                      ("orientation", "orientation"), ("taken", "taken"), ("pages", "pages")):
                self.assertEqual(line[column], "" if row[of_ledger] is None else str(row[of_ledger]),
                                 f"record {record_id}, {column}")
        sums = (job.folder / "SHA256SUMS").read_text()
        self.assertEqual({tuple(line.split("  ", 1)) for line in sums.splitlines()},
                         {(row["sha256"], row["key"]) for row in rows.values() if row["fate"] == "moved"})

    def assert_sums_of_folder(self, job):
        done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "../SHA256SUMS"], cwd=job.store,
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def assert_chain(self, job):
        """The ledger's own format page gives this reader."""
        before = "0" * 64
        for seq, at, run, record, step, detail, line in map(tuple, job.ledger("SELECT * FROM event ORDER BY seq")):
            texts = [before, str(seq), at, run, "" if record is None else str(record), step, detail]
            before = hashlib.sha256("".join(t + "\n" for t in texts).encode()).hexdigest()
            self.assertEqual(before, line, f"event {seq}")
        self.assertEqual(before, job.ledger("SELECT value FROM meta WHERE name = 'head'")[0][0])
        self.run_ok(job, "ledger", "check", code=0)

    def assert_refused(self, job, done, code, names):
        """One line that says what and where, and nothing was begun. `names` is a pattern of what it must name."""
        self.assertEqual(done.code, code, done)
        lines = done.err.splitlines()
        self.assertEqual(len(lines), 1, done)
        self.assertTrue(lines[0].startswith("fmferry: "), done)
        self.assertRegex(lines[0], names)
        self.assertNotRegex(lines[0], r"what\(\)|terminate called|Traceback|internal error")
        self.assertNotIn(PASSWORD, done.err + done.out)
        self.assertEqual(done.out, "")
        self.assertEqual(job.simulator.edits(), {})
        self.assertEqual(job.simulator.stats()["requests"]["container"], 0)
        self.assertEqual(job.simulator.stats()["sessions_open"], 0)
        if job.store.is_dir():
            begun = [path for path in job.store.rglob("*") if path.is_file() and ".fmferry" not in str(path)]
            self.assertEqual(begun, [])

    def assert_all_in_order(self, job, truths):
        self.assert_fates(job, truths)
        self.assert_objects(job, truths)
        self.assert_source(job, truths)
        self.assert_catalogue(job, truths)
        self.assert_manifest(job)
        self.assert_sums_of_folder(job)
        self.assert_chain(job)
        self.assertEqual(job.simulator.stats()["sessions_open"], 0)

    def end_state(self, job, objects=None):
        """What must be the same whatever happened on the way. Times are left out."""
        rows = job.rows()
        return {
            "objects": job.objects() if objects is None else objects,
            "catalogue": job.catalogue_dump(with_times=False),
            "source": {record_id: (sorted((name, value if name != "NexusExportDate" else bool(value))
                                          for name, value in fields.items()))
                       for record_id, (fields, _) in job.simulator.edits().items()},
            "rows": {record_id: tuple(row[name] for name in (
                "id", "parent", "day", "category", "fate", "reason", "choice", "mark", "field", "key", "length",
                "sha256", "media_type", "width", "height", "stamp_problem", "image_id", "link_problem"))
                + (bool(row["stamped_at"]),) for record_id, row in rows.items()},
            "manifest": {record_id: tuple(value for name, value in line.items() if name != "stamped_at")
                         for record_id, line in job.manifest().items()},
        }

    @staticmethod
    def with_any_proof(state):
        """An object whose reply was lost is read back by the next run: how it was proven may differ."""
        proofs = {"checksum", "signed_hash", "read_back"}
        state["manifest"] = {record_id: tuple("proven" if value in proofs else value for value in line)
                             for record_id, line in state["manifest"].items()}
        return state

    def assert_same_state(self, state, wanted):
        for part in wanted:
            self.assertEqual(state[part], wanted[part], part)


# --- running ---------------------------------------------------------------------------------------


class _Result(unittest.TextTestResult):
    def __init__(self, *words):
        super().__init__(*words)
        self.cases, self.began = [], 0.0

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def note(self, test, kind, text=""):
        self.cases.append((test.id(), time.monotonic() - self.began, kind, text))

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, None)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, "failure", self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, "error", self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skipped", reason)


def write_xml(file, result):
    suite = ET.Element("testsuite", name=file.stem)
    for name, seconds, kind, text in result.cases:
        owner, case = name.rsplit(".", 1)
        element = ET.SubElement(suite, "testcase", classname=owner, name=case, time=f"{seconds:.3f}")
        if kind:
            ET.SubElement(element, kind, message=text.strip().splitlines()[-1] if text.strip() else "").text = text
    ET.ElementTree(suite).write(file, encoding="utf-8")


def main():
    """Runs the module's tests; scripts/test counts them through the file that GTEST_OUTPUT asks for."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are ended all the same
    runner = unittest.TextTestRunner(verbosity=2, resultclass=_Result)
    loader = unittest.defaultTestLoader
    module = sys.modules["__main__"]
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    suite = loader.loadTestsFromNames(names, module) if names else loader.loadTestsFromModule(module)
    result = runner.run(suite)
    wanted = os.environ.get("GTEST_OUTPUT", "")
    if wanted.startswith("xml:") and wanted.endswith("/"):
        write_xml(pathlib.Path(wanted[4:]) / (os.environ.get("FMF_TEST_NAME", "e2e") + ".xml"), result)
    sys.exit(0 if result.wasSuccessful() and result.testsRun > 0 else 1)
