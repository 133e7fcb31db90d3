"""Other systems are called where that is allowed, and never for longer than it may take."""

import logging
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from open311 import __version__
from open311.outbound.failures import (
    AddressRefused,
    OutboundError,
    TooLong,
    TooSlow,
    Unreachable,
)
from open311.outbound.web import Web
from tests.certificates import tls_of
from tests.outbound.servers import Talk, serving

HERE = Web(["127.0.0.1"])


@contextmanager
def within(seconds: float) -> Iterator[None]:
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < seconds


def saying(answer: bytes) -> Callable[[Talk], None]:
    """Return a server that reads a request and says this, whatever it is."""

    def say(talk: Talk) -> None:
        talk.receive()
        talk.send(answer)

    return say


def answer(body: bytes = b"", status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


class Listener:
    """A server that keeps what it heard."""

    def __init__(self) -> None:
        self.heard = b""

    def __call__(self, talk: Talk) -> None:
        self.heard += talk.request()
        talk.send(answer())


def failure(behaviour: Callable[[Talk], None], **arguments: object) -> OutboundError:
    """Call a server with secrets; return why there is no answer, which tells none of them."""
    arguments.setdefault("seconds", 1)
    with serving(behaviour) as port, within(3), pytest.raises(OutboundError) as error:
        HERE.call(
            "POST",
            f"http://127.0.0.1:{port}/path?key=markersecret",
            body=b"markersecret",
            headers=[("X-Key", "markersecret")],
            **arguments,
        )
    assert "127.0.0.1" in str(error.value)
    assert "marker" not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return error.value


def test_what_is_answered_comes_back() -> None:
    said = answer(b"taken", "201 Created", "Location: /1\r\nX-A: b\r\nx-a: c\r\n")
    with serving(saying(said)) as port:
        got = HERE.call("POST", f"http://127.0.0.1:{port}/", body=b"a report")
    assert (got.status, got.body) == (201, b"taken")
    assert got.headers == {"content-length": "5", "location": "/1", "x-a": "b, c"}


@pytest.mark.parametrize("status", ["304 Not Modified", "404 Not Found", "500 Oops"])
def test_a_status_is_no_failure(status: str) -> None:
    with serving(saying(answer(status=status))) as port:
        assert HERE.call("GET", f"http://127.0.0.1:{port}/").status == int(status[:3])


def test_a_request_says_who_calls_and_no_more_than_it_should(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server = Listener()
    with serving(server) as port:
        HERE.call(
            "POST", f"http://127.0.0.1:{port}/a?b=c", headers=[("X-Key", "k")], body=b"a report"
        )
    assert (
        server.heard
        == (
            f"POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: identity\r\n"
            f"Connection: close\r\nUser-Agent: open311/{__version__}\r\nContent-Length: 8\r\n"
            "X-Key: k\r\n\r\na report"
        ).encode()
    )


def test_a_get_has_no_body() -> None:
    server = Listener()
    with serving(server) as port:
        HERE.call("GET", f"http://127.0.0.1:{port}/")
    assert b"Content-Length" not in server.heard


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Key", "a\r\nX-Other: b"),
        ("X-Key", "a\nb"),
        ("X-Key", "ó"),
        ("X Key", "a"),
        ("", "a"),
        ("X-Key:", "a"),
        ("Host", "other.example"),
        ("host", "other.example"),
        ("Content-Length", "1"),
        ("Transfer-Encoding", "chunked"),
    ],
)
def test_headers_that_would_change_the_request_are_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        HERE.call("GET", "http://127.0.0.1:9/", headers=[(name, value)])


def _stall(talk: Talk) -> None:
    talk.wait()


def _stall_in_headers(talk: Talk) -> None:
    talk.receive()
    talk.send(b"HTTP/1.1 200 OK\r\nX-A: markersecret")
    talk.wait()


def _stall_in_body(talk: Talk) -> None:
    talk.receive()
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nmarker")
    talk.wait()


def _drip_headers(talk: Talk) -> None:
    talk.drip(b"HTTP/1.1 200 OK\r\nX-A: " + b"x" * 1000)


