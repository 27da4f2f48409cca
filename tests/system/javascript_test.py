"""The AWS SDK for JavaScript. It is installed once, at the versions of javascript/package.json, beside the builds; where
that cannot be done (no node, no npm, no network) the test is skipped and says why."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from support import DEADLINE, PROGRAM, RialtoTest

SCRIPTS = pathlib.Path(__file__).parent / "javascript"
CACHE = pathlib.Path(PROGRAM).resolve().parents[2] / "javascript"
INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--fetch-retries=1",
           "--fetch-timeout=30000"]
OLDEST_NODE = 18


def installed():
    """A folder with the SDK in its node_modules; SkipTest if there can be none."""
    wanted = (SCRIPTS / "package.json").read_bytes()
    folder = CACHE / hashlib.sha256(wanted).hexdigest()[:16]
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="new-") as fresh:
        (pathlib.Path(fresh) / "package.json").write_bytes(wanted)
        try:
            subprocess.run(INSTALL, cwd=fresh, check=True, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired as e:
            raise unittest.SkipTest("npm did not get the SDK in time") from e
        except subprocess.CalledProcessError as e:
            raise unittest.SkipTest(f"npm does not get the SDK: {e.stderr.strip()[:300]}") from e
        try:
            os.rename(fresh, folder)
        except OSError:  # another test was faster
            if not folder.exists():
                raise
        pathlib.Path(fresh).mkdir(exist_ok=True)
    return folder


class JavaScriptTest(RialtoTest):
    @classmethod
    def setUpClass(cls):
        for program in ("node", "npm"):
            if not shutil.which(program):
                raise unittest.SkipTest(f"there is no {program}")
        version = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
        if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
            raise unittest.SkipTest(f"node is {version.strip()}, the SDK needs {OLDEST_NODE}")
        cls.sdk = installed()

    def test_from_a_bus_to_a_message_and_back(self):
        rialto = self.serve()
        # A script from standard input finds packages from the folder that it runs in.
        with (SCRIPTS / "flow.mjs").open() as script:
            done = subprocess.run(["node", "--input-type=module", "-"], stdin=script, cwd=self.sdk, capture_output=True,
                                  text=True, timeout=6 * DEADLINE, env={**os.environ, "ENDPOINT": rialto.url()})
        self.assertEqual(0, done.returncode, done.stderr)


if __name__ == "__main__":
    unittest.main()
