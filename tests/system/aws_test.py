"""The AWS API as the AWS CLI and boto3 see it."""
import json
import os
import subprocess
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from support import DEADLINE, RialtoTest

CLI = "/usr/bin/aws"  # Debian's; another on the path may be of any version
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
EVENT = {"version": "0", "id": "1", "detail-type": "Placed", "source": "shop", "account": "123456789012",
         "time": "2026-01-31T08:15:30Z", "region": "us-east-1", "resources": [], "detail": {"total": 12.5}}
MATCHES = {"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}}
CONTENT_TYPE = "application/x-amz-json-1.1"
TARGET = "AWSEvents.TestEventPattern"


class AwsTest(RialtoTest):
    @classmethod
    def setUpClass(cls):
        cls.rialto = cls.share()


class Boto3Test(AwsTest):
    def client(self, **options):
        client = boto3.client("events", endpoint_url=self.rialto.url(), region_name="us-east-1",
                              aws_access_key_id="test", aws_secret_access_key="test",
                              config=Config(retries={"max_attempts": 0}, **options))
        self.addCleanup(client.close)
        return client

    def test_a_pattern_is_tested(self):
        events = self.client()
        for pattern, result in ((MATCHES, True), ({"source": ["stock"]}, False)):
            answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(EVENT))
            self.assertIs(result, answer["Result"])
            self.assertRegex(answer["ResponseMetadata"]["RequestId"], r"^[0-9a-f-]{36}$")

    def test_a_bad_pattern_is_the_exception_of_the_model(self):
        events = self.client()

        with self.assertRaises(events.exceptions.InvalidEventPatternException) as caught:
            events.test_event_pattern(EventPattern='{"int": 42}', Event=json.dumps(EVENT))

        self.assertEqual('Event pattern is not valid. Reason: "int" must be an object or an array\n'
                         ' at [Source: (String)"{"int": 42}"; line: 1, column: 11]',
                         caught.exception.response["Error"]["Message"])
        self.assertEqual(400, caught.exception.response["ResponseMetadata"]["HTTPStatusCode"])

    def test_a_bad_event_is_a_validation_exception(self):
        without = {key: value for key, value in EVENT.items() if key != "region"}
        for event, message in (("x", "Parameter Event is not valid."),
                               (json.dumps(without), "Parameter Event is not valid."),
                               (json.dumps({**EVENT, "time": "today"}),
                                "Parameter Event is not valid. Reason: Invalid time.")):
            self.refused("ValidationException", message,
                         self.client().test_event_pattern, EventPattern=json.dumps(MATCHES), Event=event)

    def test_all_constraints_are_told_at_once(self):
        self.refused("ValidationException",
                     f"2 validation errors detected: Value '{' ' * 5000}' at 'eventPattern' failed to satisfy "
                     "constraint: Member must have length less than or equal to 4096; Value null at 'event' failed to "
                     "satisfy constraint: Member must not be null",
                     self.client(parameter_validation=False).test_event_pattern, EventPattern=" " * 5000)

    def refused(self, code, message, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual((code, message), tuple(caught.exception.response["Error"].get(key, "")
                                                for key in ("Code", "Message")))


class CliTest(AwsTest):
    def run_cli(self, pattern, event):
        command = [CLI, "--endpoint-url", self.rialto.url(), "events", "test-event-pattern",
                   "--event-pattern", pattern, "--event", event]
        return subprocess.run(command, env={**os.environ, **CREDENTIALS}, capture_output=True, text=True,
                              timeout=3 * DEADLINE)

    def test_a_pattern_is_tested(self):
        for pattern, result in ((MATCHES, True), ({"source": ["stock"]}, False)):
            done = self.run_cli(json.dumps(pattern), json.dumps(EVENT))
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            self.assertEqual({"Result": result}, json.loads(done.stdout))

    def test_errors_have_their_name_and_text(self):
        bad_pattern = self.run_cli("[]", json.dumps(EVENT))
        bad_event = self.run_cli(json.dumps(MATCHES), "{}")

        self.assertEqual((254, 254), (bad_pattern.returncode, bad_event.returncode))
        self.assertIn("(InvalidEventPatternException) when calling the TestEventPattern operation: "
                      "Event pattern is not valid. Reason: Filter is not an object", bad_pattern.stderr)
        self.assertIn("(ValidationException) when calling the TestEventPattern operation: "
                      "Parameter Event is not valid.", bad_event.stderr)


class WireTest(AwsTest):
    """Beside what the SDKs send."""

    def ask(self, body, target=TARGET, content_type=CONTENT_TYPE):
        headers = {"Content-Type": content_type} if content_type else {}
        if target:
            headers["X-Amz-Target"] = target
        return self.rialto.post("/", body, headers=headers)

    def test_an_operation_that_is_not_there_is_unknown(self):
        answer = self.ask(b"{}", target="AWSEvents.MakeCoffee")
        self.assertEqual((400, {"__type": "UnknownOperationException"}), (answer.status, answer.json()))

    def test_the_answer_has_the_type_and_the_request_id(self):
        answer = self.ask(json.dumps({"EventPattern": json.dumps(MATCHES), "Event": json.dumps(EVENT)}))

        self.assertEqual((200, b'{"Result":true}'), (answer.status, answer.body))
        self.assertEqual(CONTENT_TYPE, answer.headers["Content-Type"])
        self.assertEqual(answer.headers["X-Request-Id"], answer.headers["x-amzn-RequestId"])

    def test_what_is_wrong_before_an_operation_is_found(self):
        for body, target, content_type, status, text in (
                ("{", TARGET, CONTENT_TYPE, 400, '{"__type":"SerializationException"}'),
                ("{}", None, CONTENT_TYPE, 400, '{"__type":"UnknownOperationException"}'),
                ("{}", "AWSEvents.Nonsense", CONTENT_TYPE, 400, '{"__type":"UnknownOperationException"}'),
                ("{}", TARGET, None, 404, "<UnknownOperationException/>\n"),
                ("{}", TARGET, "application/x-amz-json-1.0", 404, "<UnknownOperationException/>\n")):
            answer = self.ask(body, target, content_type)
            self.assertEqual((status, text), (answer.status, answer.body.decode()), (body, target, content_type))

    def test_the_rest_routes_are_as_before(self):
        self.assertEqual("rialto", self.rialto.get("/").json()["name"])
        self.assertEqual("OPTIONS, GET, HEAD, POST", self.rialto.request("OPTIONS", "/").headers["Allow"])
        self.assertEqual(405, self.rialto.request("PUT", "/").status)

    def test_a_body_beyond_the_limit_is_cut_off(self):
        self.assertEqual(413, self.ask("x" * (4 << 20) + "x").status)


if __name__ == "__main__":
    unittest.main()
