"""The command line: what it prints, what it exits with, and why it will not start."""
import json
import pathlib
import re
import socket
import subprocess
import unittest

from blog import create
from support import DEADLINE, PROGRAM, RialtoTest

DEFAULT = pathlib.Path(__file__).resolve().parents[2] / "config" / "rialto.yaml"


def run(*arguments, text=None):
    return subprocess.run([PROGRAM, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=DEADLINE)


class CommandTest(RialtoTest):
    def file(self, name, content):
        if not hasattr(self, "files"):
            self.files = self.folder()
        path = self.files / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def test_the_version_is_a_number(self):
        self.assertRegex(run("version").stdout, r"^rialto \d+\.\d+\.\d+\n$")

    def test_a_wrong_command_line_is_exit_code_2(self):
        for arguments in ((), ("nonsense",), ("serve", "--nonsense"), ("check",), ("match", "--pattern", "x")):
            self.assertEqual(2, run(*arguments).returncode, arguments)
        self.assertEqual(0, run("--help").returncode)

    def test_check_accepts_the_default_configuration(self):
        for arguments in (("check", DEFAULT), ("check", "--config", DEFAULT)):
            self.assertEqual((0, ""), (run(*arguments).returncode, run(*arguments).stderr))

    def test_check_names_every_mistake_with_its_place(self):
        broken = self.file("broken.yaml", "server:\n  liste: 1\n  maxBody: x\nlog:\n  level: loud\nlog: {}\n")

        checked = run("check", broken)

        self.assertEqual((1, ""), (checked.returncode, checked.stdout))
        for place in ("2:3", "3:12", "5:10", "6:1"):
            self.assertIn(f"{broken}:{place}: ", checked.stderr)
        self.assertRegex(checked.stderr, "debug.*info.*warn.*error")

    def test_check_reads_templates_and_variables(self):
        for text in ("mail: {templates: {post: {subject: '{{nonsense}}'}}}", "mail: {from: '${RIALTO_NOT_SET}'}",
                     "mail: {from: nobody}", "buses: {default: {rules: {a: {pattern: {a: 1}, targets: [email]}}}}"):
            self.assertEqual(1, run("check", self.file("broken.yaml", text)).returncode, text)
        self.assertEqual(1, run("check", "/nonexistent.yaml").returncode)

    def test_match_tells_by_its_exit_code(self):
        event = self.file("event", {"source": "a", "detail": {"amount": 5}})
        for code, pattern in ((0, {"source": ["a"]}), (1, {"source": ["b"]}),
                              (0, {"detail": {"amount": [{"numeric": [">", 4]}]}}), (2, {"source": "a"}), (2, "{")):
            matched = run("match", "--pattern", self.file("pattern", pattern), "--event", event)
            self.assertEqual(code, matched.returncode, matched)
            self.assertEqual(["match\n", "no match\n", ""][code], matched.stdout)
        self.assertEqual(2, run("match", "--pattern", event, "--event", "/nonexistent").returncode)

    def test_match_explains_which_field_decided(self):
        pattern = self.file("pattern", {"source": ["shop"], "detail": {"amount": [{"numeric": [">", 4]}]}})
        near = self.file("near", {"source": "shop", "detail": {"amount": "5"}})
        event = self.file("event", {"source": "shop", "detail": {"amount": 5}})

        explained = run("match", "--pattern", pattern, "--event", near, "--explain")
        self.assertEqual((1, "", [
            'fails  detail.amount: wanted [{"numeric":[">",4]}], found "5"',
            '  near: detail.amount is "5", which would do without the quotes',
            'holds  source: wanted ["shop"], found "shop"',
            'no match']), (explained.returncode, explained.stderr, explained.stdout.splitlines()))

        explained = run("match", "--pattern", pattern, "--event", event, "--explain", "--format", "text")
        self.assertEqual((0, "match"), (explained.returncode, explained.stdout.splitlines()[-1]))

    def test_match_explains_in_json(self):
        pattern = self.file("pattern", {"detail": {"amount": [5]}})
        for code, amount, kinds in ((0, 5, []), (1, 6, []), (1, "5", ["inQuotes"])):
            event = self.file("event", {"detail": {"amount": amount}})

            explained = run("match", "--pattern", pattern, "--event", event, "--explain", "--format", "json")

            self.assertEqual((code, 1), (explained.returncode, explained.stdout.count("\n")))
            explanation = json.loads(explained.stdout)
            condition = explanation["alternatives"][0]["conditions"][0]
            self.assertEqual((code == 0, "detail.amount", "[5]", [json.dumps(amount)], kinds),
                             (explanation["matches"], condition["path"], condition["wanted"], condition["found"],
                              [miss["kind"] for miss in condition["nearMisses"]]))

    def test_what_cannot_be_explained_is_exit_code_2(self):
        pattern, event = self.file("pattern", {"a": [1]}), self.file("event", {})
        for arguments in (("--format", "json"), ("--explain", "--format", "xml")):
            self.assertEqual(2, run("match", "--pattern", pattern, "--event", event, *arguments).returncode, arguments)
        for broken in ("[]", "{", ""):
            refused = run("match", "--pattern", pattern, "--event", self.file("broken", broken), "--explain")
            self.assertEqual((2, ""), (refused.returncode, refused.stdout))
            self.assertIn("not a valid event", refused.stderr)

    def test_rules_are_tested_with_events(self):
        self.file("rules.yaml", "buses: {default: {rules: {a: {pattern: {source: [x]}, targets: [email, entities]}}}}")
        tests = [{"name": "hit", "event": {"source": "x"}, "targets": ["a/email", "a/entities"]},
                 {"name": "miss", "event": {"source": "y"}, "targets": []}]

        passed = run("test", self.file("good.json", {"config": "rules.yaml", "tests": tests}))
        tests[1]["targets"] = ["a/email"]
        failed = run("test", self.file("bad.json", {"config": "rules.yaml", "tests": tests}))

        self.assertEqual((0, "2 passed, 0 failed"), (passed.returncode, passed.stdout.splitlines()[-1]), passed)
        self.assertEqual((1, "1 passed, 1 failed"), (failed.returncode, failed.stdout.splitlines()[-1]), failed)
        self.assertEqual(2, run("test", self.file("no.json", "{}")).returncode)

    def test_entities_are_found_in_a_text(self):
        text = "Élan: Angela Merkel met Joe Smith in Madrid on Monday."

        found = json.loads(run("entities", text=text).stdout)

        self.assertEqual(["Madrid"], found["locations"])
        self.assertEqual(["Angela Merkel", "Joe Smith"], found["persons"])
        self.assertEqual("Monday", found["entities"][-1]["text"])
        for one in found["entities"]:
            self.assertEqual(one["text"], text[one["beginOffset"]:one["endOffset"]])
            self.assertEqual(one["text"], text.encode()[one["beginByte"]:one["endByte"]].decode())
            self.assertTrue(0 < one["score"] <= 1)
        self.assertEqual({"entities": []}, json.loads(run("entities", text="").stdout))

    def test_entities_that_cannot_be_written_are_a_failure(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "entities"], input=b"Joe", stdout=full, stderr=subprocess.PIPE, timeout=DEADLINE)
        self.assertEqual((1, b"standard output cannot be written\n"), (done.returncode, done.stderr))

    def test_entities_are_found_in_any_case(self):
        for text in ("Joe is going to Spain", "joe is going to spain", "JOE IS GOING TO SPAIN"):
            found = json.loads(run("entities", text=text).stdout)
            self.assertEqual(([text[:3]], [text[-5:]]), (found["persons"], found["locations"]))

    def test_text_in_tokens_is_tagged_line_by_line(self):
        self.assertEqual("Joe\tB-PER\nmet\tO\nAngela\tB-PER\nMerkel\tI-PER\n\n20\tB-QUANTITY\n%\tI-QUANTITY\n",
                         run("entities", "--conll", text="Joe\nmet\nAngela\nMerkel\n\n20\n%\n").stdout)

    def test_bytes_that_are_no_text_are_replaced(self):
        done = subprocess.run([PROGRAM, "entities"], input=b"Joe\xff is in Spain \x00\xed\xa0\x80", capture_output=True,
                              timeout=DEADLINE)

        self.assertEqual(0, done.returncode)
        self.assertEqual(["Spain"], json.loads(done.stdout)["locations"])

    def test_healthcheck_asks_a_server(self):
        rialto = self.serve()
        url = rialto.url("/readyz")

        self.assertEqual((0, "ready\n"), (run("healthcheck", "--url", url).returncode,
                                          run("healthcheck", "--url", url).stdout))
        rialto.stop()
        self.assertEqual(1, run("healthcheck", "--url", url).returncode)
        self.assertEqual(1, run("healthcheck", "--url", "nonsense").returncode)


