"""The change feed: every change once and in order, however often the reader or the server goes away."""
import contextlib
import http.client
import json
import threading
import time
import unittest

from blog import POST, changes, create
from support import RialtoTest, eventually

NO_RULES = {"buses": {"default": {"rules": {}}, "websocket": {"rules": {}}}}


class Stream:
    """An open response, read line by line."""

    def __init__(self, rialto, query, **headers):
        self.connection = rialto.connect()
        self.connection.request("GET", f"/posts/changes?{query}", headers=headers)
        self.answer = self.connection.getresponse()

    def line(self):
        line = self.answer.readline()
        if not line:
            raise ConnectionError("the stream has ended")
        return line.decode().rstrip("\n")

    def rows(self, count):
        """The next rows; heartbeats are skipped."""
        rows = []
        while len(rows) < count:
            if line := self.line():
                rows.append(json.loads(line))
        return rows

    def events(self, count):
        """The next server-sent events, as (id, row)."""
        events, event = [], {}
        while len(events) < count:
            name, _, value = self.line().partition(": ")
            if name in ("id", "data"):
                event[name] = value
            elif not name and not value and event:
                events.append((event["id"], json.loads(event["data"])))
                event = {}
        return events

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()


class Writer:
    """Posts on a thread until it is stopped, whatever becomes of the server; knows what was acknowledged."""

    def __init__(self, rialto):
        self.rialto, self.acknowledged, self.stopping = rialto, [], threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stopping.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                answer = self.rialto.post("/posts", POST)
                if answer.status == 201:
                    self.acknowledged.append(answer.json()["id"])

    def wait_for_more(self, count=20):
        goal = len(self.acknowledged) + count
        eventually(lambda: len(self.acknowledged) >= goal, what=f"{goal} posts")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()


class FeedTest(RialtoTest):
    def start(self, **more):
        self.rialto = self.serve({**NO_RULES, **more})
        return self.rialto

    def page(self, query=""):
        return self.rialto.get(f"/posts/changes?{query}").json()


class NormalTest(FeedTest):
    def test_all_changes_in_order_from_where_the_reader_was(self):
        rialto = self.start()
        posts = [create(rialto) for _ in range(5)]

        self.assertEqual([post["id"] for post in posts], [row["id"] for row in self.page()["results"]])
        self.assertEqual([1, 2, 3, 4, 5], [row["seq"] for row in self.page()["results"]])
        self.assertEqual((posts[2], "INSERT"), tuple(self.page("since=2")["results"][0][name]
                                                     for name in ("newImage", "eventName")))
        first = self.page("limit=2")
        self.assertEqual(([1, 2], 2), ([row["seq"] for row in first["results"]], first["last_seq"]))
        for query, last in (("since=5", 5), ("since=now", 5)):
            self.assertEqual({"results": [], "last_seq": last}, self.page(query))
        beyond = rialto.get("/posts/changes?since=900")
        self.assertEqual((410, 5), (beyond.status, beyond.json()["since"]))

    def test_a_wrong_query_is_refused(self):
        rialto = self.start()

        for query in ("since=x", "since=-1", "since=", "since=1.5", "limit=0", "limit=1001", "feed=x", "heartbeat=1",
                      "heartbeat=x", "feed=longpoll&timeout=-1", "since=99999999999999999999"):
            self.assertEqual(400, rialto.get(f"/posts/changes?{query}").status, query)

    def test_the_feed_outlives_a_restart(self):
        rialto = self.start()
        create(rialto)
        rialto.restart()
        create(rialto)

        self.assertEqual([1, 2], [row["seq"] for row in self.page()["results"]])


class LongPollTest(FeedTest):
    def test_it_answers_at_once_when_there_is_something(self):
        rialto = self.start()
        create(rialto)

        self.assertEqual(1, self.page("feed=longpoll")["last_seq"])

    def test_it_waits_for_the_next_change(self):
        rialto = self.start()
        create(rialto)
        with Stream(rialto, "feed=longpoll&since=now") as stream:
            post = create(rialto)

            page = json.loads(stream.answer.read())

        self.assertEqual(([post["id"]], 2), ([row["id"] for row in page["results"]], page["last_seq"]))

    def test_it_ends_without_news(self):
        self.start()

        self.assertEqual({"results": [], "last_seq": 0}, self.page("feed=longpoll&since=0&timeout=100"))

    def test_it_ends_when_the_server_stops(self):
        rialto = self.start()
        with Stream(rialto, "feed=longpoll") as stream:
            stopping = threading.Thread(target=rialto.stop)
            begun = time.monotonic()
            stopping.start()
            stream.answer.read()
        stopping.join()

        self.assertLess(time.monotonic() - begun, 5)
        self.assertFalse(rialto.is_running())


