"""The configuration changes under a running server: at once, whole or not at all, and without losing an event."""
import copy
import threading
import unittest

from blog import POST, create, enriched
from support import RialtoTest, eventually
from websocket_client import WebSocket

RULE = {"pattern": {"source": ["rialto.posts"]}, "targets": [{"id": "audit", "log": {"name": "one"}}]}
PUSH = {"pattern": {"source": ["rialto.posts.changes"]}, "targets": [{"websocket": {"channel": "posts"}}]}
READ = {"pattern": {"source": ["rialto.posts"], "detail-type": ["BlogPostCreated"]}, "targets": ["entities"]}


def rules(**of_default):
    return {"buses": {"default": {"rules": of_default}, "websocket": {"rules": {"push": PUSH}}}}


def logging_to(name):
    rule = copy.deepcopy(RULE)
    rule["targets"][0]["log"]["name"] = name
    return rules(audit=rule)


class ReloadTest(RialtoTest):
    def start(self, config, **options):
        self.rialto = self.serve(config, **options)
        return self.rialto

    def lines(self, name):
        file = self.rialto.data / "logs" / f"{name}.ndjson"
        return file.read_text().splitlines() if file.exists() else []

    def reloads(self):
        return self.rialto.log().count("configuration reloaded")

    def reload(self, config):
        """Returns when the new configuration is in force."""
        before = self.reloads()
        self.rialto.write_config(config)
        self.rialto.reload()
        eventually(lambda: self.reloads() > before, what="the reload")

    def test_an_edited_rule_holds_after_sighup(self):
        rialto = self.start(logging_to("one"))
        create(rialto)
        eventually(lambda: self.lines("one"))

        self.reload(logging_to("two"))
        create(rialto)

        eventually(lambda: self.lines("two"))
        self.assertEqual((1, 1), (len(self.lines("one")), len(self.lines("two"))))

    def test_a_removed_rule_is_without_effect(self):
        rialto = self.start(rules(audit=RULE, witness={**RULE, "targets": [{"log": {"name": "witness"}}]}))

        self.reload(rules(witness={**RULE, "targets": [{"log": {"name": "witness"}}]}))
        create(rialto)

        eventually(lambda: self.lines("witness"))
        rialto.stop()
        self.assertEqual([], self.lines("one"))

    def test_the_file_is_watched_where_that_is_wanted(self):
        rialto = self.start(logging_to("one"), arguments=["--watch"])

        rialto.write_config(logging_to("two"))

        eventually(lambda: self.reloads() == 1)
        create(rialto)
        eventually(lambda: self.lines("two"))

    def test_a_broken_file_changes_nothing_and_is_named_with_the_place(self):
        rialto = self.start(logging_to("one"))
        for broken, place, said in (("buses:\n  default:\n    rules:\n      audit: {pattern: {a: 1}}\n", r"4:\d+", "pattern"),
                                    ("a: [\n", r"\d+:\d+", ""), ("server:\n  nonsense: 1\n", "2:3", "nonsense"),
                                    ("log: {}\nlog: {}\n", "2:1", "log"),
                                    ("mail:\n  templates:\n    post: {subject: '{{x}}'}\n", None, "subject")):
            rialto.write_config(broken)
            before = rialto.log().count("not reloaded")
            rialto.reload()
            eventually(lambda: rialto.log().count("not reloaded") > before)
            last = rialto.log().rsplit("not reloaded", 1)[1]
            if place:
                self.assertRegex(last, rf"rialto\.yaml:{place}: .*{said}")
            self.assertIn(said, last)
        rialto.config.unlink()
        rialto.reload()
        eventually(lambda: rialto.log().count("not reloaded") == 6)

        create(rialto)

        eventually(lambda: self.lines("one"))

    def test_what_only_a_restart_changes_is_named(self):
        rialto = self.start(logging_to("one"))

        self.reload({**logging_to("one"), "server": {"listen": "127.0.0.1:1", "maxBody": "64KiB"}})

        self.assertRegex(rialto.log(), "only a restart.*server.maxBody")
        self.assertEqual(200, rialto.get("/readyz").status)

    def test_another_account_or_region_is_refused_as_a_whole(self):
        rialto = self.start(logging_to("one"))
        for number, (key, value) in enumerate((("account", "111111111111"), ("region", "eu-west-1")), 1):
            rialto.write_config({**logging_to("two"), "aws": {key: value}})
            rialto.reload()
            eventually(lambda: rialto.log().count("not reloaded") == number)
            self.assertRegex(rialto.log(), f"aws.{key} is .*, and only a restart can make it {value}")

        create(rialto)

        eventually(lambda: self.lines("one"))
        self.assertEqual([], self.lines("two"))

    def test_origins_are_reloaded(self):
        page = "https://news.example.org"
        rialto = self.start({**rules()})
        with self.assertRaisesRegex(Exception, "403"):
            WebSocket(rialto.url("/ws", "ws"), origin=page)

        self.reload({**rules(), "websocket": {"origins": [page]}})

        WebSocket(rialto.url("/ws", "ws"), origin=page).close()

    def test_the_texts_of_mails_are_reloaded(self):
        rialto = self.start({**rules()})

        self.reload({**rules(), "mail": {"templates": {"confirmation": {"subject": "Hello {{email}}"}}}})
        rialto.post("/topics/travel/subscriptions", {"email": "a@example.org"})

        [mail] = eventually(lambda: list((rialto.data / "outbox").glob("[!.]*.eml")))
        self.assertIn(b"Subject: Hello a@example.org\r\n", mail.read_bytes())

    def test_without_a_file_a_reload_is_harmless(self):
        rialto = self.serve()

        rialto.reload()

        rialto.wait_for_log("no configuration file")
        self.assertEqual(200, rialto.get("/readyz").status)

    def test_twenty_reloads_lose_no_event(self):
        rialto = self.start(rules(read=READ, audit=RULE))
        posts, stopping, pushed = [], threading.Event(), []

        def write():
            while not stopping.is_set():
                posts.append(create(rialto, title=f"{POST['title']} {len(posts)}"))
        with WebSocket(rialto.url("/ws", "ws")) as socket:
            socket.send({"type": "subscribe", "channel": "posts"})
            socket.receive_until(lambda message: message["type"] == "subscribed")
            writer = threading.Thread(target=write)
            writer.start()
            try:
                for number in range(20):
                    seen = len(posts)
                    self.reload(rules(read=READ, audit=RULE, **{f"other{number}": RULE}))
                    eventually(lambda: len(posts) > seen, what="a post after the reload")
            finally:
                stopping.set()
                writer.join()
            for _ in range(2 * len(posts)):
                pushed.append(socket.receive())

        self.assertEqual(list(range(1, 2 * len(posts) + 1)), [event["offset"] for event in pushed])
        for kind in ("INSERT", "MODIFY"):
            ids = [event["event"]["detail"]["keys"]["id"] for event in pushed
                   if event["event"]["detail"]["eventName"] == kind]
            self.assertEqual({post["id"] for post in posts}, set(ids), kind)
        for post in posts:
            enriched(rialto, post)
        eventually(lambda: {post["id"] for post in posts} <= {
            part.split('"id":"')[-1][:36] for line in self.lines("one") for part in line.split('"detail":')[1:]})


if __name__ == "__main__":
    unittest.main()
