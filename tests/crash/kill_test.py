"""Kills the server at random moments under load, always on the same data, and then holds it to every promise it made.

KILL_SEED repeats a run's random choices, KILL_COUNT its number of kills.
"""
import contextlib
import http.client
import json
import os
import random
import re
import threading
import time
import unittest

import websockets

from smtp_sink import SmtpSink
from support import RialtoTest, eventually
from websocket_client import WebSocket

KILLS = int(os.environ.get("KILL_COUNT", "50"))
SEED = int(os.environ.get("KILL_SEED", "0")) or random.SystemRandom().getrandbits(32)
WRITERS = 4
LIFE = (0.2, 1.2)      # seconds from ready to kill
PAUSE = (0.01, 0.06)   # seconds between two requests of a client
SETTLING = 60          # seconds from the last restart until all that is owed is done
READER = "reader@example.org"
TOPIC = "news"
GONE = (OSError, http.client.HTTPException)
NAMES = ("Angela Merkel", "Barack Obama", "Joe Biden", "Nelson Mandela")
PLACES = ("Spain", "Germany", "Japan", "Brazil")


def text(chance):
    rain = "It rained all day. " * chance.randrange(40)
    return f"{chance.choice(NAMES)} was in {chance.choice(PLACES)} on Monday. {rain}"


class Client(threading.Thread):
    """Does `turn()` again and again until it is told to stop. What it raises fails the test."""

    def __init__(self, rialto, stop):
        super().__init__(daemon=True)
        self.rialto = rialto
        self.stop = stop
        self.failure = None

    def run(self):
        try:
            while not self.stop.is_set():
                self.turn()
        except BaseException as failure:
            self.failure = failure

    def request(self, method, path, body=None, **headers):
        """The answer, or None if the server was killed before all of it came."""
        try:
            return self.rialto.request(method, path, body, {name.replace("_", "-"): v for name, v in headers.items()})
        except GONE:
            time.sleep(0.005)
            return None


class Writer(Client):
    """Posts. A post whose answer was cut off is sent again with its idempotency key, as a careful client does."""

    def __init__(self, rialto, stop, number):
        super().__init__(rialto, stop)
        self.chance = random.Random(SEED + 1 + number)
        self.number = number
        self.sent = 0
        self.posts = {}  # by title, what was answered with 201
        self.unanswered = set()
        self.repeated = 0

    def turn(self):
        self.sent += 1
        title = f"post {self.number}-{self.sent}"
        body = {"author": "Joe", "title": title, "topic": TOPIC, "body": text(self.chance)}
        self.unanswered.add(title)
        for attempt in range(1000):
            answer = self.request("POST", "/posts", body, Idempotency_Key=f"{SEED}-{self.number}-{self.sent}")
            if answer or self.stop.is_set():
                break
            self.repeated += 1
        if not answer:
            return
        assert answer.status == 201, answer
        self.unanswered.discard(title)
        self.posts[title] = answer.json()
        time.sleep(self.chance.uniform(*PAUSE))


class Editor(Client):
    """Edits and deletes what the writers posted, and knows which states each of those posts may be in."""

    def __init__(self, rialto, stop, writers):
        super().__init__(rialto, stop)
        self.chance = random.Random(SEED)
        self.writers = writers
        self.bodies = {}        # by id, those that the post may have
        self.deleted = set()    # answered with 204
        self.perhaps_deleted = set()

    def turn(self):
        time.sleep(self.chance.uniform(*PAUSE))
        posts = list(self.chance.choice(self.writers).posts.copy().values())
        if not posts:
            return
        post = self.chance.choice(posts[-20:])
        if post["id"] in self.deleted or post["id"] in self.perhaps_deleted:
            return
        if self.chance.random() < 0.2:
            self.delete(post)
        else:
            self.edit(post)

    def edit(self, post):
        body = text(self.chance)
        before = self.bodies.setdefault(post["id"], {post["body"]})
        before.add(body)
        draft = {"author": post["author"], "title": post["title"], "topic": post["topic"], "body": body}
        answer = self.request("PUT", f"/posts/{post['id']}", draft)
        if answer:
            assert answer.status == 200, answer
            self.bodies[post["id"]] = {body}

    def delete(self, post):
        self.perhaps_deleted.add(post["id"])
        answer = self.request("DELETE", f"/posts/{post['id']}")
        if answer:
            assert answer.status == 204, answer
            self.perhaps_deleted.discard(post["id"])
            self.deleted.add(post["id"])