class StartTest(RialtoTest):
    def refused(self, folder, *arguments):
        """What serve prints and exits with when it does not start."""
        ended = run("serve", "--data-dir", folder / "data", *arguments)
        return ended.returncode, ended.stdout + ended.stderr

    def test_a_port_in_use_is_exit_code_5(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            address = f"127.0.0.1:{other.getsockname()[1]}"
            code, text = self.refused(self.folder(), "--listen", address)

        self.assertEqual(5, code, text)
        self.assertIn(f"{address} is in use by another program", text)

    def test_a_second_server_on_the_same_data_is_exit_code_4(self):
        rialto = self.serve()

        code, text = self.refused(rialto.folder, "--listen", "127.0.0.1:0")

        self.assertEqual(4, code, text)
        self.assertIn("in use by another rialto process", text)
        self.assertEqual(200, rialto.get("/readyz").status)

    def test_a_corrupt_database_is_exit_code_4(self):
        for content, said in ((b"nonsense" * 1000, "damaged|not a database"), (None, "damaged|lacks|malformed")):
            rialto = self.serve()
            create(rialto)
            rialto.stop()
            database = rialto.data / "rialto.db"
            whole = database.read_bytes()
            database.write_bytes(content or whole[:100] + b"\xff" * (len(whole) - 100))

            code, text = self.refused(rialto.folder, "--listen", "127.0.0.1:0")

            self.assertEqual(4, code, text)
            self.assertIn(str(database), text)
            self.assertRegex(text, said)

    def test_a_data_directory_that_is_none_is_exit_code_4(self):
        folder = self.folder()
        (folder / "data").write_text("a file")

        code, text = self.refused(folder, "--listen", "127.0.0.1:0")

        self.assertEqual(4, code, text)
        self.assertIn("data", text)

    def test_a_wrong_configuration_is_exit_code_3(self):
        folder = self.folder()
        file = folder / "rialto.yaml"
        file.write_text("server:\n  nonsense: 1\n")

        code, text = self.refused(folder, "--config", str(file))

        self.assertEqual(3, code, text)
        self.assertRegex(text, re.escape(str(file)) + r":2:3: .*nonsense")
        self.assertEqual(3, self.refused(folder, "--listen", "nonsense")[0])
        self.assertFalse((folder / "data").exists(), "nothing is made before the configuration is known to be right")


if __name__ == "__main__":
    unittest.main()
