"""What readers and writers of the blog do: subscribe, confirm, post, look at the result."""
import re
from urllib.parse import quote

from support import eventually

POST = {"author": "Joe", "title": "A day in Spain", "body": "Angela Merkel met Barack Obama in Madrid.",
        "topic": "travel"}
SENDER = "news@example.org"


def relay(sink, **more):
    """A configuration that mails through the sink and is impatient; `more` are further sections."""
    return {"mail": {"from": f"Rialto <{SENDER}>",
                     "relay": {"host": sink.host, "port": sink.port, "security": "none"}},
            "delivery": {"firstWait": "50ms", "longestWait": "200ms"}, **more}


def link(mail, action):
    """The path of the link in a mail that confirms, or that unsubscribes."""
    return re.search(rf"https?://[^/\s]+(/subscriptions/{action}\?token=\S+)", mail.text())[1]


def ask(rialto, email, topic="travel"):
    return rialto.post(f"/topics/{quote(topic, safe='')}/subscriptions", {"email": email})


def subscribe(rialto, sink, email, topic="travel"):
    """A confirmed subscription, by the way that a reader goes."""
    asked = confirmations(sink, email)
    answer = ask(rialto, email, topic)
    assert answer.status == 201, answer
    [mail] = eventually(lambda: confirmations(sink, email)[len(asked):], what=f"confirmation for {email}")
    page = rialto.post(link(mail, "confirm"))
    assert page.status == 200, page
    return answer.json()


def confirmations(sink, email):
    """The mails that ask a reader to confirm."""
    return [mail for mail in sink.mails(email) if "List-Unsubscribe" not in mail.message]


def create(rialto, **fields):
    answer = rialto.post("/posts", {**POST, **fields})
    assert answer.status == 201, answer
    return answer.json()


def enriched(rialto, post):
    """The post, once the entities in it were found."""
    def read():
        found = rialto.get(f"/posts/{post['id']}").json()
        return found if "entities" in found else None
    return eventually(read, what=f"entities of {post['id']}")


def changes(rialto, since=0, limit=1000):
    """All rows of the change feed, page by page."""
    rows = []
    while True:
        page = rialto.get(f"/posts/changes?since={since}&limit={limit}").json()
        if not page["results"]:
            return rows
        rows += page["results"]
        since = page["last_seq"]


def names(entities):
    return sorted(name for kind in entities.values() for name in kind)
