#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every fault of the simulator's in every phase, alone and in pairs: the end is that of a run without faults.

The faults are data, in tests/faults/matrix; start.toml says what their keys mean. FMF_MATRIX_ONLY is a pattern of case
names to run no others, FMF_MATRIX_WIDTH how many cases run at a time [2].
"""
import concurrent.futures
import itertools
import os
import pathlib
import re
import threading
import tomllib

import harness

RECORDS = 60
MATRIX = harness.TOP / "tests/faults/matrix"
PACE = {"page_size": 20, "first_wait": "50ms"}
RUNS = 6  # more than the faults of one case ask for
EVERYTHING = (("run",),)
MARK_FIRST = (("mark",), ("run",))


class Fault:
    def __init__(self, phase, name, keys):
        self.phase, self.name = phase, name
        self.keys = keys

    def __getattr__(self, key):
        defaults = {"rules": [], "options": [], "shows": None, "exits": [], "restart": False, "again": False,
                    "first": None, "truth": [], "tries": 0, "left": 0, "own": None, "clean": False, "slow": False,
                    "unlock": None, "store": []}
        return self.keys.get(key, defaults[key])


def read_faults(*phases):
    found = []
    for phase in phases or ("start", "inventory", "fetch", "write"):
        with open(MATRIX / f"{phase}.toml", "rb") as file:
            found += [Fault(phase, name, keys) for name, keys in tomllib.load(file).items()]
    return found


def go_together(one, other):
    """Two faults that use up the same request, or change the same option, are one fault."""
    where = {rule.split(" reply ")[0] for rule in one.rules} & {rule.split(" reply ")[0] for rule in other.rules}
    return not where and not (one.options and other.options) and not one.slow and not other.slow


class Clinic:
    """A simulator in a folder of its own; killed at the end, as nobody waits for it."""

    def __init__(self, folder, options=()):
        self.simulator = harness.Simulator(folder, RECORDS, *options)

    def __enter__(self):
        return self.simulator

    def __exit__(self, *_):
        self.simulator.process.kill()
        self.simulator.stop()


class Case:
    def __init__(self, test, faults, commands=EVERYTHING):
        self.test, self.faults, self.commands = test, faults, commands
        self.name = " + ".join(fault.name for fault in faults)
        if commands != EVERYTHING:
            self.name = " then ".join(words[0] for words in commands) + ": " + self.name
        self.hits = {}

    def run(self, folder):
        options = [option for fault in self.faults for option in fault.options]
        with Clinic(folder / "sim", options) as simulator:
            job = self.test.new_job(folder, simulator)
            self.simulator, self.job = simulator, job
            try:
                self.set_rules()
                for words in self.commands:
                    self.run_to_the_end(words)
                self.look_at_what_differs()
                if any(fault.again for fault in self.faults):
                    self.calm_down()
                    self.run_once(("run",), {3})
                self.judge()
            finally:
                job.end()

    def set_rules(self):
        """Those that were not hit yet."""
        self.simulator.set_faults("".join(rule + "\n" for fault in self.faults for rule in fault.rules
                                          if not self.hits.get(rule)))

    def run_once(self, words, codes):
        self.done = self.job.run(*words, timeout=120)
        self.test.assertIn(self.done.code, codes, self.done)
        self.note_hits()
        return self.done.code

    def run_to_the_end(self, words):
        goal = {3} if words == ("run",) else {0, 3}
        early = {code for fault in self.faults for code in fault.exits}
        for _ in range(RUNS):
            if self.run_once(words, goal | early) in goal:
                return
            if any(fault.restart for fault in self.faults):
                self.restart()
        self.test.fail(f"not at the end after {RUNS} runs: {self.done}")

    def restart(self):
        """The rules that were not hit yet go on where they were."""
        simulator = self.simulator
        simulator.process.kill()
        simulator.stop()
        simulator.start()
        self.set_rules()

    def note_hits(self):
        told = self.simulator.stats()
        self.most_sessions = max(getattr(self, "most_sessions", 0), told["sessions_open"])
        for rule in told["faults"]:
            self.hits[rule["rule"]] = self.hits.get(rule["rule"], 0) + rule["hits"]
        for fault in self.faults:
            if fault.shows and told[fault.shows]:
                self.hits[fault.shows] = told[fault.shows]

    def calm_down(self):
        self.simulator.set_faults("")
        for fault in self.faults:
            if fault.unlock:
                self.simulator.request("POST", f"/_sim/lock?recordId={fault.unlock}&on=0")

    def look_at_what_differs(self):
        """What a fault leaves behind until the next run is exactly what is written about it."""
        for fault in self.faults:
            for rule in [*fault.rules, *fault.store, *filter(None, [fault.shows])]:
                self.test.assertGreater(self.hits.get(rule, 0), 0, f"never used, so not tested: {rule}")
            if fault.first and len(self.faults) == 1 and self.commands == EVERYTHING:
                wanted = dict(fault.first)
                count = wanted.pop("count")
                found = [row for row in self.job.rows().values() if all(row[k] == v for k, v in wanted.items())]
                usual = [row for row in self.test.calm(self.truth(), self.commands)["ledger"].values()
                         if all(row[k] == v for k, v in wanted.items())]
                self.test.assertEqual(len(found) - len(usual), count, wanted)

    def truth(self):
        return tuple(sorted(call for fault in self.faults for call in fault.truth))

    def judge(self):
        calm = self.test.calm(self.truth(), self.commands)
        state = self.test.whole_state(self.job)
        for fault in self.faults:
            if fault.own:
                state = self.with_its_own_bytes(fault.own, state, calm)
        if any(fault.clean for fault in self.faults):
            state = without_control_characters(state)
        for part in ("objects", "source", "rows", "manifest", "catalogue"):
            if state[part] != calm[part]:
                self.test.fail(f"{part}: {differences(state[part], calm[part])}")
        # A mark that failed comes with the stamp, in one write.
        written = {each: number for each, number in state["mod_ids"].items() if number > calm["mod_ids"][each]}
        self.test.assertEqual(written, {}, "written more often than in a calm run")
        self.test.assertLessEqual(max(row["tries"] for row in state["ledger"].values()),
                                  sum(fault.tries for fault in self.faults), "tries")
        self.test.assertLessEqual(self.simulator.stats()["sessions_open"], sum(fault.left for fault in self.faults))
        self.test.assertEqual(self.job.run("ledger", "check").code, 0)

    def with_its_own_bytes(self, record_id, state, calm):
        """FileMaker has no checksum: a flipped bit that hurts no structure can't be seen. It must be what was sent."""
        found, wanted = (each["ledger"][record_id]["sha256"] for each in (state, calm))
        sent = {line["sha256"] for line in self.simulator.served() if line["recordId"] == str(record_id)}
        self.test.assertIn(found, sent)
        if len(self.faults) == 1:
            self.test.assertNotEqual(found, wanted, "the fault that flips a bit did not work")
        return changed(state, lambda text: wanted if text == found else text)


