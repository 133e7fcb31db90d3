"""A mail server for tests: aiosmtpd's, on a free port, which keeps what it is sent.

The fixture `mailbox` runs one for a test:

    def test_somebody_is_told(mailbox: Mailbox) -> None:
        mailer = Mailer(read_settings(mailbox.settings))
        ...
        assert mailbox.messages[0].recipients == ["anna@city.example"]
        assert "104273" in mailbox.messages[0].text

`mailbox.answer(550, times=2)` refuses the next two, `mailbox.hang_at("DATA")` says nothing more.
`open_mailbox(tls=...)` runs one that offers STARTTLS, with the contexts of `tests/certificates.py`.
"""

import asyncio
import email
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass(frozen=True)
class Received:
    """A message that was taken.

    Attributes:
        sender: of the envelope.
        recipients: of the envelope.
        message: with its headers and parts.
        raw: as it came.
        was_encrypted: whether it came over TLS.
        user: who had logged in, if somebody had.
    """

    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes
    was_encrypted: bool
    user: str | None

    @property
    def text(self) -> str:
        """The part in plain text."""
        part = self.message.get_body(("plain",))
        assert part, "no part in plain text"
        return part.get_content()


class Mailbox:
    """What a server has taken, and how it behaves; it begins by taking everything.

    Attributes:
        host, port: where it listens.
        messages: what it took, in order.
        settings: variables that lead to it, for `read_settings` or `app_on`.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self.port = 0
        self.messages: list[Received] = []
        self._answers: list[tuple[str, str]] = []
        self._hangs_at: str | None = None

    @property
    def settings(self) -> dict[str, str]:
        return {
            "OPEN311_SMTP_HOST": self.host,
            "OPEN311_SMTP_PORT": str(self.port),
            "OPEN311_SMTP_SECURITY": "none",
            "OPEN311_MAIL_FROM": "open311@city.example",
        }

    def answer(self, code: int, times: int = 1, at: str = "RCPT") -> None:
        """Answer the next so many commands of a name, EHLO, MAIL, RCPT or DATA, with a code."""
        self._answers += [(at, f"{code} as the test says")] * times

    def hang_at(self, command: str | None) -> None:
        """Say nothing more when EHLO, MAIL, RCPT, DATA or QUIT comes; None: answer again."""
        self._hangs_at = command

    def wait_for(self, count: int, seconds: float = 20) -> list[Received]:
        """Return the messages when there are so many; for what another process sends."""
        end = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < end, f"{len(self.messages)} messages, not {count}"
            time.sleep(0.05)
        return self.messages

    # What aiosmtpd calls, in a thread of its own.

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        refusal = await self._told("EHLO")
        session.host_name = name
        return [refusal] if refusal else lines

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = await self._told("MAIL")
        if not refusal:
            envelope.mail_from = address
        return refusal or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = await self._told("RCPT")
        if not refusal:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        refusal = await self._told("DATA")
        if not refusal:
            self.messages.append(_received(session, envelope))
        return refusal or "250 OK"

    async def handle_QUIT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        return await self._told("QUIT") or "221 Bye"

    async def _told(self, command: str) -> str | None:
        if self._hangs_at == command:
            await asyncio.sleep(3600)
        for index, (at, text) in enumerate(self._answers):
            if at == command:
                del self._answers[index]
                return text
        return None


@contextmanager
def open_mailbox(
    tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
) -> Iterator[Mailbox]:
    """Run a server.

    Args:
        tls: of a server called `localhost`; it then offers STARTTLS.
        login: the one user and password that may send; everybody when not given.
    """
    mailbox = Mailbox("localhost" if tls else "127.0.0.1")
    loop = asyncio.new_event_loop()

    def check(
        server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == login, handled=False, auth_data=given[0])

    def protocol() -> SMTP:
        asks = {"auth_required": True, "authenticator": check} if login else {}
        return SMTP(
            mailbox,
            hostname="mail.example",
            enable_SMTPUTF8=True,
            tls_context=tls,
            loop=loop,
            **asks,
        )

    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0))
    mailbox.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield mailbox
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_all_ended())
        loop.close()


async def _all_ended() -> None:
    """Wait until nobody is served any more."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*others, return_exceptions=True)
    # Connections are closed a turn later.
    await asyncio.sleep(0)


def _received(session: Session, envelope: Envelope) -> Received:
    raw = envelope.original_content or b""
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return Received(
        sender=envelope.mail_from or "",
        recipients=list(envelope.rcpt_tos),
        message=message,
        raw=raw,
        was_encrypted=session.ssl is not None,
        user=session.auth_data if session.authenticated else None,
    )
