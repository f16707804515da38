#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""FileMaker Cloud: Claris IDs, tokens that run out in mid-run, a second factor."""
import stat

import harness

USER = "robot@orchard.test"


class CloudTest(harness.EndToEnd):
    def make_cloud(self, records, *options, **more):
        return self.make_simulator(records, "--cloud", "--user", USER, *options, **more)

    def make_cloud_job(self, simulator, source=None, **more):
        claris = {"account": "claris-id", "user": USER, "sign_in_url": simulator.url + "/",
                  "user_pool_url": simulator.url + "/endpoint/userpool/2.2.0.my.claris.com.json"}
        return self.make_job(simulator, source={**claris, **(source or {})}, **more)

    def end_state(self, job):
        """Objects, marks and which records are stamped, what became of each record, and the linked rows."""
        edits = {record: {name: bool(value) if name == "NexusExportDate" else value for name, value in fields.items()}
                 for record, (fields, _) in job.simulator.edits().items()}
        fates = {record: (row["fate"], row["reason"], row["key"], row["sha256"]) for record, row in job.rows().items()}
        dump = [sorted(dict(row)["s3_key"] for row in job.catalogue("SELECT s3_key FROM images_image"))]
        return {"objects": job.objects(), "edits": edits, "fates": fates, "catalogue": dump}


class Cloud(CloudTest):
    def test_tokens_that_run_out_in_mid_run_cost_no_record_a_try_and_change_nothing(self):
        calm = self.make_cloud_job(self.make_cloud(200, name="calm"), name="calm-job")
        self.run_ok(calm, "run")
        simulator = self.make_cloud(200, "--token-life", 2, "--sessions-end-with-token", "--latency-ms", 25)
        job = self.make_cloud_job(simulator, pace={"first_wait": "50ms"})
        done = self.run_ok(job, "run")
        stats = simulator.stats()
        self.assertEqual(stats["claris_sign_ins"], 1)
        self.assertGreater(stats["claris_refreshes"], 2, "the token ran out several times")
        self.assertGreater(stats["sessions_opened"], 8)
        self.assertEqual(job.ledger("SELECT count(*) FROM record WHERE tries > 0")[0][0], 0, done)
        self.assert_fates(job, simulator.truth())
        self.assertEqual(self.end_state(job), self.end_state(calm))
        self.assertEqual(stats["claris_refusals"], 0)

    def test_a_whole_job_over_odata_ends_as_one_over_the_data_api_while_tokens_run_out(self):
        calm = self.make_cloud_job(self.make_cloud(200, name="calm"), name="calm-job")
        self.run_ok(calm, "run")
        for way, source in (("odata", {"kind": "odata", "layout": None, "table": "API_Images"}),
                            ("mixed", {"kind": "mixed", "list": "dataapi", "fetch": "odata", "write": "odata"})):
            with self.subTest(way=way):
                simulator = self.make_cloud(200, "--token-life", 2, "--sessions-end-with-token", "--latency-ms", 25,
                                            name=way)
                job = self.make_cloud_job(simulator, source=source, name=way + "-job", pace={"first_wait": "50ms"})
                done = self.run_ok(job, "run")
                stats = simulator.stats()
                self.assertGreater(stats["claris_refreshes"], 0, "the token ran out")
                self.assertEqual(job.ledger("SELECT count(*) FROM record WHERE tries > 0")[0][0], 0, done)
                self.assert_fates(job, simulator.truth())
                self.assertEqual(self.end_state(job), self.end_state(calm))
                self.assertEqual(stats["claris_refusals"], 0)

    def test_claris_falling_over_when_a_token_runs_out_costs_no_record_a_try(self):
        simulator = self.make_cloud(60, "--token-life", 1, "--sessions-end-with-token", "--latency-ms", 25)
        simulator.set_faults("sign-in hits 4..7 reply 503\nsign-in hit 8 drop connection\n")
        job = self.make_cloud_job(simulator, pace={"first_wait": "50ms"})
        self.run_ok(job, "run")
        self.assertTrue(all(rule["done"] for rule in simulator.stats()["faults"]))
        self.assertEqual(job.ledger("SELECT count(*) FROM record WHERE tries > 0")[0][0], 0)

    def test_a_wrong_password_ends_with_7_and_one_line_and_is_tried_once(self):
        simulator = self.make_cloud(20)
        job = self.make_cloud_job(simulator)
        job.environment["FMSIM_PASSWORD"] = "planted-wrong-password"
        done = job.run("run")
        self.assertEqual(done.code, 7, done)
        self.assertEqual(len(done.err.strip().splitlines()), 1, done)
        self.assertIn("user or password of the Claris ID is wrong", done.err)
        self.assertNotIn("planted", done.out + done.err)
        self.assertEqual(simulator.stats()["claris_refusals"], 1)

    def test_an_account_of_the_file_is_refused_and_never_shown_to_claris(self):
        simulator = self.make_cloud(20)
        job = self.make_cloud_job(simulator, source={"account": "filemaker"})
        self.assertEqual(job.run("run").code, 7)
        self.assertEqual(simulator.stats()["claris_calls"], 0)

    def test_a_host_of_filemaker_cloud_asks_for_a_claris_id_by_its_name_alone(self):
        simulator = self.make_cloud(20)
        job = self.make_cloud_job(simulator, source={"account": None, "user": "nobody@orchard.test",
                                                     "server": "orchard.account.filemaker-cloud.com"})
        done = job.run("run")
        self.assertEqual(done.code, 7, done)
        self.assertIn("there is no such Claris ID", done.err)
        self.assertEqual(simulator.stats()["claris_calls"], 1)

    def test_being_asked_to_slow_down_is_waited_out(self):
        simulator = self.make_cloud(20)
        job = self.make_cloud_job(simulator, pace={"first_wait": "50ms"})
        simulator.request("POST", "/_sim/claris?throttle=2")
        self.run_ok(job, "run")
        self.assertEqual(simulator.stats()["claris_refusals"], 2)


