"""The tests' own tools, tried on each other: a sink that keeps nothing would let every mail test hang."""
import asyncio
import contextlib
import smtplib
import threading
import unittest

import websockets

from smtp_sink import SmtpSink
from support import DEADLINE, eventually
from websocket_client import WebSocket


def send(sink, recipient, text="Subject: Grüße\nContent-Type: text/plain; charset=utf-8\n\nhi\n", login=None):
    with smtplib.SMTP(sink.host, sink.port, timeout=DEADLINE) as client:
        if login:
            client.login(*login)
        client.sendmail("from@example.org", [recipient], text.encode())


class SmtpSinkTest(unittest.TestCase):
    def test_a_mail_is_kept_with_its_recipients(self):
        with SmtpSink() as sink:
            send(sink, "joe@example.org")

            [mail] = sink.wait_for(1, to="joe@example.org")
            self.assertEqual("from@example.org", mail.sender)
            self.assertEqual("hi", mail.text().strip())

    def test_a_recipient_is_refused_as_often_as_wanted(self):
        with SmtpSink() as sink:
            sink.refuse("joe@example.org", "450 later", times=1)

            with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
                send(sink, "joe@example.org")
            send(sink, "joe@example.org")

            self.assertEqual(450, refused.exception.recipients["joe@example.org"][0])
            self.assertEqual(1, len(sink.mails()))
            self.assertEqual(2, len(sink.attempts))

    def test_only_the_right_password_is_let_in(self):
        with SmtpSink(credentials=("joe", "secret")) as sink:
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                send(sink, "joe@example.org", login=("joe", "wrong"))
            send(sink, "joe@example.org", login=("joe", "secret"))

            self.assertEqual(1, len(sink.mails()))


class WebSocketTest(unittest.TestCase):
    def test_messages_go_both_ways_and_the_close_code_is_seen(self):
        async def echo(connection):
            await connection.send(await connection.recv())
            await connection.close(4001, "enough")

        with served(echo) as port, WebSocket(f"ws://127.0.0.1:{port}") as socket:
            socket.ping()
            socket.send({"type": "ping"})

            self.assertEqual({"type": "ping"}, socket.receive())
            self.assertEqual((4001, "enough"), socket.wait_closed())

    def test_silence_is_a_timeout(self):
        async def silence(connection):
            await connection.wait_closed()

        with served(silence) as port, WebSocket(f"ws://127.0.0.1:{port}") as socket:
            with self.assertRaises(asyncio.TimeoutError):
                socket.receive(within=0.05)


@contextlib.contextmanager
def served(handler):
    """The port of a WebSocket server that runs while the block does."""
    started, loop = threading.Event(), asyncio.new_event_loop()
    servers = []

    async def serve():
        servers.append(await websockets.serve(handler, "127.0.0.1", 0))
        started.set()
        await servers[0].wait_closed()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait(DEADLINE)
    try:
        yield servers[0].sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(servers[0].close)
        thread.join()
        loop.close()


class EventuallyTest(unittest.TestCase):
    def test_a_condition_that_never_holds_fails_and_is_named(self):
        with self.assertRaisesRegex(AssertionError, "the sun did not come true within 0.05 s"):
            eventually(lambda: False, within=0.05, what="the sun")


if __name__ == "__main__":
    unittest.main()
