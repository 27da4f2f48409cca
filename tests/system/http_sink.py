"""An HTTP server of a test's own that records what it is asked and answers what the test says."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Request:
    def __init__(self, handler):
        url = urlsplit(handler.path)
        self.method, self.path, self.query = handler.command, url.path, parse_qs(url.query)
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()

    def json(self):
        return json.loads(self.body)

    def form(self):
        return parse_qs(self.body)


class HttpSink:
    """Use as a context manager. `answer(request)` gives a status and a value to be sent as JSON."""

    def __init__(self, answer=lambda request: (200, {})):
        self.answer = answer
        self._requests = []
        self._news = threading.Condition()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                request = Request(self)
                with sink._news:
                    sink._requests.append(request)
                    sink._news.notify_all()
                status, value = sink.answer(request)
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def requests(self, count, within):
        """The first requests, in the order in which they came, once there are so many."""
        with self._news:
            if not self._news.wait_for(lambda: len(self._requests) >= count, within):
                raise AssertionError(f"{len(self._requests)} requests instead of {count} within {within} s")
            return list(self._requests)
