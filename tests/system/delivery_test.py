"""What becomes of an event that boto3 puts on a bus: what arrives in a queue, what does not, and what is replayed."""
import datetime
import json
import unittest

from aws_clients import ACCOUNT, ROLE, AwsTest, arn, entry
from support import eventually

TIME = datetime.datetime(2026, 1, 31, 8, 15, 30, tzinfo=datetime.timezone.utc)


class DeliveryTest(AwsTest):
    def setUp(self):
        """A bus of the test's own, all of whose events of the shop go to a queue of the same name."""
        self.name = self._testMethodName[:60]
        self.bus = self.events.create_event_bus(Name=self.name)["EventBusArn"]
        self.events.put_rule(Name="all", EventBusName=self.name, EventPattern='{"source": ["shop"]}')
        self.url, self.queue_arn = self.queue(self.name)

    def target(self, **options):
        target = {"Id": "1", "Arn": self.queue_arn, **options}
        self.events.put_targets(Rule="all", EventBusName=self.name, Targets=[target])

    def put(self, detail, **more):
        """The id of an event that was put on the bus."""
        answer = self.events.put_events(Entries=[entry(detail, self.name, **more)])
        self.assertEqual(0, answer["FailedEntryCount"], answer)
        return answer["Entries"][0]["EventId"]


class EnvelopeTest(DeliveryTest):
    def test_the_whole_event_arrives_as_aws_writes_it(self):
        self.target()

        event_id = self.put('{"b": 1.50, "a": [ "x", null ]}', Time=TIME, Resources=["arn:one"])

        message = self.receive(self.url)[0]
        self.assertEqual(
            f'{{"version":"0","id":"{event_id}","detail-type":"Placed","source":"shop","account":"{ACCOUNT}",'
            '"time":"2026-01-31T08:15:30Z","region":"us-east-1","resources":["arn:one"],"detail":{"b":1.50,"a":["x",null]}}',
            message["Body"])
        self.assertEqual("1", message["Attributes"]["ApproximateReceiveCount"])
        self.assertNotIn("MessageAttributes", message)

    def test_only_what_matches_an_enabled_rule_arrives(self):
        self.target()
        self.put({"n": 1}, source="stock")
        self.events.disable_rule(Name="all", EventBusName=self.name)
        self.put({"n": 2})
        self.events.enable_rule(Name="all", EventBusName=self.name)
        self.put({"n": 3})

        self.assertEqual([3], [event["detail"]["n"] for event in self.bodies(self.url)])
        self.assert_empty(self.url)

    def test_a_constant_a_part_or_a_text_made_of_the_event(self):
        for options, body in (({"Input": '{"a":  1}'}, '{"a":  1}'),
                              ({"InputPath": "$.detail.name"}, '"Ann"'),
                              ({"InputTransformer": {"InputPathsMap": {"name": "$.detail.name"},
                                                     "InputTemplate": '"Hello <name>"'}}, '"Hello Ann"'),
                              ({"InputTransformer": {"InputPathsMap": {"name": "$.detail.name", "none": "$.detail.none"},
                                                     "InputTemplate": '{"to": <name>, "rule": <aws.events.rule-name>}'}},
                               '{"to":"Ann","rule":"all"}')):
            with self.subTest(options):
                self.target(**options)
                self.put({"name": "Ann"})
                received = self.receive(self.url)[0]["Body"]
                self.assertEqual(body.replace(" ", ""), received.replace(" ", ""))

    def test_a_fifo_queue_gets_its_group_and_each_event_once(self):
        url, queue = self.queue("orders.fifo", FifoQueue="true")
        self.events.put_targets(Rule="all", EventBusName=self.name, Targets=[
            {"Id": "1", "Arn": queue, "SqsParameters": {"MessageGroupId": "orders"}}])

        event_id = self.put({})

        [message] = self.receive(url)
        self.assertEqual(event_id, json.loads(message["Body"])["id"])
        self.assertEqual("orders", message["Attributes"]["MessageGroupId"])
        self.assertRegex(message["Attributes"]["MessageDeduplicationId"], "^[0-9a-f]{64}$")

    def test_five_targets_get_the_event_each(self):
        queues = [self.queue(f"fan-{number}") for number in range(5)]
        self.events.put_targets(Rule="all", EventBusName=self.name, Targets=[
            {"Id": str(number), "Arn": queue} for number, (_, queue) in enumerate(queues)])

        event_id = self.put({})

        self.assertEqual([event_id] * 5, [self.bodies(url)[0]["id"] for url, _ in queues])

    def test_another_bus_passes_the_event_on_as_it_is(self):
        self.events.create_event_bus(Name="second")
        self.events.put_rule(Name="all", EventBusName="second", EventPattern='{"source": ["shop"]}')
        self.events.put_targets(Rule="all", EventBusName="second", Targets=[{"Id": "1", "Arn": self.queue_arn}])
        first, first_queue = self.queue("first")
        self.events.put_targets(Rule="all", EventBusName=self.name, Targets=[
            {"Id": "1", "Arn": first_queue}, {"Id": "2", "Arn": arn("event-bus/second"), "RoleArn": ROLE}])

        self.put({"n": 1}, Time=TIME)

        self.assertEqual(self.receive(first)[0]["Body"], self.receive(self.url)[0]["Body"])


