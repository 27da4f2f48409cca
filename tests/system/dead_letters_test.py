"""What could not be delivered, what is owed, what was attempted, and what matched nothing: by REST and on the command line."""
import json
import subprocess
import threading
import unittest

from hooks import config, put
from http_sink import HttpSink
from support import DEADLINE, PROGRAM, RialtoTest, eventually

class DeadLettersTest(RialtoTest):
    def setUp(self):
        self.status = 503
        sink = HttpSink(lambda request: (self.status, {"told": request.path}))
        self.sink = sink.__enter__()
        self.addCleanup(sink.__exit__)

    def start(self, *targets, **options):
        self.rialto = self.serve(config(self.sink, *targets, **options))
        return self.rialto

    def letters(self, query=""):
        return self.rialto.get("/dead-letters" + query).json()["deadLetters"]

    def wait_for_letters(self, count):
        return eventually(lambda: (found := self.letters()) and len(found) == count and found, what=f"{count} dead letters")

    def run_rialto(self, *arguments, code=0):
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(code, done.returncode, done)
        return done.stdout if code == 0 else done.stderr

    def dlq(self, *arguments, code=0):
        return self.run_rialto("dlq", *arguments, "--url", self.rialto.url("").rstrip("/"), code=code)


class RestTest(DeadLettersTest):
    def test_a_dead_letter_shows_all_attempts_with_what_the_target_answered(self):
        self.start({"id": "hook", "retry": {"maxRetries": 2}})
        [event_id] = put(self.rialto, 1)
        [letter] = self.wait_for_letters(1)

        shown = self.rialto.get(f"/dead-letters/{letter['id']}").json()

        self.assertEqual(3, shown["attempts"])
        self.assertEqual([(1, 503), (2, 503), (3, 503)], [(a["number"], a["status"]) for a in shown["attemptLog"]])
        last = shown["attemptLog"][-1]
        self.assertEqual(("ERROR_FROM_TARGET", '{"told": "/hook"}'), (last["errorCode"], last["response"]))
        self.assertIn("503", last["errorMessage"])
        self.assertGreaterEqual(last["durationMs"], 0)
        self.assertLess(shown["attemptLog"][0]["at"], last["at"])
        delivery = self.rialto.get(f"/deliveries/{shown['deliveryId']}").json()
        self.assertEqual(("dead-letter", letter["id"], event_id),
                         (delivery["state"], delivery["deadLetter"], delivery["eventId"]))
        self.assertEqual(["retrying", "retrying", "given-up"], [a["outcome"] for a in delivery["attemptLog"]])
        self.rialto.restart()
        again = self.rialto.get(f"/deliveries/{shown['deliveryId']}").json()
        self.assertEqual(shown["attemptLog"], again["attemptLog"])

    def test_those_of_a_filter_are_listed_redriven_and_purged(self):
        self.start({"id": "a", "retry": {"maxRetries": 0}}, {"id": "b", "retry": {"maxRetries": 0}})
        put(self.rialto, 1, 2, 3)
        self.wait_for_letters(6)
        rule = self.letters()[0]["ruleArn"]

        self.assertEqual(3, len(self.letters("?target=a")))
        self.assertEqual(6, len(self.letters(f"?rule={rule}&errorCode=ERROR_FROM_TARGET")))
        self.assertEqual(0, len(self.letters("?diedBefore=2020-01-01T00:00:00Z")))
        self.assertEqual(0, len(self.letters("?bus=other")))
        self.status = 200
        self.assertEqual({"redriven": 3}, self.rialto.post("/dead-letters/redrive?target=a").json())
        self.assertEqual({"b"}, {letter["target"]["id"] for letter in self.letters()})
        requests = self.sink.requests(9, DEADLINE)
        self.assertEqual(["/a"] * 3, [request.path for request in requests[6:]])
        self.assertEqual({"purged": 3}, self.rialto.request("DELETE", "/dead-letters?target=b").json())
        self.assertEqual([], self.letters())

    def test_what_changes_many_must_say_which(self):
        self.start()
        for method, path in (("DELETE", "/dead-letters"), ("POST", "/dead-letters/redrive"),
                             ("DELETE", "/dead-letters?all=true&bus=default"), ("DELETE", "/dead-letters?rul=x"),
                             ("DELETE", "/dead-letters?bus=default&errorcode=TIMEOUT"),
                             ("POST", "/dead-letters/redrive?all=true&rate=0"), ("GET", "/dead-letters?diedFrom=today"),
                             ("GET", "/deliveries?limit=0"), ("GET", "/deliveries/attempts?outcome=lost")):
            answer = self.rialto.request(method, path)
            self.assertEqual((400, "application/problem+json"), (answer.status, answer.headers["Content-Type"]), path)
        self.assertEqual({"purged": 0}, self.rialto.request("DELETE", "/dead-letters?all=true").json())

    def test_redriving_at_a_rate_takes_its_time(self):
        self.start({"id": "hook", "retry": {"maxRetries": 0}})
        put(self.rialto, *range(20))
        self.wait_for_letters(20)
        self.status = 200

        self.assertEqual({"redriven": 20}, self.rialto.post("/dead-letters/redrive?all=true&rate=20").json())

        owed = self.rialto.get("/deliveries").json()["deliveries"]
        due = sorted(delivery["dueAt"] for delivery in owed)
        self.assertGreater(len(due), 5)
        self.assertEqual(len(due), len(set(due)))
        eventually(lambda: not self.rialto.get("/deliveries").json()["deliveries"], what="all that is redriven")
        self.assertEqual([], self.letters())

    def test_pages_of_dead_letters_and_of_what_is_owed(self):
        self.start({"id": "hook", "retry": {"maxRetries": 0}})
        put(self.rialto, *range(5))
        self.wait_for_letters(5)
        seen, cursor = [], ""
        while cursor is not None:
            page = self.rialto.get("/dead-letters?limit=2" + cursor).json()
            seen += [letter["event"]["detail"]["n"] for letter in page["deadLetters"]]
            cursor = f"&cursor={page['nextCursor']}" if "nextCursor" in page else None
        self.assertEqual({0, 1, 2, 3, 4}, set(seen))


