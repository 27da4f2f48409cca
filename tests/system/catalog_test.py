"""Archives, replays, connections, API destinations, global endpoints and partner event sources through boto3: what they
tell of themselves. What they do is in delivery_test and destinations_test."""
import datetime
import json
import unittest

from aws_clients import ROLE, AwsTest, arn, entry
from support import eventually

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
PARTNER, CUSTOMER = "333333333333", "444444444444"
SOURCE = "aws.partner/example.com/orders"


def names(listed, key="Name"):
    return [item[key] for item in listed]


class ArchiveTest(AwsTest):
    def test_an_archive_from_its_creation_to_its_end(self):
        bus = self.events.create_event_bus(Name="archived")["EventBusArn"]
        made = self.events.create_archive(ArchiveName="all", EventSourceArn=bus, RetentionDays=7)
        self.assertEqual((arn("archive/all"), "ENABLED"), (made["ArchiveArn"], made["State"]))
        with self.assertRaises(self.events.exceptions.ResourceAlreadyExistsException):
            self.events.create_archive(ArchiveName="all", EventSourceArn=bus)

        self.events.update_archive(ArchiveName="all", RetentionDays=1, Description="short")
        described = self.events.describe_archive(ArchiveName="all")
        self.assertEqual((1, "short", bus), tuple(described[key] for key in ("RetentionDays", "Description",
                                                                          "EventSourceArn")))
        self.assertEqual(["all"], names(self.events.list_archives(EventSourceArn=bus)["Archives"], "ArchiveName"))

        with self.assertRaises(self.events.exceptions.ManagedRuleException):
            self.events.delete_rule(Name="Events-Archive-all", EventBusName="archived")
        self.events.delete_archive(ArchiveName="all")
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.describe_archive(ArchiveName="all")
        self.assertEqual([], self.events.list_rules(EventBusName="archived")["Rules"])

    def test_archives_are_listed_a_page_at_a_time(self):
        for name in ("page-1", "page-2", "page-3"):
            self.events.create_archive(ArchiveName=name, EventSourceArn=arn("event-bus/default"))

        first = self.events.list_archives(NamePrefix="page-", Limit=2)
        rest = self.events.list_archives(NamePrefix="page-", Limit=2, NextToken=first["NextToken"])

        self.assertEqual(["page-1", "page-2", "page-3"], names(first["Archives"] + rest["Archives"], "ArchiveName"))

    def test_a_replay_of_nothing_completes_and_cannot_be_cancelled(self):
        bus = self.events.create_event_bus(Name="quiet")["EventBusArn"]
        archive = self.events.create_archive(ArchiveName="quiet", EventSourceArn=bus)["ArchiveArn"]

        started = self.events.start_replay(ReplayName="nothing", EventSourceArn=archive, EventStartTime=LONG_AGO,
                                           EventEndTime=LONG_AGO + datetime.timedelta(1), Destination={"Arn": bus})

        self.assertEqual((arn("replay/nothing"), "STARTING"), (started["ReplayArn"], started["State"]))
        eventually(lambda: self.events.describe_replay(ReplayName="nothing")["State"] == "COMPLETED", what="the replay's end")
        self.assertEqual(["nothing"], names(self.events.list_replays(EventSourceArn=archive)["Replays"], "ReplayName"))
        with self.assertRaises(self.events.exceptions.IllegalStatusException):
            self.events.cancel_replay(ReplayName="nothing")
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.describe_replay(ReplayName="none")