class DeadLetterTest(DeliveryTest):
    def setUp(self):
        super().setUp()
        self.dead, self.dead_arn = self.queue(self.name[:55] + "-dead")

    def letter(self):
        message = self.receive(self.dead)[0]
        for attribute in message["MessageAttributes"].values():
            self.assertEqual("String", attribute["DataType"])
        return message["Body"], {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}

    def test_a_missing_queue_is_told_at_once(self):
        self.sqs.delete_queue(QueueUrl=self.url)
        self.target(DeadLetterConfig={"Arn": self.dead_arn}, InputPath="$.detail")

        self.put({"n": 1})

        body, attributes = self.letter()
        self.assertEqual('{"n":1}', body)
        message = attributes.pop("ERROR_MESSAGE")
        self.assertEqual({"RULE_ARN": arn(f"rule/{self.name}/all"), "TARGET_ARN": self.queue_arn,
                          "ERROR_CODE": "NO_RESOURCE"}, attributes)
        self.assertRegex(message, "^The specified queue does not exist or you do not have access to it. "
                                  r"\(Service: AmazonSQS; Status Code: 400; "
                                  "Error Code: AWS.SimpleQueueService.NonExistentQueue; Request ID: .*; Proxy: null\\)$")

    def test_a_text_that_is_no_json_is_not_delivered(self):
        self.target(DeadLetterConfig={"Arn": self.dead_arn}, InputTransformer={
            "InputPathsMap": {"name": "$.detail.name"}, "InputTemplate": "[<name>]"})

        self.put({"name": "Ann"})

        body, attributes = self.letter()
        self.assertEqual(("[Ann]", "INVALID_JSON", "Invalid input for target."),
                         (body, attributes["ERROR_CODE"], attributes["ERROR_MESSAGE"]))
        self.assert_empty(self.url)

    def test_used_up_retries_are_counted(self):
        connection = self.events.create_connection(Name="closed", AuthorizationType="API_KEY", AuthParameters={
            "ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "k"}})["ConnectionArn"]
        destination = self.events.create_api_destination(Name="closed", ConnectionArn=connection, HttpMethod="POST",
                                                         InvocationEndpoint="http://127.0.0.1:1/")["ApiDestinationArn"]
        self.events.put_targets(Rule="all", EventBusName=self.name, Targets=[
            {"Id": "1", "Arn": destination, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": self.dead_arn},
             "RetryPolicy": {"MaximumRetryAttempts": 0}}])

        event_id = self.put({})

        body, attributes = self.letter()
        self.assertEqual(event_id, json.loads(body)["id"])
        self.assertEqual((destination, "CONNECTION_FAILURE", "0", "MaximumRetryAttempts"),
                         tuple(attributes[key] for key in ("TARGET_ARN", "ERROR_CODE", "RETRY_ATTEMPTS",
                                                           "EXHAUSTED_RETRY_CONDITION")))


class ReplayTest(DeliveryTest):
    def replay(self, name, **destination):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.events.start_replay(ReplayName=name, EventSourceArn=arn("archive/" + self.archive),
                                 EventStartTime=now - datetime.timedelta(hours=1),
                                 EventEndTime=now + datetime.timedelta(hours=1),
                                 Destination={"Arn": self.bus, **destination})
        eventually(lambda: self.events.describe_replay(ReplayName=name)["State"] == "COMPLETED", what="the replay's end")

    def test_what_was_archived_comes_again(self):
        self.archive = "again"
        self.events.create_archive(ArchiveName="again", EventSourceArn=self.bus,
                                   EventPattern='{"detail": {"keep": [true]}}')
        self.target()
        other, other_queue = self.queue("again-other")
        rule = self.events.put_rule(Name="other", EventBusName=self.name, EventPattern='{"source": ["shop"]}')["RuleArn"]
        self.put({"keep": True, "n": 1}, Time=TIME)
        self.put({"keep": False, "n": 2})
        first = {event["detail"]["n"]: event for event in self.bodies(self.url, 2)}
        eventually(lambda: self.events.describe_archive(ArchiveName="again")["EventCount"] == 1, what="the archived event")

        self.replay("again")

        again = self.receive(self.url)[0]["Body"]
        self.assertIn('"region":"us-east-1","replay-name":"again","resources":[]', again)
        event = json.loads(again)
        self.assertEqual("again", event.pop("replay-name"))
        self.assertNotEqual(first[1].pop("id"), event.pop("id"))
        self.assertEqual(first[1], event)
        self.assert_empty(self.url)
        self.assertEqual(1, self.events.describe_archive(ArchiveName="again")["EventCount"], "replays are not archived")

        self.events.put_targets(Rule="other", EventBusName=self.name, Targets=[{"Id": "1", "Arn": other_queue}])
        self.replay("to-one-rule", FilterArns=[rule])
        self.assertEqual(["to-one-rule"], [event["replay-name"] for event in self.bodies(other)])
        self.assert_empty(self.url)

    def test_an_archive_outlives_a_restart(self):
        self.archive = "kept"
        self.events.create_archive(ArchiveName="kept", EventSourceArn=self.bus)
        self.put({"n": 1})
        eventually(lambda: self.events.describe_archive(ArchiveName="kept")["EventCount"] == 1, what="the archived event")

        self.rialto.restart()
        type(self).events, type(self).sqs = self.client("events"), self.client("sqs")
        self.url = self.sqs.get_queue_url(QueueName=self.name)["QueueUrl"]
        self.target()
        self.replay("after-the-restart")

        self.assertEqual([1], [event["detail"]["n"] for event in self.bodies(self.url)])


if __name__ == "__main__":
    unittest.main()