def _drip_body(talk: Talk) -> None:
    talk.receive()
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    talk.drip(b"x" * 1000)


def _drip_chunks(talk: Talk) -> None:
    talk.receive()
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    talk.drip(b"1\r\nx\r\n" * 1000)


def _drip_promises(talk: Talk) -> None:
    talk.receive()
    talk.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


SLOW = [
    _stall,
    _stall_in_headers,
    _stall_in_body,
    _drip_headers,
    _drip_body,
    _drip_chunks,
    _drip_promises,
]


@pytest.mark.parametrize("behaviour", SLOW)
def test_a_server_that_is_slow_is_left_in_time(behaviour: Callable[[Talk], None]) -> None:
    assert isinstance(failure(behaviour), TooSlow)


@pytest.mark.parametrize("behaviour", [_stall, _drip_headers])
def test_so_it_is_in_place_of_tls(behaviour: Callable[[Talk], None]) -> None:
    with serving(behaviour) as port, within(3), pytest.raises((TooSlow, Unreachable)):
        HERE.call("GET", f"https://127.0.0.1:{port}/", seconds=1)


def test_a_handshake_that_drips_is_left_in_time() -> None:
    def drip(talk: Talk) -> None:
        talk.receive()
        talk.drip(b"\x16\x03\x03\x40\x00" + b"\x02\x00\x3f\xfc" + b"x" * 1000)

    with serving(drip) as port, within(3), pytest.raises(TooSlow):
        HERE.call("GET", f"https://127.0.0.1:{port}/", seconds=1)


def test_a_server_that_takes_nothing_is_left_in_time() -> None:
    with serving(_stall) as port, within(3), pytest.raises(TooSlow):
        HERE.call("POST", f"http://127.0.0.1:{port}/", body=b"x" * 50_000_000, seconds=1)


def test_a_resolver_that_is_slow_is_left_in_time() -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(4)
        return ["127.0.0.1"]

    with within(3), pytest.raises(TooSlow):
        Web([], resolver=slow).call("GET", "http://crm.example/", seconds=0.5)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nX-A: " + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 20_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
        answer(b"x" * 1000),
    ],
)
def test_an_answer_that_is_too_long_is_left(said: bytes) -> None:
    assert isinstance(failure(saying(said), longest=1000), TooLong)


def test_an_answer_may_be_as_long_as_it_may() -> None:
    said = answer(b"x" * 1000)
    with serving(saying(said)) as port:
        address = f"http://127.0.0.1:{port}/"
        assert len(HERE.call("GET", address, longest=len(said)).body) == 1000
        with pytest.raises(TooLong):
            HERE.call("GET", address, longest=len(said) - 1)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-A: marker",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nmarker",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nmarker",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmarker\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nma",
        b"HTTP/1.1 200 OK\r\nmarker\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: marker\r\n\r\n",
        b"220 marker\r\n",
        b"\x00" * 1000,
    ],
)
def test_what_is_no_whole_answer_is_none(said: bytes) -> None:
    assert isinstance(failure(saying(said)), Unreachable)


def test_more_than_was_announced_is_left_out() -> None:
    with serving(saying(answer(b"taken") + b"and more")) as port:
        assert HERE.call("GET", f"http://127.0.0.1:{port}/").body == b"taken"


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_a_compressed_answer_is_not_unpacked(encoding: str) -> None:
    said = answer(b"\x1f\x8b", headers=f"Content-Encoding: {encoding}\r\n")
    assert isinstance(failure(saying(said)), Unreachable)


def test_an_answer_before_the_whole_body_was_sent_counts() -> None:
    def refuse(talk: Talk) -> None:
        talk.receive()
        talk.send(answer(status="413 Too Large"))
        talk.drain()

    with serving(refuse) as port:
        got = HERE.call("POST", f"http://127.0.0.1:{port}/", body=b"x" * 5_000_000)
    assert got.status == 413


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            HERE.call("GET", f"http://127.0.0.1:{free.getsockname()[1]}/")


