"""What the file declares beside the API: buses, archives, connections, API destinations, schedules."""
import base64
import http.server
import subprocess
import threading
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from support import PROGRAM, RialtoTest, eventually

ACCOUNT = "arn:aws:events:us-east-1:000000000000"
POLICY = {"Version": "2012-10-17",
          "Statement": [{"Sid": "partner", "Effect": "Allow", "Principal": {"AWS": "111111111111"},
                         "Action": "events:PutEvents", "Resource": f"{ACCOUNT}:event-bus/shop"}]}


class Sink(http.server.ThreadingHTTPServer):
    """Keeps what it is sent: (path, headers, body)."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.received = []

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.received.append((self.path, dict(self.headers), body))
        answer = b'{"access_token":"token-1","token_type":"Bearer","expires_in":3600}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class DeclareTest(RialtoTest):
    def setUp(self):
        self.sink = Sink()
        threading.Thread(target=self.sink.serve_forever, daemon=True).start()
        self.addCleanup(self.sink.server_close)
        self.addCleanup(self.sink.shutdown)

    def config(self, **changes):
        return {
            "connections": {
                "basic": {"basic": {"username": "joe", "password": "${DECLARED_PASSWORD}"},
                          "headers": {"X-Client": "rialto", "X-Token": {"secret": "t0ken"}}},
                "login": {"oauth": {"clientId": "id", "clientSecret": "s3cret", "endpoint": self.sink.url("/token")}}},
            "apiDestinations": {
                "orders": {"description": "Orders", "connection": "basic", "endpoint": self.sink.url("/orders/*"),
                           "rate": 50},
                "tokens": {"connection": "login", "endpoint": self.sink.url("/with-token")}},
            "archives": {"kept": {"bus": "shop", "pattern": {"source": ["shop"]}, "retention": "30d"}},
            "buses": {
                "default": {"rules": {"nightly": {"schedule": "cron(0 3 * * ? *)", "targets": ["log"]}}},
                "shop": {"description": "Sells", "policy": POLICY, "rules": {
                    "call": {"pattern": {"source": ["shop"]}, "targets": [
                        {"apiDestination": {"name": "orders", "pathValues": ["new"], "headers": {"X-Kind": "order"}},
                         "inputPath": "$.detail"},
                        {"apiDestination": {"name": "tokens"}},
                        {"arn": "arn:aws:logs:us-east-1:000000000000:log-group:shop"}]}}}},
            **changes}

    def start(self, **changes):
        self.rialto = self.serve(self.config(**changes), environment={"DECLARED_PASSWORD": "hunter2"})
        return self.client()

    def client(self):
        client = boto3.client("events", endpoint_url=self.rialto.url(), region_name="us-east-1",
                              aws_access_key_id="test", aws_secret_access_key="test",
                              config=Config(retries={"max_attempts": 0}))
        self.addCleanup(client.close)
        return client

    def put(self, events):
        answer = events.put_events(Entries=[{"Source": "shop", "DetailType": "Placed", "Detail": '{"total":12}',
                                             "EventBusName": "shop"}])
        self.assertEqual(0, answer["FailedEntryCount"])

    def received(self, path):
        return [(headers, body) for at, headers, body in self.sink.received if at == path]

    def test_a_rule_calls_what_the_file_declares(self):
        self.put(self.start())

        headers, body = eventually(lambda: self.received("/orders/new"))[0]
        self.assertEqual(b'{"total":12}', body)
        self.assertEqual("Basic " + base64.b64encode(b"joe:hunter2").decode(), headers["Authorization"])
        self.assertEqual(("rialto", "t0ken", "order"),
                         (headers["X-Client"], headers["X-Token"], headers["X-Kind"]))
        headers, _ = eventually(lambda: self.received("/with-token"))[0]
        self.assertEqual("Bearer token-1", headers["Authorization"])
        log = self.rialto.data / "logs" / "shop.ndjson"
        eventually(lambda: log.exists() and log.read_text().count("\n") == 1)

    def test_the_api_shows_it_all(self):
        events = self.start()
        self.put(events)

        connection = events.describe_connection(Name="basic")
        self.assertEqual(("AUTHORIZED", "BASIC"), (connection["ConnectionState"], connection["AuthorizationType"]))
        self.assertEqual({"BasicAuthParameters": {"Username": "joe"},
                          "InvocationHttpParameters": {"HeaderParameters": [
                              {"Key": "X-Client", "Value": "rialto", "IsValueSecret": False},
                              {"Key": "X-Token", "IsValueSecret": True}]}}, connection["AuthParameters"])
        self.assertEqual("AUTHORIZED", events.describe_connection(Name="login")["ConnectionState"])
        destination = events.describe_api_destination(Name="orders")
        self.assertEqual(("ACTIVE", 50, "Orders", connection["ConnectionArn"]),
                         tuple(destination[key] for key in ("ApiDestinationState", "InvocationRateLimitPerSecond",
                                                            "Description", "ConnectionArn")))
        eventually(lambda: events.describe_archive(ArchiveName="kept")["EventCount"] == 1)
        self.assertEqual(30, events.describe_archive(ArchiveName="kept")["RetentionDays"])
        self.assertIn("111111111111", events.describe_event_bus(Name="shop")["Policy"])
        rule = events.describe_rule(Name="nightly")
        self.assertEqual(("cron(0 3 * * ? *)", "rialto.config"), (rule["ScheduleExpression"], rule["ManagedBy"]))
        targets = events.list_targets_by_rule(Rule="call", EventBusName="shop")["Targets"]
        self.assertEqual([destination["ApiDestinationArn"], "arn:aws:logs:us-east-1:000000000000:log-group:shop"],
                         [targets[0]["Arn"], targets[2]["Arn"]])
        self.assertEqual({"PathParameterValues": ["new"], "HeaderParameters": {"X-Kind": "order"}},
                         targets[0]["HttpParameters"])

    def test_arns_outlive_a_restart_and_clients_cannot_change_anything(self):
        events = self.start()
        arns = [events.describe_connection(Name="basic")["ConnectionArn"],
                events.describe_api_destination(Name="orders")["ApiDestinationArn"]]

        self.rialto.restart()

        events = self.client()
        self.assertEqual(arns, [events.describe_connection(Name="basic")["ConnectionArn"],
                                events.describe_api_destination(Name="orders")["ApiDestinationArn"]])
        for call, arguments in ((events.delete_connection, {"Name": "basic"}),
                                (events.update_api_destination, {"Name": "orders", "HttpMethod": "PUT"}),
                                (events.delete_archive, {"ArchiveName": "kept"}),
                                (events.delete_event_bus, {"Name": "shop"})):
            with self.assertRaisesRegex(ClientError, "ValidationException.* declared in the server's configuration"):
                call(**arguments)
        with self.assertRaises(events.exceptions.ManagedRuleException):
            events.delete_rule(Name="nightly")

    def test_a_reload_changes_all_of_it_or_nothing(self):
        events = self.start()
        connection = {"basic": {"username": "ann", "password": "p"}}
        self.rialto.write_config(self.config(archives={"kept": {"bus": "nowhere"}},
                                             connections={"basic": connection, "login": connection}))
        self.rialto.reload()
        self.rialto.wait_for_log(r"not reloaded.*archives\.kept\.bus: must be a bus of this file")
        shown = events.describe_connection(Name="basic")["AuthParameters"]["BasicAuthParameters"]
        self.assertEqual({"Username": "joe"}, shown)

        self.rialto.write_config(self.config(archives={}, connections={"basic": connection, "login": connection}))
        self.rialto.reload()
        self.rialto.wait_for_log("configuration reloaded")

        shown = events.describe_connection(Name="basic")["AuthParameters"]["BasicAuthParameters"]
        self.assertEqual({"Username": "ann"}, shown)
        self.assertEqual([], events.list_archives()["Archives"])
        self.put(events)
        headers, _ = eventually(lambda: self.received("/orders/new"))[0]
        self.assertEqual("Basic " + base64.b64encode(b"ann:p").decode(), headers["Authorization"])

    def test_what_a_client_made_rests_while_the_file_declares_its_name(self):
        events = self.start(archives={})
        events.create_archive(ArchiveName="kept", EventSourceArn=f"{ACCOUNT}:event-bus/default", Description="mine")

        self.rialto.write_config(self.config())
        self.rialto.reload()
        self.rialto.wait_for_log("a client made; the client's rests meanwhile.*archive.*kept")
        self.rialto.wait_for_log("configuration reloaded")

        self.assertEqual(f"{ACCOUNT}:event-bus/shop", events.describe_archive(ArchiveName="kept")["EventSourceArn"])
        self.assertNotIn("Events-Archive-kept", [rule["Name"] for rule in events.list_rules()["Rules"]])

        self.rialto.write_config(self.config(archives={}))
        self.rialto.reload()
        eventually(lambda: events.describe_archive(ArchiveName="kept").get("Description") == "mine")
        self.assertIn("Events-Archive-kept", [rule["Name"] for rule in events.list_rules()["Rules"]])

    def test_check_finds_what_is_wrong_with_its_place(self):
        file = self.folder() / "rialto.yaml"
        for text, found in (("apiDestinations:\n  d: {connection: c, endpoint: 'https://a.example'}\n",
                             "2:19: apiDestinations.d.connection: must be a connection of this file"),
                            ("buses:\n  default:\n    rules:\n      r:\n        schedule: rate(5 minute)\n",
                             "5:19: buses.default.rules.r.schedule: must be a schedule"),
                            ("buses:\n  shop:\n    policy: {Version: x}\n", "3:13: buses.shop.policy: is not valid.")):
            file.write_text(text)
            checked = subprocess.run([PROGRAM, "check", "--config", str(file)], capture_output=True, text=True,
                                     check=False)
            self.assertNotEqual(0, checked.returncode)
            self.assertIn(found, checked.stdout + checked.stderr)


if __name__ == "__main__":
    unittest.main()
