"""The HTTP front end on the wire: what is sent oddly, halfway, too much of, or all at once."""
import contextlib
import http.client
import json
import re
import socket
import ssl
import threading
import time
import unittest

from blog import POST
from support import SANITIZED, RialtoTest, eventually, read_to_end, self_signed_certificate

HEAD = b"POST /posts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BODY = json.dumps(POST).encode()
GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def statuses(answers):
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


def chunked(*pieces):
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class WireTest(RialtoTest):
    @classmethod
    def setUpClass(cls):
        cls.rialto = cls.share({"server": {"headerTimeout": "300ms", "bodyTimeout": "300ms", "maxHeader": "4KiB"}})

    def test_requests_sent_ahead_are_answered_in_order(self):
        post = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
        missing = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"

        self.assertEqual([200, 201, 404, 200, 201, 200], statuses(self.rialto.raw(GET + post + missing + GET + post + LAST)))

    def test_a_body_may_come_in_chunks(self):
        answers = self.rialto.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(BODY[:7], BODY[7:]) + LAST)

        self.assertEqual([201, 200], statuses(answers))

    def test_a_request_may_come_byte_by_byte(self):
        with self.rialto.socket() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in LAST:
                connection.sendall(bytes([byte]))
            self.assertEqual([200], statuses(read_to_end(connection)))

    def test_the_body_is_asked_for_when_the_client_waits_with_it(self):
        with self.rialto.socket() as connection:
            connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
            self.assertEqual([100], statuses(connection.recv(1024)))
            connection.sendall(BODY + LAST)
            self.assertEqual([201, 200], statuses(read_to_end(connection)))

    def test_half_a_request_is_cut_off(self):
        for half in (b"G", b"GET /livez HTTP/1.1\r\nHos", HEAD + b"Content-Length: 100\r\n\r\n{",
                     HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"):
            begun = time.monotonic()
            self.assertEqual([408], statuses(self.rialto.raw(half)), half)
            self.assertLess(time.monotonic() - begun, 5)

    def test_a_client_that_hangs_up_halfway_leaves_nothing(self):
        before = len(self.rialto.get("/posts?limit=200").json()["posts"])
        for half in (HEAD, HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY[:-1]):
            self.assertEqual([], statuses(self.rialto.raw(half, finish=True)))

        self.assertEqual(before, len(self.rialto.get("/posts?limit=200").json()["posts"]))

    def test_too_much_is_refused(self):
        many = b"".join(b"X-%d: y\r\n" % number for number in range(1000))
        for status, request in ((431, b"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 5000 + b"\r\n\r\n"),
                                (431, b"GET /livez HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n"),
                                (431, b"GET /" + b"y" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
                                (413, HEAD + b"Content-Length: 8000000\r\n\r\n"),
                                (413, HEAD + b"Transfer-Encoding: chunked\r\n\r\n7a1200\r\n"),
                                (413, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(*[b" " * 60000] * 72))):
            self.assertEqual([status], statuses(self.rialto.raw(request)), request[:60])

    def test_what_two_servers_may_read_differently_is_refused(self):
        length = b"Content-Length: %d\r\n" % len(BODY)
        for request in (HEAD + length + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(BODY),
                        HEAD + length + b"Content-Length: 3\r\n\r\n" + BODY,
                        HEAD + b"Content-Length: +3\r\n\r\n" + BODY, HEAD + b"Content-Length: 3, 4\r\n\r\n" + BODY,
                        HEAD + b"Content-Length: -1\r\n\r\n", HEAD + b"Content-Length: 0x10\r\n\r\n" + BODY,
                        HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n",
                        HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(BODY),
                        HEAD + b"Transfer-Encoding: chunked\r\n\r\n+5\r\nabcde\r\n0\r\n\r\n",
                        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcdeXX0\r\n\r\n",
                        HEAD + b"Content-Length : 3\r\n\r\nabc", HEAD + b"X: a\r\n b: c\r\n\r\n",
                        b"GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"GET /livez HTTP/1.1\r\n\r\n",
                        b"GET /livez HTTP/1.1\nHost: x\n\n", b"GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n",
                        b"GET /li\0vez HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /livez HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n",
                        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" * 100, b"x" * 100 + b"\r\n\r\n"):
            self.assertEqual([400], statuses(self.rialto.raw(request + GET)), request)
        odd = HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked(BODY) + GET
        self.assertEqual([501], statuses(self.rialto.raw(odd)))
        self.assertEqual([505], statuses(self.rialto.raw(b"GET /livez HTTP/2.0\r\nHost: x\r\n\r\n")))

    def test_a_connection_is_kept_for_the_next_request(self):
        with contextlib.closing(self.rialto.connect()) as connection:
            for _ in range(50):
                connection.request("GET", "/livez")
                answer = connection.getresponse()
                answer.read()
                self.assertEqual((200, False), (answer.status, answer.will_close))

    def test_http_1_0_is_answered_and_closed(self):
        self.assertEqual([200], statuses(self.rialto.raw(b"GET /livez HTTP/1.0\r\n\r\n")))

    def test_every_answer_has_an_id_and_a_sensible_one_is_kept(self):
        self.assertEqual("abc-1", self.rialto.get("/livez", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"])
        for evil in ("a b", "x" * 200, "é", "a;b"):
            fresh = self.rialto.get("/nothing", headers={"X-Request-Id": evil}).headers["X-Request-Id"]
            self.assertRegex(fresh, "^[0-9a-f-]{36}$")
        for broken in (b"x\r\n\r\n", b"GET /livez HTTP/1.1\r\n\r\n"):
            self.assertRegex(self.rialto.raw(broken).decode(), r"X-Request-Id: [0-9a-f-]{36}\r\n")
        self.rialto.wait_for_log("id=abc-1")

    def test_nothing_that_a_client_sends_makes_a_log_line(self):
        self.rialto.get("/evil%0aINFO", headers={"User-Agent": "a\tINFO forged"})
        self.rialto.get("/last")

        self.rialto.wait_for_log("/last")
        self.assertNotRegex(self.rialto.log(), r"(?m)^INFO")

    def test_the_figures_are_prometheus_text(self):
        text = self.rialto.get("/metrics").body.decode()

        self.assertRegex(text, r"(?m)^# TYPE \w+ (counter|gauge|histogram)$")
        for line in text.splitlines():
            self.assertRegex(line, r"^(# (HELP|TYPE) .+|\w+(\{.*\})? [-+0-9.eINFna]+)$")


class ManyTest(RialtoTest):
    def test_idle_connections_cost_little_and_hinder_nobody(self):
        rialto = self.serve()
        rialto.get("/livez")
        before = rialto.memory_kib()
        with contextlib.ExitStack() as idle:
            for number in range(500):
                connection = idle.enter_context(rialto.socket())
                connection.sendall((b"", GET, b"GET /li")[number % 3])

            self.assertEqual(201, rialto.post("/posts", POST).status)
            if not SANITIZED:  # whose own memory would be most of it
                self.assertLess(rialto.memory_kib() - before, 20 * 1024)
        self.assertEqual(200, rialto.get("/readyz").status)

    def test_a_connection_too_many_is_told_so(self):
        rialto = self.serve({"server": {"maxConnections": 2}})

        def served():  # the connections that asked for /readyz may still count
            connection = self.enterContext(rialto.socket())
            connection.sendall(GET)
            try:
                return connection if statuses(connection.recv(4096)) == [200] else None
            except ConnectionResetError:  # refused before it had read the request
                return None
        first, _ = eventually(served), eventually(served)
        refused = [self.enterContext(rialto.socket()) for _ in range(4)]
        for connection in refused:
            connection.sendall(GET)
            answer = connection.recv(4096)
            self.assertEqual([503], statuses(answer))
            self.assertIn(b"Retry-After: 1", answer)

        first.close()
        eventually(served)  # though those that were refused are still there


class StopTest(RialtoTest):
    def test_a_request_under_way_is_finished(self):
        rialto = self.serve()
        with rialto.socket() as busy, rialto.socket() as idle:
            idle.sendall(GET)
            idle.recv(4096)
            busy.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
            busy.recv(1024)
            stopping = threading.Thread(target=rialto.stop)
            stopping.start()
            self.assertEqual(b"", idle.recv(1024), "an idle connection is closed at once")
            busy.sendall(BODY)
            answer = read_to_end(busy)
            stopping.join()

        self.assertEqual([201], statuses(answer))
        self.assertIn(b"Connection: close", answer)
        self.assertFalse(rialto.is_running())
        self.assertEqual(1, len(rialto.start().get("/posts").json()["posts"]))

    def test_a_client_that_does_not_end_is_cut_after_the_grace(self):
        rialto = self.serve({"server": {"shutdownGrace": "200ms"}})
        with rialto.socket() as busy:
            busy.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 100\r\n\r\n")
            busy.recv(1024)
            begun = time.monotonic()

            rialto.stop()

        self.assertLess(time.monotonic() - begun, 5)


class TlsTest(RialtoTest):
    def start_with_tls(self):
        rialto = self.serve({}, start=False)
        certificate, key = self_signed_certificate(rialto.folder)
        rialto.write_config({"server": {"tls": {"certificate": str(certificate), "key": str(key)}}})
        rialto.start(ready=False)
        self.context = ssl.create_default_context(cafile=str(certificate))
        return rialto

    def connect(self, rialto):
        return contextlib.closing(http.client.HTTPSConnection(rialto.host, rialto.port, context=self.context, timeout=10))

    def test_it_serves_over_tls_and_plain_text_is_no_danger(self):
        rialto = self.start_with_tls()
        with self.connect(rialto) as connection:
            for _ in range(2):
                connection.request("POST", "/posts", BODY, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                self.assertEqual((201, POST["title"]), (answer.status, json.loads(answer.read())["title"]))
        rialto.raw(GET, finish=True)
        with self.connect(rialto) as connection:
            connection.request("GET", "/livez")
            self.assertEqual(200, connection.getresponse().status)

    def test_a_renewed_certificate_is_taken_on_reload(self):
        rialto = self.start_with_tls()
        old = ssl.get_server_certificate((rialto.host, rialto.port))
        self_signed_certificate(rialto.folder)

        rialto.reload()

        rialto.wait_for_log("configuration reloaded")
        self.assertNotEqual(old, ssl.get_server_certificate((rialto.host, rialto.port)))



class DescriptorTest(RialtoTest):
    def test_connections_leave_descriptors_for_everything_else(self):
        rialto = self.serve(start=False)
        rialto.wrapper = ["prlimit", "--nofile=300"]
        rialto.start()

        for _ in range(172):
            connection = rialto.socket()
            self.addCleanup(connection.close)

        eventually(lambda: rialto.get("/livez").status == 503, what="the limit of connections")
        self.assertRegex(rialto.log(), r"fewer connections than configured.*connections=172")


if __name__ == "__main__":
    unittest.main()
