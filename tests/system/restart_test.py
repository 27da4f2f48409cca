"""A server that starts owes to each post that it takes what its rules say, from the first one on."""
import http.client
import threading
import unittest

from blog import POST, enriched
from support import RialtoTest

STARTS = 6


class EagerClient(threading.Thread):
    """Posts as soon as the port answers, again and again, until it is told to stop."""

    def __init__(self, rialto):
        super().__init__(daemon=True)
        self.rialto = rialto
        self.stopping = threading.Event()
        self.posts = []

    def run(self):
        while not self.stopping.is_set():
            try:
                answer = self.rialto.post("/posts", POST)
            except (OSError, http.client.HTTPException):
                continue
            assert answer.status == 201, answer
            self.posts.append(answer.json())


class RestartTest(RialtoTest):
    def test_the_first_posts_after_a_start_go_to_all_targets(self):
        rialto = self.serve()
        rialto.listen = f"{rialto.host}:{rialto.port}"  # that clients can come back to
        for _ in range(STARTS):
            rialto.kill()
            client = EagerClient(rialto)
            client.start()

            rialto.start()
            client.stopping.set()
            client.join()

            for post in client.posts[:20]:
                enriched(rialto, post)


if __name__ == "__main__":
    unittest.main()
