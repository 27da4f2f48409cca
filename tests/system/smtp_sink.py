"""A real SMTP server that keeps what it is given, and refuses what a test wants refused."""
import email
import email.policy
import socket
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from support import DEADLINE, eventually


class Mail:
    def __init__(self, envelope):
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.raw = envelope.original_content
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)

    def text(self, kind="plain"):
        """The text/plain part, or that of another subtype, decoded."""
        return self.message.get_body((kind,)).get_content()


class SmtpSink:
    """Started when made, on a free port of the loopback; `options` go to aiosmtpd (tls_context, require_starttls, ...)."""

    def __init__(self, credentials=None, **options):
        """`credentials`: the one (user, password) that is let in, both as text; None asks for none."""
        self._lock = threading.Lock()  # guards _mails, _refusals and attempts
        self._mails = []
        self._refusals = {}
        self.attempts = []
        self._credentials = credentials
        if credentials:
            options = {"auth_required": True, "auth_require_tls": False, "authenticator": self._authenticate, **options}
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0, **options)
        self._controller.start()

    @property
    def host(self):
        return "127.0.0.1"

    @property
    def port(self):
        return self._controller.port

    def mails(self, to=None):
        with self._lock:
            return [mail for mail in self._mails if to is None or to in mail.recipients]

    def wait_for(self, count=1, to=None, within=DEADLINE):
        """The mails (to one recipient), once there are `count`."""
        eventually(lambda: len(self.mails(to)) >= count, within, f"mail number {count} for {to or 'anybody'}")
        return self.mails(to)

    def refuse(self, recipient, answer, times=None):
        """Answers `answer`, such as "450 later", to the next `times` RCPT of the recipient, or for good."""
        with self._lock:
            self._refusals[recipient] = (answer, times)

    def accept(self, recipient):
        with self._lock:
            self._refusals.pop(recipient, None)

    def stop(self):
        self._controller.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _authenticate(self, _server, _session, _envelope, _mechanism, data):
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._credentials, handled=False)

    # --- called by aiosmtpd, on its thread ----------------------------------------------------------------------------

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        with self._lock:
            self.attempts.append(address)
            answer = self._refusal(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def _refusal(self, address):
        answer, times = self._refusals.get(address, (None, None))
        if times is None:
            return answer
        if times <= 1:
            del self._refusals[address]
        else:
            self._refusals[address] = (answer, times - 1)
        return answer

    async def handle_DATA(self, _server, _session, envelope):
        with self._lock:
            self._mails.append(Mail(envelope))
        return "250 OK"


class _AnyPort(Controller):
    """aiosmtpd connects to itself once, to see errors of the start; with port 0 it must learn the real one first."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, self.port), timeout=DEADLINE) as connection:
            connection.recv(1024)
