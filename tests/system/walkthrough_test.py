"""Every command of docs/walkthrough.md, pasted line by line into a shell, with what the document says it prints; and the
commands of the AWS CLI in README.md and docs/api.md."""
import os
import pathlib
import re
import subprocess
import textwrap
import unittest

from support import DEADLINE, RialtoTest, eventually

ROOT = pathlib.Path(__file__).parents[2]
WALKTHROUGH = ROOT / "docs" / "walkthrough.md"
OTHERS = (ROOT / "README.md", ROOT / "docs" / "api.md")
ADDRESS = "localhost:8080"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# In other documents: the environment, a command, and what it prints.
INDENTED = re.compile(r"^    (export AWS_.*\n)    (aws .*)\n\n?((?:    .*\n)+)", re.MULTILINE)
# What is another each time.
CHANGES = ((re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
           (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "TIME"))
ASKS_ONLY = re.compile(r"\b(describe|list)-")


def steps(text):
    """Pairs of a command and what it prints, None where the document does not say."""
    found = []
    for language, block in BLOCK.findall(text):
        if language == "sh":
            found += [[command, None] for command in block.splitlines()]
        else:
            found[-1][1] = block
    return found


def normal(text):
    for pattern, name in CHANGES:
        text = pattern.sub(name, text)
    return text.strip()


class WalkthroughTest(RialtoTest):
    def setUp(self):
        self.rialto = self.serve()
        self.setup = ""

    def run_command(self, command):
        """In a shell of its own that has been set up as the first block says."""
        script = f"{self.setup}{command}\n".replace(ADDRESS, f"{self.rialto.host}:{self.rialto.port}")
        # The CLI is Debian's; another on the path may be of any version.
        environment = {**os.environ, "PATH": "/usr/bin:" + os.environ["PATH"]}
        done = subprocess.run(["bash", "-O", "expand_aliases", "-e", "-o", "pipefail"], input=script, env=environment,
                              capture_output=True, text=True, timeout=6 * DEADLINE)
        self.assertEqual((0, ""), (done.returncode, done.stderr), command)
        self.assertNotRegex(done.stdout, '"FailedEntryCount": [1-9]')
        return done.stdout

    def test_every_command_does_what_the_document_says(self):
        setup, *others = BLOCK.findall(WALKTHROUGH.read_text())
        self.assertEqual("sh", setup[0])
        self.run_command(setup[1])
        self.setup = setup[1]
        all_steps = steps("".join(f"```{language}\n{block}```\n" for language, block in others))
        self.assertGreater(len(all_steps), 30)
        for command, printed in all_steps:
            with self.subTest(command):
                self.check(command, printed)

    def test_commands_of_other_documents(self):
        for document in OTHERS:
            found = INDENTED.findall(document.read_text())
            self.assertTrue(found, document)
            for self.setup, command, printed in found:
                with self.subTest(command):
                    self.check(command, textwrap.dedent(printed))

    def check(self, command, printed):
        output = self.run_command(command)
        if printed is None:
            return
        if ASKS_ONLY.search(command):  # a person who pastes is slower than a test
            eventually(lambda: normal(self.run_command(command)) == normal(printed), 3 * DEADLINE, f"{printed!r}")
        else:
            self.assertEqual(normal(printed), normal(output))


if __name__ == "__main__":
    unittest.main()
