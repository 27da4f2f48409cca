"""Kills the server at each line that is named in its source, on the way of one post, and holds it to its promises.

Runs in the builds with RIALTO_CRASH_POINTS. docs/architecture.md tells what the next start finds after each.
"""
import contextlib
import http.client
import json
import pathlib
import re
import signal
import sqlite3
import time
import unittest

import websockets

from blog import POST, changes, names, relay, subscribe
from http_sink import HttpSink
from smtp_sink import SmtpSink
from support import DEADLINE, RialtoTest, eventually
from websocket_client import WebSocket

SOURCE = pathlib.Path(__file__).parents[2] / "src"
READERS = ["ann@example.org", "bob@example.org", "eve@example.org"]
KEY = {"Idempotency-Key": "a-careful-client"}


class PointTest(RialtoTest):
    def setUp(self):
        self.sink = SmtpSink()
        self.addCleanup(self.sink.stop)
        self.points = self.folder()
        self.rialto = self.serve(relay(self.sink), environment={"RIALTO_CRASH_POINTS": str(self.points)})
        for reader in READERS:
            subscribe(self.rialto, self.sink, reader)
        eventually(lambda: self.owed() == 0, what="the end of the confirmations")
        self.position = {"offset": 0}
        self.pushed = []

    # --- one post, and the crash on its way ---------------------------------------------------------------------------

    def crash_at(self, point):
        """The answer to the post, or None if the server died before it."""
        with self.follow() as socket:
            (self.points / point).touch()
            answer = self.post()
            code = self.rialto.process.wait(timeout=DEADLINE)
            (self.points / point).unlink()
            self.assertEqual(-signal.SIGKILL, code)
            self.collect(socket)
        return answer

    def post(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.rialto.post("/posts", POST, headers=KEY)

    def follow(self):
        socket = WebSocket(self.rialto.url("/ws", "ws"))
        socket.send({"type": "subscribe", "channel": "posts", "since": self.position})
        subscribed = socket.receive_until(lambda message: message["type"] != "welcome")[-1]
        self.assertEqual(("subscribed", True), (subscribed["type"], subscribed["recovered"]), subscribed)
        self.position["epoch"] = subscribed["epoch"]
        return socket

    def collect(self, socket, until=None):
        """What is pushed until there are so many in all, or up to the end of the connection."""
        with contextlib.suppress(websockets.ConnectionClosed):
            while until is None or len(self.pushed) < until:
                self.pushed.append(socket.receive())
                self.position["offset"] = self.pushed[-1]["offset"]

    def recover(self, answer):
        """Starts the server again and asks it for what it owes: the post, and all that follows from it."""
        self.rialto.start()
        again = answer or self.post()
        self.assertEqual(201, again.status, again)
        self.created = again.json()
        with self.follow() as socket:
            self.collect(socket, until=2)
        eventually(lambda: self.owed() == 0, what="the end of what is owed")
        self.check_post()
        self.check_feed()
        self.check_pushed()
        self.check_mails()

    def owed(self):
        """The deliveries that wait in the table."""
        with contextlib.closing(sqlite3.connect(f"file:{self.rialto.data}/rialto.db?mode=ro", uri=True)) as db:
            return db.execute("SELECT count(*) FROM deliveries").fetchone()[0]

    # --- what holds after each of them --------------------------------------------------------------------------------

    def check_post(self):
        [post] = self.rialto.get("/posts").json()["posts"]
        self.assertEqual(self.created["id"], post["id"])
        self.assertEqual(["Angela Merkel", "Barack Obama", "Madrid", "Spain"], names(post["entities"]))
        self.assertEqual([], self.rialto.get("/dead-letters").json()["deadLetters"])

    def check_feed(self):
        self.assertEqual([(1, "INSERT"), (2, "MODIFY")], [(row["seq"], row["eventName"]) for row in changes(self.rialto)])

    def check_pushed(self):
        """Each change once. Where one waits to be delivered anew, the other may overtake it."""
        details = [message["event"]["detail"] for message in self.pushed]
        self.assertEqual([("1", "INSERT"), ("2", "MODIFY")],
                         sorted((detail["sequenceNumber"], detail["eventName"]) for detail in details))
        self.assertEqual([1, 2], [message["offset"] for message in self.pushed])

    def check_mails(self):
        """Each reader has the mail; who got it again got it under the same Message-ID, which is no other reader's."""
        ids = [{mail.message["Message-ID"] for mail in self.news(reader)} for reader in READERS]
        self.assertEqual([1] * len(READERS), [len(of_reader) for of_reader in ids])
        self.assertEqual(len(READERS), len(set().union(*ids)))

    def news(self, reader=None):
        return [mail for mail in self.sink.mails(reader) if "List-Unsubscribe" in mail.message]

    # --- the points, in the order in which the post passes them -------------------------------------------------------

    def test_before_the_commit_of_the_post_nothing_is_left_of_it(self):
        answer = self.crash_at("post.uncommitted")

        self.assertIsNone(answer)
        self.rialto.start()
        self.assertEqual(([], []), (self.rialto.get("/posts").json()["posts"], changes(self.rialto)))
        self.rialto.stop()
        self.recover(answer)
        self.assertEqual(len(READERS), len(self.news()))

    def test_a_commit_that_was_not_answered_is_answered_when_the_client_repeats_it(self):
        answer = self.crash_at("write.unacknowledged")

        self.assertIsNone(answer)
        self.recover(answer)
        self.assertEqual(len(READERS), len(self.news()))

    def test_a_delivery_that_was_not_attempted_is_made(self):
        answer = self.crash_at("delivery.unattempted")

        self.recover(answer)
        self.assertEqual(len(READERS), len(self.news()))

    def test_what_was_not_committed_is_not_there(self):
        answer = self.crash_at("write.uncommitted")

        self.assertIsNone(answer)
        self.recover(answer)
        self.assertEqual(len(READERS), len(self.news()))

    def test_an_attempt_that_ended_unrecorded_is_made_again(self):
        answer = self.crash_at("delivery.unrecorded")

        self.recover(answer)

    def test_a_list_that_was_not_split_whole_is_split_once(self):
        answer = self.crash_at("split.uncommitted")

        self.assertEqual([], self.news())
        self.recover(answer)
        self.assertEqual(len(READERS), len(self.news()))

    def test_the_parts_of_a_list_are_delivered_once(self):
        answer = self.crash_at("split.undispatched")

        self.assertEqual([], self.news())
        self.recover(answer)
        self.assertEqual(len(READERS), len(self.news()))

    def test_a_mail_that_went_out_unrecorded_goes_out_again_as_the_same(self):
        answer = self.crash_at("mail.unrecorded")

        before = self.news()
        self.assertNotEqual([], before)
        self.recover(answer)
        again = self.news()[len(before):]
        self.assertTrue({mail.message["Message-ID"] for mail in before} & {mail.message["Message-ID"] for mail in again})

    def test_entities_that_were_written_unrecorded_are_not_written_again(self):
        answer = self.crash_at("entities.unrecorded")

        self.recover(answer)

    def test_a_change_that_was_not_relayed_is_relayed(self):
        answer = self.crash_at("change.unrelayed")

        self.assertEqual([], self.pushed)
        self.recover(answer)

    def test_a_relay_that_was_not_committed_is_made_anew(self):
        answer = self.crash_at("relay.uncommitted")

        self.assertEqual([], self.pushed)
        self.recover(answer)

    def test_a_relayed_change_that_was_not_dispatched_is_pushed(self):
        answer = self.crash_at("relay.undispatched")

        self.assertEqual([], self.pushed)
        self.recover(answer)

    def test_what_a_channel_stored_but_did_not_push_is_pushed_to_who_comes_back(self):
        answer = self.crash_at("channel.unpushed")

        self.assertEqual([], self.pushed)
        self.recover(answer)

    def test_what_a_channel_pushed_unrecorded_is_not_pushed_again(self):
        answer = self.crash_at("channel.unrecorded")

        self.recover(answer)

    def test_no_named_line_is_left_out(self):
        named = {name for file in SOURCE.rglob("*.cpp") for name in re.findall(r'crash_point\("(.+?)"\)', file.read_text())}

        tested = set(re.findall(r'crash_at\("(.+?)"[,)]', pathlib.Path(__file__).read_text()))

        self.assertEqual(named, tested)


class FailingPointTest(RialtoTest):
    """An event whose target refuses it: on its way to a retry, to a dead letter, and back."""

    def setUp(self):
        self.points = self.folder()
        self.status = 503
        sink = HttpSink(lambda request: (self.status, {}))
        self.sink = sink.__enter__()
        self.addCleanup(sink.__exit__)

    def start(self, retries):
        target = {"apiDestination": {"name": "hook"}, "retry": {"maxRetries": retries}}
        self.rialto = self.serve({
            "delivery": {"firstWait": "50ms", "longestWait": "100ms"},
            "connections": {"c": {"basic": {"username": "u", "password": "p"}}},
            "apiDestinations": {"hook": {"connection": "c", "endpoint": self.sink.url("/")}},
            "buses": {"default": {"rules": {"all": {"pattern": {"source": ["shop"]}, "targets": [target]}}}},
        }, environment={"RIALTO_CRASH_POINTS": str(self.points)})

    def put(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.rialto.post("/events", json.dumps({"specversion": "1.0", "id": "1", "source": "shop", "type": "t"}),
                                    headers={"Content-Type": "application/cloudevents+json"})

    def crash_at(self, point, act=None):
        (self.points / point).touch()
        with contextlib.suppress(OSError, http.client.HTTPException):
            (act or self.put)()
        self.assertEqual(-signal.SIGKILL, self.rialto.process.wait(timeout=DEADLINE))
        (self.points / point).unlink()
        self.rialto.start()

    def letters(self):
        return self.rialto.get("/dead-letters").json()["deadLetters"]

    def owed(self):
        return self.rialto.get("/deliveries").json()["deliveries"]

    def test_a_retry_that_was_not_recorded_is_one_attempt_more(self):
        self.start(retries=1)

        self.crash_at("retry.uncommitted")

        [letter] = eventually(self.letters)
        self.assertEqual((2, []), (letter["attempts"], self.owed()))
        self.assertEqual(3, len(self.sink.requests(3, DEADLINE)))
        shown = self.rialto.get(f"/dead-letters/{letter['id']}").json()
        self.assertEqual([1, 2], [attempt["number"] for attempt in shown["attemptLog"]])

    def test_a_dead_letter_that_was_not_committed_is_owed_and_then_there_once(self):
        self.start(retries=0)

        self.crash_at("dead_letter.uncommitted")

        [letter] = eventually(self.letters)
        self.assertEqual((1, []), (letter["attempts"], self.owed()))
        self.assertEqual(2, len(self.sink.requests(2, DEADLINE)))

    def test_a_redrive_that_was_not_committed_leaves_the_dead_letter(self):
        self.start(retries=0)
        self.put()
        [letter] = eventually(self.letters)
        self.status = 200

        self.crash_at("redrive.uncommitted", lambda: self.rialto.post("/dead-letters/redrive?all=true"))

        self.assertEqual(([letter], []), (self.letters(), self.owed()))
        self.assertEqual({"redriven": 1}, self.rialto.post("/dead-letters/redrive?all=true").json())
        eventually(lambda: not self.owed(), what="the delivery")
        self.assertEqual([], self.letters())


class ReplayPointTest(RialtoTest):
    """A replay: each event once on the bus, whatever its step was interrupted by."""

    EVENTS = 600  # more than two steps have

    def setUp(self):
        self.points = self.folder()
        self.rialto = self.serve({
            "queues": {"replayed": None}, "archives": {"all": {"pattern": {"source": ["shop"]}}},
            "buses": {"default": {"rules": {"again": {"pattern": {"source": ["shop"], "replay-name": [{"exists": True}]},
                                                      "targets": [{"queue": {"name": "replayed"}, "inputPath": "$.detail"}]}}}},
        }, environment={"RIALTO_CRASH_POINTS": str(self.points)})
        events = [{"specversion": "1.0", "id": str(n), "source": "shop", "type": "t", "data": {"n": n}}
                  for n in range(self.EVENTS)]
        self.rialto.post("/events", json.dumps(events), headers={"Content-Type": "application/cloudevents-batch+json"})
        eventually(lambda: self.rows("archive_entries") == self.EVENTS, what="the archived events")

    def rows(self, table):
        with contextlib.closing(sqlite3.connect(f"file:{self.rialto.data}/rialto.db?mode=ro", uri=True)) as database:
            return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def crash_at(self, point):
        (self.points / point).touch()
        body = {"ReplayName": "again", "EventSourceArn": "arn:aws:events:us-east-1:000000000000:archive/all",
                "EventStartTime": time.time() - 3600, "EventEndTime": time.time() + 3600,
                "Destination": {"Arn": "arn:aws:events:us-east-1:000000000000:event-bus/default"}}
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.rialto.post("/", json.dumps(body), headers={"X-Amz-Target": "AWSEvents.StartReplay",
                                                             "Content-Type": "application/x-amz-json-1.1"})
        self.assertEqual(-signal.SIGKILL, self.rialto.process.wait(timeout=DEADLINE))
        (self.points / point).unlink()
        self.rialto.start()
        eventually(lambda: self.rows("queue_messages") >= self.EVENTS and self.rows("deliveries") == 0,
                   what="all replayed events")
        self.assertEqual(self.EVENTS, self.rows("queue_messages"))

    def test_a_step_that_was_not_committed_is_made_anew(self):
        self.crash_at("replay.uncommitted")

    def test_a_step_that_was_not_dispatched_is_delivered_from_the_table(self):
        self.crash_at("replay.undispatched")


OLD_POST = "01a20b55-c73b-7000-ae5a-b6616f27fc25"


class MigrationPointTest(RialtoTest):
    """A database on its way from one version to the next."""

    def crash_at(self, point):
        """From nothing, and from databases of old versions, which have something in each of their tables."""
        for version in (None, 1, 5, 9):
            with self.subTest(version=version):
                points = self.folder()
                (points / point).touch()
                rialto = self.serve(start=False, environment={"RIALTO_CRASH_POINTS": str(points)})
                if version:
                    self.make_old(rialto.data, version)
                with self.assertRaises(AssertionError):
                    rialto.start()
                self.assertEqual(-signal.SIGKILL, rialto.process.wait(timeout=DEADLINE))
                (points / point).unlink()
                rialto.start()
                self.assertEqual(201, rialto.post("/posts", POST).status)
                if version:
                    self.assertEqual("My trip", rialto.get(f"/posts/{OLD_POST}").json()["title"])
                    self.assertIn("event-1", [owed["eventId"] for owed in rialto.get("/deliveries").json()["deliveries"]])
                rialto.stop()

    @staticmethod
    def make_old(folder, version):
        folder.mkdir()
        dump = pathlib.Path(__file__).parents[1] / f"data/schema/v{version}.sql"
        with contextlib.closing(sqlite3.connect(folder / "rialto.db")) as database:
            database.executescript(dump.read_text())

    def test_a_version_that_was_not_committed_is_made_anew(self):
        self.crash_at("migration.uncommitted")

    def test_between_two_versions_the_next_start_goes_on(self):
        self.crash_at("migration.committed")


class QueuePointTest(RialtoTest):
    """An event on its way into a queue."""

    def setUp(self):
        self.points = self.folder()
        rules = {"all": {"pattern": {"source": ["rialto.posts"]}, "targets": [{"queue": {"name": "posts"}}]}}
        self.rialto = self.serve({"queues": {"posts": None}, "buses": {"default": {"rules": rules}}},
                                 environment={"RIALTO_CRASH_POINTS": str(self.points)})

    def crash_at(self, point):
        """By a post, whose event is owed to the queue, or by an event that goes straight into it."""
        (self.points / point).touch()
        event = {"Entries": [{"Source": "rialto.posts", "DetailType": "t", "Detail": "{}"}]}
        as_aws = {"X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1"}
        with contextlib.suppress(OSError, http.client.HTTPException):
            if point.startswith("direct."):
                self.rialto.post("/", json.dumps(event).encode(), headers=as_aws)
            else:
                self.rialto.post("/posts", POST)
        self.assertEqual(-signal.SIGKILL, self.rialto.process.wait(timeout=DEADLINE))
        (self.points / point).unlink()

    def rows(self, table):
        with contextlib.closing(sqlite3.connect(self.rialto.data / "rialto.db")) as database:
            return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def test_an_event_that_was_not_accepted_is_in_no_queue(self):
        self.crash_at("direct.uncommitted")

        self.rialto.start()

        self.assertEqual((0, 0), (self.rows("queue_messages"), self.rows("deliveries")))

    def test_a_message_that_was_not_committed_is_sent_once(self):
        self.crash_at("queue.uncommitted")

        self.rialto.start()

        eventually(lambda: self.rows("deliveries") == 0, what="the end of the delivery")
        self.assertEqual(1, self.rows("queue_messages"))


if __name__ == "__main__":
    unittest.main()
