"""What Rialto offers to test suites: a reset, the recent events, rules fired by hand, and time that is put forward."""
import contextlib
import http.client
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

from aws_clients import AwsClients, arn
from support import DEADLINE, PROGRAM, RialtoTest, eventually

NO_RULES = {"default": {"rules": {}}, "websocket": {"rules": {}}}
CONFIG = {"testing": {"enabled": True, "clock": "virtual"}, "buses": NO_RULES}
EXAMPLE = pathlib.Path(__file__).parents[2] / "docs" / "examples" / "testing"


class TestingTest(AwsClients, RialtoTest):
    config = CONFIG

    def setUp(self):
        self.rialto = self.serve(self.config)
        self.connect()

    def rule(self, name, arn, **rule):
        self.events.put_rule(Name=name, **rule)
        self.events.put_targets(Rule=name, Targets=[{"Id": "target", "Arn": arn}])

    def put(self, source="shop", **detail):
        answer = self.events.put_events(Entries=[{"Source": source, "DetailType": "t", "Detail": json.dumps(detail)}])
        return answer["Entries"][0]["EventId"]

    def wait(self, pattern, **query):
        return self.rialto.post("/_rialto/events/wait?" + urllib.parse.urlencode(query), json.dumps(pattern))

    def recent(self, **query):
        answer = self.rialto.get("/_rialto/events?" + urllib.parse.urlencode(query))
        self.assertEqual(200, answer.status, answer)
        return answer.json()["events"]

    def advance(self, by):
        answer = self.rialto.post("/_rialto/clock/advance", {"by": by})
        self.assertEqual(200, answer.status, answer)
        return answer.json()


class ClockTest(TestingTest):
    def test_an_hourly_rule_fires_when_the_hour_has_passed(self):
        url, arn = self.queue("reports")
        self.rule("hourly", arn, ScheduleExpression="rate(1 hour)")
        self.assertEqual([], self.recent())

        self.advance("1h")

        (event,) = self.bodies(url, 1)
        self.assertEqual(("aws.events", "Scheduled Event"), (event["source"], event["detail-type"]))

    def test_a_hidden_message_comes_back_when_its_time_has_passed(self):
        url, _ = self.queue("jobs", VisibilityTimeout="43200")
        self.sqs.send_message(QueueUrl=url, MessageBody="{}")
        self.assertEqual(1, len(self.sqs.receive_message(QueueUrl=url)["Messages"]))
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=url))

        self.advance("12h")

        self.assertEqual(1, len(self.sqs.receive_message(QueueUrl=url)["Messages"]))

    def test_a_delivery_is_given_up_after_a_day(self):
        url, arn = self.queue("gone")
        self.rule("all", arn, EventPattern='{"source":["shop"]}')
        self.sqs.delete_queue(QueueUrl=url)
        self.put()
        eventually(lambda: self.recent()[0]["deliveries"][0]["state"] in ("retrying", "given-up"))

        self.advance("25h")

        settled = self.wait({"source": ["shop"]}, settled="true").json()["events"][0]
        self.assertEqual("given-up", settled["deliveries"][0]["state"])
        self.assertIn("message", settled["deliveries"][0]["error"])
        self.assertEqual(1, len(self.rialto.get("/dead-letters").json()["deadLetters"]))

    def test_the_clock_shows_how_far_it_was_put_forward(self):
        before = self.rialto.get("/_rialto/clock").json()
        after = self.advance("2d")

        self.assertEqual(("virtual", 0), (before["clock"], before["offsetSeconds"]))
        self.assertEqual(172800, after["offsetSeconds"])
        self.assertGreater(after["now"], before["now"])

    def test_what_is_no_step_is_refused(self):
        for body, status in (({"by": "-1h"}, 400), ({"by": "1 hour"}, 400), ({"by": 3600}, 400), ([], 400),
                             ({"by": "3651d"}, 400), ("{", 400)):
            answer = self.rialto.post("/_rialto/clock/advance", body, headers={"Content-Type": "application/json"})
            self.assertEqual(status, answer.status, (body, answer))
        for _ in range(10):
            self.advance("3650d")
        self.assertEqual(409, self.rialto.post("/_rialto/clock/advance", {"by": "1s"}).status)


    def test_the_record_of_a_replay_goes_ninety_days_after_its_end(self):
        bus = arn("event-bus/default")
        archive = self.events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
        replay = {"ReplayName": "again", "EventSourceArn": archive, "EventStartTime": 0, "EventEndTime": 4102444800}
        self.assertIn("Rule none does not exist on EventBus default.", self.refused(
            "ValidationException", self.events.start_replay, Destination={"Arn": bus, "FilterArns": [arn("rule/none")]},
            **replay))
        self.events.start_replay(Destination={"Arn": bus}, **replay)
        eventually(lambda: self.events.describe_replay(ReplayName="again")["State"] == "COMPLETED")

        self.advance("89d")
        self.assertEqual(1, len(self.events.list_replays()["Replays"]))
        self.advance("2d")

        eventually(lambda: not self.events.list_replays()["Replays"])
        self.events.start_replay(Destination={"Arn": bus}, **replay)