class ContinuousTest(FeedTest):
    def test_old_and_new_changes_come_one_a_line(self):
        rialto = self.start()
        first = create(rialto)
        with Stream(rialto, "feed=continuous") as stream:
            old = stream.rows(1)
            second = create(rialto)

            self.assertEqual("application/x-ndjson", stream.answer.headers["Content-Type"])
            self.assertEqual([first["id"], second["id"]], [row["id"] for row in old + stream.rows(1)])

    def test_an_empty_line_is_a_heartbeat(self):
        rialto = self.start()
        with Stream(rialto, "feed=continuous&heartbeat=100") as stream:
            self.assertEqual(["", ""], [stream.line(), stream.line()])
            create(rialto)
            self.assertEqual(1, stream.rows(1)[0]["seq"])

    def test_it_ends_at_the_limit_or_after_silence(self):
        rialto = self.start()
        for _ in range(3):
            create(rialto)

        lines = rialto.get("/posts/changes?feed=continuous&limit=2").body.splitlines()
        self.assertEqual([1, 2], [json.loads(line)["seq"] for line in lines])
        lines = rialto.get("/posts/changes?feed=continuous&since=2&timeout=100").body.splitlines()
        self.assertEqual([3, {"last_seq": 3}], [json.loads(lines[0])["seq"], json.loads(lines[1])])

    def test_more_waiters_than_allowed_are_sent_away(self):
        rialto = self.start(feed={"maxWaiters": 2})
        query = "feed=continuous&heartbeat=100"
        with Stream(rialto, query) as first, Stream(rialto, query) as second:
            first.line()
            second.line()

            answer = rialto.get("/posts/changes?feed=longpoll")

        self.assertEqual((503, "1"), (answer.status, answer.headers["Retry-After"]))
        eventually(lambda: rialto.get("/posts/changes?feed=longpoll&timeout=100").status == 200)

    def test_a_thousand_changes_are_streamed_whole(self):
        rialto = self.start()
        with contextlib.closing(rialto.connect()) as connection:
            for _ in range(1000):
                connection.request("POST", "/posts", json.dumps(POST), {"Content-Type": "application/json"})
                connection.getresponse().read()
        with Stream(rialto, "feed=continuous") as stream:
            self.assertEqual(list(range(1, 1001)), [row["seq"] for row in stream.rows(1000)])


class EventSourceTest(FeedTest):
    def test_events_have_the_sequence_number_as_id(self):
        rialto = self.start()
        post = create(rialto)
        with Stream(rialto, "feed=eventsource") as stream:
            self.assertEqual("text/event-stream", stream.answer.headers["Content-Type"])
            [(number, row)] = stream.events(1)

        self.assertEqual(("1", post), (number, row["newImage"]))

    def test_last_event_id_wins_over_since(self):
        rialto = self.start()
        for _ in range(3):
            create(rialto)
        with Stream(rialto, "feed=eventsource&since=0", **{"Last-Event-ID": "2"}) as stream:
            self.assertEqual("3", stream.events(1)[0][0])

    def test_a_comment_is_a_heartbeat(self):
        rialto = self.start()
        with Stream(rialto, "feed=eventsource&heartbeat=100") as stream:
            lines = [stream.line() for _ in range(4)]

        self.assertEqual([": hello", "", ": heartbeat", ""], lines)


class FaultTest(FeedTest):
    def test_a_reader_that_reconnects_misses_nothing_and_sees_nothing_twice(self):
        rialto, seen, since = self.start(), [], 0
        with Writer(rialto) as writer:
            for reconnect in range(20):
                kind = ("continuous", "eventsource")[reconnect % 2]
                with Stream(rialto, f"feed={kind}&since={since}") as stream:
                    rows = stream.rows(7) if kind == "continuous" else [row for _, row in stream.events(7)]
                    seen += [row["seq"] for row in rows]
                    since = seen[-1]

        self.assertEqual(list(range(1, 141)), seen)
        self.assertEqual(writer.acknowledged, [row["id"] for row in changes(rialto)])

    def test_a_reader_who_comes_too_late_is_told_where_the_feed_goes_on_even_after_kills(self):
        rialto = self.serve({**NO_RULES, "feed": {"history": {"entries": 20}}})
        posts = [create(rialto)["id"] for _ in range(250)]

        def trimmed():
            rialto.kill()
            rialto.start()
            page = rialto.get("/posts/changes?limit=1000")
            self.assertEqual(page.status == 200, "results" in page.json())
            since = page.json().get("since", 0)
            rest = rialto.get(f"/posts/changes?since={since}&limit=1000")
            if rest.status == 410:  # it was trimmed further meanwhile
                return False
            self.assertEqual(posts[since:], [row["id"] for row in rest.json()["results"]])
            return since == 230

        eventually(trimmed)
        self.assertEqual(410, rialto.get("/posts/changes").status)
        self.assertEqual(posts[0], rialto.get(f"/posts/{posts[0]}").json()["id"])

    def test_a_killed_server_leaves_no_gap_and_no_change_twice(self):
        rialto, seen = self.start(), []

        def read():
            """Reads until the connection breaks."""
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError), \
                    Stream(rialto, f"feed=continuous&since={seen[-1]['seq'] if seen else 0}") as stream:
                while not writer.stopping.is_set() or len(seen) < len(writer.acknowledged):
                    seen.extend(stream.rows(1))
        with Writer(rialto) as writer:
            for _ in range(3):
                reader = threading.Thread(target=read)
                reader.start()
                writer.wait_for_more()
                rialto.kill()
                reader.join()
                rialto.start()

        all_rows = changes(rialto, since=seen[-1]["seq"])
        seen += all_rows
        self.assertEqual(list(range(1, len(seen) + 1)), [row["seq"] for row in seen])
        self.assertLessEqual(set(writer.acknowledged), {row["id"] for row in seen})
        self.assertEqual(changes(rialto), seen, "what was streamed is what is stored")


if __name__ == "__main__":
    unittest.main()
