#!/usr/bin/env python3
"""Runs a command against a server of its own: with_server.py PROGRAM COMMAND ARGUMENT...

PROGRAM is the rialto to start. In the arguments URL stands for the server's address. The exit code is the command's.
"""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
import support  # noqa: E402


def main(program, *command):
    support.PROGRAM = str(pathlib.Path(program).resolve())
    with tempfile.TemporaryDirectory(prefix="rialto-") as folder:
        rialto = support.Rialto(folder).start()
        try:
            return subprocess.run([argument.replace("URL", rialto.url().rstrip("/")) for argument in command]).returncode
        finally:
            rialto.stop()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