class DeliveriesTest(DeadLettersTest):
    def test_attempts_are_found_by_event_rule_target_and_outcome(self):
        self.status = 200
        self.start({"id": "a"}, {"id": "b"})
        first, second = put(self.rialto, 1, 2)
        self.sink.requests(4, DEADLINE)
        find = lambda query: self.rialto.get("/deliveries/attempts?" + query).json()["attempts"]
        eventually(lambda: len(find("")) == 4)

        self.assertEqual({first}, {attempt["eventId"] for attempt in find(f"eventId={first}")})
        self.assertEqual(2, len(find("target=a")))
        self.assertEqual(4, len(find("outcome=delivered")))
        self.assertEqual([], find("outcome=given-up"))
        [attempt] = find(f"eventId={second}&target=b")
        self.assertEqual((1, 200, "delivered", "default", '{"told": "/b"}'),
                         tuple(attempt[name] for name in ("number", "status", "outcome", "bus", "response")))
        self.assertEqual(4, len(find(f"rule={attempt['ruleArn']}")))
        delivery = self.rialto.get(f"/deliveries/{attempt['deliveryId']}").json()
        self.assertEqual("delivered", delivery["state"])
        page = self.rialto.get("/deliveries/attempts?limit=3").json()
        rest = self.rialto.get(f"/deliveries/attempts?limit=3&cursor={page['nextCursor']}").json()
        self.assertEqual((3, 1), (len(page["attempts"]), len(rest["attempts"])))
        self.assertNotIn("nextCursor", rest)

    def test_what_waits_for_a_retry_is_owed_with_its_attempts(self):
        self.start(delivery={"firstWait": "1h", "longestWait": "1h"})
        [event_id] = put(self.rialto, 1)
        self.sink.requests(1, DEADLINE)
        [owed] = eventually(lambda: [d for d in self.rialto.get("/deliveries").json()["deliveries"] if d["attempts"]])

        self.assertEqual((event_id, "owed", "hook"), (owed["eventId"], owed["state"], owed["target"]["id"]))
        shown = self.rialto.get(f"/deliveries/{owed['id']}").json()
        self.assertEqual([503], [attempt["status"] for attempt in shown["attemptLog"]])
        self.assertEqual(1, shown["event"]["detail"]["n"])
        self.assertEqual([], self.rialto.get("/deliveries?eventId=other").json()["deliveries"])
        self.assertEqual(1, len(self.rialto.get(f"/deliveries?eventId={event_id}&target=hook").json()["deliveries"]))
        self.assertEqual(404, self.rialto.get("/deliveries/999999999").status)

    def test_an_event_that_matches_nothing_is_shown_with_the_nearest_rule(self):
        self.start()
        put(self.rialto, 1, source="Shop")

        [event] = self.rialto.get("/deliveries/unmatched").json()["events"]

        self.assertEqual("Shop", event["event"]["source"])
        shown = self.rialto.get(f"/deliveries/unmatched/{event['cursor']}").json()
        nearest = shown["nearestRule"]
        self.assertEqual(("orders", 1), (nearest["name"], nearest["failingConditions"]))
        self.assertFalse(nearest["explanation"]["matches"])
        self.assertIn("source", nearest["text"])
        self.assertEqual([], self.rialto.get("/deliveries/unmatched?bus=other").json()["events"])
        self.assertEqual(404, self.rialto.get("/deliveries/unmatched/9999").status)


