"""NATS JetStream as the peer of deliveries: it stores messages, and waits for an acknowledgement of each, but does not wait
for the disk. As much of its protocol as that takes (docs.nats.io: client protocol, JetStream wire API)."""
import asyncio
import contextlib
import itertools
import json
import shutil
import socket
import subprocess
import tempfile

PROGRAM = shutil.which("nats-server")
STREAM = "EVENTS"
SUBJECT = "events"
DELIVERED = "delivered"


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server():
    """The port of a server with a stream on disk, which keeps messages until they are acknowledged."""
    with tempfile.TemporaryDirectory(prefix="rialto-bench-", dir=".") as folder:
        port = free_port()
        process = subprocess.Popen([PROGRAM, "--jetstream", "--store_dir", folder, "--addr", "127.0.0.1", "--port", str(port)],
                                   stderr=subprocess.DEVNULL)
        try:
            asyncio.run(make_stream(port))
            yield port
        finally:
            process.terminate()
            process.wait()


async def make_stream(port):
    client = await connected(port)
    await client.call(f"STREAM.CREATE.{STREAM}", name=STREAM, subjects=[SUBJECT], storage="file", retention="workqueue",
                      max_consumers=-1, max_msgs=-1, max_bytes=-1, num_replicas=1)
    client.close()


async def connected(port):
    for _ in range(100):
        with contextlib.suppress(OSError):
            return await Client.connect(port)
        await asyncio.sleep(0.1)
    raise AssertionError("no answer of nats-server")


class Client:
    """One connection, on which one call at a time is under way."""

    _names = itertools.count()

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer
        self._inbox = f"_INBOX.{next(self._names)}"

    @classmethod
    async def connect(cls, port):
        client = cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 22))
        await client._reader.readuntil(b"\r\n")  # INFO
        client._writer.write(f'CONNECT {{"verbose":false}}\r\nSUB {client._inbox} 1\r\n'.encode())
        return client

    def close(self):
        self._writer.close()

    async def publish(self, payload):
        """Returns once the message is stored, by the word of the server."""
        answer = await self._request(SUBJECT, payload)
        if "seq" not in answer:
            raise AssertionError(answer)

    async def call(self, operation, **body):
        answer = await self._request("$JS.API." + operation, json.dumps(body).encode())
        if "error" in answer:
            raise AssertionError(answer)

    async def consume(self):
        """Yields the texts of what was delivered meanwhile, after they were acknowledged, without end."""
        await self.call(f"CONSUMER.DURABLE.CREATE.{STREAM}.all", stream_name=STREAM, config={
            "durable_name": "all", "deliver_subject": DELIVERED, "ack_policy": "explicit", "deliver_policy": "all",
            "max_ack_pending": 10000})
        self._writer.write(f"SUB {DELIVERED} 2\r\n".encode())
        left = b""
        while chunk := await self._reader.read(1 << 20):
            messages, left = self._split(left + chunk)
            self._writer.write(b"".join(b"PUB %s 4\r\n+ACK\r\n" % reply for reply, _ in messages))
            await self._writer.drain()
            yield [text for _, text in messages]

    def _split(self, data):
        """((where to acknowledge, text) of each whole message, the rest); what else the server says is answered."""
        messages, at = [], 0
        while (end := data.find(b"\r\n", at)) >= 0:
            words = data[at:end].split()
            if words[0] == b"MSG":
                size = int(words[-1])
                if len(data) < end + 2 + size + 2:
                    break
                messages.append((words[3], data[end + 2:end + 2 + size]))
                end += size + 2
            else:
                self._heed(words[0], data[at:end])
            at = end + 2
        return messages, data[at:]

    def _heed(self, word, line):
        if word == b"PING":
            self._writer.write(b"PONG\r\n")
        elif word == b"-ERR":
            raise AssertionError(line)

    async def _request(self, subject, payload):
        self._writer.write(b"PUB %s %s %d\r\n%s\r\n" % (subject.encode(), self._inbox.encode(), len(payload), payload))
        while True:
            line = await self._reader.readuntil(b"\r\n")
            words = line.split()
            if words[0] != b"MSG":
                self._heed(words[0], line)
                continue
            body = await self._reader.readexactly(int(words[-1]) + 2)
            if words[1] == self._inbox.encode():
                return json.loads(body)