class RecentEventsTest(TestingTest):
    def test_an_event_is_told_with_what_became_of_it(self):
        url, arn = self.queue("orders")
        self.rule("orders", arn, EventPattern='{"source":["shop"]}')
        first, second = self.put(n=1), self.put(source="stock")
        self.bodies(url, 1)

        order = self.wait({"source": ["shop"]}, settled="true").json()["events"][0]

        self.assertEqual((first, "default", {"n": 1}), (order["event"]["id"], order["bus"], order["event"]["detail"]))
        self.assertEqual(["arn:aws:events:us-east-1:000000000000:rule/orders"], order["rules"])
        (delivery,) = order["deliveries"]
        self.assertEqual(("delivered", 1, {"id": "target", "type": "queue"}),
                         (delivery["state"], delivery["attempts"], delivery["target"]))
        self.assertEqual([first, second], [event["event"]["id"] for event in self.recent()])
        self.assertEqual([second], [event["event"]["id"] for event in self.recent(since=order["cursor"])])
        self.assertEqual([], self.recent(bus="orders"))
        self.assertEqual(1, len(self.recent(limit=1)))

    def test_a_wait_ends_with_the_event(self):
        answers = []
        waiter = threading.Thread(target=lambda: answers.append(self.wait({"detail": {"n": [2]}}, timeout="60s")))
        waiter.start()
        self.put(n=1)
        wanted = self.put(n=2)
        waiter.join(DEADLINE)

        self.assertEqual([wanted], [event["event"]["id"] for event in answers[0].json()["events"]])

    def test_a_wait_by_get_has_its_pattern_in_the_query(self):
        self.put()
        query = urllib.parse.urlencode({"pattern": '{"source":["shop"]}', "since": 0})
        self.assertEqual(1, len(self.rialto.get("/_rialto/events/wait?" + query).json()["events"]))

    def test_a_wait_ends_with_its_time(self):
        self.put()
        answer = self.wait({"source": ["shop"]}, timeout="1ms", since="now")
        self.assertEqual((204, b""), (answer.status, answer.body))

    def test_a_wait_does_not_hold_up_the_end(self):
        def wait():
            with contextlib.suppress(OSError, http.client.HTTPException):  # the server may have been faster
                self.wait({"source": ["never"]}, timeout="60s")

        waiter = threading.Thread(target=wait)
        begun = time.monotonic()
        waiter.start()
        self.put()  # by now the wait is on its way
        self.rialto.stop()
        waiter.join(DEADLINE)

        self.assertLess(time.monotonic() - begun, 30)

    def test_what_is_wrong_is_told(self):
        for pattern, query in (({"source": "shop"}, {}), ({"source": ["a"]}, {"timeout": "61s"}),
                               ({"source": ["a"]}, {"since": "then"}), ({"source": ["a"]}, {"settled": "maybe"})):
            self.assertEqual(400, self.wait(pattern, **query).status, (pattern, query))
        self.assertEqual(400, self.rialto.get("/_rialto/events/wait").status)


class FireTest(TestingTest):
    def fire(self, rule, bus="default"):
        return self.rialto.post(f"/_rialto/rules/{bus}/{rule}/fire")

    def test_a_rule_is_fired_whatever_its_schedule_and_pattern(self):
        url, arn = self.queue("fired")
        self.rule("yearly", arn, ScheduleExpression="cron(0 0 1 1 ? *)")
        self.rule("orders", arn, EventPattern='{"source":["shop"]}')

        ids = [self.fire(rule).json()["id"] for rule in ("yearly", "orders")]

        got = self.bodies(url, 2)
        self.assertEqual(sorted(ids), sorted(event["id"] for event in got))
        self.assertEqual({("aws.events", "Scheduled Event")}, {(e["source"], e["detail-type"]) for e in got})
        self.assertEqual(["arn:aws:events:us-east-1:000000000000:rule/orders",
                          "arn:aws:events:us-east-1:000000000000:rule/yearly"], sorted(e["resources"][0] for e in got))

    def test_a_rule_that_is_not_there_or_disabled_is_not_fired(self):
        _, arn = self.queue("fired")
        self.rule("off", arn, ScheduleExpression="rate(1 hour)", State="DISABLED")

        self.assertEqual(409, self.fire("off").status)
        self.assertEqual(404, self.fire("none").status)
        self.assertEqual(404, self.fire("off", bus="none").status)


