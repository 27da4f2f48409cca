"""docs/compatibility.md says of every operation by which clients it was checked: here that is held to the tests."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).parents[2]
SYSTEM = ROOT / "tests" / "system"
ROW = re.compile(r"^\| (`[A-Z]\w+`(?:, `\w+`)*) \| (.*) \| ([^|]*) \|$", re.MULTILINE)


def read(*paths):
    return "\n".join(path.read_text() for path in paths)


def snake(operation):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower()


class CompatibilityTest(unittest.TestCase):
    rows = {name: checks for names, _, checks in ROW.findall(read(ROOT / "docs" / "compatibility.md"))
            for name in re.findall(r"\w+", names)}
    python = read(*SYSTEM.glob("*_test.py"))
    shell = python + read(ROOT / "docs" / "walkthrough.md")
    javascript = read(*(SYSTEM / "javascript").glob("*.mjs"))

    def operations(self, service, rooms):
        table = (ROOT / "src" / "api" / "aws" / service / "operations.cpp").read_text()
        return re.findall(rf"^ +(\w+)\({rooms}\),", table, re.MULTILINE)

    def test_every_operation_has_a_row(self):
        for service, rooms, count in (("events", "rooms", 57), ("sqs", "queues", 18)):
            operations = self.operations(service, rooms)
            self.assertEqual(count, len(operations))
            self.assertEqual(set(), set(operations) - {snake(name) for name in self.rows})

    def test_every_row_is_true_of_the_clients(self):
        for operation, checks in self.rows.items():
            name = snake(operation)
            for client, found in (("boto3", re.search(rf'\.{name}[(,)]|paginator\("{name}"\)', self.python)),
                                  ("CLI", re.search(rf'[" ]{name.replace("_", "-")}[" ]', self.shell)),
                                  ("JS", f"{operation}Command" in self.javascript)):
                with self.subTest(operation, client=client):
                    self.assertEqual(client in checks.split(", "), bool(found))


if __name__ == "__main__":
    unittest.main()
