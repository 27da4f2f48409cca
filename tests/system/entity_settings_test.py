"""What the section `entities` of the configuration says of posts, and names of one's own."""
import unittest

from blog import create, enriched
from support import RialtoTest, eventually

TEXT = {"title": "Joe buys a Frobnicator", "body": "He paid $20 in Spain.", "author": "Angela Merkel"}


class EntitySettingsTest(RialtoTest):
    def found(self, rialto):
        return enriched(rialto, create(rialto, **TEXT))["entities"]

    def serve_with(self, **settings):
        return self.serve({"entities": settings})

    def test_all_types_in_title_and_body_are_written_by_default(self):
        found = self.found(self.serve())

        self.assertEqual((["Joe"], ["Spain"], ["$20"]), (found["persons"], found["locations"], found["quantities"]))

    def test_only_what_is_wanted_is_written(self):
        self.assertEqual({"persons": ["Angela Merkel"], "quantities": ["$20"]},
                         self.found(self.serve_with(fields=["author", "body"], types=["PERSON", "QUANTITY"])))

    def test_names_of_ones_own_are_read_anew_with_the_configuration(self):
        names = self.folder() / "names.tsv"
        names.write_text("COMMERCIAL_ITEM\tFrobnicator\n")
        rialto = self.serve_with(types=["COMMERCIAL_ITEM"], gazetteer=str(names))
        self.assertEqual({"commercialItems": ["Frobnicator"]}, self.found(rialto))

        names.write_text("COMMERCIAL_ITEM\tSpain\n")
        rialto.reload()
        eventually(lambda: "configuration reloaded" in rialto.log(), what="the reload")
        self.assertEqual(["Spain"], [name for name in self.found(rialto)["commercialItems"] if name == "Spain"])

        names.write_text("ROBOT\tR2\n")
        rialto.reload()
        eventually(lambda: "line 1: the type must be PERSON" in rialto.log(), what="the refusal")
        self.assertIn("Spain", self.found(rialto)["commercialItems"])


if __name__ == "__main__":
    unittest.main()