class SecondFactor(CloudTest):
    def test_the_code_is_asked_for_on_the_terminal_once(self):
        simulator = self.make_cloud(20, "--second-factor", "app", "--code", "271828")
        job = self.make_cloud_job(simulator)
        code, shown = self.talk(job, ["-q", "run", "--dry-run"], [("authenticator app", "314159"),
                                                                  ("authenticator app", "271828")])
        self.assertEqual(code, 0, shown)
        self.assertNotIn("271828", shown)
        self.assertEqual(simulator.stats()["claris_sign_ins"], 1)

    def test_without_a_terminal_one_line_says_so_and_it_ends_with_7(self):
        simulator = self.make_cloud(20, "--second-factor", "sms")
        done = self.make_cloud_job(simulator).run("run")
        self.assertEqual(done.code, 7, done)
        self.assertEqual(len(done.err.strip().splitlines()), 1, done)
        self.assertIn("refresh_token_file", done.err)

    def test_a_kept_refresh_token_lets_the_next_run_go_without(self):
        simulator = self.make_cloud(20, "--second-factor", "sms")
        job = self.make_cloud_job(simulator, source={"refresh_token_file": "refresh-token"})
        code, shown = self.talk(job, ["-q", "run", "--dry-run"], [("+*******33", "424242")])
        self.assertEqual(code, 0, shown)
        kept = job.folder / "refresh-token"
        self.assertEqual(stat.S_IMODE(kept.stat().st_mode), 0o600)
        self.run_ok(job, "run")
        self.assertEqual(simulator.stats()["claris_sign_ins"], 1)
        simulator.request("POST", "/_sim/claris?revoke=1")
        self.assertEqual(job.run("run").code, 7, "nobody can be asked again")


class CloudPrivacy(CloudTest):
    def test_no_token_no_password_and_no_code_is_written_down(self):
        simulator = self.make_cloud(60, "--token-life", 2, "--sessions-end-with-token", "--latency-ms", 5)
        simulator.set_faults("sign-in every 5 reply 503\nsign-in every 7 drop connection\nlogin every 4 reply 401\n")
        job = self.make_cloud_job(simulator, source={"refresh_token_file": "tokens/refresh"}, pace={"first_wait": "50ms"})
        (job.folder / "tokens").mkdir()
        texts = {}
        for words in (["-v", "run"], ["-v", "status", "--json"], ["-v", "list", "--json"], ["-v", "report"]):
            done = job.run(*words)
            texts[" ".join(words)] = done.out + done.err
        kept = (job.folder / "tokens/refresh").read_text().splitlines()[-1]
        self.assertGreater(len(kept), 100)
        simulator.set_faults("sign-in hit 99 reply 503\n")
        simulator.request("POST", "/_sim/claris?revoke=1&expire=1")
        job.environment["FMSIM_PASSWORD"] = "planted-wrong-password"
        done = job.run("-v", "run")
        self.assertEqual(done.code, 7, done)
        texts["wrong password"] = done.out + done.err
        for path in job.folder.rglob("*"):
            if path.is_file() and path.parent.name != "tokens" and job.store not in path.parents:
                texts[path.name] = path.read_bytes().decode("latin-1")
        self.assertIn("fmferry.db", texts)
        for where, text in texts.items():
            with self.subTest(where):
                self.assertNotRegex(text, r"eyJ[A-Za-z0-9_-]{8}")
                self.assertNotIn(kept, text)
                self.assertNotIn(harness.PASSWORD, text)
                self.assertNotIn("planted-wrong-password", text)
                self.assertNotRegex(text, r"FMID |Bearer |SRP_|SECRET_BLOCK")


if __name__ == "__main__":
    harness.main()
