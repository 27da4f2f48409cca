"""CloudEvents over HTTP, as plain clients send them, to queues that boto3 reads."""
import json
import unittest

from aws_clients import AwsClients
from support import RialtoTest

STRUCTURED = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def event(identifier, **more):
    return {"specversion": "1.0", "id": identifier, "source": "/shop", "type": "org.example.order", **more}


class CloudEventsTest(AwsClients, RialtoTest):
    def setUp(self):
        self.rialto = self.serve({"buses": {"default": {"rules": {}}, "websocket": {"rules": {}}}})
        self.connect()
        self.events.create_event_bus(Name="orders")
        self.default = self.queue_behind("default")
        self.orders = self.queue_behind("orders")

    def queue_behind(self, bus):
        url, arn = self.queue(bus)
        self.events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source":[{"prefix":""}]}')
        self.events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
        return url

    def post(self, body, headers, query=""):
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        return self.rialto.post("/events" + query, body, headers=headers)

    def test_a_structured_event_arrives(self):
        answer = self.post(event("1", subject="order/1", time="2026-03-01T10:00:00.5+02:00", data={"total": 10.5}),
                           STRUCTURED)

        self.assertEqual(202, answer.status, answer)
        (got,) = self.bodies(self.default, 1)
        self.assertEqual(answer.json()["events"], [{"id": got["id"]}])
        self.assertEqual(("/shop", "org.example.order", "2026-03-01T08:00:00Z", ["order/1"]),
                         (got["source"], got["detail-type"], got["time"], got["resources"]))
        self.assertEqual({"total": 10.5, "_cloudevents": {"id": "1"}}, got["detail"])

    def test_a_binary_event_of_any_type_arrives(self):
        head = {"ce-specversion": "1.0", "ce-id": "2", "ce-source": "/shop", "ce-type": "org.example.order",
                "ce-eventbusname": "orders"}
        for kind, body, detail in (("application/json", b'{"total":1}', {"total": 1}),
                                   ("text/plain", "gr\u00fcn".encode(), {"data": "gr\u00fcn"}),
                                   ("image/png", b"\x89PNG", {"data_base64": "iVBORw=="})):
            answer = self.post(body, {**head, "Content-Type": kind})
            self.assertEqual(202, answer.status, answer)
            (got,) = self.bodies(self.orders, 1)
            self.assertEqual({**detail, "_cloudevents": {"id": "2", "datacontenttype": kind}}, got["detail"])

    def test_a_batch_arrives_whole_or_not_at_all(self):
        refused = self.post([event("1"), event("2", eventbusname="nowhere")], BATCH)
        taken = self.post([event("3"), event("4", eventbusname="orders")], BATCH)

        self.assertEqual((404, "batch[1]: there is no bus nowhere"), (refused.status, refused.json()["detail"]))
        self.assertEqual((202, 2), (taken.status, len(taken.json()["events"])))
        self.assertEqual(["3"], [got["detail"]["_cloudevents"]["id"] for got in self.bodies(self.default, 1)])
        self.assertEqual(["4"], [got["detail"]["_cloudevents"]["id"] for got in self.bodies(self.orders, 1)])

    def test_a_repeated_event_has_the_same_id(self):
        answers = [self.post(event("5"), STRUCTURED).json(), self.post(event("5"), STRUCTURED).json()]
        self.assertEqual(answers[0], answers[1])

    def test_what_is_wrong_is_told(self):
        for body, headers, status in ((b"{", STRUCTURED, 400),
                                      (event("6", source="aws.ec2"), STRUCTURED, 400),
                                      (event("6", data={"n": 1 << 70}), STRUCTURED, 400),
                                      ({}, {"Content-Type": "application/json"}, 415),
                                      ({}, {"Content-Type": "application/cloudevents+avro"}, 415),
                                      (event("6", data={"text": "x" * (1 << 20)}), STRUCTURED, 413)):
            answer = self.post(body, headers)
            self.assertEqual((status, "application/problem+json"), (answer.status, answer.headers["Content-Type"]))
        self.assertEqual("OPTIONS, POST", self.rialto.get("/events").headers["Allow"])


if __name__ == "__main__":
    unittest.main()
