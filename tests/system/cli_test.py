"""The AWS CLI: what a person types. `aws` is Debian's; another on the path may be of any version."""
import json
import os
import subprocess
import unittest

from aws_clients import ACCOUNT, REGION, ROLE, arn
from support import DEADLINE, RialtoTest, eventually

CLI = "/usr/bin/aws"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": REGION,
               "AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true"}


class CliTest(RialtoTest):
    @classmethod
    def setUpClass(cls):
        cls.rialto = cls.share()

    def run_cli(self, *arguments):
        return subprocess.run([CLI, "--endpoint-url", self.rialto.url(), *arguments], env={**os.environ, **CREDENTIALS},
                              capture_output=True, text=True, timeout=3 * DEADLINE)

    def aws(self, *arguments):
        """What the CLI prints, as JSON."""
        done = self.run_cli(*arguments)
        self.assertEqual((0, ""), (done.returncode, done.stderr), arguments)
        return json.loads(done.stdout) if done.stdout else None

    def test_from_a_bus_to_a_message_and_back(self):
        bus = self.aws("events", "create-event-bus", "--name", "shop", "--tags", "Key=team,Value=a")["EventBusArn"]
        self.assertEqual(arn("event-bus/shop"), bus)
        self.assertEqual([{"Key": "team", "Value": "a"}],
                         self.aws("events", "list-tags-for-resource", "--resource-arn", bus)["Tags"])
        url = self.aws("sqs", "create-queue", "--queue-name", "orders", "--attributes", "VisibilityTimeout=60")["QueueUrl"]
        queue = self.aws("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "QueueArn",
                         "VisibilityTimeout")["Attributes"]
        self.assertEqual({"QueueArn": arn("orders", service="sqs"), "VisibilityTimeout": "60"}, queue)
        self.aws("events", "put-rule", "--event-bus-name", "shop", "--name", "orders", "--event-pattern",
                 '{"source":["shop"],"detail":{"total":[{"numeric":[">",10]}]}}')
        self.aws("events", "put-targets", "--event-bus-name", "shop", "--rule", "orders", "--targets",
                 json.dumps([{"Id": "1", "Arn": queue["QueueArn"], "InputPath": "$.detail"}]))
        self.assertEqual(["orders"], [rule["Name"] for rule in self.aws("events", "list-rules", "--event-bus-name", "shop",
                                                                      "--page-size", "1")["Rules"]])
        self.assertEqual(["orders"], self.aws("events", "list-rule-names-by-target", "--event-bus-name", "shop",
                                              "--target-arn", queue["QueueArn"])["RuleNames"])

        put = self.aws("events", "put-events", "--entries", json.dumps([
            {"EventBusName": "shop", "Source": "shop", "DetailType": "Placed", "Detail": json.dumps({"total": total})}
            for total in (5, 15)]))
        self.assertEqual(0, put["FailedEntryCount"])

        message, = self.aws("sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", "5")["Messages"]
        self.assertEqual('{"total":15}', message["Body"])
        self.aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])
        self.assertIsNone(self.aws("sqs", "receive-message", "--queue-url", url))

        self.aws("events", "remove-targets", "--event-bus-name", "shop", "--rule", "orders", "--ids", "1")
        self.aws("events", "delete-rule", "--event-bus-name", "shop", "--name", "orders")
        self.aws("events", "delete-event-bus", "--name", "shop")
        self.aws("sqs", "delete-queue", "--queue-url", url)
        self.assertEqual([], self.aws("events", "list-event-buses", "--name-prefix", "shop")["EventBuses"])

    def test_an_archive_is_replayed(self):
        bus = self.aws("events", "describe-event-bus")["Arn"]
        archive = self.aws("events", "create-archive", "--archive-name", "all", "--event-source-arn", bus)["ArchiveArn"]
        self.aws("events", "put-events", "--entries", '[{"Source":"shop","DetailType":"Placed","Detail":"{}"}]')
        eventually(lambda: self.aws("events", "describe-archive", "--archive-name", "all")["EventCount"] == 1,
                   what="the archived event")

        self.aws("events", "start-replay", "--replay-name", "again", "--event-source-arn", archive, "--destination",
                 f"Arn={bus}", "--event-start-time", "2020-01-01T00:00:00Z", "--event-end-time", "2100-01-01T00:00:00Z")

        eventually(lambda: self.aws("events", "describe-replay", "--replay-name", "again")["State"] == "COMPLETED",
                   what="the replay's end")

    def test_connections_and_api_destinations(self):
        connection = self.aws("events", "create-connection", "--name", "shop", "--authorization-type", "API_KEY",
                              "--auth-parameters", "ApiKeyAuthParameters={ApiKeyName=X-Key,ApiKeyValue=k}")
        destination = self.aws("events", "create-api-destination", "--name", "shop", "--connection-arn",
                               connection["ConnectionArn"], "--invocation-endpoint", "http://127.0.0.1:9/", "--http-method",
                               "POST")
        self.assertEqual(("AUTHORIZED", "ACTIVE"), (connection["ConnectionState"], destination["ApiDestinationState"]))
        self.aws("events", "put-rule", "--name", "minutely", "--schedule-expression", "rate(1 minute)")
        self.aws("events", "put-targets", "--rule", "minutely", "--targets",
                 f"Id=1,Arn={destination['ApiDestinationArn']},RoleArn={ROLE},Input='{{}}'")
        self.assertEqual("rate(1 minute)", self.aws("events", "describe-rule", "--name", "minutely")["ScheduleExpression"])

    def test_messages_in_a_batch(self):
        url = self.aws("sqs", "create-queue", "--queue-name", "batch")["QueueUrl"]
        self.assertEqual([url], self.aws("sqs", "list-queues", "--queue-name-prefix", "bat")["QueueUrls"])
        sent = self.aws("sqs", "send-message-batch", "--queue-url", url, "--entries", json.dumps(
            [{"Id": str(number), "MessageBody": f"message {number}"} for number in range(3)]))
        self.assertEqual(3, len(sent["Successful"]))
        self.aws("sqs", "send-message", "--queue-url", url, "--message-body", "fourth", "--message-attributes",
                 "shop={DataType=String,StringValue=a}")
        received = self.aws("sqs", "receive-message", "--queue-url", url, "--max-number-of-messages", "10",
                            "--message-attribute-names", "All")["Messages"]
        self.assertEqual({"message 0", "message 1", "message 2", "fourth"}, {message["Body"] for message in received})
        self.aws("sqs", "purge-queue", "--queue-url", url)

    def test_errors_have_their_name_and_text(self):
        for arguments, error in (
                (("events", "describe-rule", "--name", "none"),
                 "An error occurred (ResourceNotFoundException) when calling the DescribeRule operation: Rule none does not "
                 "exist on EventBus default."),
                (("events", "put-rule", "--name", "bad", "--schedule-expression", "rate(1 minutes)"),
                 "An error occurred (ValidationException) when calling the PutRule operation: Parameter ScheduleExpression "
                 "is not valid."),
                (("sqs", "get-queue-url", "--queue-name", "none"),
                 "An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation: The "
                 "specified queue does not exist")):
            done = self.run_cli(*arguments)
            self.assertEqual(254, done.returncode)
            self.assertIn(error, done.stderr)


if __name__ == "__main__":
    unittest.main()
