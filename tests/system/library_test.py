"""The rule engine, installed as a library, serves a program outside of the project: the example in docs/."""
import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["RIALTO_BIN"]).resolve().parent.parent
EXAMPLE = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "examples" / "match"
EVENTS = """\
{"source":"shop","detail":{"total":150,"customer":"Ann"}}
{"source":"shop","detail":{"total":150,"customer":"ROOT"}}
{"source":"shop","detail":{"total":50}}
{"source":
"""
ANSWERS = """\
rule 0 
rule 0 rule 1 
nothing
not a valid event: the event ends too early at byte 10
"""


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


class LibraryTest(unittest.TestCase):
    def test_the_example_builds_against_the_installed_library_and_matches(self):
        with tempfile.TemporaryDirectory() as folder:
            installed, built = pathlib.Path(folder) / "installed", pathlib.Path(folder) / "built"
            run("cmake", "--install", BUILD, "--component", "pattern", "--prefix", installed)
            run("cmake", "-S", EXAMPLE, "-B", built, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=clang++-19",
                f"-DCMAKE_PREFIX_PATH={installed}")
            run("cmake", "--build", built)

            self.assertEqual(ANSWERS, run(built / "match", input=EVENTS))


if __name__ == "__main__":
    unittest.main()