class FeedFollower(Client):
    """Follows the feed as a client does: after a cut it goes on behind the last change that came whole."""

    def __init__(self, rialto, stop):
        super().__init__(rialto, stop)
        self.rows = []

    def turn(self):
        since = self.rows[-1]["seq"] if self.rows else 0
        with contextlib.suppress(*GONE), contextlib.closing(self.rialto.connect(timeout=2)) as connection:
            connection.request("GET", f"/posts/changes?feed=continuous&heartbeat=100&limit=1000000&since={since}")
            answer = connection.getresponse()
            assert answer.status == 200, answer.status
            while not self.stop.is_set():
                line = answer.readline()
                if not line.endswith(b"\n"):
                    break
                if line.strip():
                    self.rows.append(json.loads(line))
        time.sleep(0.005)


class SocketFollower(Client):
    """Subscribes to the channel of the posts and goes on from its last position after each cut."""

    def __init__(self, rialto, stop):
        super().__init__(rialto, stop)
        self.position = {"offset": 0}
        self.offsets = []
        self.changes = []
        self.reconnects = 0

    def turn(self):
        try:
            with WebSocket(self.rialto.url("/ws", "ws"), within=5) as connection:
                self.follow(connection)
        except (*GONE, TimeoutError, websockets.WebSocketException):
            time.sleep(0.005)

    def follow(self, connection):
        connection.send({"type": "subscribe", "channel": "posts", "since": self.position})
        subscribed = connection.receive_until(lambda message: message["type"] != "welcome")[-1]
        assert subscribed["type"] == "subscribed" and subscribed["recovered"], subscribed
        assert subscribed["offset"] == self.position["offset"], (subscribed, self.position)
        self.position["epoch"] = subscribed["epoch"]
        self.reconnects += 1
        connection.send({"type": "ping"})
        while not self.stop.is_set():
            message = connection.receive()
            if message["type"] == "event":
                self.offsets.append(message["offset"])
                self.changes.append(message["event"]["detail"])
                self.position["offset"] = message["offset"]
            elif message["type"] == "pong":
                time.sleep(0.02)  # the ping is there to hear of the stop
                connection.send({"type": "ping"})


