"""The main job, from the post to the reader: stored, mailed, enriched, pushed."""
import email.utils
import re
import unittest

from blog import POST, SENDER, ask, create, enriched, link, names, relay, subscribe
from smtp_sink import SmtpSink
from support import RialtoTest, eventually
from websocket_client import WebSocket

READER = "reader@example.org"
HEADERS = {"from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
           "list-unsubscribe", "list-unsubscribe-post", "list-id", "precedence"}


class FlowTest(RialtoTest):
    def setUp(self):
        self.sink = SmtpSink()
        self.addCleanup(self.sink.stop)

    def start(self, **more):
        return self.serve(relay(self.sink, **more))

    def letters(self, rialto):
        return rialto.get("/dead-letters").json()["deadLetters"]

    def news(self, reader=READER, count=1):
        """The mails about posts that a reader got."""
        def enough():
            found = [mail for mail in self.sink.mails(reader) if "List-Unsubscribe" in mail.message]
            return found if len(found) >= count else None
        return eventually(enough, what=f"{count} mails for {reader}") if count else enough()


class PostTest(FlowTest):
    def test_the_answer_holds_the_post_and_nothing_else(self):
        created = self.start().post("/posts", POST)

        post = created.json()
        self.assertEqual(["id", "createdAt", "author", "title", "body", "topic"], list(post))
        self.assertEqual(POST, {name: post[name] for name in POST})
        self.assertRegex(post["createdAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual((f"/posts/{post['id']}", '"1"'), (created.headers["Location"], created.headers["ETag"]))

    def test_the_names_in_a_post_are_found(self):
        rialto = self.start()

        post = enriched(rialto, create(rialto))

        self.assertEqual(["Angela Merkel", "Barack Obama", "Madrid", "Spain"], names(post["entities"]))
        self.assertGreaterEqual(post["updatedAt"], post["createdAt"])

    def test_a_websocket_client_sees_the_insertion_and_then_the_entities(self):
        rialto = self.start()
        with WebSocket(rialto.url("/ws", "ws")) as socket:
            socket.send({"type": "subscribe", "channel": "posts"})
            socket.receive_until(lambda message: message["type"] == "subscribed")
            post = create(rialto)

            inserted, modified = socket.receive(), socket.receive()

        self.assertEqual([1, 2], [inserted["offset"], modified["offset"]])
        self.assertEqual("BlogPostChange", inserted["event"]["detail-type"])
        self.assertEqual(("INSERT", post), (inserted["event"]["detail"]["eventName"],
                                            inserted["event"]["detail"]["newImage"]))
        self.assertEqual("MODIFY", modified["event"]["detail"]["eventName"])
        self.assertEqual(post, modified["event"]["detail"]["oldImage"])
        self.assertIn("Madrid", names(modified["event"]["detail"]["newImage"]["entities"]))


class SubscriptionTest(FlowTest):
    def test_a_reader_confirms_by_the_link_in_a_mail(self):
        rialto = self.start()

        pending = ask(rialto, READER).json()
        [mail] = self.sink.wait_for(1, to=READER)
        question = rialto.get(link(mail, "confirm"))
        [asked] = rialto.get("/topics/travel/subscriptions").json()["subscriptions"]
        page = rialto.post(link(mail, "confirm"))

        self.assertEqual(("pending", "travel", READER), (pending["status"], pending["topic"], pending["email"]))
        self.assertIn('<form method="post"', question.body.decode())
        self.assertEqual("pending", asked["status"], "programs open links, too")
        self.assertEqual("Please confirm your subscription to travel", mail.message["Subject"])
        self.assertIn(READER, page.body.decode())
        self.assertEqual("no-store", page.headers["Cache-Control"])
        [subscription] = rialto.get("/topics/travel/subscriptions").json()["subscriptions"]
        self.assertEqual("confirmed", subscription["status"])

    def test_subscribing_again_mails_nothing_new_for_a_while(self):
        rialto = self.start()

        answers = [ask(rialto, READER), ask(rialto, READER.upper())]

        self.assertEqual([201, 200], [answer.status for answer in answers])
        self.sink.wait_for(1, to=READER)
        rialto.stop()
        self.assertEqual(1, len(self.sink.mails()))

    def test_only_confirmed_readers_of_the_topic_get_mail(self):
        rialto = self.start()
        ask(rialto, "unconfirmed@example.org")
        subscribe(rialto, self.sink, "other@example.org", topic="food")
        subscribe(rialto, self.sink, READER)
        self.sink.wait_for(1, to="unconfirmed@example.org")

        create(rialto)

        self.news()
        rialto.stop()
        self.assertEqual(1, len(self.sink.mails("unconfirmed@example.org")), "the confirmation alone")
        self.assertEqual(1, len(self.sink.mails("other@example.org")))

    def test_one_click_ends_the_mails_but_a_look_at_the_link_does_not(self):
        rialto = self.start()
        subscribe(rialto, self.sink, READER)
        subscribe(rialto, self.sink, "witness@example.org")
        create(rialto)
        [mail] = self.news()
        path = re.fullmatch(r"<https?://[^/]+(/.*)>", str(mail.message["List-Unsubscribe"]).strip())[1]
        self.assertEqual(link(mail, "unsubscribe"), path)

        self.assertEqual(200, rialto.get(path).status)
        self.assertEqual(1, len(rialto.get("/topics/travel/subscriptions?limit=1").json()["subscriptions"]))
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        gone = rialto.post(path, "List-Unsubscribe=One-Click", headers=form)
        self.assertEqual(200, gone.status, gone)
        self.assertEqual(404, rialto.post(path, "List-Unsubscribe=One-Click", headers=form).status)
        create(rialto)
        self.news("witness@example.org", 2)
        rialto.stop()
        self.assertEqual(1, len(self.news()))

    def test_a_removed_subscription_and_a_wrong_token_are_not_found(self):
        rialto = self.start()
        subscription = subscribe(rialto, self.sink, READER)
        path = f"/topics/travel/subscriptions/{subscription['id']}"

        self.assertEqual(404, rialto.get(f"/topics/food/subscriptions/{subscription['id']}").status)
        self.assertEqual(204, rialto.request("DELETE", path).status)
        self.assertEqual(404, rialto.get(path).status)
        for token in ("", "x", "%00", "'%20OR%201=1--"):
            self.assertEqual(404, rialto.get(f"/subscriptions/confirm?token={token}").status)
            self.assertEqual(404, rialto.post(f"/subscriptions/confirm?token={token}").status)

    def test_tokens_are_not_logged(self):
        rialto = self.start(log={"level": "debug"})
        subscribe(rialto, self.sink, READER)
        create(rialto)
        [mail] = self.news()
        rialto.stop()

        token = link(mail, "unsubscribe").split("=")[1]
        self.assertNotIn(token, rialto.log())


class MailTest(FlowTest):
    def test_a_mail_is_whole_and_says_how_to_unsubscribe(self):
        rialto = self.start()
        subscribe(rialto, self.sink, READER, topic="Füße")
        title, body = "Übermäßig naïve Grüße aus 東京 – " + "sehr " * 20 + "lang", "Ein Satz.\n.\nÇa va? 🎉"

        create(rialto, title=title, body=body, topic="Füße", author="Zoë")

        [mail] = self.news()
        message = mail.message
        self.assertEqual((SENDER, [READER]), (mail.sender, mail.recipients))
        self.assertEqual(f"[Füße] {title}", message["Subject"])
        self.assertEqual("multipart/alternative", message.get_content_type())
        self.assertEqual(["text/plain", "text/html"], [part.get_content_type() for part in message.iter_parts()])
        self.assertIn(body, mail.text().replace("\r\n", "\n"))
        self.assertIn("Zoë", mail.text("html"))
        self.assertEqual("List-Unsubscribe=One-Click", message["List-Unsubscribe-Post"])
        self.assertRegex(str(message["Message-ID"]).strip(), r"^<[^<>@\s]+@example\.org>$")
        self.assertIsNotNone(email.utils.parsedate_to_datetime(message["Date"]).tzinfo)
        self.assertTrue(mail.raw.split(b"\r\n\r\n")[0].isascii())
        self.assertLessEqual(max(map(len, mail.raw.split(b"\r\n"))), 998)

    def test_finding_the_entities_mails_nobody_again(self):
        rialto = self.start()
        subscribe(rialto, self.sink, READER)

        first = create(rialto)
        enriched(rialto, first)
        enriched(rialto, create(rialto))

        self.news(count=2)
        rialto.stop()
        ids = [mail.message["Message-ID"] for mail in self.news()]
        self.assertEqual((2, 2), (len(ids), len(set(ids))))

    def test_nothing_in_a_post_becomes_a_header_or_a_tag(self):
        rialto = self.start()
        evil = ["=?utf-8?q?a=0D=0ABcc:_evil@example.org?=", "a\u2028Bcc: evil@example.org", "a\u0085Bcc: evil@example.org",
                "<script>alert(1)</script>", "{{unsubscribeUrl}} %0d%0aBcc: evil@example.org"]
        for topic in evil:
            subscribe(rialto, self.sink, READER, topic=topic)

            create(rialto, title=topic, topic=topic, author=topic)

        for mail in self.news(count=len(evil)):
            self.assertEqual([READER], mail.recipients)
            self.assertEqual(HEADERS, {name.lower() for name in mail.message.keys()})
            self.assertNotIn("<script>", mail.text("html"))
        subjects = [str(mail.message["Subject"]) for mail in self.news(count=len(evil))]
        self.assertIn(f"[{evil[0]}] {evil[0]}", subjects)
        self.assertIn(f"[{evil[4]}] {evil[4]}", subjects)

    def test_line_breaks_are_refused_where_a_header_would_come_of_them(self):
        rialto = self.start()

        for broken in ("a\r\nBcc: evil@example.org", "a\nb", "a\rb", "a\0b"):
            for field in ("title", "topic", "author"):
                self.assertEqual(422, rialto.post("/posts", {**POST, field: broken}).status)
            self.assertEqual(422, ask(rialto, READER, topic=broken).status)
            self.assertEqual(422, ask(rialto, f"{broken}@example.org").status)
        for wrong in ("", "a", "a@", "@b", "a@b@c", "a@b,c@d", "A <a@b.org>", "a b@c.org", "a@b.org>"):
            self.assertEqual(422, ask(rialto, wrong).status, wrong)
        self.assertEqual([], self.sink.mails())

    def test_without_a_relay_mails_are_files(self):
        rialto = self.serve()
        ask(rialto, READER)

        [file] = eventually(lambda: list((rialto.data / "outbox").glob("[!.]*.eml")))

        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        self.assertEqual(READER, message["To"])
        path = re.search(r"(/subscriptions/confirm\?token=\S+)", message.get_body(("plain",)).get_content())[1]
        self.assertEqual(200, rialto.post(path).status)


class DeliveryTest(FlowTest):
    def test_a_refused_address_becomes_a_dead_letter_and_delays_nobody(self):
        rialto = self.start()
        for reader in ("bad@example.org", READER):
            subscribe(rialto, self.sink, reader)
        self.sink.refuse("bad@example.org", "550 no such user")

        post = create(rialto)

        self.news()
        [letter] = eventually(lambda: self.letters(rialto))
        self.assertEqual((post["id"], 1), (letter["event"]["detail"]["id"], letter["attempts"]))
        self.assertIn("550", letter["errorMessage"])
        self.assertIn("blogPostCreation", letter["ruleArn"])
        shown = rialto.get(f"/dead-letters/{letter['id']}").json()
        [attempt] = shown.pop("attemptLog")
        self.assertEqual(letter, shown)
        self.assertIn("550", attempt["errorMessage"])

    def test_a_dead_letter_is_sent_when_it_is_redriven(self):
        rialto = self.start()
        subscribe(rialto, self.sink, READER)
        self.sink.refuse(READER, "550 no such user")
        create(rialto)
        [letter] = eventually(lambda: self.letters(rialto))
        self.sink.accept(READER)

        redriven = rialto.post(f"/dead-letters/{letter['id']}/redrive")

        self.assertEqual(202, redriven.status, redriven)
        self.news()
        self.assertEqual([], self.letters(rialto))
        self.assertEqual(404, rialto.post(f"/dead-letters/{letter['id']}/redrive").status)

    def test_a_dead_letter_can_be_dropped(self):
        rialto = self.start()
        subscribe(rialto, self.sink, READER)
        self.sink.refuse(READER, "550 no such user")
        create(rialto)
        [letter] = eventually(lambda: self.letters(rialto))

        self.assertEqual(204, rialto.request("DELETE", f"/dead-letters/{letter['id']}").status)
        self.assertEqual(404, rialto.get(f"/dead-letters/{letter['id']}").status)

    def test_a_temporary_refusal_is_tried_again_as_the_same_mail(self):
        rialto = self.start()
        subscribe(rialto, self.sink, READER)
        tried = len(self.sink.attempts)
        self.sink.refuse(READER, "451 later", times=2)
        create(rialto)

        self.news()
        rialto.stop()
        self.assertEqual(3, len(self.sink.attempts) - tried)
        self.assertEqual(1, len(self.news()))

    def test_what_is_owed_is_paid_after_a_kill_under_the_same_message_id(self):
        rialto = self.start()
        subscribe(rialto, self.sink, READER)
        create(rialto)
        sent = self.news()[0].message["Message-ID"]
        self.sink.refuse(READER, "451 later")
        tried = len(self.sink.attempts)
        create(rialto)
        eventually(lambda: len(self.sink.attempts) > tried)
        rialto.kill()
        self.sink.accept(READER)
        rialto.start()

        ids = [mail.message["Message-ID"] for mail in self.news(count=2)]
        self.assertEqual(2, len({sent, *ids}))


if __name__ == "__main__":
    unittest.main()
