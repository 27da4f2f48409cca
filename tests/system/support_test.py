"""The tests' own tools, tried on each other: a sink that keeps nothing would let every mail test hang."""
import smtplib
import unittest

from smtp_sink import SmtpSink
from support import DEADLINE, eventually


def send(sink, recipient, text="Subject: Grüße\nContent-Type: text/plain; charset=utf-8\n\nhi\n", login=None):
    with smtplib.SMTP(sink.host, sink.port, timeout=DEADLINE) as client:
        if login:
            client.login(*login)
        client.sendmail("from@example.org", [recipient], text.encode())


class SmtpSinkTest(unittest.TestCase):
    def test_a_mail_is_kept_with_its_recipients(self):
        with SmtpSink() as sink:
            send(sink, "joe@example.org")

            [mail] = sink.wait_for(1, to="joe@example.org")
            self.assertEqual("from@example.org", mail.sender)
            self.assertEqual("hi", mail.text().strip())

    def test_a_recipient_is_refused_as_often_as_wanted(self):
        with SmtpSink() as sink:
            sink.refuse("joe@example.org", "450 later", times=1)

            with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
                send(sink, "joe@example.org")
            send(sink, "joe@example.org")

            self.assertEqual(450, refused.exception.recipients["joe@example.org"][0])
            self.assertEqual(1, len(sink.mails()))
            self.assertEqual(2, len(sink.attempts))

    def test_only_the_right_password_is_let_in(self):
        with SmtpSink(credentials=("joe", "secret")) as sink:
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                send(sink, "joe@example.org", login=("joe", "wrong"))
            send(sink, "joe@example.org", login=("joe", "secret"))

            self.assertEqual(1, len(sink.mails()))


class EventuallyTest(unittest.TestCase):
    def test_a_condition_that_never_holds_fails_and_is_named(self):
        with self.assertRaisesRegex(AssertionError, "the sun did not come true within 0.05 s"):
            eventually(lambda: False, within=0.05, what="the sun")


if __name__ == "__main__":
    unittest.main()
