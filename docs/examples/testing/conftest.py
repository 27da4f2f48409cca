"""Fixtures for tests of an application that uses EventBridge: a Rialto for the session, emptied before each test."""
import json
import os
import pathlib
import re
import subprocess
import time
import urllib.parse
import urllib.request

import boto3
import pytest

PROGRAM = os.environ.get("RIALTO_BIN", "rialto")
CONFIG = {"testing": {"enabled": True, "clock": "virtual"},
          "buses": {"default": {"rules": {}}, "websocket": {"rules": {}}}}


class Rialto:
    def __init__(self, url):
        self.url = url

    def client(self, service):
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="test",
                            aws_secret_access_key="test")

    def ask(self, method, path, body=None):
        """The answer's JSON, or None if it has none."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def reset(self):
        self.ask("POST", "/_rialto/reset")

    def advance(self, by):
        self.ask("POST", "/_rialto/clock/advance", {"by": by})

    def wait_for(self, pattern, timeout="10s"):
        """The first event that matches and has been delivered, with what became of it."""
        query = urllib.parse.urlencode({"settled": "true", "timeout": timeout, "limit": 1})
        answer = self.ask("POST", "/_rialto/events/wait?" + query, pattern)
        assert answer, f"no event matched {pattern} within {timeout}"
        return answer["events"][0]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    folder: pathlib.Path = tmp_path_factory.mktemp("rialto")
    (folder / "rialto.yaml").write_text(json.dumps(CONFIG))  # JSON is YAML
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([PROGRAM, "serve", "--config", folder / "rialto.yaml", "--data-dir", folder / "data",
                                    "--listen", "127.0.0.1:0"], stdout=output, stderr=output)
    try:
        end = time.monotonic() + 20
        while not (listening := re.search(r"listening.*address=\"?([0-9.:]+)", log.read_text())):
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.01)
        yield Rialto("http://" + listening[1])
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def rialto(server):
    server.reset()
    return server
