"""Amazon Comprehend's operations, asked by boto3."""
import unittest

from aws_clients import AwsTest


class ComprehendTest(AwsTest):
    def setUp(self):
        self.comprehend = self.client("comprehend")

    def test_entities_are_detected(self):
        text = "Élan 😀: Angela Merkel met Joe in Berlin on 3 March 2026."

        found = self.comprehend.detect_entities(Text=text, LanguageCode="en")["Entities"]

        self.assertIn(("PERSON", "Angela Merkel"), [(one["Type"], one["Text"]) for one in found])
        self.assertIn(("DATE", "3 March 2026"), [(one["Type"], one["Text"]) for one in found])
        for one in found:
            self.assertEqual(one["Text"], text[one["BeginOffset"]:one["EndOffset"]])
            self.assertTrue(0 <= one["Score"] <= 1)

    def test_entities_of_a_batch_are_detected(self):
        answer = self.comprehend.batch_detect_entities(
            TextList=["Joe is going to Spain", "x" * 5001, "nothing to see here"], LanguageCode="en")

        self.assertEqual([0, 2], [one["Index"] for one in answer["ResultList"]])
        self.assertEqual([("PERSON", "Joe"), ("LOCATION", "Spain")],
                         [(one["Type"], one["Text"]) for one in answer["ResultList"][0]["Entities"]])
        self.assertEqual([1], [one["Index"] for one in answer["ErrorList"]])

    def test_limits_are_errors_that_the_client_knows(self):
        errors = self.comprehend.exceptions
        with self.assertRaises(errors.TextSizeLimitExceededException):
            self.comprehend.detect_entities(Text="x" * 100_001, LanguageCode="en")
        with self.assertRaises(errors.UnsupportedLanguageException):
            self.comprehend.detect_entities(Text="Hola", LanguageCode="es")
        with self.assertRaises(errors.BatchSizeLimitExceededException):
            self.comprehend.batch_detect_entities(TextList=["x"] * 26, LanguageCode="en")
        with self.assertRaises(errors.InvalidRequestException):
            self.comprehend.detect_entities(Text="x")

    def test_what_is_not_there_is_unknown(self):
        self.refused("UnknownOperationException", self.comprehend.detect_sentiment, Text="x", LanguageCode="en")


if __name__ == "__main__":
    unittest.main()
