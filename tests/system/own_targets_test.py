"""Rialto's own kinds of target as the AWS API names them: a topic is mailed, a log group is a file, two functions are a
WebSocket channel and the text analysis; others there are not."""
import json
import unittest

from aws_clients import arn, client, entry
from blog import create, enriched, names, relay, subscribe
from smtp_sink import SmtpSink
from support import RialtoTest, eventually
from websocket_client import WebSocket

NO_RULES = {"buses": {"default": {"rules": {"never": {"pattern": {"source": ["nobody"]}, "targets": ["entities"]}}}}}


class OwnTargetsTest(RialtoTest):
    def start(self, config, target, **options):
        """A server with a rule that sends all of the shop's events to the target."""
        self.rialto = self.serve(config)
        self.events, self.sqs = client(self.rialto, "events"), client(self.rialto, "sqs")
        self.addCleanup(self.events.close)
        self.addCleanup(self.sqs.close)
        self.events.create_event_bus(Name="shop")
        self.events.put_rule(Name="all", EventBusName="shop", EventPattern='{"source": ["shop"]}')
        self.events.put_targets(Rule="all", EventBusName="shop", Targets=[{"Id": "1", "Arn": target, **options}])

    def put(self, detail):
        return self.events.put_events(Entries=[entry(detail, "shop")])["Entries"][0]["EventId"]

    def test_a_topic_is_mailed_to_its_subscribers(self):
        sink = SmtpSink()
        self.addCleanup(sink.stop)
        self.start(relay(sink), arn("shop", service="sns"), InputPath="$.detail.text")
        subscribe(self.rialto, sink, "ann@example.org", "shop")

        self.put({"title": "Winter sale", "text": "All at half the price."})

        mail = eventually(lambda: [one for one in sink.mails("ann@example.org") if "List-Unsubscribe" in one.message],
                          what="the mail")[0]
        self.assertEqual("[shop] Winter sale", mail.message["Subject"])
        self.assertIn("All at half the price.", mail.text())

    def test_a_log_group_is_a_file(self):
        self.start(NO_RULES, arn("log-group:/shop/orders:*", service="logs"))

        event_id = self.put({"n": 1})

        file = self.rialto.data / "logs" / "-shop-orders.ndjson"
        line = json.loads(eventually(lambda: file.exists() and file.read_text(), what="the line"))
        self.assertEqual((event_id, {"n": 1}), (line["message"]["id"], line["message"]["detail"]))

    def test_a_function_pushes_to_a_channel(self):
        self.start(NO_RULES, arn("function:websocket-push:orders", service="lambda"))
        with WebSocket(self.rialto.url("/ws", "ws")) as socket:
            socket.send({"type": "subscribe", "channel": "orders"})
            socket.receive_until(lambda message: message["type"] == "subscribed")

            event_id = self.put({"n": 1})

            self.assertEqual(event_id, socket.receive()["event"]["id"])

    def test_a_function_finds_the_names_in_a_post(self):
        self.start(NO_RULES, arn("function:entity-extraction", service="lambda"))
        post = create(self.rialto)
        self.assertNotIn("entities", self.rialto.get(f"/posts/{post['id']}").json())

        self.put({"id": post["id"]})

        self.assertIn("Angela Merkel", names(enriched(self.rialto, post)["entities"]))

    def test_what_is_not_here_is_a_dead_letter_at_once(self):
        self.start(NO_RULES, arn("function:mine", service="lambda"), DeadLetterConfig={"Arn": arn("dead", service="sqs")})
        url = self.sqs.create_queue(QueueName="dead")["QueueUrl"]

        self.put({})

        letter, = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"])["Messages"]
        self.assertEqual((arn("function:mine", service="lambda"), "NO_RESOURCE"),
                         tuple(letter["MessageAttributes"][name]["StringValue"] for name in ("TARGET_ARN", "ERROR_CODE")))


if __name__ == "__main__":
    unittest.main()