class ConnectionTest(AwsTest):
    BASIC = {"BasicAuthParameters": {"Username": "ann", "Password": "a secret"}}

    def test_a_connection_keeps_its_secret_for_itself(self):
        made = self.events.create_connection(Name="basic", AuthorizationType="BASIC", AuthParameters=self.BASIC)
        self.assertRegex(made["ConnectionArn"], arn("connection/basic/[0-9a-f-]{36}"))
        self.assertEqual("AUTHORIZED", made["ConnectionState"])

        described = self.events.describe_connection(Name="basic")
        self.assertEqual({"BasicAuthParameters": {"Username": "ann"}}, described["AuthParameters"])
        self.assertRegex(described["SecretArn"], "^arn:aws:secretsmanager:")
        self.assertIn("basic", names(self.events.list_connections(NamePrefix="ba")["Connections"]))

    def test_a_connection_is_changed_and_deauthorized(self):
        self.events.create_connection(Name="changed", AuthorizationType="BASIC", AuthParameters=self.BASIC)

        self.events.update_connection(Name="changed", AuthorizationType="API_KEY", AuthParameters={
            "ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "k"}})
        described = self.events.describe_connection(Name="changed")
        self.assertEqual(("API_KEY", {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key"}}),
                         (described["AuthorizationType"], described["AuthParameters"]))

        self.assertIn(self.events.deauthorize_connection(Name="changed")["ConnectionState"],
                      ("DEAUTHORIZING", "DEAUTHORIZED"))
        self.assertEqual("DEAUTHORIZED", self.events.describe_connection(Name="changed")["ConnectionState"])

        self.events.delete_connection(Name="changed")
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.describe_connection(Name="changed")

    def test_an_api_destination_from_its_creation_to_its_end(self):
        connection = self.events.create_connection(Name="for-it", AuthorizationType="BASIC",
                                                   AuthParameters=self.BASIC)["ConnectionArn"]
        made = self.events.create_api_destination(Name="shop", ConnectionArn=connection, HttpMethod="POST",
                                                  InvocationEndpoint="http://127.0.0.1:9/orders/*")
        self.assertRegex(made["ApiDestinationArn"], arn("api-destination/shop/[0-9a-f-]{36}"))
        self.assertEqual("ACTIVE", made["ApiDestinationState"])

        self.events.update_api_destination(Name="shop", HttpMethod="PUT", InvocationRateLimitPerSecond=5)
        described = self.events.describe_api_destination(Name="shop")
        self.assertEqual(("PUT", 5, connection), tuple(described[key] for key in (
            "HttpMethod", "InvocationRateLimitPerSecond", "ConnectionArn")))
        self.assertEqual(["shop"], names(self.events.list_api_destinations(ConnectionArn=connection)["ApiDestinations"]))

        self.events.delete_api_destination(Name="shop")
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.describe_api_destination(Name="shop")


class EndpointTest(AwsTest):
    def test_a_global_endpoint_from_its_creation_to_its_end(self):
        west = self.client("events", region="us-west-2")
        urls = []
        for events, sqs, region in ((self.events, self.sqs, "us-east-1"),
                                    (west, self.client("sqs", region="us-west-2"), "us-west-2")):
            events.create_event_bus(Name="everywhere")
            events.put_rule(Name="all", EventBusName="everywhere", EventPattern='{"source": ["shop"]}')
            urls.append((sqs, sqs.create_queue(QueueName="everywhere")["QueueUrl"]))
            events.put_targets(Rule="all", EventBusName="everywhere", Targets=[
                {"Id": "1", "Arn": arn("everywhere", region=region, service="sqs")}])
        buses = [{"EventBusArn": arn("event-bus/everywhere", region=region)} for region in ("us-east-1", "us-west-2")]
        routing = {"FailoverConfig": {"Primary": {"HealthCheck": "arn:aws:route53:::healthcheck/a"},
                                      "Secondary": {"Route": "us-west-2"}}}

        made = self.events.create_endpoint(Name="global", RoutingConfig=routing, EventBuses=buses, RoleArn=ROLE)
        self.assertEqual((arn("endpoint/global"), "CREATING"), (made["Arn"], made["State"]))
        described = self.events.describe_endpoint(Name="global")
        self.assertEqual(("ACTIVE", buses), (described["State"], described["EventBuses"]))
        self.assertEqual(["global"], names(self.events.list_endpoints(NamePrefix="glo")["Endpoints"]))

        put = self.events.put_events(EndpointId=described["EndpointId"], Entries=[entry({}, "everywhere")])  # signed by V4A
        self.assertEqual(0, put["FailedEntryCount"])
        east, copy = (self.bodies(url, 1, sqs)[0] for sqs, url in urls)
        self.assertEqual(east, copy)
        self.assertEqual(["us-east-1", [arn("endpoint/global")]], [east["region"], east["resources"]])

        self.events.update_endpoint(Name="global", Description="both", ReplicationConfig={"State": "DISABLED"})
        self.assertEqual("DISABLED", self.events.describe_endpoint(Name="global")["ReplicationConfig"]["State"])
        self.events.delete_endpoint(Name="global")
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.describe_endpoint(Name="global")


class PartnerTest(AwsTest):
    """A partner and a customer of two accounts."""

    def setUp(self):
        self.partner, self.customer = (self.client("events", account) for account in (PARTNER, CUSTOMER))

    def test_a_source_from_its_offer_to_its_end(self):
        source = arn("event-source/" + SOURCE, account="")
        self.assertEqual(source, self.partner.create_partner_event_source(Name=SOURCE, Account=CUSTOMER)["EventSourceArn"])
        self.assertEqual("PENDING", self.customer.describe_event_source(Name=SOURCE)["State"])
        with self.assertRaises(self.customer.exceptions.InvalidStateException):
            self.customer.deactivate_event_source(Name=SOURCE)

        self.customer.create_event_bus(Name=SOURCE, EventSourceName=SOURCE)
        self.assertEqual([(SOURCE, "ACTIVE")],
                         [(one["Name"], one["State"]) for one in self.customer.list_event_sources()["EventSources"]])
        self.assertEqual((source, SOURCE), tuple(self.partner.describe_partner_event_source(Name=SOURCE)[key]
                                                 for key in ("Arn", "Name")))
        self.assertEqual([SOURCE], names(self.partner.list_partner_event_sources(
            NamePrefix="aws.partner/example.com/")["PartnerEventSources"]))
        accounts = self.partner.list_partner_event_source_accounts(EventSourceName=SOURCE)["PartnerEventSourceAccounts"]
        self.assertEqual([(CUSTOMER, "ACTIVE")], [(one["Account"], one["State"]) for one in accounts])

        self.check_delivery()

        self.customer.deactivate_event_source(Name=SOURCE)
        self.assertEqual("PENDING", self.customer.describe_event_source(Name=SOURCE)["State"])
        self.customer.activate_event_source(Name=SOURCE)
        self.assertEqual("ACTIVE", self.customer.describe_event_source(Name=SOURCE)["State"])

        self.partner.delete_partner_event_source(Name=SOURCE, Account=CUSTOMER)
        self.assertEqual("DELETED", self.customer.describe_event_source(Name=SOURCE)["State"])
        with self.assertRaises(self.partner.exceptions.ResourceNotFoundException):
            self.partner.describe_partner_event_source(Name=SOURCE)

    def check_delivery(self):
        sqs = self.client("sqs", CUSTOMER)
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        self.customer.put_rule(Name="all", EventBusName=SOURCE, EventPattern=json.dumps({"source": [SOURCE]}))
        self.customer.put_targets(Rule="all", EventBusName=SOURCE, Targets=[
            {"Id": "1", "Arn": arn("orders", CUSTOMER, service="sqs")}])

        put = self.partner.put_partner_events(Entries=[{"Source": SOURCE, "DetailType": "Placed", "Detail": '{"n":1}'}])

        self.assertEqual(0, put["FailedEntryCount"])
        event = self.bodies(url, 1, sqs)[0]
        self.assertEqual((put["Entries"][0]["EventId"], CUSTOMER, {"n": 1}),
                         (event["id"], event["account"], event["detail"]))


if __name__ == "__main__":
    unittest.main()
