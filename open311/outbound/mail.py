"""Mail, handed to the server that the operator has set.

`smtplib` waits for each reading on its own, so that a server which says a letter now and then would
hold it for ever. Here the whole has one end: each reading and writing has what is left until then.
"""

import io
import smtplib
import socket
import ssl
from contextlib import suppress
from copy import copy
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid
from ipaddress import ip_address
from typing import Any

from open311.outbound.connecting import Deadline, connected, fault_of_tls, resolved
from open311.outbound.failures import MailRefused, MailUnavailable
from open311.settings import Settings

# A message that is taken is taken: the parting is kept short, and may fail.
_PARTING_SECONDS = 2

# With these a server refuses us, whatever the message: it is not configured as we are.
_OF_THE_SERVER = {502, 503, 504, 521, 530, 534, 535, 538}

_CONNECTING = "connecting"
_COMMANDS = {"EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"}


class Mailer:
    """Hands over mail. Can be used by several threads.

    Args:
        settings: which server, and who sends.
        tls: whom to trust; whom the system trusts when not given.
    """

    def __init__(self, settings: Settings, *, tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._tls = tls or ssl.create_default_context()

    def send(self, message: EmailMessage) -> None:
        """Hand over a message to all of its recipients, or to none.

        The envelope has the sender of the settings, and the recipients in To, Cc and Bcc. From,
        Date and Message-ID are added where they are missing; Bcc is not sent.

        Raises:
            MailRefused: the recipient or the message is refused for good.
            MailUnavailable: it is not taken for now, or no server is set.
        """
        if not self._settings.smtp_host:
            raise MailUnavailable("No mail server is set: OPEN311_SMTP_HOST.")
        recipients = _recipients(message)
        deadline = Deadline(self._settings.smtp_seconds)
        server = _Server(deadline)
        try:
            self._log_in(server)
            self._hand_over(server, message, recipients)
            deadline.shorten(_PARTING_SECONDS)
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        except ssl.SSLError as error:
            raise MailUnavailable(
                f"The mail server has no TLS to trust: {fault_of_tls(error)}."
            ) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            # What they say may quote what was sent.
            if deadline.is_over or isinstance(error, TimeoutError):
                raise MailUnavailable(f"The mail server is too slow: {server.doing}.") from None
            if server.doing == _CONNECTING:
                where = f"{self._settings.smtp_host}:{self._settings.smtp_port}"
                raise MailUnavailable(f"No mail server answers at {where}.") from None
            raise MailUnavailable(f"The mail server broke off: {server.doing}.") from None
        finally:
            server.close()

    def _log_in(self, server: "_Server") -> None:
        """Connect, with TLS and a password as set."""
        security, host = self._settings.smtp_security, self._settings.smtp_host
        server.open(host, self._settings.smtp_port, self._tls if security == "tls" else None)
        server.greet()
        if security == "starttls":
            if not server.has_extn("starttls"):
                raise MailUnavailable("The mail server does not offer STARTTLS.")
            server.secure(host, self._tls)
            server.greet()
        if self._settings.smtp_user:
            try:
                server.login(self._settings.smtp_user, self._settings.smtp_password)
            except smtplib.SMTPResponseException as error:
                raise MailUnavailable(_refusal("AUTH", error.smtp_code)) from None
            except smtplib.SMTPNotSupportedError:
                raise MailUnavailable("The mail server does not offer AUTH.") from None

    def _hand_over(self, server: "_Server", message: EmailMessage, recipients: list[str]) -> None:
        sender = self._settings.mail_from
        is_international = not "".join(recipients).isascii()
        if is_international and not server.has_extn("smtputf8"):
            raise MailRefused("The mail server does not know the letters of the recipient.")
        content = _as_bytes(message, sender, is_international)
        options = [f"SIZE={len(content)}"] if server.has_extn("size") else []
        options += ["SMTPUTF8", "BODY=8BITMIME"] if is_international else []
        code = server.mail(sender, options)[0]
        if code != 250:
            # Our sender is the operator's; what may be wrong with the message is its size.
            raise (MailRefused if code == 552 else MailUnavailable)(_refusal("MAIL", code))
        for recipient in recipients:
            _check("RCPT", server.rcpt(recipient)[0], {250, 251})
        _check("DATA", server.hand_over(content), {250})


class _Server(smtplib.SMTP):
    """A connection to a mail server that is over in time.

    Args:
        deadline: when.

    Attributes:
        doing: what was said last, without what it was said of.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self.doing = _CONNECTING
        # Without a name of ours it would ask the system for one, which may take its time.
        super().__init__(local_hostname="localhost")

    def open(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        """Connect and wait for the greeting."""
        addresses = [ip_address(text) for text in resolved(host, port, self._deadline)]
        self.sock = connected(addresses, port, self._deadline)
        self.local_hostname = _name_of(self.sock)
        if tls:
            self._wrap(host, tls)
        code = self.getreply()[0]
        if code != 220:
            raise MailUnavailable(_refusal("the connection", code))

    def greet(self) -> None:
        """Say EHLO, or HELO where that is not known."""
        code = self.ehlo()[0]
        if 500 <= code < 600:
            code = self.helo()[0]
        if code != 250:
            raise MailUnavailable(_refusal(self.doing, code))

    def secure(self, host: str, tls: ssl.SSLContext) -> None:
        """Go on in TLS, knowing nothing of what was said before."""
        code = self.docmd("STARTTLS")[0]
        if code != 220:
            raise MailUnavailable(_refusal("STARTTLS", code))
        self._wrap(host, tls)
        self.esmtp_features, self.does_esmtp = {}, False

    def _wrap(self, host: str, tls: ssl.SSLContext) -> None:
        if self.sock:
            self.sock.settimeout(self._deadline.remaining())
            self.sock = tls.wrap_socket(self.sock, server_hostname=host)
        # What was read before TLS must not count as said in it.
        self.file = None

    def hand_over(self, content: bytes) -> int:
        """Say DATA and what is to be sent; return the code of the answer that ended it."""
        try:
            return self.data(content)[0]
        except smtplib.SMTPDataError as error:
            return error.smtp_code

    def putcmd(self, cmd: str, args: str = "") -> None:
        # In AUTH, what is said without a command is a password.
        if cmd.upper() in _COMMANDS:
            self.doing = cmd.upper()
        super().putcmd(cmd, args)

    def send(self, s: Any) -> None:
        if self.sock:
            self.sock.settimeout(self._deadline.remaining())
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock:
            self.file = io.BufferedReader(_Reading(self.sock, self._deadline))
        return super().getreply()


class _Reading(io.RawIOBase):
    """What comes over a connection, until the time is over."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.remaining())
        return self._connection.recv_into(buffer)


def _check(command: str, code: int, good: set[int]) -> None:
    if code in good:
        return
    is_final = 500 <= code < 600 and code not in _OF_THE_SERVER
    raise (MailRefused if is_final else MailUnavailable)(_refusal(command, code))


def _refusal(command: str, code: int) -> str:
    return f"The mail server answered {command} with {code}."


def _recipients(message: EmailMessage) -> list[str]:
    fields = [field for name in ("To", "Cc", "Bcc") for field in message.get_all(name, [])]
    found = [address.addr_spec for field in fields for address in field.addresses]
    if not found or not all(found):
        raise MailRefused("The message has no recipient whose address can be read.")
    return list(dict.fromkeys(found))


def _as_bytes(message: EmailMessage, sender: str, is_international: bool) -> bytes:
    sent = copy(message)
    del sent["Bcc"]
    if "From" not in sent:
        sent["From"] = sender
    if "Date" not in sent:
        sent["Date"] = localtime()
    if "Message-ID" not in sent:
        sent["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    # In seven bits, which every server takes.
    return sent.as_bytes(policy=SMTP.clone(cte_type="7bit", utf8=is_international))


def _name_of(connection: socket.socket) -> str:
    """Return by which name we greet: that of the machine, or its address if it has none."""
    name = socket.gethostname()
    if "." in name:
        return name
    address = connection.getsockname()[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
