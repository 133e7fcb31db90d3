"""Mail is handed over, or it is said why not; nothing waits longer than it may."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest

from open311.outbound.failures import MailError, MailRefused, MailUnavailable
from open311.outbound.mail import Mailer
from open311.settings import Settings, read_settings
from tests.certificates import tls_of
from tests.mailbox import Mailbox, open_mailbox
from tests.outbound.servers import Talk, serving


def mailer(mailbox: Mailbox, **others: str) -> Mailer:
    """Return a mailer to that server, which trusts what tests make."""
    named = {f"OPEN311_{name}": value for name, value in others.items()}
    return Mailer(read_settings(mailbox.settings | named), tls=tls_of()[1])


def mailer_to(port: int, **others: str) -> Mailer:
    mailbox = Mailbox("localhost")
    mailbox.port = port
    return mailer(mailbox, **others)


def message(*recipients: str, text: str = "Die Lampe flackert. Żółw.\n") -> EmailMessage:
    made = EmailMessage()
    made["To"] = ", ".join(recipients or ["anna@city.example"])
    made["Subject"] = "Zgłoszenie"
    made.set_content(text)
    return made


@contextmanager
def within(seconds: float) -> Iterator[None]:
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < seconds


def failure(sender: Mailer, sent: EmailMessage | None = None) -> MailError:
    with pytest.raises(MailError) as error:
        sender.send(sent or message())
    assert "anna" not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return error.value


def test_a_message_arrives_as_it_was(mailbox: Mailbox) -> None:
    mailer(mailbox).send(message())
    [received] = mailbox.messages
    assert received.sender == "open311@city.example"
    assert received.recipients == ["anna@city.example"]
    assert received.message["Subject"] == "Zgłoszenie"
    assert received.text == "Die Lampe flackert. Żółw.\n"
    assert received.raw.isascii()


def test_what_every_message_needs_is_added(mailbox: Mailbox) -> None:
    mailer(mailbox).send(message())
    received = mailbox.messages[0].message
    assert received["From"] == "open311@city.example"
    assert received["Date"].datetime
    assert received["Message-ID"].endswith("@city.example>")


def test_what_a_message_says_of_itself_is_kept(mailbox: Mailbox) -> None:
    sent = message()
    sent["From"] = "Kraków <krakow@city.example>"
    sent["Message-ID"] = "<1@city.example>"
    mailer(mailbox).send(sent)
    [received] = mailbox.messages
    assert received.message["From"] == "Kraków <krakow@city.example>"
    assert received.message["Message-ID"] == "<1@city.example>"
    assert received.sender == "open311@city.example"


def test_hidden_recipients_stay_hidden(mailbox: Mailbox) -> None:
    sent = message()
    sent["Bcc"] = "jan@city.example"
    mailer(mailbox).send(sent)
    [received] = mailbox.messages
    assert received.recipients == ["anna@city.example", "jan@city.example"]
    assert b"jan" not in received.raw
    assert sent["Bcc"] == "jan@city.example"


def test_a_recipient_whose_name_has_other_letters_is_written_to(mailbox: Mailbox) -> None:
    mailer(mailbox).send(message("żółw@city.example"))
    assert mailbox.messages[0].recipients == ["żółw@city.example"]


def test_a_server_that_does_not_know_such_letters_is_told_nothing() -> None:
    def know_nothing(talk: Talk) -> None:
        talk.send(b"220 here\r\n")
        talk.receive()
        talk.send(b"250 here\r\n")
        heard.append(talk.receive())

    heard: list[bytes] = []
    with serving(know_nothing) as port:
        sender = mailer_to(port, SMTP_SECURITY="none")
        assert isinstance(failure(sender, message("żółw@city.example")), MailRefused)
    assert heard == [b""]


@pytest.mark.parametrize("code", [421, 450, 451, 452])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_is_unavailability(mailbox: Mailbox, command: str, code: int) -> None:
    mailbox.answer(code, at=command)
    failed = failure(mailer(mailbox))
    assert isinstance(failed, MailUnavailable)
    assert str(code) in str(failed)
    assert command in str(failed)


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_refusal_for_good_is_one(mailbox: Mailbox, command: str) -> None:
    mailbox.answer(550, at=command)
    failed = failure(mailer(mailbox))
    assert isinstance(failed, MailRefused)
    assert "550" in str(failed)
    assert command in str(failed)


def test_a_message_that_is_too_large_is_refused_for_good(mailbox: Mailbox) -> None:
    mailbox.answer(552, at="MAIL")
    assert isinstance(failure(mailer(mailbox)), MailRefused)


@pytest.mark.parametrize(("command", "code"), [("MAIL", 550), ("RCPT", 530), ("EHLO", 421)])
def test_what_is_wrong_with_us_is_not_the_fault_of_a_message(
    mailbox: Mailbox, command: str, code: int
) -> None:
    mailbox.answer(code, at=command)
    assert isinstance(failure(mailer(mailbox)), MailUnavailable)


def test_a_refused_server_takes_the_next_message(mailbox: Mailbox) -> None:
    mailbox.answer(451)
    sender = mailer(mailbox)
    failure(sender)
    sender.send(message())
    assert len(mailbox.messages) == 1


def test_nobody_gets_a_message_of_which_one_recipient_is_refused(mailbox: Mailbox) -> None:
    mailbox.answer(550)
    assert isinstance(failure(mailer(mailbox), message("a@x.example", "b@x.example")), MailRefused)
    assert not mailbox.messages


def test_a_message_to_nobody_is_refused(mailbox: Mailbox) -> None:
    sent = message()
    del sent["To"]
    assert isinstance(failure(mailer(mailbox), sent), MailRefused)


def test_without_a_server_the_setting_is_named() -> None:
    failed = failure(Mailer(read_settings({})))
    assert isinstance(failed, MailUnavailable)
    assert "OPEN311_SMTP_HOST" in str(failed)


def test_a_server_that_is_not_there_is_unavailable_and_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        failed = failure(mailer_to(port, SMTP_SECURITY="none"))
    assert isinstance(failed, MailUnavailable)
    assert str(failed) == f"No mail server answers at localhost:{port}."


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_is_left_in_time(mailbox: Mailbox, command: str) -> None:
    mailbox.hang_at(command)
    with within(3):
        failed = failure(mailer(mailbox, SMTP_SECONDS="1"))
    assert isinstance(failed, MailUnavailable)
    assert "too slow" in str(failed)
    assert command in str(failed)


def test_a_message_that_was_taken_is_sent_even_if_the_server_hangs_then(mailbox: Mailbox) -> None:
    mailbox.hang_at("QUIT")
    with within(4):
        mailer(mailbox).send(message())
    assert len(mailbox.messages) == 1


def _say_nothing(talk: Talk) -> None:
    talk.wait()


def _drip(talk: Talk) -> None:
    talk.drip(b"220 " + b"x" * 1000)


def _drip_lines(talk: Talk) -> None:
    talk.send(b"220 here\r\n")
    talk.receive()
    for _ in range(100):
        talk.drip(b"250-x\r\n")


@pytest.mark.parametrize("server", [_say_nothing, _drip, _drip_lines])
@pytest.mark.parametrize("security", ["none", "tls"])
def test_the_whole_is_bounded_however_little_comes(server: object, security: str) -> None:
    with serving(server) as port, within(3):
        failed = failure(mailer_to(port, SMTP_SECURITY=security, SMTP_SECONDS="1"))
    assert isinstance(failed, MailUnavailable)


def test_a_server_that_goes_away_is_unavailable() -> None:
    with serving(lambda talk: talk.send(b"220 here\r\n")) as port:
        failed = failure(mailer_to(port, SMTP_SECURITY="none"))
    assert isinstance(failed, MailUnavailable)


def test_a_server_that_refuses_to_talk_is_unavailable() -> None:
    with serving(lambda talk: talk.send(b"554 go away\r\n")) as port:
        failed = failure(mailer_to(port, SMTP_SECURITY="none"))
    assert isinstance(failed, MailUnavailable)
    assert "554" in str(failed)
    assert "go away" not in str(failed)


@pytest.mark.parametrize(("code", "kind"), [(554, MailRefused), (451, MailUnavailable)])
def test_a_refusal_of_data_tells_nothing_of_its_text(code: int, kind: type[MailError]) -> None:
    def refuse(talk: Talk) -> None:
        talk.send(b"220 here\r\n")
        for said in (b"250 here", b"250 ok", b"250 ok", b"%d not to anna@city.example" % code):
            talk.receive()
            talk.send(said + b"\r\n")

    with serving(refuse) as port:
        failed = failure(mailer_to(port, SMTP_SECURITY="none"))
    assert type(failed) is kind
    assert str(failed) == f"The mail server answered DATA with {code}."


def test_mail_goes_over_tls_when_it_is_to() -> None:
    with open_mailbox(tls_of()[0]) as mailbox:
        mailer(mailbox, SMTP_SECURITY="starttls").send(message())
    assert mailbox.messages[0].was_encrypted


def test_nothing_is_said_to_a_server_without_tls(mailbox: Mailbox) -> None:
    failed = failure(mailer(mailbox, SMTP_SECURITY="starttls"))
    assert isinstance(failed, MailUnavailable)
    assert "STARTTLS" in str(failed)
    assert not mailbox.messages


def _settings_of(mailbox: Mailbox, security: str) -> Settings:
    return read_settings(mailbox.settings | {"OPEN311_SMTP_SECURITY": security})


@pytest.mark.parametrize("name", ["other.example", "127.0.0.1"])
def test_a_certificate_of_another_is_not_trusted(name: str) -> None:
    server, trusting = tls_of(name)
    with open_mailbox(server) as mailbox:
        failed = failure(Mailer(_settings_of(mailbox, "starttls"), tls=trusting))
    assert isinstance(failed, MailUnavailable)
    assert "TLS to trust: Hostname mismatch" in str(failed)


def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    with open_mailbox(tls_of()[0]) as mailbox:
        failed = failure(Mailer(_settings_of(mailbox, "starttls")))
    assert isinstance(failed, MailUnavailable)
    assert "TLS to trust: self-signed certificate" in str(failed)


def test_a_server_may_speak_tls_from_the_beginning() -> None:
    def refuse(talk: Talk) -> None:
        talk.send(b"554 nobody\r\n")

    with serving(refuse, tls_of()[0]) as port:
        assert "554" in str(failure(mailer_to(port, SMTP_SECURITY="tls")))


def test_what_was_said_before_tls_does_not_count() -> None:
    """Who is between could say it, and it would seem to come from the server."""

    def say_too_much(talk: Talk) -> None:
        talk.send(b"220 here\r\n")
        talk.receive()
        talk.send(b"250-here\r\n250 STARTTLS\r\n")
        talk.receive()
        talk.send(b"220 go on\r\n250-here\r\n250 AUTH PLAIN\r\n")
        talk.encrypt(tls_of()[0])
        talk.receive()
        talk.send(b"554 no\r\n")
        talk.receive()
        talk.send(b"554 no\r\n")

    with serving(say_too_much) as port:
        assert "554" in str(failure(mailer_to(port, SMTP_SECURITY="starttls")))


def test_a_password_is_told_over_tls() -> None:
    with open_mailbox(tls_of()[0], ("anna", "markersecret")) as mailbox:
        login = {"SMTP_USER": "anna", "SMTP_PASSWORD": "markersecret"}
        mailer(mailbox, SMTP_SECURITY="starttls", **login).send(message())
    assert mailbox.messages[0].user == "anna"


def test_a_wrong_password_is_unavailability_and_is_not_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "open311")
    with open_mailbox(tls_of()[0], ("anna", "other")) as mailbox:
        login = {"SMTP_USER": "jan", "SMTP_PASSWORD": "markersecret"}
        failed = failure(mailer(mailbox, SMTP_SECURITY="starttls", **login))
    assert isinstance(failed, MailUnavailable)
    assert "AUTH" in str(failed)
    assert "535" in str(failed)
    assert "markersecret" not in str(failed)