def changed(value, function):
    """The same nest of lists and dictionaries with each text changed."""
    if isinstance(value, str):
        return function(value)
    if isinstance(value, dict):
        return {changed(key, function): changed(each, function) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(changed(each, function) for each in value)
    return value


def differences(found, wanted):
    """Only what is not the same: (found, wanted) of each key."""
    keys = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
    return {key: (found.get(key), wanted.get(key)) for key in keys[:4]}


def without_control_characters(state):
    return changed(state, lambda text: re.sub(r"[\x00-\x1f]", "", text))


class Matrix(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.known, self.lock = {}, threading.Lock()

    def new_job(self, folder, simulator):
        return harness.Job(folder / "job", simulator, pace=PACE)

    def objects_of(self, job):
        return job.objects()

    def whole_state(self, job):
        state = self.end_state(job, self.objects_of(job))
        state["mod_ids"] = {record_id: mod_id for record_id, (_, mod_id) in job.simulator.edits().items()}
        state["ledger"] = {record_id: dict(row) for record_id, row in job.rows().items()}
        # The manifest goes on naming records that have left; a calm run never saw them.
        state["manifest"] = {each: line for each, line in state["manifest"].items() if each in state["ledger"]}
        return state

    def calm(self, truth=(), commands=EVERYTHING):
        """The end of a run without faults."""
        with self.lock:
            if (truth, commands) not in self.known:
                folder = self.folder / f"calm-{len(self.known)}"
                with Clinic(folder / "sim") as simulator:
                    for call in truth:
                        simulator.request("POST", call)
                    job = self.new_job(folder, simulator)
                    for words in commands:
                        done = job.run(*words)
                        self.assertIn(done.code, (0, 3), done)
                    self.known[truth, commands] = self.whole_state(job)
                    self.assertEqual(simulator.stats()["sessions_open"], 0)
                    job.end()
        return self.known[truth, commands]

    def run_cases(self, cases):
        only = re.compile(os.environ.get("FMF_MATRIX_ONLY", ""))
        cases = [case for case in cases if only.search(case.name)]
        failures = {}

        def run(numbered):
            number, case = numbered
            folder = self.folder / f"case-{number}"
            folder.mkdir()
            try:
                case.run(folder)
            except Exception as error:  # one case must not hide the others
                failures[case.name] = f"{type(error).__name__}: {error}"[:3000]
            finally:
                harness.shutil.rmtree(folder, ignore_errors=True)

        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("FMF_MATRIX_WIDTH", "2"))) as pool:
            list(pool.map(run, enumerate(cases)))
        print(f"{len(cases)} cases, {len(cases) - len(failures)} passed", flush=True)
        self.assertEqual(failures, {}, "\n\n".join(f"{name}\n{text}" for name, text in failures.items()))

    def pairs(self):
        return [pair for pair in itertools.combinations(read_faults(), 2) if go_together(*pair)]


