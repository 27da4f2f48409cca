"""boto3's clients of a server under test, and what they have in common."""
import json
import time

import boto3
from botocore.config import Config

from support import DEADLINE


def make_client(test, rialto, service):
    client = boto3.client(service, endpoint_url=rialto.url(), region_name="us-east-1", aws_access_key_id="test",
                          aws_secret_access_key="test", config=Config(retries={"max_attempts": 0}))
    test.addCleanup(client.close)
    return client


def make_clients(test, rialto):
    """Of EventBridge and of SQS."""
    return make_client(test, rialto, "events"), make_client(test, rialto, "sqs")


def drain(sqs, url, count, within=DEADLINE):
    """Takes `count` messages, JSON, out of a queue."""
    end = time.monotonic() + within
    got = []
    while len(got) < count:
        if time.monotonic() > end:
            raise AssertionError(f"{len(got)} of {count} messages came within {within} s: {got}")
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            got.append(json.loads(message["Body"]))
    return got