class KillTest(RialtoTest):
    def setUp(self):
        print(f"KILL_SEED={SEED}", flush=True)
        self.sink = SmtpSink()
        self.addCleanup(self.sink.stop)
        self.rialto = self.serve({
            "server": {"accessLog": False},  # the log line with the address is needed, those of the requests are not
            "mail": {"relay": {"host": self.sink.host, "port": self.sink.port, "security": "none"}},
            "delivery": {"firstWait": "50ms", "longestWait": "1s"},
            "websocket": {"queue": 100000, "history": {"entries": 1000000}},
        })
        self.subscribe()

    def subscribe(self):
        self.assertEqual(201, self.rialto.post(f"/topics/{TOPIC}/subscriptions", {"email": READER}).status)
        link = re.search(r"/subscriptions/confirm\?\S+", self.sink.wait_for(1)[0].text())[0]
        self.assertEqual(200, self.rialto.post(link).status)

    def test_what_was_acknowledged_outlives_every_kill(self):
        writing, following = threading.Event(), threading.Event()
        self.writers = [Writer(self.rialto, writing, number) for number in range(WRITERS)]
        self.editor = Editor(self.rialto, writing, self.writers)
        self.feed = FeedFollower(self.rialto, following)
        self.socket = SocketFollower(self.rialto, following)
        clients = [*self.writers, self.editor, self.feed, self.socket]
        for client in clients:
            client.start()

        self.kill_again_and_again(clients)
        self.end(writing, [*self.writers, self.editor])
        self.titles = {title: post for writer in self.writers for title, post in writer.posts.items()}
        repeated = sum(writer.repeated for writer in self.writers)
        print(f"{len(self.titles)} posts, {repeated} attempts without an answer", flush=True)

        posts = self.check_posts()
        self.check_mails()
        self.check_entities()
        changes = self.check_feed(posts)
        self.check_followers(changes)
        self.end(following, [self.feed, self.socket])
        self.check_order(changes)
        self.check_nothing_is_owed_or_dead()

    def kill_again_and_again(self, clients):
        chance = random.Random(SEED)
        for _ in range(KILLS):
            time.sleep(chance.uniform(*LIFE))
            self.rialto.kill()
            self.assertEqual([], [client.failure for client in clients if client.failure])
            self.rialto.start(ready=chance.random() < 0.5)
        time.sleep(1)

    def end(self, event, clients):
        event.set()
        for client in clients:
            client.join(timeout=30)
            self.assertFalse(client.is_alive(), client)
            self.assertIsNone(client.failure, client)

    # --- the promises -------------------------------------------------------------------------------------------------

    def check_posts(self):
        """Each acknowledged post is there once, as it was last edited; of the others at most one copy."""
        posts = self.all_posts()
        by_id = {post["id"]: post for post in posts}
        self.assertEqual(len(by_id), len({post["title"] for post in posts}), "an idempotency key made two posts")
        for post in self.titles.values():
            if post["id"] in self.editor.deleted:
                self.assertNotIn(post["id"], by_id)
            elif post["id"] not in self.editor.perhaps_deleted:
                self.assertIn(post["id"], by_id)
            if post["id"] in by_id:
                self.assertIn(by_id[post["id"]]["body"], self.editor.bodies.get(post["id"], {post["body"]}))
        unanswered = set().union(*(writer.unanswered for writer in self.writers))
        self.assertLessEqual({post["title"] for post in posts}, self.titles.keys() | unanswered)
        return by_id

    def all_posts(self):
        posts, cursor = [], ""
        while True:
            page = self.rialto.get(f"/posts?limit=200{cursor}").json()
            posts += page["posts"]
            if "nextCursor" not in page:
                return posts
            cursor = "&cursor=" + page["nextCursor"]

    def check_mails(self):
        def missing():
            subjects = (mail.message["Subject"] for mail in self.sink.mails(READER))
            return self.titles.keys() - {subject.removeprefix(f"[{TOPIC}] ") for subject in subjects}
        with contextlib.suppress(AssertionError):
            eventually(lambda: not missing(), SETTLING)
        self.assertEqual(set(), missing(), "posts without a mail")
        print(f"{len(self.sink.mails(READER)) - 1} mails", flush=True)

    def check_entities(self):
        def missing():
            return [post["id"] for post in self.all_posts() if not post.get("entities", {}).get("locations")]
        with contextlib.suppress(AssertionError):
            eventually(lambda: not missing(), SETTLING)
        self.assertEqual([], missing(), "posts without entities")

    def check_feed(self, posts):
        """Numbered from 1 without a gap, and the sum of all changes is what the posts are now."""
        rows, since = [], 0
        while True:
            page = self.rialto.get(f"/posts/changes?since={since}&limit=1000").json()
            if not page["results"]:
                break
            rows += page["results"]
            since = page["last_seq"]
        self.assertEqual(list(range(1, len(rows) + 1)), [row["seq"] for row in rows])
        images = {}
        for row in rows:
            self.assertEqual(row.get("oldImage"), images.get(row["id"]), f"change {row['seq']}")
            images[row["id"]] = row.get("newImage")
        self.assertEqual({post["id"]: post for post in self.all_posts()},
                         {key: image for key, image in images.items() if image})
        self.assertEqual(posts.keys(), {key for key, image in images.items() if image})
        print(f"{len(rows)} changes", flush=True)
        return rows

    def check_followers(self, changes):
        eventually(lambda: len(self.feed.rows) >= len(changes) or self.feed.failure, SETTLING, "the feed's last change")
        def pushed():
            return len({change["sequenceNumber"] for change in self.socket.changes}) >= len(changes)
        eventually(lambda: pushed() or self.socket.failure, SETTLING, "the last change on the WebSocket")

    def check_order(self, changes):
        self.assertEqual(changes, self.feed.rows)
        self.assertEqual(list(range(1, len(self.socket.offsets) + 1)), self.socket.offsets)
        pushed = [int(change["sequenceNumber"]) for change in self.socket.changes]
        self.assertEqual({row["seq"] for row in changes}, set(pushed))
        print(f"{len(pushed)} events pushed, {len(pushed) - len(set(pushed))} of them again, "
              f"over {self.socket.reconnects} connections", flush=True)

    def check_nothing_is_owed_or_dead(self):
        letters = self.rialto.get("/dead-letters").json()
        self.assertEqual([], next(value for value in letters.values() if isinstance(value, list)), letters)


if __name__ == "__main__":
    unittest.main()
