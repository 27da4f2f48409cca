"""Live events: subscriptions, recovery of what was missed, and clients that misbehave."""
import contextlib
import json
import struct
import unittest

import websockets

from blog import create
from support import RialtoTest, eventually
from websocket_client import WebSocket

# Each post is pushed once, as what a reader wants of it.
RULES = {"buses": {"default": {"rules": {}}, "websocket": {"rules": {"push": {
    "pattern": {"source": ["rialto.posts.changes"]},
    "targets": [{"websocket": {"channel": "posts"}, "inputPath": "$.detail.newImage"}]}}}}}
UPGRADE = (b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


class WebSocketTest(RialtoTest):
    def start(self, **websocket):
        self.rialto = self.serve({**RULES, "websocket": websocket})
        return self.rialto

    def connect(self, **options):
        socket = WebSocket(self.rialto.url("/ws", "ws"), **options)
        self.addCleanup(self.leave, socket)
        self.assertEqual("welcome", socket.receive()["type"])
        return socket

    @staticmethod
    def leave(socket):
        with contextlib.suppress(Exception):
            socket.close()

    def ask(self, socket, **message):
        socket.send(message)
        return socket.receive()

    def subscribed(self, **message):
        """A socket with a subscription to the posts, and the answer to it."""
        socket = self.connect()
        answer = self.ask(socket, type="subscribe", **{"channel": "posts", **message})
        self.assertEqual("subscribed", answer["type"], answer)
        return socket, answer

    def titles(self, socket, count):
        """The offsets, and the titles, as they come."""
        events = [socket.receive() for _ in range(count)]
        self.assertEqual({"event"}, {event["type"] for event in events})
        return [event["offset"] for event in events], [event["event"]["title"] for event in events]


class SubscriptionTest(WebSocketTest):
    def test_a_client_is_welcomed_and_told_the_limits(self):
        rialto = self.start(maxSubscriptions=7)
        with WebSocket(rialto.url("/ws", "ws")) as socket:
            welcome = socket.receive()

        self.assertEqual(("welcome", 1, 7), tuple(welcome[name] for name in ("type", "protocol", "maxSubscriptions")))
        self.assertTrue(welcome["client"])

    def test_events_come_with_ascending_offsets(self):
        rialto = self.start()
        socket, answer = self.subscribed(id=1)
        for number in range(5):
            create(rialto, title=f"T{number}")

        self.assertEqual((1, "posts", 0), tuple(answer[name] for name in ("id", "subscription", "offset")))
        self.assertEqual(([1, 2, 3, 4, 5], ["T0", "T1", "T2", "T3", "T4"]), self.titles(socket, 5))

    def test_a_filter_lets_through_what_matches(self):
        rialto = self.start()
        socket, _ = self.subscribed(filter={"topic": ["cars"], "title": [{"prefix": "A"}]})
        self.ask(socket, type="subscribe", channel="posts", subscription="all", filter={"topic": [{"exists": True}]})
        for title, topic in (("A1", "cars"), ("A2", "food"), ("B3", "cars"), ("A4", "cars")):
            create(rialto, title=title, topic=topic)

        messages = [socket.receive() for _ in range(6)]
        pushed = {name: sorted(message["event"]["title"] for message in messages if message["subscription"] == name)
                  for name in ("posts", "all")}
        self.assertEqual({"posts": ["A1", "A4"], "all": ["A1", "A2", "A4", "B3"]}, pushed)

    def test_after_unsubscribed_nothing_comes(self):
        rialto = self.start()
        socket, _ = self.subscribed()
        create(rialto)
        socket.receive()

        answer = self.ask(socket, type="unsubscribe", channel="posts", id="x")

        self.assertEqual({"type": "unsubscribed", "subscription": "posts", "id": "x"}, answer)
        self.assertEqual("not-subscribed", self.ask(socket, type="unsubscribe", channel="posts")["code"])
        witness, _ = self.subscribed()
        create(rialto)
        witness.receive()
        self.assertEqual({"type": "pong"}, self.ask(socket, type="ping"))

    def test_pings_of_both_kinds_are_answered(self):
        self.start()
        socket = self.connect()

        socket.ping()
        self.assertEqual({"type": "pong", "id": 3}, self.ask(socket, type="ping", id=3))


class RecoveryTest(WebSocketTest):
    def test_a_client_that_was_away_gets_exactly_what_it_missed(self):
        rialto = self.start()
        socket, answer = self.subscribed()
        create(rialto, title="seen")
        position = {"epoch": answer["epoch"], "offset": socket.receive()["offset"]}
        socket.close()
        for number in range(3):
            create(rialto, title=f"missed {number}")
        self.wait_for_offset(4)

        socket, answer = self.subscribed(since=position)
        create(rialto, title="live")

        self.assertEqual((True, 1), (answer["recovered"], answer["offset"]))
        self.assertEqual(([2, 3, 4, 5], ["missed 0", "missed 1", "missed 2", "live"]), self.titles(socket, 4))

    def wait_for_offset(self, offset):
        """Until the channel has got so far."""
        def is_there():
            with WebSocket(self.rialto.url("/ws", "ws")) as socket:
                socket.receive()
                return self.ask(socket, type="subscribe", channel="posts")["offset"] >= offset
        eventually(is_there)

    def test_offset_and_epoch_outlive_a_kill_of_the_server(self):
        rialto = self.start()
        socket, first = self.subscribed()
        create(rialto, title="seen")
        position = {"epoch": first["epoch"], "offset": socket.receive()["offset"]}
        create(rialto, title="missed")
        rialto.kill()
        rialto.start()
        create(rialto, title="live")

        socket, again = self.subscribed(since=position)

        self.assertEqual((first["epoch"], True), (again["epoch"], again["recovered"]))
        offsets, titles = self.titles(socket, 2)
        # What a restart finds in the table may be overtaken by what comes then.
        self.assertEqual(([2, 3], ["live", "missed"]), (offsets, sorted(titles)))

    def test_a_client_is_told_when_the_history_does_not_reach_back(self):
        rialto = self.start(history={"entries": 5})
        socket, answer = self.subscribed()
        for number in range(300):
            create(rialto, title=f"T{number}")
        self.titles(socket, 300)

        cut = self.subscribed(since={"epoch": answer["epoch"], "offset": 1})[1]
        near, recovered = self.subscribed(since={"epoch": answer["epoch"], "offset": 298})

        self.assertEqual((False, 300), (cut["recovered"], cut["offset"]))
        self.assertEqual((True, 298), (recovered["recovered"], recovered["offset"]))
        self.assertEqual([299, 300], self.titles(near, 2)[0])

    def test_another_epoch_or_a_future_offset_is_not_recovered(self):
        rialto = self.start()
        socket, answer = self.subscribed()
        create(rialto)
        socket.receive()

        for since in ({"epoch": "other", "offset": 0}, {"epoch": answer["epoch"], "offset": 99}, 99):
            again = self.subscribed(since=since)[1]
            self.assertEqual((False, 1), (again["recovered"], again["offset"]), since)
        self.assertTrue(self.subscribed(since=0)[1]["recovered"])


class ErrorTest(WebSocketTest):
    def test_each_mistake_has_its_code_and_breaks_nothing(self):
        self.start(maxSubscriptions=2)
        socket, _ = self.subscribed(subscription="one")
        long = "x" * 129
        for code, message in (
                ("bad-json", "{"), ("bad-json", ""), ("bad-json", '{"type":"ping","type":"ping"}'),
                ("bad-json", "[" * 5000), ("bad-json", "nul\0"),
                ("bad-message", "[]"), ("bad-message", "{}"), ("bad-message", '{"type":1}'),
                ("bad-message", '{"type":"ping","x":1}'), ("bad-message", '{"type":"ping","id":{}}'),
                ("bad-message", json.dumps({"type": "ping", "id": long})),
                ("bad-message", '{"type":"subscribe"}'), ("bad-message", '{"type":"subscribe","channel":"a b"}'),
                ("bad-message", '{"type":"subscribe","channel":"posts","since":-1}'),
                ("bad-message", '{"type":"subscribe","channel":"posts","since":{"offset":1,"x":2}}'),
                ("bad-message", '{"type":"unsubscribe"}'),
                ("unknown-type", '{"type":"publish"}'),
                ("bad-filter", '{"type":"subscribe","channel":"posts","filter":{"a":1}}'),
                ("bad-filter", '{"type":"subscribe","channel":"posts","filter":{"a":[{"nope":1}]}}'),
                ("bad-filter", '{"type":"subscribe","channel":"posts","filter":[]}'),
                ("duplicate-subscription", '{"type":"subscribe","channel":"posts","subscription":"one"}'),
                ("not-subscribed", '{"type":"unsubscribe","subscription":"two"}')):
            socket.send_text(message)
            answer = socket.receive()
            self.assertEqual(("error", code), (answer["type"], answer.get("code")), message)
            self.assertTrue(answer["message"])
        self.ask(socket, type="subscribe", channel="b")
        self.assertEqual("too-many-subscriptions", self.ask(socket, type="subscribe", channel="c", id=9)["code"])

    def test_binary_messages_are_refused(self):
        self.start()
        socket = self.connect()

        socket.send_text(b'{"type":"ping"}')

        self.assertEqual("bad-message", socket.receive()["code"])

    def test_a_message_that_is_too_large_closes_with_1009(self):
        self.start(maxMessage="1KiB")
        socket = self.connect()

        socket.send({"type": "ping", "id": "x" * 2000})

        self.assertEqual(1009, socket.wait_closed()[0])

    def test_a_client_that_only_errs_is_closed_with_1008(self):
        self.start()
        socket = self.connect()

        for _ in range(100):
            socket.send_text("{")

        with self.assertRaises(websockets.ConnectionClosed) as closed:
            socket.receive_until(lambda message: message["type"] != "error")
        self.assertEqual(1008, closed.exception.code)

    def close_code(self, *frames):
        """What the server closes with after frames that no library would send."""
        with self.rialto.socket() as connection:
            connection.sendall(UPGRADE)
            received = b""
            while b"\r\n\r\n" not in received:
                received += connection.recv(65536)
            self.assertTrue(received.startswith(b"HTTP/1.1 101 "), received)
            connection.sendall(b"".join(frames))
            received = received.split(b"\r\n\r\n", 1)[1]
            with contextlib.suppress(ConnectionResetError):
                while piece := connection.recv(65536):
                    received += piece
        close = received.rfind(b"\x88")
        return struct.unpack(">H", received[close + 2:close + 4])[0] if close >= 0 else None

    def test_frames_that_violate_the_protocol_end_the_connection(self):
        self.start()
        masked = b"\0\0\0\0"
        for code, name, frame in (
                (1002, "no mask", b"\x81\x02hi"), (1002, "reserved opcode", b"\x83\x80" + masked),
                (1002, "reserved bit", b"\xc1\x80" + masked), (1002, "long ping", b"\x89\xfe\x00\x7e" + masked + b"x" * 126),
                (1002, "fragmented ping", b"\x09\x80" + masked), (1002, "continuation of nothing", b"\x80\x80" + masked),
                (1007, "not UTF-8", b"\x81\x82" + masked + b"\xc3\x28"), (1009, "huge", b"\x81\xff" + b"\x7f" * 8 + masked)):
            self.assertIn(self.close_code(frame), (code, 1002), name)
        for seed in range(30):
            garbage = bytes((seed * 7919 + n * n * 31) % 256 for n in range(300))
            with self.rialto.socket() as connection:
                connection.sendall(UPGRADE + garbage)
        self.connect()

    def test_a_half_upgrade_is_refused(self):
        self.start()
        for without, status in ((b"Upgrade: websocket\r\n", b"426"), (b"Sec-WebSocket-Version: 13\r\n", b"426"),
                                (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b"400")):
            answer = self.rialto.raw(UPGRADE.replace(without, b""), finish=True)
            self.assertEqual(status, answer.split(b" ")[1], answer)


if __name__ == "__main__":
    unittest.main()
