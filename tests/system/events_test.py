"""Buses, rules, targets, tags and PutEvents through boto3."""
import datetime
import json
import unittest

from aws_clients import ACCOUNT, ROLE, AwsClients, AwsTest, arn, entry
from support import RialtoTest

PATTERN = json.dumps({"source": ["shop"]})


class BusTest(AwsTest):
    def test_a_bus_from_its_creation_to_its_end(self):
        made = self.events.create_event_bus(Name="life", Tags=[{"Key": "team", "Value": "a"}])
        self.assertEqual(arn("event-bus/life"), made["EventBusArn"])

        described = self.events.describe_event_bus(Name="life")
        self.assertEqual(("life", made["EventBusArn"]), (described["Name"], described["Arn"]))
        self.assertNotIn("Policy", described)
        with self.assertRaises(self.events.exceptions.ResourceAlreadyExistsException):
            self.events.create_event_bus(Name="life")

        self.events.delete_event_bus(Name="life")
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException) as caught:
            self.events.describe_event_bus(Name="life")
        self.assertEqual("Event bus life does not exist.", caught.exception.response["Error"]["Message"])

    def test_a_bus_is_updated(self):
        """Debian's boto3 is older than this operation."""
        self.events.create_event_bus(Name="updated")

        answer = self.rialto.post("/", {"Name": "updated", "Description": "orders"}, headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSEvents.UpdateEventBus"})

        self.assertEqual((200, "orders"), (answer.status, answer.json()["Description"]))
        self.assertEqual(arn("event-bus/updated"), answer.json()["Arn"])

    def test_buses_are_listed_a_page_at_a_time(self):
        for name in ("page-c", "page-a", "page-b"):
            self.events.create_event_bus(Name=name)

        first = self.events.list_event_buses(NamePrefix="page-", Limit=2)
        rest = self.events.list_event_buses(NamePrefix="page-", Limit=2, NextToken=first["NextToken"])

        self.assertEqual(["page-a", "page-b"], [bus["Name"] for bus in first["EventBuses"]])
        self.assertEqual(["page-c"], [bus["Name"] for bus in rest["EventBuses"]])
        self.assertNotIn("NextToken", rest)

    def test_there_is_a_default_bus_which_stays(self):
        self.assertEqual(arn("event-bus/default"), self.events.describe_event_bus()["Arn"])
        self.assertEqual("Cannot delete event bus default.",
                         self.refused("ValidationException", self.events.delete_event_bus, Name="default"))

    def test_permissions_are_the_policy_of_the_bus(self):
        self.events.create_event_bus(Name="shared")
        self.events.put_permission(EventBusName="shared", Action="events:PutEvents", Principal="111111111111",
                                   StatementId="friends")
        self.assertEqual({"Version": "2012-10-17", "Statement": [
            {"Sid": "friends", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
             "Action": "events:PutEvents", "Resource": arn("event-bus/shared")}]},
            json.loads(self.events.describe_event_bus(Name="shared")["Policy"]))

        self.events.remove_permission(EventBusName="shared", StatementId="friends")
        self.assertNotIn("Policy", self.events.describe_event_bus(Name="shared"))
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.remove_permission(EventBusName="shared", StatementId="friends")


class RuleTest(AwsTest):
    def setUp(self):
        self.bus = self._testMethodName
        self.events.create_event_bus(Name=self.bus)

    def put_rule(self, name="orders"):
        return self.events.put_rule(Name=name, EventBusName=self.bus, EventPattern=PATTERN)["RuleArn"]

    def test_a_rule_from_its_creation_to_its_end(self):
        made = self.events.put_rule(Name="orders", EventBusName=self.bus, EventPattern=PATTERN, Description="all",
                                    State="DISABLED", RoleArn=ROLE)["RuleArn"]
        self.assertEqual(arn(f"rule/{self.bus}/orders"), made)
        described = self.events.describe_rule(Name="orders", EventBusName=self.bus)
        described.pop("ResponseMetadata")
        self.assertEqual({"Name": "orders", "Arn": made, "EventPattern": PATTERN, "State": "DISABLED", "Description": "all",
                          "RoleArn": ROLE, "EventBusName": self.bus, "CreatedBy": ACCOUNT}, described)

        self.events.enable_rule(Name="orders", EventBusName=self.bus)
        self.assertEqual("ENABLED", self.events.describe_rule(Name="orders", EventBusName=self.bus)["State"])
        self.events.disable_rule(Name="orders", EventBusName=self.bus)
        self.assertEqual("DISABLED", self.events.describe_rule(Name="orders", EventBusName=self.bus)["State"])

        self.events.delete_rule(Name="orders", EventBusName=self.bus)
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.describe_rule(Name="orders", EventBusName=self.bus)

    def test_what_is_no_pattern_is_refused(self):
        with self.assertRaises(self.events.exceptions.InvalidEventPatternException):
            self.events.put_rule(Name="bad", EventBusName=self.bus, EventPattern='{"source": "shop"}')

    def test_a_pattern_is_tested(self):
        event = {"id": "1", "account": ACCOUNT, "source": "shop", "time": "2026-01-31T08:15:30Z", "region": "us-east-1",
                 "detail-type": "Placed", "detail": {}}
        for source, result in (("shop", True), ("stock", False)):
            answer = self.events.test_event_pattern(EventPattern=json.dumps({"source": [source]}), Event=json.dumps(event))
            self.assertIs(result, answer["Result"])

    def test_a_schedule_needs_the_default_bus(self):
        self.events.put_rule(Name="minutely", ScheduleExpression="rate(1 minute)")
        self.assertEqual("rate(1 minute)", self.events.describe_rule(Name="minutely")["ScheduleExpression"])

        self.assertEqual("ScheduleExpression is supported only on the default event bus.",
                         self.refused("ValidationException", self.events.put_rule, Name="minutely", EventBusName=self.bus,
                                      ScheduleExpression="rate(1 minute)"))
        self.assertEqual("Parameter ScheduleExpression is not valid.",
                         self.refused("ValidationException", self.events.put_rule, Name="bad",
                                      ScheduleExpression="rate(1 minutes)"))

    def test_rules_have_a_paginator(self):
        for name in "edcba":
            self.put_rule(name)

        pages = list(self.events.get_paginator("list_rules").paginate(EventBusName=self.bus,
                                                                      PaginationConfig={"PageSize": 2}))

        self.assertEqual([["a", "b"], ["c", "d"], ["e"]],
                         [[rule["Name"] for rule in page["Rules"]] for page in pages])

    def test_targets_are_put_listed_and_removed(self):
        self.put_rule()
        targets = [{"Id": str(number), "Arn": arn(f"queue{number % 2}", service="sqs")} for number in range(5)]
        answer = self.events.put_targets(Rule="orders", EventBusName=self.bus, Targets=targets)
        self.assertEqual((0, []), (answer["FailedEntryCount"], answer["FailedEntries"]))

        pages = self.events.get_paginator("list_targets_by_rule").paginate(Rule="orders", EventBusName=self.bus,
                                                                           PaginationConfig={"PageSize": 2})
        self.assertEqual(targets, [target for page in pages for target in page["Targets"]])
        with self.assertRaises(self.events.exceptions.LimitExceededException):
            self.events.put_targets(Rule="orders", EventBusName=self.bus, Targets=[{**targets[0], "Id": "sixth"}])

        self.assertIn("rules", self.refused("ValidationException", self.events.delete_event_bus, Name=self.bus))
        self.assertEqual("Rule can't be deleted since it has targets.",
                         self.refused("ValidationException", self.events.delete_rule, Name="orders", EventBusName=self.bus))
        removed = self.events.remove_targets(Rule="orders", EventBusName=self.bus, Ids=[target["Id"] for target in targets])
        self.assertEqual(0, removed["FailedEntryCount"])
        self.assertEqual([], self.events.list_targets_by_rule(Rule="orders", EventBusName=self.bus)["Targets"])

    def test_the_rules_of_a_target_have_a_paginator(self):
        for name in ("a", "b", "c"):
            self.put_rule(name)
            self.events.put_targets(Rule=name, EventBusName=self.bus, Targets=[{"Id": "1", "Arn": arn("q", service="sqs")}])
        self.put_rule("other")

        pages = self.events.get_paginator("list_rule_names_by_target").paginate(
            TargetArn=arn("q", service="sqs"), EventBusName=self.bus, PaginationConfig={"PageSize": 2})

        self.assertEqual([["a", "b"], ["c"]], [page["RuleNames"] for page in pages])

    def test_tags_of_rules_and_buses(self):
        for resource in (self.put_rule(), arn(f"event-bus/{self.bus}")):
            self.events.tag_resource(ResourceARN=resource, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
            self.events.untag_resource(ResourceARN=resource, TagKeys=["a"])
            self.assertEqual([{"Key": "b", "Value": "2"}], self.events.list_tags_for_resource(ResourceARN=resource)["Tags"])
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.list_tags_for_resource(ResourceARN=arn(f"rule/{self.bus}/none"))


class PutEventsTest(AwsTest):
    def test_each_entry_has_its_own_result(self):
        answer = self.events.put_events(Entries=[
            entry({"n": 1}, Time=datetime.datetime(2026, 1, 31, 8, 15, 30, tzinfo=datetime.timezone.utc), Resources=["r"]),
            entry("[]"), entry({}, source="aws.ec2"), {"DetailType": "Placed", "Detail": "{}"}])

        self.assertEqual(3, answer["FailedEntryCount"])
        self.assertRegex(answer["Entries"][0]["EventId"], "^[0-9a-f-]{36}$")
        self.assertEqual(["MalformedDetail", "NotAuthorizedForSourceException", "InvalidArgument"],
                         [result["ErrorCode"] for result in answer["Entries"][1:]])

    def test_more_than_ten_or_more_than_a_mebibyte_is_refused(self):
        self.assertIn("length less than or equal to 10",
                      self.refused("ValidationException", self.events.put_events, Entries=[entry({})] * 11))
        self.assertEqual("Total size of the entries in the request is over the limit.",
                         self.refused("ValidationException", self.events.put_events,
                                      Entries=[entry({"text": "x" * (1 << 20)})]))


    def test_a_queue_gets_the_trace_header(self):
        """Straight, and by way of a bus, whose event is a delivery of its own."""
        url, queue = self.queue("traced")
        self.events.create_event_bus(Name="traced")
        for bus, target in (("default", queue), ("default", arn("event-bus/traced")), ("traced", queue)):
            self.events.put_rule(Name="traced", EventBusName=bus, EventPattern='{"source": ["traced"]}')
            self.events.put_targets(Rule="traced", EventBusName=bus, Targets=[
                {"Id": target.rsplit(":", 1)[1].replace("/", "-"), "Arn": target, "RoleArn": ROLE}])

        self.events.put_events(Entries=[entry({}, source="traced", TraceHeader="Root=1-5759e988-bd862e3fe1be46a994272793")])

        for message in self.receive(url, 2):
            self.assertEqual("Root=1-5759e988-bd862e3fe1be46a994272793", message["Attributes"]["AWSTraceHeader"])


class QuotaTest(AwsClients, RialtoTest):
    def test_there_is_as_much_as_the_configuration_allows(self):
        self.rialto = self.serve({"aws": {"quotas": {"buses": 1, "rulesPerBus": 1, "targetsPerRule": 1}}})
        self.connect()
        self.events.create_event_bus(Name="one")
        self.events.put_rule(Name="one", EventBusName="one", EventPattern=PATTERN)
        target = {"Arn": arn("q", service="sqs")}

        for call, arguments in (
                (self.events.create_event_bus, {"Name": "two"}),
                (self.events.put_rule, {"Name": "two", "EventBusName": "one", "EventPattern": PATTERN}),
                (self.events.put_targets, {"Rule": "one", "EventBusName": "one", "Targets": [
                    {"Id": "1", **target}, {"Id": "2", **target}]})):
            self.assertEqual("The requested resource exceeds the maximum number allowed.",
                             self.refused("LimitExceededException", call, **arguments))


class RestartTest(AwsTest):
    def test_what_was_made_is_there_after_a_restart(self):
        self.events.create_event_bus(Name="kept", Tags=[{"Key": "a", "Value": "1"}])
        self.events.put_permission(EventBusName="kept", Action="events:PutEvents", Principal="*", StatementId="all")
        self.events.put_rule(Name="orders", EventBusName="kept", EventPattern=PATTERN)
        url, queue = self.queue("kept")
        self.events.put_targets(Rule="orders", EventBusName="kept", Targets=[{"Id": "1", "Arn": queue}])
        self.events.put_events(Entries=[entry({"before": True}, "kept")])
        before = [self.look(self.events)]

        self.rialto.restart()
        events, sqs = self.client("events"), self.client("sqs")  # the port is another
        events.put_events(Entries=[entry({"before": False}, "kept")])

        self.assertEqual(before, [self.look(events)])
        url = sqs.get_queue_url(QueueName="kept")["QueueUrl"]
        received = self.bodies(url, 2, sqs)
        self.assertEqual({True, False}, {event["detail"]["before"] for event in received})

    def look(self, events):
        seen = [events.describe_event_bus(Name="kept"), events.describe_rule(Name="orders", EventBusName="kept"),
                events.list_targets_by_rule(Rule="orders", EventBusName="kept"),
                events.list_tags_for_resource(ResourceARN=arn("event-bus/kept"))]
        for answer in seen:
            answer.pop("ResponseMetadata")
        return seen


if __name__ == "__main__":
    unittest.main()
