"""Who may connect to the WebSocket, how many, and how long one may be slow or silent."""
import socket
import struct
import unittest

import websockets

from blog import create
from support import DEADLINE, eventually, read_to_end
from websocket_client import WebSocket
from websocket_test import UPGRADE, WebSocketTest


class LimitTest(WebSocketTest):
    def test_only_pages_of_known_origins_may_connect(self):
        self.start(origins=["https://news.example.org"])
        own = f"http://{self.rialto.host}:{self.rialto.port}"

        for origin in ("https://evil.example.org", "null", "https://news.example.org.evil.org", "http://news.example.org"):
            with self.assertRaises(websockets.InvalidStatusCode) as refused:
                WebSocket(self.rialto.url("/ws", "ws"), origin=origin)
            self.assertEqual(403, refused.exception.status_code)
        for origin in ("https://news.example.org", own, None):
            self.connect(origin=origin)

    def test_a_client_too_many_is_sent_away(self):
        self.start(maxClients=1)
        first = self.connect()

        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            self.connect()
        self.assertEqual(503, refused.exception.status_code)
        first.close()
        eventually(lambda: b"rialto_ws_clients 0" in self.rialto.get("/metrics").body)
        self.connect()

    def test_a_slow_client_is_closed_with_4008_and_delays_nobody(self):
        rialto = self.start(queue=4)
        fast, _ = self.subscribed()
        with socket.socket() as slow:
            slow.settimeout(DEADLINE)
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # more waits in the server
            slow.connect((rialto.host, rialto.port))
            subscribe = b'{"type":"subscribe","channel":"posts"}'
            slow.sendall(UPGRADE + b"\x81" + bytes([0x80 | len(subscribe)]) + b"\0\0\0\0" + subscribe)
            while b'"subscribed"' not in slow.recv(65536, socket.MSG_PEEK):
                pass
            for number in range(100):
                create(rialto, title=f"T{number}", body="x" * 60000)
                self.assertEqual(([number + 1], [f"T{number}"]), self.titles(fast, 1))

            received = read_to_end(slow)

        reason = b"slow consumer: reconnect with since"
        self.assertIn(b"\x88" + bytes([2 + len(reason)]) + struct.pack(">H", 4008) + reason, received)
        self.assertEqual({"type": "pong"}, self.ask(fast, type="ping"))

    def test_a_stopping_server_closes_with_1001(self):
        rialto = self.start()
        socket, _ = self.subscribed()

        rialto.stop()

        self.assertEqual(1001, socket.wait_closed()[0])

    def test_a_silent_client_is_pinged_and_a_dead_one_dropped(self):
        rialto = self.start(idleTimeout="300ms")
        alive = self.connect()
        with rialto.socket() as dead:
            dead.sendall(UPGRADE)
            eventually(lambda: b"rialto_ws_clients 2" in rialto.get("/metrics").body)
            eventually(lambda: b"rialto_ws_clients 1" in rialto.get("/metrics").body)
        self.assertEqual({"type": "pong"}, self.ask(alive, type="ping"))


if __name__ == "__main__":
    unittest.main()