class CommandTest(DeadLettersTest):
    def test_dead_letters_on_the_command_line(self):
        self.start({"id": "a", "retry": {"maxRetries": 1}}, {"id": "b", "retry": {"maxRetries": 0}})
        put(self.rialto, 1, 2)
        self.wait_for_letters(4)

        listed = self.dlq("list")
        self.assertEqual(4, len(listed.splitlines()))
        self.assertIn("rule/orders -> a", listed)
        of_a = [json.loads(line) for line in self.dlq("list", "--target", "a", "--json").splitlines()]
        self.assertEqual(["a", "a"], [letter["target"]["id"] for letter in of_a])
        self.assertEqual(1, len(self.dlq("list", "--limit", "1").splitlines()))
        shown = self.dlq("show", of_a[0]["id"])
        self.assertIn('answered "{\\"told\\": \\"/a\\"}"', shown)
        self.assertEqual(2, json.loads(self.dlq("show", of_a[0]["id"], "--json"))["attempts"])

        self.status = 200
        self.assertEqual("redriven 1\n", self.dlq("redrive", of_a[0]["id"]))
        self.assertEqual("redriven 1\n", self.dlq("redrive", "--target", "a", "--rate", "100"))
        self.assertEqual("purged 2\n", self.dlq("purge", "--all"))
        self.assertEqual("", self.dlq("list"))

        self.assertIn("say which", self.dlq("purge", code=1))
        self.assertIn("404", self.dlq("show", "12345", code=1))
        self.rialto.stop()
        self.assertIn("127.0.0.1", self.dlq("list", code=1))
        self.rialto.start()

    def test_a_backup_under_load_can_be_restored(self):
        self.status = 503
        rialto = self.start(delivery={"firstWait": "1h", "longestWait": "1h"})
        ids = put(rialto, *range(100))
        copy = rialto.folder / "copy.db"

        self.run_rialto("backup", "--data-dir", str(rialto.data), str(copy))

        put(rialto, *range(100, 110))
        self.assertIn("ok", self.run_rialto("verify", str(copy)))
        self.assertIn("ok", self.run_rialto("verify", "--data-dir", str(rialto.data)))
        self.assertIn("already", self.run_rialto("backup", "--data-dir", str(rialto.data), str(copy), code=1))
        restored = self.serve(config(self.sink, delivery={"firstWait": "1h", "longestWait": "1h"}), start=False)
        restored.data.mkdir()
        copy.rename(restored.data / "rialto.db")
        restored.start()
        owed = {delivery["eventId"] for delivery in restored.get("/deliveries?limit=200").json()["deliveries"]}
        self.assertEqual(set(ids), owed)


