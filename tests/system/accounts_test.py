"""Two accounts on one server: the access key id says whose a request is, a bus's policy what others may do to it."""
import json
import unittest

from aws_clients import AwsTest, arn, entry

OWNER, GUEST, STRANGER = "111111111111", "222222222222", "333333333333"


class AccountTest(AwsTest):
    def setUp(self):
        self.owner, self.guest = self.client("events", OWNER), self.client("events", GUEST)
        self.owners_sqs = self.client("sqs", OWNER)
        self.name = self._testMethodName[:60]
        self.bus = self.owner.create_event_bus(Name=self.name)["EventBusArn"]
        self.url = self.owners_sqs.create_queue(QueueName=self.name)["QueueUrl"]
        self.owner.put_rule(Name="all", EventBusName=self.name, EventPattern=json.dumps({"source": ["shop"]}))
        self.owner.put_targets(Rule="all", EventBusName=self.name, Targets=[
            {"Id": "1", "Arn": arn(self.name, OWNER, service="sqs")}])

    def received(self):
        return self.bodies(self.url, 1, self.owners_sqs)[0]

    def test_accounts_do_not_see_each_other(self):
        self.assertEqual(arn("event-bus/" + self.name, OWNER), self.bus)
        with self.assertRaises(self.guest.exceptions.ResourceNotFoundException):
            self.guest.describe_event_bus(Name=self.name)
        self.assertEqual(["default"], [bus["Name"] for bus in self.guest.list_event_buses()["EventBuses"]])
        self.guest.create_event_bus(Name=self.name)
        self.guest.put_events(Entries=[entry({"whose": "guest"}, self.name)])
        self.owner.put_events(Entries=[entry({"whose": "owner"}, self.name)])

        event = self.received()
        self.assertEqual((OWNER, {"whose": "owner"}), (event["account"], event["detail"]))
        self.refused("AWS.SimpleQueueService.NonExistentQueue", self.client("sqs", GUEST).get_queue_url,
                     QueueName=self.name)

    def test_without_a_policy_others_are_refused(self):
        message = self.refused("AccessDeniedException", self.guest.put_events, Entries=[entry({}, self.bus)])

        self.assertIn(GUEST, message)
        self.assertIn("events:PutEvents", message)
        self.assertIn(self.bus, message)
        self.refused("AccessDeniedException", self.guest.describe_event_bus, Name=self.bus)
        self.refused("AccessDeniedException", self.guest.put_rule, Name="spy", EventBusName=self.bus,
                     EventPattern='{"source": ["shop"]}')

    def test_a_permission_lets_one_account_put_events(self):
        self.owner.put_permission(EventBusName=self.name, Action="events:PutEvents", Principal=GUEST, StatementId="guest")

        put = self.guest.put_events(Entries=[entry({"n": 1}, self.bus)])

        event = self.received()
        self.assertEqual((put["Entries"][0]["EventId"], GUEST), (event["id"], event["account"]))
        self.refused("AccessDeniedException", self.client("events", STRANGER).put_events, Entries=[entry({}, self.bus)])
        self.owner.remove_permission(EventBusName=self.name, StatementId="guest")
        self.refused("AccessDeniedException", self.guest.put_events, Entries=[entry({}, self.bus)])

    def test_a_policy_may_ask_for_a_source(self):
        self.owner.put_permission(EventBusName=self.name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
            "Sid": "source", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{GUEST}:root"},
            "Action": "events:PutEvents", "Resource": self.bus,
            "Condition": {"StringEquals": {"events:source": "shop"}}}]}))

        self.refused("AccessDeniedException", self.guest.put_events, Entries=[entry({}, self.bus, source="stock")])
        self.guest.put_events(Entries=[entry({"n": 2}, self.bus)])

        self.assertEqual({"n": 2}, self.received()["detail"])

    def test_a_policy_lets_another_account_have_rules_of_its_own(self):
        self.owner.put_permission(EventBusName=self.name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
            "Sid": "rules", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{GUEST}:root"},
            "Action": ["events:PutRule", "events:DescribeRule", "events:PutTargets"],
            "Resource": self.bus}]}))

        made = self.guest.put_rule(Name="guests", EventBusName=self.bus, EventPattern='{"source": ["shop"]}')

        self.assertEqual(arn(f"rule/{self.name}/guests", OWNER), made["RuleArn"])
        described = self.guest.describe_rule(Name="guests", EventBusName=self.bus)
        self.assertEqual((GUEST, "guests"), (described["CreatedBy"], described["Name"]))

    def test_regions_are_apart_too(self):
        west = self.client("events", OWNER, "us-west-2")
        with self.assertRaises(west.exceptions.ResourceNotFoundException):
            west.describe_event_bus(Name=self.name)
        self.assertEqual(arn("event-bus/" + self.name, OWNER, "us-west-2"),
                         west.create_event_bus(Name=self.name)["EventBusArn"])


if __name__ == "__main__":
    unittest.main()
