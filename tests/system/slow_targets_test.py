"""Targets that never answer, break off, or answer nonsense, and a server that is frozen: nothing is lost or held up."""
import contextlib
import signal
import socket
import threading
import time
import unittest

from hooks import config, put
from http_sink import HttpSink
from support import DEADLINE, RialtoTest, eventually

ANSWERS = {
    "silence": None,
    "garbage": b"\x00\xff\x16\x03nonsense\r\n\r\n" * 100,
    "half a status line": b"HTTP/1.1 2",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "no end of a head": b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"b" * 200_000,
    "a status that is none": b"HTTP/1.1 999999999999 OK\r\nContent-Length: 0\r\n\r\n",
    "a byte a second": [bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
    "an answer when nobody waits any more": [b"", b"", b"", b"", b"", b"", b"", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
}
SLOW = ("silence", "a-byte-a-second", "an-answer-when-nobody-waits-any-more")


class Rude:
    """Takes connections and answers each with the same bytes, whatever it is asked; then closes, or says nothing. Of a
    list, one part a second."""

    def __init__(self, answer):
        self.answer = answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.held = []
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}{path}"

    def close(self):
        self.listener.close()
        for connection in self.held:
            connection.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.held.append(connection)
                threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection):
        with contextlib.suppress(OSError):
            connection.settimeout(5)
            connection.recv(65536)
            if self.answer is None:
                return
            parts = [self.answer] if isinstance(self.answer, bytes) else self.answer
            for part in parts:
                connection.sendall(part)
                if len(parts) > 1:
                    time.sleep(1)
            connection.close()


class SlowTargetsTest(RialtoTest):
    def test_each_rude_target_ends_in_a_dead_letter_and_delays_no_other(self):
        good = HttpSink()
        sink = good.__enter__()
        self.addCleanup(good.__exit__)
        rude = {name.replace(" ", "-"): Rude(answer) for name, answer in ANSWERS.items()}
        for one in rude.values():
            self.addCleanup(one.close)
        settings = config(sink, {"id": "good"}, *({"id": name, "retry": {"maxRetries": 0}} for name in rude))
        for name, one in rude.items():
            settings["apiDestinations"][name]["endpoint"] = one.url()
        rialto = self.serve(settings)

        begin = time.monotonic()
        put(rialto, *range(5))
        sink.requests(5, DEADLINE)
        self.assertLess(time.monotonic() - begin, 4, "the good target waited for the others")

        def dead():
            return rialto.get("/dead-letters?limit=200").json()["deadLetters"]
        letters = eventually(lambda: len(found := dead()) == 5 * len(rude) and found, 3 * DEADLINE, "all dead letters")
        codes = {letter["target"]["id"]: letter["errorCode"] for letter in letters}
        self.assertEqual(["TIMEOUT"] * len(SLOW), [codes[name] for name in SLOW])
        self.assertEqual(set(rude), set(codes))

    def test_a_frozen_server_goes_on_where_it_was(self):
        status = [503]
        with HttpSink(lambda request: (status[0], {})) as sink:
            rialto = self.serve(config(sink, delivery={"firstWait": "100ms", "longestWait": "200ms"}))
            put(rialto, *range(10))
            sink.requests(10, DEADLINE)
            rialto.process.send_signal(signal.SIGSTOP)
            status[0] = 200
            time.sleep(2)
            rialto.process.send_signal(signal.SIGCONT)

            eventually(lambda: not rialto.get("/deliveries").json()["deliveries"], what="what was owed")
            self.assertEqual([], rialto.get("/dead-letters").json()["deadLetters"])


if __name__ == "__main__":
    unittest.main()