class ResetTest(TestingTest):
    config = {**CONFIG, "queues": {"declared": {"delay": "0s"}},
              "buses": {**NO_RULES, "default": {"rules": {"declared": {
                  "pattern": {"source": ["declared"]}, "targets": [{"queue": {"name": "declared"}}]}}}}}

    def reset(self):
        answer = self.rialto.post("/_rialto/reset")
        self.assertEqual((204, b""), (answer.status, answer.body))

    def test_everything_that_clients_made_is_gone(self):
        url, arn = self.queue("made")
        gone, gone_arn = self.queue("gone")
        self.rule("made", arn, EventPattern='{"source":["shop"]}')
        self.rule("broken", gone_arn, EventPattern='{"source":["shop"]}')
        self.sqs.delete_queue(QueueUrl=gone)
        bus = self.events.create_event_bus(Name="made")["EventBusArn"]
        self.events.create_archive(ArchiveName="made", EventSourceArn=bus)
        self.put()
        self.bodies(url, 1)
        eventually(lambda: self.recent()[0]["settled"] or
                   "retrying" in [delivery["state"] for delivery in self.recent()[0]["deliveries"]])

        self.reset()

        self.assertEqual(["declared"], [rule["Name"] for rule in self.events.list_rules()["Rules"]])
        self.assertEqual(["default", "websocket"], [one["Name"] for one in self.events.list_event_buses()["EventBuses"]])
        self.assertEqual([], self.events.list_archives()["Archives"])
        self.assertEqual(["declared"], [url.rsplit("/", 1)[1] for url in self.sqs.list_queues()["QueueUrls"]])
        self.assertEqual([], self.recent())
        self.advance("25h")
        self.assertEqual([], self.rialto.get("/dead-letters").json()["deadLetters"])

    def test_what_the_file_declares_works_as_before(self):
        url = self.sqs.get_queue_url(QueueName="declared")["QueueUrl"]
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "900"})
        self.put("declared", n=1)
        eventually(lambda: self.recent()[0]["settled"])

        self.reset()
        self.put("declared", n=2)

        self.assertEqual([2], [event["detail"]["n"] for event in self.bodies(url, 1)])
        self.advance("15m")
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=url))

    def test_the_same_can_be_made_again_also_after_a_restart(self):
        for _ in range(2):
            url, arn = self.queue("again")
            self.rule("again", arn, EventPattern='{"source":["shop"]}')
            self.put()
            self.assertEqual(1, len(self.bodies(url, 1)))
            self.reset()
        self.rialto.restart()
        self.connect()

        self.assertEqual(["declared"], [rule["Name"] for rule in self.events.list_rules()["Rules"]])

    def test_posts_stay(self):
        post = {"author": "Joe", "title": "t", "body": "b", "topic": "travel"}
        identifier = self.rialto.post("/posts", post).json()["id"]

        self.reset()

        self.assertEqual(200, self.rialto.get(f"/posts/{identifier}").status)


class OffTest(RialtoTest):
    def test_there_is_nothing_unless_it_is_enabled(self):
        rialto = self.serve({"buses": NO_RULES})
        # Two words are a path of queues, too, which are asked by POST.
        for path, status in (("/_rialto/events", 405), ("/_rialto/clock", 405), ("/_rialto/events/wait", 404)):
            self.assertEqual(status, rialto.get(path).status)
        self.assertEqual(404, rialto.post("/_rialto/reset").status)

    def test_the_systems_clock_cannot_be_put_forward(self):
        rialto = self.serve({"testing": {"enabled": True}, "buses": NO_RULES})
        self.assertEqual("system", rialto.get("/_rialto/clock").json()["clock"])
        self.assertEqual(409, rialto.post("/_rialto/clock/advance", {"by": "1h"}).status)


class ExampleTest(unittest.TestCase):
    def test_the_example_for_pytest_passes(self):
        done = subprocess.run([sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE)],
                              env={**os.environ, "RIALTO_BIN": os.path.abspath(PROGRAM)}, capture_output=True, text=True,
                              timeout=10 * DEADLINE)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("3 passed", done.stdout)


if __name__ == "__main__":
    unittest.main()
