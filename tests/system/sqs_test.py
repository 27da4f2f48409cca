"""The SQS API through boto3, which speaks the Query protocol; the JavaScript test speaks JSON to it."""
import json
import unittest

from aws_clients import AwsTest, arn
from support import eventually


class QueueTest(AwsTest):
    def test_a_queue_from_its_creation_to_its_end(self):
        url = self.sqs.create_queue(QueueName="life", Attributes={"DelaySeconds": "1"}, tags={"team": "a"})["QueueUrl"]
        self.assertEqual(url, self.sqs.get_queue_url(QueueName="life")["QueueUrl"])
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0", "VisibilityTimeout": "5"})
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual((arn("life", service="sqs"), "0", "5", "345600", "0"), tuple(attributes[name] for name in (
            "QueueArn", "DelaySeconds", "VisibilityTimeout", "MessageRetentionPeriod", "ApproximateNumberOfMessages")))

        self.sqs.tag_queue(QueueUrl=url, Tags={"stage": "test"})
        self.sqs.untag_queue(QueueUrl=url, TagKeys=["team"])
        self.assertEqual({"stage": "test"}, self.sqs.list_queue_tags(QueueUrl=url)["Tags"])

        self.sqs.delete_queue(QueueUrl=url)
        with self.assertRaises(self.sqs.exceptions.QueueDoesNotExist):
            self.sqs.get_queue_url(QueueName="life")

    def test_queues_have_a_paginator(self):
        urls = [self.queue(f"page-{number}")[0] for number in range(5)]

        pages = list(self.sqs.get_paginator("list_queues").paginate(QueueNamePrefix="page-",
                                                                    PaginationConfig={"PageSize": 2}))

        self.assertEqual([urls[:2], urls[2:4], urls[4:]], [page["QueueUrls"] for page in pages])

    def test_the_same_name_with_other_attributes_is_refused(self):
        url, _ = self.queue("same", DelaySeconds="3")
        self.assertEqual(url, self.queue("same", DelaySeconds="3")[0])
        with self.assertRaises(self.sqs.exceptions.QueueNameExists):
            self.queue("same", DelaySeconds="4")


class MessageTest(AwsTest):
    def test_a_message_with_attributes(self):
        url, _ = self.queue("attributes")
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="body <&> \u00fc", MessageAttributes={
            "text": {"DataType": "String", "StringValue": "x"}, "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})

        message, = self.receive(url)

        self.assertEqual((sent["MessageId"], "body <&> \u00fc"), (message["MessageId"], message["Body"]))
        self.assertEqual(b"\x00\xff", message["MessageAttributes"]["bytes"]["BinaryValue"])
        self.assertEqual(sent["MD5OfMessageAttributes"], message["MD5OfMessageAttributes"])

    def test_what_is_not_deleted_comes_again(self):
        url, _ = self.queue("again")
        self.sqs.send_message(QueueUrl=url, MessageBody="x")
        first, = self.sqs.receive_message(QueueUrl=url)["Messages"]
        self.assert_empty(url)

        self.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)

        second, = self.receive(url)
        self.assertEqual((first["MessageId"], "2"),
                         (second["MessageId"], second["Attributes"]["ApproximateReceiveCount"]))

    def test_batches(self):
        url, _ = self.queue("batches")
        entries = [{"Id": str(number), "MessageBody": f"message {number}"} for number in range(10)]
        self.assertEqual(10, len(self.sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]))
        handles = []

        def all_received():
            answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            handles.extend(message["ReceiptHandle"] for message in answer.get("Messages", []))
            return len(handles) == 10

        eventually(all_received, what="ten messages")
        named = [{"Id": str(number), "ReceiptHandle": handle} for number, handle in enumerate(handles)]
        shown = self.sqs.change_message_visibility_batch(QueueUrl=url, Entries=[{**one, "VisibilityTimeout": 60}
                                                                                for one in named])
        self.assertEqual(10, len(shown["Successful"]))
        deleted = self.sqs.delete_message_batch(QueueUrl=url, Entries=[*named[:9], {"Id": "bad", "ReceiptHandle": "x"}])
        self.assertEqual((9, ["bad"]), (len(deleted["Successful"]), [one["Id"] for one in deleted["Failed"]]))
        with self.assertRaises(self.sqs.exceptions.TooManyEntriesInBatchRequest):
            self.sqs.send_message_batch(QueueUrl=url, Entries=[*entries, {"Id": "11", "MessageBody": "x"}])

    def test_a_purged_queue_is_empty(self):
        url, _ = self.queue("purged")
        self.sqs.send_message(QueueUrl=url, MessageBody="x")

        self.sqs.purge_queue(QueueUrl=url)

        self.assert_empty(url)

    def test_a_fifo_queue_keeps_the_order_of_a_group_and_takes_a_message_once(self):
        url, _ = self.queue("ordered.fifo", FifoQueue="true")
        for body, unique in (("1", "a"), ("2", "b"), ("2 again", "b"), ("3", "c")):
            self.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=unique)

        self.assertEqual(["1", "2", "3"], [message["Body"] for message in self.receive(url, 3)])

    def test_after_its_receives_a_message_goes_to_the_dead_letters(self):
        dead, dead_arn = self.queue("dead")
        url, _ = self.queue("redriven", VisibilityTimeout="0", RedrivePolicy=json.dumps(
            {"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1}))
        self.assertEqual([url], [one for page in self.sqs.get_paginator("list_dead_letter_source_queues").paginate(
            QueueUrl=dead) for one in page["queueUrls"]])
        self.sqs.send_message(QueueUrl=url, MessageBody="x")

        self.assertEqual(1, len(self.sqs.receive_message(QueueUrl=url)["Messages"]))
        self.assert_empty(url)

        self.assertEqual("x", self.receive(dead)[0]["Body"])

    def test_messages_outlive_a_restart(self):
        url, _ = self.queue("kept")
        self.sqs.send_message(QueueUrl=url, MessageBody="x")

        self.rialto.restart()

        type(self).sqs = self.client("sqs")
        self.assertEqual("x", self.receive(self.sqs.get_queue_url(QueueName="kept")["QueueUrl"])[0]["Body"])


if __name__ == "__main__":
    unittest.main()