class Alone(Matrix):
    def test_every_fault_alone(self):
        faults = read_faults()
        self.run_cases([Case(self, [fault]) for fault in faults] +
                       [Case(self, [fault], MARK_FIRST) for fault in faults if fault.phase == "write"])

    def test_to_link_asks_nothing_of_the_source(self):
        with Clinic(self.folder / "sim") as simulator:
            job = self.make_job(simulator, pace=PACE)
            for words in (("export",), ("link",)):
                done = job.run(*words)
                self.assertEqual(done.code, 3, done)
                simulator.request("POST", "/_sim/down?seconds=600")
            simulator.request("POST", "/_sim/down?seconds=0")
            self.assert_same_state(self.end_state(job), {part: each for part, each in self.calm().items()
                                                         if part in ("objects", "source", "rows", "manifest",
                                                                     "catalogue")})


class SomePairs(Matrix):
    """Every fault meets at least two others; the nightly run has all pairs."""

    def test_some_pairs_of_faults(self):
        faults = read_faults()
        place = {fault.name: number for number, fault in enumerate(faults)}
        chosen = []
        for step in (len(faults) // 2, len(faults) // 3 + 1):
            for fault in faults:
                # The next one that goes together with this one.
                for more in range(len(faults)):
                    other = faults[(place[fault.name] + step + more) % len(faults)]
                    if other is not fault and go_together(fault, other):
                        chosen.append((fault, other))
                        break
        unique = {tuple(sorted((one.name, other.name))): (one, other) for one, other in chosen}
        self.run_cases([Case(self, list(pair)) for pair in unique.values()])


class AllPairs(Matrix):
    def test_all_pairs_of_faults(self):
        self.run_cases([Case(self, list(pair)) for pair in self.pairs()] +
                       [Case(self, list(pair), MARK_FIRST) for pair in self.pairs()
                        if all(fault.phase == "write" for fault in pair)])


if __name__ == "__main__":
    harness.main()
