"""A WebSocket client for tests that read from top to bottom: python3-websockets on a loop of its own."""
import asyncio
import json
import threading

import websockets

from support import DEADLINE


class WebSocket:
    """An open connection. Messages are JSON both ways; `send_text` and `receive_text` take them as they stand."""

    def __init__(self, url, within=DEADLINE, **options):
        """`options` go to websockets.connect, such as extra_headers, origin and ssl."""
        self._within = within
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._connection = self._run(self._open(url, options))
        except BaseException:
            self._end_loop()
            raise

    @staticmethod
    async def _open(url, options):
        return await websockets.connect(url, **{"max_size": None, "ping_interval": None, **options})

    def _run(self, coroutine, within=None):
        within = self._within if within is None else within
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(coroutine, within), self._loop).result()

    def send(self, message):
        self.send_text(json.dumps(message))

    def send_text(self, text):
        self._run(self._connection.send(text))

    def receive(self, within=None):
        return json.loads(self.receive_text(within))

    def receive_text(self, within=None):
        """Raises asyncio.TimeoutError when nothing came, websockets.ConnectionClosed when nothing can."""
        return self._run(self._connection.recv(), within)

    def receive_until(self, is_wanted, within=None):
        """All messages up to the first that is wanted, that one included."""
        messages = [self.receive(within)]
        while not is_wanted(messages[-1]):
            messages.append(self.receive(within))
        return messages

    def ping(self):
        """Returns when the pong came."""
        async def round_trip():
            await (await self._connection.ping())
        self._run(round_trip())

    def wait_closed(self, within=None):
        """The code and the reason that the server closed with."""
        self._run(self._connection.wait_closed(), within)
        return self._connection.close_code, self._connection.close_reason

    def close(self):
        if self._thread.is_alive():
            self._run(self._connection.close())
            self._end_loop()

    def _end_loop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