class LimitsTest(DeadLettersTest):
    def test_events_are_refused_beyond_the_backlog_and_taken_again(self):
        self.start(delivery={"firstWait": "1h", "longestWait": "1h", "maxBacklog": 5})
        put(self.rialto, *range(6))

        refused = eventually(lambda: (answer := self.event()).status == 503 and answer)

        self.assertEqual(("application/problem+json", "5"), (refused.headers["Content-Type"], refused.headers["Retry-After"]))
        self.assertIn("are owed", refused.json()["detail"])
        throttled = self.rialto.post("/", "{}", headers={"Content-Type": "application/x-amz-json-1.1",
                                                         "X-Amz-Target": "AWSEvents.PutEvents"})
        self.assertEqual((400, "ThrottlingException"), (throttled.status, throttled.json()["__type"]))
        self.assertEqual(503, self.rialto.post("/posts", {"a": 1}).status)
        sent = self.rialto.post("/", "Action=SendMessage&Version=2012-11-05&MessageBody=a&QueueUrl=x",
                                headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual((403, True), (sent.status, b"RequestThrottled" in sent.body), sent)
        self.assertEqual(200, self.rialto.get("/readyz").status)
        self.rialto.stop()
        self.rialto.write_config(config(self.sink))
        self.rialto.start()
        self.assertEqual(202, self.event().status)

    def test_what_writers_under_load_were_told_is_kept_when_the_limit_is_reached(self):
        self.start({"id": "hook", "breaker": {"wait": "100ms"}},
                   delivery={"firstWait": "50ms", "longestWait": "50ms", "maxBacklog": 2000})
        taken, failures, delivered, refused = [], [], set(), threading.Event()

        def answer(request):
            if self.status == 200:
                delivered.add(request.json()["id"])
            return self.status, {}
        self.sink.answer = answer

        def write(writer):
            number = 0
            while not refused.is_set():
                number += 1
                answer = self.rialto.post("/", json.dumps({"Entries": [
                    {"Source": "shop", "DetailType": "Placed", "Detail": json.dumps({"n": f"{writer}-{number}-{entry}"})}
                    for entry in range(10)]}), headers={"Content-Type": "application/x-amz-json-1.1",
                                                        "X-Amz-Target": "AWSEvents.PutEvents"})
                if answer.status != 200:
                    if answer.json()["__type"] != "ThrottlingException":
                        failures.append(answer)
                    refused.set()
                    return
                taken.extend(entry["EventId"] for entry in answer.json()["Entries"])
        writers = [threading.Thread(target=write, args=[writer]) for writer in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        self.assertEqual([], failures)
        self.assertGreaterEqual(len(taken), 2000)
        self.status = 200
        eventually(lambda: self.event().status == 202, what="events are taken again")
        eventually(lambda: set(taken) <= delivered, what="all that was acknowledged is delivered")

    def event(self):
        return self.rialto.post("/events", {"specversion": "1.0", "id": "x", "source": "shop", "type": "Placed"},
                                headers={"Content-Type": "application/cloudevents+json"})

    def test_events_are_refused_before_the_disk_is_full(self):
        self.rialto = self.serve(config(self.sink, storage={"minFree": "1000GiB"}))
        self.assertEqual(503, self.event().status)


class FlowTest(DeadLettersTest):
    def test_events_of_a_key_come_in_order_though_some_fail(self):
        failed = set()

        def answer(request):
            n = request.json()["detail"]["n"]
            if n % 3 == 0 and n not in failed:
                failed.add(n)
                return 503, {}
            return 200, {}

        self.sink.answer = answer
        self.start({"id": "hook", "orderBy": "$.detail.key"})
        for n in range(30):
            put(self.rialto, n, key=n % 2)

        requests = self.sink.requests(40, DEADLINE)

        for key in (0, 1):
            came = [request.json()["detail"]["n"] for request in requests if request.json()["detail"]["key"] == key]
            self.assertEqual(sorted(came), came)

    def test_a_dead_target_is_left_alone_and_delays_no_other(self):
        self.sink.answer = lambda request: (503 if request.path == "/dead" else 200, {})
        self.start({"id": "dead", "breaker": {"failures": 3, "wait": "1h"}, "concurrency": 1}, {"id": "alive"})

        put(self.rialto, *range(50))

        eventually(lambda: sum(request.path == "/alive" for request in self.sink.requests(1, DEADLINE)) == 50)
        self.assertEqual(3, sum(request.path == "/dead" for request in self.sink.requests(1, DEADLINE)))
        self.assertIn("rialto_delivery_open_breakers 1", self.rialto.get("/metrics").body.decode())

    def test_a_rate_is_kept(self):
        self.status = 200
        self.start({"id": "hook", "rate": 20})
        put(self.rialto, *range(30))

        self.sink.requests(30, DEADLINE)

        attempts = self.rialto.get("/deliveries/attempts").json()["attempts"]
        times = sorted(attempt["at"] for attempt in attempts)
        first, last = (float(time[-7:-1]) + 60 * float(time[-10:-8]) for time in (times[0], times[-1]))
        self.assertGreaterEqual((last - first) % 3600, 1.3)


if __name__ == "__main__":
    unittest.main()
