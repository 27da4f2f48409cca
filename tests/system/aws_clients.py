"""Clients of the AWS API, and what the tests with them have in common.

A client belongs to an account, since the access key id says whose it is, and to a region.
"""
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from support import DEADLINE, RialtoTest, eventually

REGION = "us-east-1"
ACCOUNT = "000000000000"  # the server's own, by default
ROLE = f"arn:aws:iam::{ACCOUNT}:role/events"


def client(rialto, service, account=ACCOUNT, region=REGION, **options):
    # Query is what Debian's boto3 speaks to SQS, newer ones speak JSON: the JavaScript test has that.
    return boto3.client(service, endpoint_url=rialto.url(), region_name=region, aws_access_key_id=account,
                        aws_secret_access_key="secret", config=Config(retries={"max_attempts": 0}, **options))


def arn(kind_and_name, account=ACCOUNT, region=REGION, service="events"):
    return f"arn:aws:{service}:{region}:{account}:{kind_and_name}"


class AwsClients:
    """What tests do with clients of `self.rialto`."""

    def connect(self):
        """A client a service of the server's own account, that end with the test."""
        self.events, self.sqs = self.client("events"), self.client("sqs")

    def client(self, service, account=ACCOUNT, region=REGION):
        """One more, that ends with the test."""
        one = client(self.rialto, service, account, region)
        self.addCleanup(one.close)
        return one

    def refused(self, code, call, **arguments):
        """The message of the error with this code that the call has to end in."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        error = caught.exception.response["Error"]
        self.assertEqual(code, error["Code"], error)
        return error.get("Message", "")

    def queue(self, name, **attributes):
        """URL and ARN of a fresh queue."""
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, arn(name, service="sqs")

    def receive(self, url, count=1, sqs=None):
        """That many messages, which are deleted; more would be an error."""
        sqs = sqs or self.sqs
        messages = []

        def enough():
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"],
                                         MessageAttributeNames=["All"])
            for message in answer.get("Messages", []):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                messages.append(message)
            return len(messages) >= count

        eventually(enough, within=DEADLINE, what=f"{count} messages")
        self.assertEqual(count, len(messages), messages)
        return messages

    def bodies(self, url, count=1, sqs=None):
        return [json.loads(message["Body"]) for message in self.receive(url, count, sqs)]

    def assert_empty(self, url):
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10))


class AwsTest(AwsClients, RialtoTest):
    """A server for the whole class, with one client a service of the server's own account."""

    @classmethod
    def setUpClass(cls):
        cls.rialto = cls.share()
        cls.events = client(cls.rialto, "events")
        cls.sqs = client(cls.rialto, "sqs")
        cls.addClassCleanup(cls.events.close)
        cls.addClassCleanup(cls.sqs.close)


def entry(detail, bus="default", source="shop", detail_type="Placed", **more):
    detail = detail if isinstance(detail, str) else json.dumps(detail)
    return {"Source": source, "DetailType": detail_type, "Detail": detail, "EventBusName": bus, **more}
