"""The server starts, takes a post, keeps it over a restart, and ends cleanly."""
import unittest

from support import RialtoTest

POST = {"author": "Joe", "title": "A day in Spain", "body": "Joe was in Madrid.", "topic": "travel"}


class SmokeTest(RialtoTest):
    def test_a_started_server_is_live_and_ready(self):
        rialto = self.serve()

        self.assertEqual(200, rialto.get("/livez").status)
        self.assertEqual(200, rialto.get("/readyz").status)

    def test_a_post_is_answered_with_what_was_stored(self):
        rialto = self.serve()

        created = rialto.post("/posts", POST)

        self.assertEqual(201, created.status, created)
        post = created.json()
        self.assertEqual(POST, {key: post[key] for key in POST})
        self.assertEqual(f"/posts/{post['id']}", created.headers["Location"])
        self.assertEqual(POST["title"], rialto.get(f"/posts/{post['id']}").json()["title"])

    def test_a_post_outlives_a_restart_and_a_kill(self):
        rialto = self.serve()
        post = rialto.post("/posts", POST).json()

        rialto.restart()
        self.assertEqual(200, rialto.get(f"/posts/{post['id']}").status)

        rialto.kill()
        rialto.start()
        self.assertEqual(200, rialto.get(f"/posts/{post['id']}").status)


if __name__ == "__main__":
    unittest.main()
