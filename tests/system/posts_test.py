"""Posts over HTTP: written, read, changed, listed; and everything that a client may get wrong."""
import json
import threading
import unittest

from blog import POST, changes, create
from support import RialtoTest

JSON = {"Content-Type": "application/json"}
PROBLEM = "application/problem+json"


class PostsTest(RialtoTest):
    """All tests share a server: none of them leaves anything that disturbs the others."""

    @classmethod
    def setUpClass(cls):
        # Without rules, so that no version comes from anything but an edit.
        cls.rialto = cls.share({"buses": {"default": {"rules": {}}, "websocket": {"rules": {}}}})

    def change(self, method, post, body, **headers):
        return self.rialto.request(method, f"/posts/{post['id']}", body,
                                   headers={**JSON, **{name.replace("_", "-"): text for name, text in headers.items()}})

    def refused(self, answer, status):
        """The problem of an answer that is a refusal in the right form."""
        self.assertEqual((status, PROBLEM), (answer.status, answer.headers["Content-Type"]), answer)
        problem = answer.json()
        self.assertEqual(status, problem["status"])
        self.assertTrue(problem["title"] and problem["detail"])
        return problem


class EditTest(PostsTest):
    def test_a_post_is_replaced_patched_and_deleted(self):
        post = create(self.rialto)

        put = self.change("PUT", post, {**POST, "title": "New"})
        patched = self.change("PATCH", post, {"author": "Jane"}, Content_Type="application/merge-patch+json")
        read = self.rialto.get(f"/posts/{post['id']}")

        self.assertEqual((200, 200), (put.status, patched.status))
        self.assertEqual(['"1"', '"2"', '"3"'], ['"1"', put.headers["ETag"], read.headers["ETag"]])
        self.assertEqual(("New", "Jane", POST["body"]), tuple(read.json()[name] for name in ("title", "author", "body")))
        self.assertEqual(patched.json(), read.json())
        self.assertEqual(post["createdAt"], read.json()["createdAt"])
        self.assertEqual(204, self.change("DELETE", post, None).status)
        for method in ("GET", "DELETE", "PUT"):
            self.refused(self.change(method, post, None if method != "PUT" else POST), 404)

    def test_a_change_that_changes_nothing_keeps_the_version(self):
        post = create(self.rialto)

        self.assertEqual('"1"', self.change("PUT", post, POST).headers["ETag"])
        self.assertEqual('"1"', self.change("PATCH", post, {}).headers["ETag"])

    def test_a_null_in_a_merge_patch_removes_what_is_required(self):
        answer = self.change("PATCH", create(self.rialto), {"title": None, "body": 5})

        self.assertEqual(["title", "body"], [error["field"] for error in self.refused(answer, 422)["errors"]])

    def test_who_edits_an_old_version_is_told(self):
        post = create(self.rialto)
        self.change("PUT", post, {**POST, "title": "New"})

        for method, body in (("PUT", POST), ("PATCH", {"title": "X"}), ("DELETE", None)):
            for tag in ('"1"', 'W/"2"', '"2x"', "2", '"1", "7"', '""'):
                self.refused(self.change(method, post, body, If_Match=tag), 412)
        self.assertEqual(200, self.change("PATCH", post, {"title": "X"}, If_Match='"9", "2"').status)
        self.assertEqual(200, self.change("PATCH", post, {"title": "Y"}, If_Match="*").status)
        self.assertEqual(204, self.change("DELETE", post, None, If_Match='"4"').status)

    def test_who_has_the_current_version_is_sent_nothing(self):
        post = create(self.rialto)

        for tag in ('"1"', 'W/"1"', '"0", "1"', "*"):
            answer = self.change("GET", post, None, If_None_Match=tag)
            self.assertEqual((304, b"", '"1"'), (answer.status, answer.body, answer.headers["ETag"]), tag)
        self.assertEqual(200, self.change("GET", post, None, If_None_Match='"2"').status)

    def test_of_two_edits_of_one_version_one_wins(self):
        post, statuses = create(self.rialto), []

        def edit(number):
            statuses.append(self.change("PATCH", post, {"title": f"T{number}"}, If_Match='"1"').status)
        threads = [threading.Thread(target=edit, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        self.assertEqual([200] + 7 * [412], sorted(statuses))

    def test_every_change_is_in_the_feed_with_both_images(self):
        post = create(self.rialto)
        self.change("PATCH", post, {"title": "New"})
        self.change("DELETE", post, None)

        rows = [row for row in changes(self.rialto) if row["id"] == post["id"]]
        self.assertEqual(["INSERT", "MODIFY", "REMOVE"], [row["eventName"] for row in rows])
        self.assertEqual((POST["title"], "New"), (rows[1]["oldImage"]["title"], rows[1]["newImage"]["title"]))
        self.assertEqual((True, "New"), (rows[2]["deleted"], rows[2]["oldImage"]["title"]))
        self.assertNotIn("newImage", rows[2])


class IdempotencyTest(PostsTest):
    def post(self, key, **fields):
        return self.rialto.post("/posts", {**POST, **fields}, headers={"Idempotency-Key": key})

    def test_the_same_request_makes_one_post(self):
        first, again = self.post("a"), self.post("a")

        self.assertEqual((201, 201), (first.status, again.status))
        self.assertEqual(first.json(), again.json())
        self.assertEqual((None, "true"), (first.headers["Idempotency-Replayed"], again.headers["Idempotency-Replayed"]))

    def test_many_at_a_time_make_one_post(self):
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.post("b"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        self.assertEqual({201}, {answer.status for answer in answers})
        self.assertEqual(1, len({answer.json()["id"] for answer in answers}))

    def test_a_key_is_not_for_two_requests(self):
        self.post("c")

        self.refused(self.post("c", title="Another"), 422)

    def test_a_key_outlives_its_post(self):
        self.change("DELETE", self.post("d").json(), None)

        self.refused(self.post("d"), 410)

    def test_a_key_is_visible_ascii(self):
        for key in ("", "a b", "x" * 256, "\xe4"):
            self.refused(self.post(key), 400)
        self.assertEqual(201, self.post("x" * 255).status)


class ListTest(PostsTest):
    def test_posts_are_listed_newest_first_by_topic_and_author(self):
        made = [create(self.rialto, topic="lists & more", author=author) for author in ("A", "B", "A")]

        topic = "topic=lists%20%26%20more"
        for query, wanted in ((topic, made), (f"{topic}&author=A", made[::2]), ("topic=no", []),
                              (f"{topic}&author=%27%20OR%201=1--", [])):
            listed = self.rialto.get(f"/posts?{query}").json()
            self.assertEqual([post["id"] for post in reversed(wanted)], [post["id"] for post in listed["posts"]])
            self.assertNotIn("nextCursor", listed)

    def test_pages_have_no_gap_and_no_post_twice_while_others_post(self):
        made = [create(self.rialto, topic="paged")["id"] for _ in range(25)]
        seen, cursor = [], ""
        while cursor is not None:
            page = self.rialto.get(f"/posts?topic=paged&limit=4{cursor}").json()
            seen += [post["id"] for post in page["posts"]]
            cursor = f"&cursor={page['nextCursor']}" if "nextCursor" in page else None
            create(self.rialto, topic="paged")

        self.assertEqual(made[::-1], seen)

    def test_the_last_full_page_is_the_last(self):
        for _ in range(4):
            create(self.rialto, topic="full")

        self.assertNotIn("nextCursor", self.rialto.get("/posts?topic=full&limit=4").json())

    def test_a_wrong_query_is_refused(self):
        for query in ("limit=0", "limit=201", "limit=x", "limit=", "limit=1.5", "limit=-1", "topic=%zz", "topic=%ff",
                      "limit=99999999999999999999"):
            self.refused(self.rialto.get(f"/posts?{query}"), 400)


class ValidationTest(PostsTest):
    def fields(self, body):
        return [error["field"] for error in self.refused(self.rialto.post("/posts", body), 422)["errors"]]

    def test_every_broken_field_is_named_at_once(self):
        self.assertEqual(["author", "title", "body", "topic"], self.fields({}))
        self.assertEqual(["author", "title", "body", "topic", "tag"],
                         self.fields({"author": 1, "title": None, "body": [], "topic": {}, "tag": "x"}))
        self.assertEqual(["author", "title", "body", "topic"],
                         self.fields({"author": "", "title": " \t", "body": "\n", "topic": "x" * 65}))
        problem = self.refused(self.rialto.post("/posts", {**POST, "title": 7}), 422)
        self.assertEqual([{"field": "title", "pointer": "#/title", "detail": "title must be a string, not number"}],
                         problem["errors"])

    def test_lengths_are_counted_in_characters(self):
        longest = {"author": 100, "title": 200, "body": 65536, "topic": 64}
        for field, length in longest.items():
            self.assertEqual([field], self.fields({**POST, field: "é" * (length + 1)}))
        self.assertEqual(201, self.rialto.post("/posts", {name: "🎉" * size for name, size in longest.items()}).status)

    def test_a_nul_is_refused_however_it_is_written(self):
        for field in POST:
            self.assertEqual([field], self.fields({**POST, field: "a\0b"}))
        raw = json.dumps(POST).replace("Joe", "J\0e")
        self.refused(self.rialto.post("/posts", raw, headers=JSON), 400)

    def test_what_is_no_json_object_is_refused(self):
        for value in ([], "x", 1, None, True):
            self.refused(self.rialto.post("/posts", json.dumps(value), headers=JSON), 422)

    def test_malformed_json_is_refused(self):
        whole = json.dumps(POST)
        for text in ("", " ", "{", whole[:-1], whole + "x", whole + whole, "nul", "{'a':1}", '{"a":1,}', '{"a":01}',
                     '{"a":NaN}', "\ufeff" + whole, '{"author":"\\ud800"}', '{"author":"\\x"}', '{"author":"a\nb"}',
                     '{"author":"Joe","author":"Jim"}', "// c\n" + whole, 20000 * "[", 20000 * '{"a":', 70000 * "["):
            self.refused(self.rialto.post("/posts", text, headers=JSON), 400)

    def test_invalid_utf8_is_refused(self):
        for broken in (b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            body = json.dumps(POST).encode().replace(b"Joe", broken)
            self.refused(self.rialto.post("/posts", body, headers=JSON), 400)

    def test_any_text_that_is_valid_comes_back_unchanged(self):
        body = "a\tb\nc\r\n\u2028\u0085\ufeff\ufffd 🎉 \U0010ffff é e\u0301 <b>&amp;</b> \\u0000 \"' \u202e"
        post = create(self.rialto, body=body, title="\u202e\u200b'; DROP TABLE posts; --")

        read = self.rialto.get(f"/posts/{post['id']}").json()
        self.assertEqual((body, post["title"]), (read["body"], read["title"]))


class HttpTest(PostsTest):
    def test_another_content_type_is_refused(self):
        for kind in ("text/plain", "", "application/jsonx", "application/x-www-form-urlencoded"):
            answer = self.rialto.post("/posts", json.dumps(POST), headers={"Content-Type": kind})
            self.refused(answer, 415)
            self.assertEqual("application/json", answer.headers["Accept-Post"])
        self.refused(self.rialto.request("PUT", "/posts/x", "{}", headers={"Content-Type": "text/plain"}), 415)
        for kind in ("application/json; charset=utf-8", "Application/JSON"):
            self.assertEqual(201, self.rialto.post("/posts", json.dumps(POST), headers={"Content-Type": kind}).status)

    def test_a_wrong_method_is_told_the_right_ones(self):
        for method, path, allowed in (("DELETE", "/posts", {"OPTIONS", "GET", "HEAD", "POST"}),
                                      ("POST", "/posts/x", {"OPTIONS", "GET", "HEAD", "PUT", "PATCH", "DELETE"}),
                                      ("BREW", "/posts", {"OPTIONS", "GET", "HEAD", "POST"}),
                                      ("POST", "/livez", {"OPTIONS", "GET", "HEAD"})):
            answer = self.rialto.request(method, path)
            self.refused(answer, 405)
            self.assertEqual(allowed, set(answer.headers["Allow"].split(", ")))

    def test_options_tells_the_methods(self):
        answer = self.rialto.request("OPTIONS", "/posts")

        self.assertEqual((204, b""), (answer.status, answer.body))
        self.assertIn("POST", answer.headers["Allow"])

    def test_head_is_get_without_the_body(self):
        post = create(self.rialto)

        for path in (f"/posts/{post['id']}", "/livez", "/posts?topic=none"):
            head, get = self.rialto.request("HEAD", path), self.rialto.get(path)
            self.assertEqual((get.status, b""), (head.status, head.body))
            for header in ("Content-Length", "Content-Type", "ETag"):
                self.assertEqual(get.headers[header], head.headers[header])

    def test_what_is_not_there_is_not_found(self):
        for path in ("/nothing", "/posts/", "/posts//", "/posts/x", "/posts/x/y", "//posts", "/posts/%00", "/POSTS",
                     "/posts/../livez", "/" + "x" * 2000, "/dead-letters/x", "/dead-letters/99999999999999999999"):
            self.refused(self.rialto.get(path), 404)
        for path in ("/posts/%zz", "/posts/%ff"):
            self.refused(self.rialto.get(path), 400)

    def test_a_body_that_is_too_large_is_refused_before_it_is_read(self):
        self.refused(self.rialto.post("/posts", b" " * (10 << 20), headers=JSON), 413)
        self.assertEqual(200, self.rialto.get("/livez").status)


if __name__ == "__main__":
    unittest.main()
