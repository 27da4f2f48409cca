"""Queues as boto3 sees them, as the Query protocol has them, and as rules send to them."""
import hashlib
import json
import threading
import time
import unittest
import urllib.parse
import xml.etree.ElementTree as xml

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from support import RialtoTest, eventually

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"
ARN = "arn:aws:sqs:us-east-1:000000000000:"


def client_of(test, rialto, account="test", region="us-east-1"):
    client = boto3.client("sqs", endpoint_url=rialto.url(), region_name=region, aws_access_key_id=account,
                          aws_secret_access_key="test", config=Config(retries={"max_attempts": 0}))
    test.addCleanup(client.close)
    return client


class SqsTest(RialtoTest):
    @classmethod
    def setUpClass(cls):
        cls.rialto = cls.share()

    def setUp(self):
        super().setUp()
        self.sqs = client_of(self, self.rialto)

    def make(self, name=None, **attributes):
        name = name or self.id().rsplit(".", 1)[1][:70]
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def receive(self, url, **options):
        return self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **options).get("Messages", [])

    def bodies(self, url, **options):
        return [message["Body"] for message in self.receive(url, **options)]


class BotoTest(SqsTest):
    def refused(self, exception, code, call, **arguments):
        with self.assertRaises(exception) as caught:
            call(**arguments)
        self.assertEqual(code, caught.exception.response["Error"]["Code"])
        return caught.exception.response["Error"]["Message"]

    def test_queues_are_made_found_listed_and_deleted(self):
        url = self.make("life-1")
        self.make("life-2")
        self.assertTrue(url.endswith("/000000000000/life-1"), url)
        self.assertEqual(url, self.sqs.get_queue_url(QueueName="life-1")["QueueUrl"])
        listed = self.sqs.list_queues(QueueNamePrefix="life-", MaxResults=1)
        self.assertEqual([url], listed["QueueUrls"])
        rest = self.sqs.list_queues(QueueNamePrefix="life-", MaxResults=1, NextToken=listed["NextToken"])
        self.assertEqual([url.replace("life-1", "life-2")], rest["QueueUrls"])
        self.assertNotIn("NextToken", rest)

        self.sqs.delete_queue(QueueUrl=url)

        self.refused(self.sqs.exceptions.QueueDoesNotExist, "AWS.SimpleQueueService.NonExistentQueue",
                     self.sqs.get_queue_url, QueueName="life-1")
        self.assertRegex(self.refused(
            self.sqs.exceptions.QueueDoesNotExist, "AWS.SimpleQueueService.NonExistentQueue",
            self.sqs.send_message, QueueUrl=url, MessageBody="x"), r"^The specified queue does not exist")

    def test_other_accounts_and_regions_have_their_own(self):
        self.make("own")
        for account, region in (("111111111111", "us-east-1"), ("test", "eu-west-1")):
            other = client_of(self, self.rialto, account, region)
            with self.assertRaises(other.exceptions.QueueDoesNotExist):
                other.get_queue_url(QueueName="own")
            url = other.create_queue(QueueName="own")["QueueUrl"]
            arn = other.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            self.assertEqual(f"arn:aws:sqs:{region}:{account if account != 'test' else '0' * 12}:own", arn)

    def test_attributes_are_set_and_read(self):
        url = self.make(DelaySeconds="3")
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})

        every = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

        self.assertEqual(("3", "7", "345600", "1048576", "0"), tuple(every[name] for name in (
            "DelaySeconds", "VisibilityTimeout", "MessageRetentionPeriod", "MaximumMessageSize",
            "ApproximateNumberOfMessages")))
        self.assertNotIn("Attributes", self.sqs.get_queue_attributes(QueueUrl=url))
        self.refused(self.sqs.exceptions.InvalidAttributeName, "InvalidAttributeName",
                     self.sqs.set_queue_attributes, QueueUrl=url, Attributes={"Nonsense": "1"})
        self.refused(ClientError, "InvalidAttributeValue",
                     self.sqs.set_queue_attributes, QueueUrl=url, Attributes={"VisibilityTimeout": "99999"})
        self.refused(self.sqs.exceptions.QueueNameExists, "QueueAlreadyExists",
                     self.sqs.create_queue, QueueName=url.rsplit("/", 1)[1], Attributes={"DelaySeconds": "4"})

    def test_tags_are_kept(self):
        url = self.sqs.create_queue(QueueName="tagged", tags={"a": "1"})["QueueUrl"]
        self.sqs.tag_queue(QueueUrl=url, Tags={"b": "2", "c": "3"})
        self.sqs.untag_queue(QueueUrl=url, TagKeys=["a", "b"])
        self.assertEqual({"c": "3"}, self.sqs.list_queue_tags(QueueUrl=url)["Tags"])
        self.sqs.untag_queue(QueueUrl=url, TagKeys=["c"])
        self.assertNotIn("Tags", self.sqs.list_queue_tags(QueueUrl=url))

    def test_a_message_comes_with_its_attributes_and_digests(self):
        url = self.make()
        attributes = {"n": {"DataType": "Number", "StringValue": "19.12"},
                      "b": {"DataType": "Binary.x", "BinaryValue": b"\x00\xff"}}
        sent = self.sqs.send_message(
            QueueUrl=url, MessageBody="Grüße\n<&>", MessageAttributes=attributes,
            MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}})
        self.assertEqual(hashlib.md5("Grüße\n<&>".encode()).hexdigest(), sent["MD5OfMessageBody"])
        self.assertIn("MD5OfMessageSystemAttributes", sent)

        [message] = self.receive(url, MessageAttributeNames=["All"], AttributeNames=["All"])

        self.assertEqual(("Grüße\n<&>", attributes, sent["MessageId"], sent["MD5OfMessageAttributes"]), tuple(
            message[name] for name in ("Body", "MessageAttributes", "MessageId", "MD5OfMessageAttributes")))
        self.assertEqual("1", message["Attributes"]["ApproximateReceiveCount"])
        self.assertEqual("Root=1", message["Attributes"]["AWSTraceHeader"])

    def test_visibility_is_changed_and_messages_are_deleted(self):
        url = self.make()
        self.sqs.send_message(QueueUrl=url, MessageBody="a")
        [first] = self.receive(url)
        self.assertEqual([], self.bodies(url))
        self.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
        [second] = self.receive(url)
        self.assertNotEqual(first["ReceiptHandle"], second["ReceiptHandle"])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"])
        self.refused(ClientError, "InvalidParameterValue", self.sqs.change_message_visibility, QueueUrl=url,
                     ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=0)
        self.refused(self.sqs.exceptions.ReceiptHandleIsInvalid, "ReceiptHandleIsInvalid",
                     self.sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense")

    def test_batches_tell_the_fate_of_each(self):
        url = self.make()
        sent = self.sqs.send_message_batch(QueueUrl=url, Entries=[
            {"Id": "good", "MessageBody": "a"}, {"Id": "bad", "MessageBody": "b", "DelaySeconds": 901}])
        self.assertEqual(["good"], [one["Id"] for one in sent["Successful"]])
        [failed] = sent["Failed"]
        self.assertEqual(("bad", "InvalidParameterValue", True),
                         (failed["Id"], failed["Code"], failed["SenderFault"]))

        [message] = self.receive(url)
        handle = message["ReceiptHandle"]
        hidden = self.sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
            {"Id": "1", "ReceiptHandle": handle, "VisibilityTimeout": 60}, {"Id": "2", "ReceiptHandle": "x"}])
        self.assertEqual((["1"], ["2"]), tuple([one["Id"] for one in hidden[part]] for part in ("Successful", "Failed")))
        gone = self.sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": handle}])
        self.assertEqual(["1"], [one["Id"] for one in gone["Successful"]])

    def test_batches_are_held_to_their_rules(self):
        url = self.make()
        entry = {"Id": "1", "MessageBody": "x"}
        errors = self.sqs.exceptions
        for entries, exception in (([], errors.EmptyBatchRequest),
                                   ([{**entry, "Id": str(i)} for i in range(11)], errors.TooManyEntriesInBatchRequest),
                                   ([entry, entry], errors.BatchEntryIdsNotDistinct),
                                   ([{**entry, "Id": "a b"}], errors.InvalidBatchEntryId)):
            code = "AWS.SimpleQueueService." + exception.__name__
            self.refused(exception, code, self.sqs.send_message_batch, QueueUrl=url, Entries=entries)

    def test_a_receive_waits_for_a_message(self):
        url = self.make()
        received = []
        waiter = threading.Thread(target=lambda: received.extend(self.receive(url, WaitTimeSeconds=20)))
        waiter.start()
        self.sqs.send_message(QueueUrl=url, MessageBody="a")
        waiter.join(15)
        self.assertFalse(waiter.is_alive())
        self.assertEqual("a", received[0]["Body"])
        self.assertEqual([], self.bodies(url, WaitTimeSeconds=1))

    def test_a_purged_queue_is_empty(self):
        url = self.make()
        self.sqs.send_message(QueueUrl=url, MessageBody="a")
        self.sqs.purge_queue(QueueUrl=url)
        self.assertEqual([], self.bodies(url))

    def test_a_fifo_queue_keeps_order_and_drops_duplicates(self):
        url = self.make("o.fifo", FifoQueue="true", ContentBasedDeduplication="true")
        sent = [self.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g") for body in ("1", "2", "1")]
        self.assertEqual(sent[0]["MessageId"], sent[2]["MessageId"])
        self.assertLess(sent[0]["SequenceNumber"], sent[1]["SequenceNumber"])
        self.assertEqual(["1", "2"], self.bodies(url))
        self.assertEqual([], self.bodies(url))
        self.refused(ClientError, "MissingParameter", self.sqs.send_message, QueueUrl=url, MessageBody="x")

    def test_messages_received_too_often_are_dead_letters(self):
        dead = self.make("dead")
        url = self.make("tried", VisibilityTimeout="0", RedrivePolicy=json.dumps(
            {"deadLetterTargetArn": ARN + "dead", "maxReceiveCount": 2}))
        self.assertEqual([url], self.sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"])
        self.sqs.send_message(QueueUrl=url, MessageBody="a")

        self.assertEqual([["a"], ["a"], []], [self.bodies(url) for _ in range(3)])

        [letter] = self.receive(dead, AttributeNames=["All"])
        self.assertEqual(("a", ARN + "tried"), (letter["Body"], letter["Attributes"]["DeadLetterQueueSourceArn"]))

    def test_what_is_out_of_range_is_told_in_words(self):
        url = self.make()
        self.assertEqual(
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
            self.refused(ClientError, "InvalidParameterValue", self.sqs.receive_message, QueueUrl=url,
                         MaxNumberOfMessages=11))
        self.refused(self.sqs.exceptions.InvalidMessageContents, "InvalidMessageContents",
                     self.sqs.send_message, QueueUrl=url, MessageBody="\x01")

    def test_a_restart_loses_nothing(self):
        rialto = self.serve()
        sqs = client_of(self, rialto)
        url = sqs.create_queue(QueueName="kept", Attributes={"DelaySeconds": "0"})["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="a")

        rialto.kill()
        rialto.start()

        sqs = client_of(self, rialto)
        url = sqs.get_queue_url(QueueName="kept")["QueueUrl"]
        self.assertEqual("a", sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])


class JsonTest(SqsTest):
    """The newer protocol, whatever the installed SDK speaks."""

    def ask(self, operation, **members):
        answer = self.rialto.post("/", json.dumps(members), headers={
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS." + operation})
        self.assertEqual("application/x-amz-json-1.0", answer.headers["Content-Type"])
        return answer

    def test_a_message_comes_and_goes(self):
        url = self.ask("CreateQueue", QueueName="json", Attributes={"VisibilityTimeout": "5"}).json()["QueueUrl"]
        self.assertEqual(self.rialto.url("/000000000000/json"), url)
        sent = self.ask("SendMessage", QueueUrl=url, MessageBody="test", MessageAttributes={
            "attr1": {"DataType": "Number", "StringValue": "19.12"}}).json()
        self.assertEqual(("098f6bcd4621d373cade4e832627b4f6", "1f07082409022a373fa2a2601f82b3cb"),
                         (sent["MD5OfMessageBody"], sent["MD5OfMessageAttributes"]))
        [message] = self.ask("ReceiveMessage", QueueUrl=url, MessageAttributeNames=["att.*"],
                             MessageSystemAttributeNames=["ApproximateReceiveCount"]).json()["Messages"]
        self.assertEqual(("test", {"ApproximateReceiveCount": "1"}, {"attr1": {"StringValue": "19.12",
                                                                              "DataType": "Number"}}),
                         (message["Body"], message["Attributes"], message["MessageAttributes"]))
        self.assertEqual({}, self.ask("ReceiveMessage", QueueUrl=url).json())
        gone = self.ask("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        self.assertEqual((200, b""), (gone.status, gone.body))

    def test_errors_have_both_their_names(self):
        for operation, members, shape, code in (
                ("GetQueueUrl", {"QueueName": "gone"}, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
                ("SendMessage", {"QueueUrl": "/0/q"}, "MissingRequiredParameterException", "MissingParameter"),
                ("CreateQueue", {"QueueName": "a b"}, "InvalidParameterValueException", "InvalidParameterValue")):
            answer = self.ask(operation, **members)
            self.assertEqual((400, "com.amazonaws.sqs#" + shape, code + ";Sender"),
                             (answer.status, answer.json()["__type"], answer.headers["x-amzn-query-error"]))


class QueryTest(SqsTest):
    def ask(self, path="/", **parameters):
        body = urllib.parse.urlencode({name.replace("__", "."): value for name, value in parameters.items()})
        answer = self.rialto.post(path, body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        return answer.status, xml.fromstring(answer.body)

    def texts(self, root, name):
        return [element.text for element in root.iter(NAMESPACE + name)]

    def test_a_message_goes_by_the_path_of_its_queue(self):
        status, made = self.ask(Action="CreateQueue", Version="2012-11-05", QueueName="q",
                                Attribute__1__Name="VisibilityTimeout", Attribute__1__Value="5")
        self.assertEqual(200, status)
        self.assertEqual(NAMESPACE + "CreateQueueResponse", made.tag)
        path = urllib.parse.urlparse(self.texts(made, "QueueUrl")[0]).path
        self.assertEqual("/000000000000/q", path)

        _, sent = self.ask(path, Action="SendMessage", MessageBody="a&b", MessageAttribute__1__Name="n",
                           MessageAttribute__1__Value__DataType="String", MessageAttribute__1__Value__StringValue="v")
        self.assertEqual([hashlib.md5(b"a&b").hexdigest()], self.texts(sent, "MD5OfMessageBody"))
        _, received = self.ask(path, Action="ReceiveMessage", AttributeName__1="All", MessageAttributeName__1="n")
        self.assertEqual((["a&b"], ["v"]), (self.texts(received, "Body"), self.texts(received, "StringValue")))
        self.assertIn("SentTimestamp", self.texts(received, "Name"))
        [handle] = self.texts(received, "ReceiptHandle")
        status, _ = self.ask(path, Action="DeleteMessageBatch", DeleteMessageBatchRequestEntry__1__Id="1",
                             DeleteMessageBatchRequestEntry__1__ReceiptHandle=handle)
        self.assertEqual(200, status)
        _, attributes = self.ask(path, Action="GetQueueAttributes", AttributeName__1="VisibilityTimeout",
                                 AttributeName__2="ApproximateNumberOfMessagesNotVisible")
        self.assertEqual({"VisibilityTimeout": "5", "ApproximateNumberOfMessagesNotVisible": "0"},
                         dict(zip(self.texts(attributes, "Name"), self.texts(attributes, "Value"))))

    def test_errors_have_the_old_codes(self):
        for parameters, code in (({"Action": "Nonsense"}, "InvalidAction"),
                                 ({"Action": "GetQueueUrl", "QueueName": "gone"},
                                  "AWS.SimpleQueueService.NonExistentQueue"),
                                 ({"Action": "SendMessage"}, "MissingParameter")):
            status, root = self.ask(**parameters)
            codes = [element.text for element in root.iter() if element.tag.endswith("Code")]
            self.assertEqual((400, [code]), (status, codes))


class TargetTest(RialtoTest):
    def test_rules_of_the_file_send_to_its_queues(self):
        rialto = self.serve({
            "queues": {"posts": {"visibilityTimeout": "5s", "redrive": {"queue": "dead"}}, "dead": None,
                       "inOrder.fifo": None},
            "buses": {"default": {"rules": {"all": {"pattern": {"source": ["rialto.posts"]}, "targets": [
                {"queue": {"name": "posts"}},
                {"id": "second", "queue": {"name": "inOrder.fifo", "group": "g"}, "inputPath": "$.detail.title"},
                {"id": "lost", "queue": {"name": "gone"}, "deadLetter": {"queue": {"name": "dead"}}}]}}}}})
        sqs = client_of(self, rialto)

        self.assertEqual(201, rialto.post("/posts", {"title": "T", "body": "B", "author": "A", "topic": "t"}).status)

        def message(name):
            url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
            got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10, MessageAttributeNames=["All"])["Messages"]
            return got[0]
        event = json.loads(message("posts")["Body"])
        self.assertEqual(("BlogPostCreated", "T"), (event["detail-type"], event["detail"]["title"]))
        self.assertEqual('"T"', message("inOrder.fifo")["Body"])
        letter = message("dead")
        self.assertEqual(event, json.loads(letter["Body"]))
        attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
        self.assertRegex(attributes.pop("ERROR_MESSAGE"), "^The specified queue does not exist or you do not have access")
        self.assertEqual({"RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/all", "TARGET_ARN": ARN + "gone",
                          "ERROR_CODE": "NO_RESOURCE"}, attributes)
        eventually(lambda: rialto.get("/dead-letters").json()["deadLetters"] == [], what="no built-in dead letter")

    def test_a_reload_that_is_refused_or_changes_nothing_leaves_the_queues_as_they_are(self):
        def forward(bus):
            return {"pattern": {"source": ["shop"]}, "targets": [{"bus": {"name": bus}}]}

        def config(delay, **rules):
            return {"queues": {"orders": {"delay": delay}},
                    "buses": {"default": {"rules": {"there": forward("shop")}}, "shop": {"rules": rules}}}
        rialto = self.serve(config("5s"))
        sqs = client_of(self, rialto)
        url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]

        def attributes():
            all_of_them = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            return all_of_them["DelaySeconds"], all_of_them["LastModifiedTimestamp"]

        def reload(to, said):
            before = rialto.log().count(said)
            rialto.write_config(to)
            rialto.reload()
            eventually(lambda: rialto.log().count(said) > before, what=said)
        before = attributes()
        self.assertEqual("5", before[0])
        eventually(lambda: int(time.time()) > int(before[1]), what="another second")

        reload(config("6s", back=forward("default")), "not reloaded")
        self.assertEqual(before, attributes())
        reload(config("5s"), "configuration reloaded")
        self.assertEqual(before, attributes())
        reload(config("6s"), "configuration reloaded")
        self.assertEqual("6", attributes()[0])


if __name__ == "__main__":
    unittest.main()
