"""Mixed load with random kills, stops and freezes; then an audit of the database and of all receivers, by id.

Every event that the server acknowledged must have come to each of its targets, or be a dead letter for that target; and
once more by the replays that go through the archive meanwhile, window after window. The
audit reads the database file and what the receivers noted, and shares no code with the server. Duplicates are counted.

SOAK_SECONDS is how long the load lasts, SOAK_SEED repeats a run's random choices. `./dev soak` makes it 30 minutes.
"""
import collections
import contextlib
import datetime
import http.client
import json
import os
import random
import signal
import sqlite3
import threading
import time
import unittest

from receiver import Receiver
from support import RialtoTest, eventually

SECONDS = float(os.environ.get("SOAK_SECONDS", "25"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.SystemRandom().getrandbits(32)
WRITERS = 3
LIFE = (0.5, 4)       # seconds between two blows
HIDDEN = 5            # seconds for which a message is, whose receiver did not get the answer
SETTLING = 120 + SECONDS / 4  # until all that is owed is done
GONE = (OSError, http.client.HTTPException)
HOOKS = ("steady", "flaky", "slow", "ordered", "dying", "silent")
LONG = SECONDS > 60
LAG = 15 if LONG else 6     # seconds after which whatever came in then is acknowledged, whatever blow falls
WINDOW = 20 if LONG else 2  # seconds of events in a replay
REPLAY_RATE = 1000 if LONG else 400  # events a second: more than come in, so that replays keep up


def api(rialto, target, body, media_type="application/x-amz-json-1.1"):
    """An AWS operation; None if the server was gone before its answer was whole."""
    try:
        return rialto.post("/", json.dumps(body), headers={"X-Amz-Target": target, "Content-Type": media_type})
    except GONE:
        time.sleep(0.01)
        return None


class Writer(threading.Thread):
    """Puts batches of events, each with a number that no other has, and notes those that were acknowledged."""

    def __init__(self, rialto, stop, number):
        super().__init__(daemon=True)
        self.rialto, self.stop, self.number = rialto, stop, number
        self.chance = random.Random(SEED + number)
        self.acknowledged = []
        self.refused = 0
        self.failure = None

    def run(self):
        try:
            n = 0
            while not self.stop.is_set():
                count = self.chance.randint(1, 10)
                numbers = [(n + i) * WRITERS + self.number for i in range(count)]
                n += count
                self.put(numbers)
                time.sleep(self.chance.uniform(0.005, 0.05))
        except BaseException as failure:
            self.failure = failure

    def put(self, numbers):
        details = [json.dumps({"n": number, "key": number % 7, "pad": "x" * self.chance.randrange(2000)})
                   for number in numbers]
        answer = api(self.rialto, "AWSEvents.PutEvents",
                     {"Entries": [{"Source": "shop", "DetailType": "Placed", "Detail": detail} for detail in details]})
        if answer is None:
            return
        if answer.status != 200:
            self.refused += 1
            return
        body = answer.json()
        for number, entry in zip(numbers, body["Entries"]):
            if "EventId" in entry:
                self.acknowledged.append(number)


class QueueReader(threading.Thread):
    """Receives what is in the queue and deletes it, as a consumer does."""

    def __init__(self, rialto, stop):
        super().__init__(daemon=True)
        self.rialto, self.stop = rialto, stop
        self.numbers = collections.Counter()

    def run(self):
        while not self.stop.is_set():
            self.turn()

    def turn(self):
        with contextlib.suppress(*GONE, ValueError, KeyError):
            url = self.rialto.url("/000000000000/orders")
            answer = api(self.rialto, "AmazonSQS.ReceiveMessage",
                         {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": HIDDEN}, "application/x-amz-json-1.0")
            if answer is None or answer.status != 200:
                time.sleep(0.02)
                return
            messages = answer.json().get("Messages", [])
            if not messages:
                time.sleep(0.05)
                return
            self.numbers.update(json.loads(message["Body"])["detail"]["n"] for message in messages)
            api(self.rialto, "AmazonSQS.DeleteMessageBatch",
                {"QueueUrl": url, "Entries": [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]}
                                              for i, message in enumerate(messages)]}, "application/x-amz-json-1.0")


class Replayer(threading.Thread):
    """Has the archive replayed on another bus, each time from where the last replay ended until a little before now."""

    def __init__(self, rialto, stop, blows):
        super().__init__(daemon=True)
        self.rialto, self.stop, self.blows = rialto, stop, blows
        self.reached = datetime.datetime.now(datetime.UTC)
        self.replays = self.struck = 0
        self.failure = None

    def run(self):
        try:
            while not self.stop.wait(0.1):
                end = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=LAG)
                if end - self.reached > datetime.timedelta(seconds=WINDOW):
                    self.replay_until(end)
        except BaseException as failure:
            self.failure = failure

    def replay_until(self, end):
        before = sum(self.blows.values())
        self.replays += 1
        name = f"window-{self.replays}"
        wanted = {"name": name, "archive": "all", "bus": "audit", "from": stamp(self.reached), "to": stamp(end),
                  "rate": REPLAY_RATE}
        self.insist(lambda: self.rialto.post("/replays", wanted), (201, 409))  # 409: it was taken before the blow fell
        eventually(lambda: self.is_complete(name), SETTLING, f"the end of {name}")
        self.reached = end
        self.struck += sum(self.blows.values()) > before

    def is_complete(self, name):
        shown = self.insist(lambda: self.rialto.get(f"/replays/{name}"), (200,)).json()
        if shown["state"] == "FAILED":
            raise AssertionError(shown)
        return shown["state"] == "COMPLETED"

    @staticmethod
    def insist(request, wanted):
        """Its answer, once the server is there to give it."""
        def ask():
            with contextlib.suppress(*GONE):
                answer = request()
                return answer if answer.status != 503 else None
        answer = eventually(ask, SETTLING, "an answer")
        if answer.status not in wanted:
            raise AssertionError(answer)
        return answer


def stamp(time_):
    return time_.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time_.microsecond // 1000:03}Z"


class SoakTest(RialtoTest):
    def setUp(self):
        print(f"SOAK_SEED={SEED}, {SECONDS:.0f} s", flush=True)
        self.chance = random.Random(SEED)
        self.wild = random.Random(SEED + 99)
        receiver = Receiver(self.answer)
        self.receiver = receiver.__enter__()
        self.addCleanup(receiver.__exit__)
        self.rialto = self.serve(self.config())
        self.blows = collections.Counter()

    def config(self):
        retry = {"steady": 185, "flaky": 185, "slow": 185, "ordered": 185, "dying": 2, "silent": 1}
        targets = [{"id": name, "apiDestination": {"name": name}, "retry": {"maxRetries": retry[name]}} for name in HOOKS]
        targets[HOOKS.index("ordered")]["orderBy"] = "$.detail.key"
        targets[HOOKS.index("silent")]["breaker"] = {"failures": 3, "wait": "1s"}
        targets[HOOKS.index("silent")]["concurrency"] = 64
        return {
            "server": {"accessLog": False},
            "log": {"level": "info"},
            # The store of dead letters keeps the last 100,000 by default, and half an hour makes twice as many.
            "delivery": {"firstWait": "20ms", "longestWait": "500ms", "memoryQueue": 200,
                         "deadLetters": {"entries": 100_000_000, "size": "100GiB"}},
            "queues": {"orders": {"visibilityTimeout": f"{HIDDEN}s"}},
            "connections": {"c": {"basic": {"username": "u", "password": "p"}}},
            "apiDestinations": {name: {"connection": "c", "endpoint": self.receiver.url("/" + name), "rate": 100000}
                                for name in (*HOOKS, "replayed")},
            "archives": {"all": {"pattern": {"source": ["shop"]}}},
            "buses": {"default": {"rules": {"orders": {"pattern": {"source": ["shop"]},
                                                       "targets": [*targets, {"queue": {"name": "orders"}}]}}},
                      "audit": {"rules": {"replayed": {"pattern": {"replay-name": [{"prefix": "window-"}]},
                                                       "targets": [{"id": "replayed",
                                                                    "apiDestination": {"name": "replayed"}}]}}}},
        }

    def answer(self, path, number):
        """How each receiver behaves."""
        chance = self.wild.random()
        if path == "/flaky":
            return (200 if chance < 0.7 else 500 if chance < 0.95 else 429), 0
        if path == "/ordered":
            return (200 if chance < 0.95 else 503), 0
        if path == "/slow":
            return 200, 0.05 if chance < 0.3 else 0
        if path == "/dying":
            return (200 if chance < 0.3 else 400 if chance < 0.6 else 500), 0
        if path == "/silent" and number is not None and number % 500 == 0:
            return 200, 30
        return 200, 0

    def test_every_acknowledged_event_was_delivered_or_is_a_dead_letter(self):
        stop, end_of_reading = threading.Event(), threading.Event()
        self.writers = [Writer(self.rialto, stop, number) for number in range(WRITERS)]
        self.reader = QueueReader(self.rialto, end_of_reading)
        self.replayer = Replayer(self.rialto, stop, self.blows)
        for thread in (*self.writers, self.reader, self.replayer):
            thread.start()
        self.strike_for(SECONDS)
        stop.set()
        for writer in self.writers:
            writer.join(30)
            self.assertIsNone(writer.failure)
        self.replayer.join(SETTLING)
        self.assertFalse(self.replayer.is_alive())
        self.assertIsNone(self.replayer.failure)
        self.replayer.replay_until(datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1))
        self.settle()
        end_of_reading.set()
        self.reader.join(30)
        self.rialto.stop()
        self.audit()

    # --- the blows ----------------------------------------------------------------------------------------------------

    def strike_for(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(self.chance.uniform(*LIFE))
            blow = self.chance.choice((self.kill, self.kill, self.kill, self.freeze, self.restart))
            self.blows[blow.__name__] += 1
            blow()

    def kill(self):
        self.rialto.kill()
        self.rialto.start(ready=False)

    def freeze(self):
        self.rialto.process.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.5, 3))
        self.rialto.process.send_signal(signal.SIGCONT)

    def restart(self):
        self.rialto.stop()
        self.rialto.start(ready=False)

    def settle(self):
        def owed():
            return self.rialto.get("/deliveries?limit=1").json()["deliveries"]
        eventually(lambda: not owed(), SETTLING, "the end of all that is owed")
        eventually(lambda: self.in_queue() == 0, SETTLING, "the end of the queue")

    def in_queue(self):
        """Hidden messages as well: those of an answer that a blow kept from the reader come again."""
        answer = api(self.rialto, "AmazonSQS.GetQueueAttributes",
                     {"QueueUrl": self.rialto.url("/000000000000/orders"), "AttributeNames": ["All"]},
                     "application/x-amz-json-1.0")
        return sum(int(count) for name, count in answer.json()["Attributes"].items()
                   if name.startswith("ApproximateNumberOfMessages"))

    # --- the audit ----------------------------------------------------------------------------------------------------

    def audit(self):
        acknowledged = {number for writer in self.writers for number in writer.acknowledged}
        delivered = collections.defaultdict(collections.Counter)
        for _, path, number in self.receiver.seen:
            delivered[path[1:]][number] += 1
        delivered["queue"] = self.reader.numbers
        dead = self.dead_letters()
        lost, twice = {}, {}
        for target in (*HOOKS, "queue", "replayed"):
            lost[target] = sorted(acknowledged - delivered[target].keys() - dead[target])
            twice[target] = sum(delivered[target].values()) - len(delivered[target])
        print(f"{len(acknowledged)} events acknowledged, {sum(w.refused for w in self.writers)} requests refused, "
              f"{dict(self.blows)}, {self.replayer.replays} replays, "
              f"{self.replayer.struck} of them through blows", flush=True)
        for target in lost:
            print(f"{target}: {len(delivered[target])} delivered, {len(dead[target])} dead letters, "
                  f"{twice[target]} duplicates, {len(lost[target])} lost", flush=True)
        self.assertGreater(len(acknowledged), 10)
        if LONG:
            self.assertGreater(self.replayer.struck, 0)
        self.assertEqual({target: [] for target in lost}, {target: some[:20] for target, some in lost.items()})
        self.assert_ordered(acknowledged)

    def dead_letters(self):
        """The numbers of the events that are dead letters, by target, from the database file itself."""
        dead = collections.defaultdict(set)
        with contextlib.closing(sqlite3.connect(f"file:{self.rialto.data}/rialto.db?mode=ro", uri=True)) as database:
            self.assertEqual([("ok",)], database.execute("PRAGMA integrity_check").fetchall())
            self.assertEqual([(0,)], database.execute("SELECT count(*) FROM deliveries").fetchall())
            self.assertEqual([(0,)], database.execute("SELECT count(*) FROM events").fetchall())
            for target, envelope in database.execute("SELECT target, envelope FROM dead_letters"):
                dead[json.loads(target)["id"]].add(json.loads(envelope)["detail"]["n"])
        return dead

    def assert_ordered(self, acknowledged):
        """Of each writer and key, events came first in the order in which they were acknowledged."""
        first = {}
        for place, (_, path, number) in enumerate(self.receiver.seen):
            if path == "/ordered":
                first.setdefault(number, place)
        for writer in self.writers:
            for key in range(7):
                places = [first[number] for number in writer.acknowledged if number % 7 == key and number in first]
                self.assertEqual(sorted(places), places, f"writer {writer.number}, key {key}")


if __name__ == "__main__":
    unittest.main()
