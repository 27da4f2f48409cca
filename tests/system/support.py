"""The built server as the system tests see it: a process with a folder of its own, an address and a log.

RIALTO_BIN names the program; CTest sets it. What fails prints the server's log.
"""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.environ.get("RIALTO_BIN", "build/release/bin/rialto")
SANITIZED = bool(os.environ.get("RIALTO_SANITIZE"))
# Sanitizers slow everything down, and a busy machine does too: a deadline is there to end a test that hangs.
DEADLINE = 60 if SANITIZED else 20
LISTENING = re.compile(r"\blistening\b.*\baddress=\"?([0-9.]+):(\d+)")


def eventually(condition, within=DEADLINE, what="the condition"):
    """The first true value of `condition()`, which is asked again until then; fails after `within` seconds."""
    end = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {within} s")
        time.sleep(0.01)


class Response:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"


class Rialto:
    """One server. It may be stopped or killed and started again: the folder stays, the port changes."""

    def __init__(self, folder, config=None, arguments=(), environment=None):
        """`config`: YAML as text, or a dict, or None to run with the built-in defaults."""
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.config = self.folder / "rialto.yaml" if config is not None else None
        self.arguments = list(arguments)
        self.environment = {**os.environ, **(environment or {})}
        self.process = None
        self.listen = "127.0.0.1:0"
        self.wrapper = []  # a program that runs the server, with its arguments
        self.host, self.port = "127.0.0.1", None
        self._log = self.folder / "rialto.log"
        self._log.touch()
        if config is not None:
            self.write_config(config)

    def write_config(self, config):
        """Swaps the whole file at once, as an editor does. JSON is YAML."""
        text = config if isinstance(config, str) else json.dumps(config, indent=2)
        fresh = self.config.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.config)

    # --- life ---------------------------------------------------------------------------------------------------------

    def start(self, ready=True):
        """Returns when the server listens, and, if `ready`, when /readyz says so."""
        command = [*self.wrapper, PROGRAM, "serve", "--data-dir", str(self.data), "--listen", self.listen, *self.arguments]
        if self.config:
            command += ["--config", str(self.config)]
        begin = self._log.stat().st_size
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.environment, cwd=self.folder)
        listening = eventually(lambda: self._listening(begin), what="the log line with the address")
        self.host, self.port = listening[1], int(listening[2])
        if ready:
            eventually(self.is_ready, what="/readyz")
        return self

    def _listening(self, begin):
        text = self._log.read_bytes()[begin:].decode(errors="replace")
        if self.process.poll() is not None:
            raise AssertionError(f"rialto ended with {self.process.returncode} instead of listening:\n{text}")
        return LISTENING.search(text)

    def is_ready(self):
        try:
            return self.get("/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def stop(self):
        """Asks the server to end, and holds it to a clean one."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=DEADLINE)
        if code != 0:
            raise AssertionError(f"rialto ended with {code}")

    def kill(self):
        """As the power cut does."""
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.stop()
        return self.start()

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def log(self):
        return self._log.read_text(errors="replace")

    def wait_for_log(self, pattern, within=DEADLINE):
        return eventually(lambda: re.search(pattern, self.log()), within, f"a log line with {pattern!r}")

    def memory_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])

    # --- talking to it ------------------------------------------------------------------------------------------------

    def url(self, path="/", scheme="http"):
        return f"{scheme}://{self.host}:{self.port}{path}"

    def connect(self, timeout=DEADLINE):
        """A connection to be used for several requests."""
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def request(self, method, path, body=None, headers=None, timeout=DEADLINE):
        """One request on a connection of its own. A `body` that is neither bytes nor text is sent as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        with contextlib.closing(self.connect(timeout)) as connection:
            connection.request(method, path, body, headers)
            return Response(connection.getresponse())

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    def socket(self, timeout=DEADLINE):
        return socket.create_connection((self.host, self.port), timeout)

    def raw(self, data, timeout=DEADLINE, finish=False):
        """Sends bytes as they stand, `finish` says that no more will come, and reads until the server closes."""
        with self.socket(timeout) as connection:
            connection.sendall(data)
            if finish:
                connection.shutdown(socket.SHUT_WR)
            return read_to_end(connection)


def read_to_end(connection):
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            answer += piece
    return answer


class RialtoTest(unittest.TestCase):
    """A test with servers that end with it; a failed test shows their logs."""

    def folder(self):
        folder = tempfile.TemporaryDirectory(prefix="rialto-")
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def serve(self, config=None, start=True, **options):
        rialto = Rialto(self.folder(), config, **options)
        self.addCleanup(self._end, rialto)
        return rialto.start() if start else rialto

    @classmethod
    def share(cls, config=None):
        """A server for all tests of a class, to be called in setUpClass."""
        folder = tempfile.TemporaryDirectory(prefix="rialto-")
        cls.addClassCleanup(folder.cleanup)
        rialto = Rialto(folder.name, config).start()
        cls.addClassCleanup(rialto.stop)
        return rialto

    def _end(self, rialto):
        outcome = self._outcome
        if rialto.is_running() and outcome.success:
            try:
                rialto.stop()
            except BaseException:
                self._show(rialto)
                raise
        if rialto.is_running():
            rialto.kill()
        if not outcome.success:
            self._show(rialto)

    def _show(self, rialto):
        print(f"--- log of {self.id()}\n{rialto.log()[-20000:]}---", file=sys.stderr)


def self_signed_certificate(folder):
    """Paths of a certificate for localhost and 127.0.0.1, and of its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-out", str(certificate), "-keyout", str(key)], check=True, capture_output=True)
    return certificate, key