def test_a_name_that_nobody_has_is_unreachable() -> None:
    def know_none(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    for resolver in (know_none, lambda host, port: []):
        with pytest.raises(Unreachable):
            Web([], resolver=resolver).call("GET", "http://crm.example/")


def _seen(web: Web, host: str) -> tuple[bytes, OutboundError | None]:
    """Call a server by a name; return what it heard and what failed."""
    server = Listener()
    failed = None
    with serving(server) as port:
        try:
            web.call("GET", f"http://{host}:{port}/", seconds=2)
        except OutboundError as error:
            failed = error
    return server.heard, failed


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "localhost",
        "LOCALHOST.",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[::]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
    ],
)
def test_this_machine_is_not_called(host: str) -> None:
    heard, failed = _seen(Web([]), host)
    assert isinstance(failed, AddressRefused)
    assert heard == b""


def test_a_name_that_leads_here_is_not_called() -> None:
    for found in (["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"]):
        web = Web([], resolver=lambda host, port, found=found: found)
        heard, failed = _seen(web, "crm.example")
        assert isinstance(failed, AddressRefused)
        assert heard == b""


@pytest.mark.parametrize("private", ["localhost", "127.0.0.0/8"])
def test_what_the_operator_allows_is_called(private: str) -> None:
    heard, failed = _seen(Web([private]), "localhost")
    assert failed is None
    assert heard


def test_a_name_is_resolved_once() -> None:
    """Who answers differently the second time gets no second time."""
    asked: list[str] = []

    def rebind(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    heard, failed = _seen(Web(["127.0.0.1"], resolver=rebind), "crm.example")
    assert failed is None
    assert b"Host: crm.example:" in heard
    assert asked == ["crm.example"]


def test_each_call_looks_at_the_address_anew() -> None:
    addresses = iter([["127.0.0.1"], ["127.0.0.2"]])
    web = Web(["127.0.0.1"], resolver=lambda host, port: next(addresses))
    with serving(saying(answer())) as port:
        assert web.call("GET", f"http://crm.example:{port}/").status == 200
        with pytest.raises(AddressRefused):
            web.call("GET", f"http://crm.example:{port}/")


def test_the_next_address_is_tried_when_one_refuses() -> None:
    web = Web(["127.0.0.0/8"], resolver=lambda host, port: ["127.0.0.9", "127.0.0.1"])
    heard, failed = _seen(web, "crm.example")
    assert failed is None
    assert heard


def test_a_certificate_is_checked_by_name() -> None:
    server, trusting = tls_of("localhost")
    web = Web(["127.0.0.1", "localhost"], tls=trusting)
    with serving(saying(answer(b"taken")), server) as port:
        assert web.call("GET", f"https://localhost:{port}/").body == b"taken"
        with pytest.raises(Unreachable, match="IP address mismatch"):
            web.call("GET", f"https://127.0.0.1:{port}/")


def test_a_certificate_is_checked_by_address() -> None:
    server, trusting = tls_of("127.0.0.1")
    with serving(saying(answer(b"taken")), server) as port:
        web = Web(["127.0.0.1"], tls=trusting)
        assert web.call("GET", f"https://127.0.0.1:{port}/").body == b"taken"


def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    own, _ = tls_of("127.0.0.1")
    with serving(saying(answer()), own) as port, pytest.raises(Unreachable, match="self-signed"):
        HERE.call("GET", f"https://127.0.0.1:{port}/")


def test_a_certificate_of_yesterday_is_not_trusted() -> None:
    server, trusting = tls_of("127.0.0.1", days=-1)
    web = Web(["127.0.0.1"], tls=trusting)
    with serving(saying(answer()), server) as port, pytest.raises(Unreachable, match="expired"):
        web.call("GET", f"https://127.0.0.1:{port}/")


def test_a_server_without_tls_has_none() -> None:
    with serving(saying(answer())) as port, pytest.raises(Unreachable):
        HERE.call("GET", f"https://127.0.0.1:{port}/")


def test_no_log_tells_what_was_sent_or_answered(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(saying(answer(b"marker", headers="X-A: marker\r\n"))) as port:
        address = f"http://127.0.0.1:{port}/?key=marker"
        Web(["127.0.0.1"]).call("GET", address, headers=[("X-Key", "marker")])
    assert "marker" not in caplog.text
