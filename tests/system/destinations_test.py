"""API destinations: what a server of HTTP gets of an event that boto3 puts on a bus."""
import base64
import unittest

from aws_clients import ROLE, AwsTest, arn, entry
from http_sink import HttpSink
from support import DEADLINE, eventually


class DestinationTest(AwsTest):
    def sink(self, *answer):
        sink = HttpSink(*answer)
        sink.__enter__()
        self.addCleanup(sink.__exit__)
        return sink

    def destination(self, sink, kind, parameters, path="/orders", method="POST", **target):
        """A bus whose events go to the sink."""
        self.bus = self._testMethodName[:48]
        self.events.create_event_bus(Name=self.bus)
        self.events.put_rule(Name="all", EventBusName=self.bus, EventPattern='{"source": ["shop"]}')
        connection = self.events.create_connection(Name=self.bus, AuthorizationType=kind, AuthParameters=parameters)
        made = self.events.create_api_destination(Name=self.bus, ConnectionArn=connection["ConnectionArn"],
                                                  InvocationEndpoint=sink.url(path), HttpMethod=method)
        failures = self.events.put_targets(Rule="all", EventBusName=self.bus, Targets=[
            {"Id": "1", "Arn": made["ApiDestinationArn"], "RoleArn": ROLE, **target}])
        self.assertEqual(0, failures["FailedEntryCount"])
        return connection["ConnectionArn"]

    def put(self, detail):
        return self.events.put_events(Entries=[entry(detail, self.bus)])["Entries"][0]["EventId"]

    def test_basic_credentials_and_aws_headers(self):
        sink = self.sink()
        self.destination(sink, "BASIC", {"BasicAuthParameters": {"Username": "ann", "Password": "a b"}})

        event_id = self.put({"n": 1})

        request, = sink.requests(1, DEADLINE)
        self.assertEqual(("POST", "/orders", event_id), (request.method, request.path, request.json()["id"]))
        self.assertEqual("Basic " + base64.b64encode(b"ann:a b").decode(), request.headers["Authorization"])
        self.assertEqual("Amazon/EventBridge/ApiDestinations", request.headers["User-Agent"])
        self.assertEqual("application/json; charset=utf-8", request.headers["Content-Type"])

    def test_an_api_key_and_parameters_of_connection_and_target(self):
        sink = self.sink()
        self.destination(
            sink, "API_KEY",
            {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "k"},
             "InvocationHttpParameters": {"HeaderParameters": [{"Key": "X-Shop", "Value": "connection"}],
                                          "QueryStringParameters": [{"Key": "q", "Value": "connection"}],
                                          "BodyParameters": [{"Key": "added", "Value": "yes"}]}},
            path="/orders/*", method="PUT", InputPath="$.detail",
            HttpParameters={"PathParameterValues": ["$.detail.n"], "HeaderParameters": {"X-Shop": "target", "X-Own": "o"},
                            "QueryStringParameters": {"q": "target", "own": "$.detail.name"}})

        self.put({"n": 1, "name": "Ann"})

        request, = sink.requests(1, DEADLINE)
        self.assertEqual(("PUT", "/orders/1", {"q": ["connection"], "own": ["Ann"]}),
                         (request.method, request.path, request.query))
        self.assertEqual(("k", "connection", "o"), tuple(request.headers[name] for name in ("X-Key", "X-Shop", "X-Own")))
        self.assertEqual({"n": 1, "name": "Ann", "added": "yes"}, request.json())

    def test_a_token_is_fetched_for_oauth_and_again_when_it_is_refused(self):
        tokens = iter(["old", "new"])
        sink = self.sink(lambda request: (200, {"access_token": next(tokens), "expires_in": 3600})
                         if request.path == "/token"
                         else (200 if request.headers["Authorization"] == "Bearer new" else 401, {}))
        connection = self.destination(sink, "OAUTH_CLIENT_CREDENTIALS", {"OAuthParameters": {
            "ClientParameters": {"ClientID": "rialto", "ClientSecret": "s"}, "HttpMethod": "POST",
            "AuthorizationEndpoint": sink.url("/token"),
            "OAuthHttpParameters": {"BodyParameters": [{"Key": "scope", "Value": "orders"}]}}})
        self.assertRegex(connection, arn(f"connection/{self.bus}/"))
        eventually(lambda: self.events.describe_connection(Name=self.bus)["ConnectionState"] == "AUTHORIZED",
                   what="the connection's authorization")

        self.put({})

        first, refused, second, delivered = sink.requests(4, DEADLINE)
        self.assertEqual(["/token", "/orders", "/token", "/orders"],
                         [request.path for request in (first, refused, second, delivered)])
        self.assertEqual({"grant_type": ["client_credentials"], "client_id": ["rialto"], "client_secret": ["s"],
                          "scope": ["orders"]}, first.form())
        self.assertEqual(["Bearer old", "Bearer new"], [request.headers["Authorization"] for request in (refused, delivered)])

    def test_an_answer_that_promises_nothing_is_a_dead_letter_at_once(self):
        sink = self.sink(lambda request: (400, {}))
        dead, dead_queue = self.queue("refused")
        self.destination(sink, "API_KEY", {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "k"}},
                         DeadLetterConfig={"Arn": dead_queue})

        self.put({})

        attributes = self.receive(dead)[0]["MessageAttributes"]
        self.assertEqual("ERROR_FROM_TARGET", attributes["ERROR_CODE"]["StringValue"])
        self.assertNotIn("RETRY_ATTEMPTS", attributes)
        self.assertEqual(1, len(sink.requests(1, DEADLINE)))


if __name__ == "__main__":
    unittest.main()
