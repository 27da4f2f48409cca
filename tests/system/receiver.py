"""An HTTP endpoint that is quick enough to be measured against: it answers as it is told and notes what it was sent."""
import asyncio
import re
import threading
import time

NUMBER = re.compile(rb'"n": ?(\d+)')


class Receiver:
    """Use as a context manager. `seen` has (time, path, number) of each request it answered with success; the number is
    what stands after `"n":` in the body. `answer(path, number)` gives a status and seconds to wait before it is sent."""

    def __init__(self, answer=lambda path, number: (200, 0), keep=True):
        self.answer = answer
        self.keep = keep
        self.seen = []
        self.count = 0  # answered, with whatever status
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()

    def __enter__(self):
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()
        self._server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _listen(self):
        self._server = server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()

    async def _serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b""
                number = NUMBER.search(body)
                number = int(number[1]) if number else None
                status, wait = self.answer(path, number)
                if wait:
                    await asyncio.sleep(wait)
                self.count += 1
                if self.keep and 200 <= status < 300:
                    self.seen.append((time.time(), path, number))
                writer.write(b"HTTP/1.1 %d Told\r\nContent-Length: 2\r\n\r\nok" % status)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
