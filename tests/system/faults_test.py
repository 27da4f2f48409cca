"""The disk is full for a while: nothing that was acknowledged is lost, and no restart is needed. Or it gives back other
bytes than were written: nothing more is acknowledged, and the operator is told what to do."""
import os
import resource
import subprocess
import threading
import unittest

from blog import POST, changes, create, enriched, relay, subscribe
from smtp_sink import SmtpSink
from support import PROGRAM, RialtoTest, eventually

READER = "reader@example.org"


class FullDiskTest(RialtoTest):
    def setUp(self):
        self.sink = SmtpSink()
        self.addCleanup(self.sink.stop)
        self.rialto = self.serve(relay(self.sink))

    def fill_disk(self):
        """No file of the server may grow beyond the size that its log of writes has now."""
        size = os.stat(self.rialto.data / "rialto.db-wal").st_size
        self.limit = resource.prlimit(self.rialto.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.rialto.process.pid, resource.RLIMIT_FSIZE, (size, self.limit[1]))

    def empty_disk(self):
        resource.prlimit(self.rialto.process.pid, resource.RLIMIT_FSIZE, self.limit)

    def post_until_refused(self):
        """The refusal, and the posts that were taken before it."""
        taken = []
        for _ in range(1000):
            answer = self.rialto.post("/posts", POST)
            if answer.status != 201:
                return answer, taken
            taken.append(answer.json())
        raise AssertionError("the disk does not get full")

    def news(self):
        return [mail for mail in self.sink.mails(READER) if "List-Unsubscribe" in mail.message]

    def test_writes_are_refused_reads_go_on_and_all_heals_by_itself(self):
        subscribe(self.rialto, self.sink, READER)
        before = create(self.rialto)
        self.fill_disk()

        refusal, taken = self.post_until_refused()

        self.assertEqual((503, "application/problem+json"), (refusal.status, refusal.headers["Content-Type"]), refusal)
        self.assertTrue(int(refusal.headers["Retry-After"]) > 0)
        ready = self.rialto.get("/readyz")
        self.assertEqual((503, True), (ready.status, "Retry-After" in ready.headers), ready)
        self.assertEqual(200, self.rialto.get("/livez").status)
        self.assertEqual(200, self.rialto.get(f"/posts/{before['id']}").status)
        self.assertEqual(200, self.rialto.get("/posts/changes").status)
        for method, path, body in (("DELETE", f"/posts/{before['id']}", None), ("PUT", f"/posts/{before['id']}",
                                   {**POST, "title": "New"}), ("POST", "/topics/a/subscriptions", {"email": "a@b.org"})):
            self.assertEqual(503, self.rialto.request(method, path, body).status, path)

        self.empty_disk()
        eventually(self.rialto.is_ready)
        after = create(self.rialto)

        self.holds([before, *taken, after])

    def holds(self, acknowledged):
        """Every post is there, has its entities, was mailed, and is in a feed without gaps."""
        for post in acknowledged:
            enriched(self.rialto, post)
        wanted = {post["id"] for post in acknowledged}
        eventually(lambda: len({mail.message["Message-ID"] for mail in self.news()}) >= len(wanted), what="all mails")
        mailed = "".join(mail.text() for mail in self.news())
        self.assertEqual(set(), {identity for identity in wanted if identity not in mailed})
        rows = changes(self.rialto)
        self.assertEqual(list(range(1, len(rows) + 1)), [row["seq"] for row in rows])
        self.assertLessEqual(wanted, {row["id"] for row in rows if row["eventName"] == "INSERT"})

    def test_many_writers_over_several_full_disks_lose_nothing(self):
        subscribe(self.rialto, self.sink, READER)
        acknowledged, statuses, stopping = [], set(), threading.Event()

        def write():
            while not stopping.is_set():
                answer = self.rialto.post("/posts", POST)
                statuses.add(answer.status)
                if answer.status == 201:
                    acknowledged.append(answer.json())
        writers = [threading.Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        try:
            for _ in range(3):
                goal = len(acknowledged) + 10
                eventually(lambda: len(acknowledged) >= goal)
                self.fill_disk()
                eventually(lambda: self.rialto.get("/readyz").status == 503)
                self.empty_disk()
                eventually(self.rialto.is_ready)
        finally:
            stopping.set()
            for writer in writers:
                writer.join()

        self.assertEqual({201, 503}, statuses)
        self.holds(acknowledged)

    def test_what_was_taken_before_the_disk_was_full_outlives_a_kill(self):
        subscribe(self.rialto, self.sink, READER)
        self.fill_disk()
        _, taken = self.post_until_refused()

        self.rialto.kill()
        self.rialto.start()

        self.holds([*taken, create(self.rialto)])


PAGE = 4096
LEAF = 0x0d
FIRST_FRAME = 32 + 24


class DamagedFileTest(RialtoTest):
    def setUp(self):
        self.rialto = self.serve()
        self.posts = [create(self.rialto, body=f"number {number}. " + "text " * 500) for number in range(20)]
        self.path = f"/posts/{self.posts[10]['id']}"
        for post in self.posts:
            enriched(self.rialto, post)

    def damage(self):
        """Writes rubbish over the leaves of tables where a post, and the images of its changes, begin."""
        self.rialto.stop()
        database = self.rialto.data / "rialto.db"
        content = bytearray(database.read_bytes())
        found = 0
        while (found := content.find(b"number 10. ", found + 1)) >= 0:
            page = found // PAGE * PAGE
            if content[page] == LEAF:
                content[page:page + PAGE] = b"x" * PAGE
        database.write_bytes(content)
        self.rialto.start()

    def test_a_damaged_page_ends_all_writing_and_a_backup_brings_all_back(self):
        copy = self.rialto.folder / "copy.db"
        subprocess.run([PROGRAM, "backup", "--data-dir", self.rialto.data, copy], check=True, capture_output=True)
        self.damage()
        create(self.rialto)  # nobody has looked at the page yet

        self.assertEqual(500, self.rialto.get(self.path).status)

        ready = self.rialto.get("/readyz")
        self.assertEqual(503, ready.status)
        self.assertIn("restore it from a backup by `rialto restore`, see Restore", ready.json()["storage"])
        self.assertEqual(503, self.rialto.post("/posts", POST).status)
        self.assertEqual(200, self.rialto.get(f"/posts/{self.posts[0]['id']}").status)
        self.rialto.wait_for_log(f"nothing is written any more.*{self.rialto.data / 'rialto.db'}.*malformed")

        self.rialto.stop()
        with self.assertRaisesRegex(AssertionError, "is not to be used.*malformed.*rialto restore"):
            self.rialto.start()
        restored = subprocess.run([PROGRAM, "restore", "--data-dir", self.rialto.data, copy], check=True, capture_output=True)
        self.assertIn(b"restored", restored.stdout)
        self.rialto.start()
        for post in self.posts:
            self.assertEqual(200, self.rialto.get(f"/posts/{post['id']}").status)
        create(self.rialto)

    def test_a_log_of_writes_that_is_damaged_in_the_middle_is_not_started_with(self):
        self.rialto.kill()
        log = self.rialto.data / "rialto.db-wal"
        content = bytearray(log.read_bytes())
        content[FIRST_FRAME + 100] ^= 1
        log.write_bytes(content)

        with self.assertRaisesRegex(AssertionError, "ended with 4"):
            self.rialto.start(ready=False)

        self.assertRegex(self.rialto.log(), r"rialto.db-wal is damaged at byte 32: .*restore it from a backup by `rialto restore`")


if __name__ == "__main__":
    unittest.main()
