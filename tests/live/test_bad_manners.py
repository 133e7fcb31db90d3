"""What no well-behaved client sends: half calls, endless ones, and nonsense."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from sqlalchemy import Engine

from tests.clients import check_answer
from tests.live.serving import (
    CITY,
    SHARED,
    Service,
    connect,
    exchange,
    form,
    get,
    post,
    receive,
    serving,
    stored_ids,
    traces,
    url_of,
)

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def service(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that the tests of bad manners share, and none of them brings down."""
    log = tmp_path_factory.mktemp("service") / "log"
    with serving(url_of(engine), log) as service:
        yield service
        assert traces(service) == []


def test_half_sent_requests_hold_others_up_for_a_while_only(
    engine: Engine, key: str, tmp_path: Path
) -> None:
    """Each holds a thread until it has sent nothing for ten seconds; here there are two."""
    threads = {"OPEN311_WORKERS": "1", "OPEN311_THREADS": "2"}
    with serving(url_of(engine), tmp_path / "log", **threads) as service:
        head = f"POST {SHARED}/requests.json HTTP/1.1\r\nHost: localhost\r\n".encode()
        length = b"Content-Length: 500\r\n\r\napi_key="
        with connect(service) as in_head, connect(service) as in_body:
            in_head.sendall(head)
            in_body.sendall(head + length)
            time.sleep(0.3)
            begin = time.monotonic()
            assert get(service.address, "services.json").status_code == 200
            waited = time.monotonic() - begin
        assert 5 < waited < 20
        assert post(service.address, key).status_code == 200


def test_a_url_of_8_kib_is_read(service: Service) -> None:
    url = f"{service.address}{SHARED}/requests.json?jurisdiction_id={CITY}&service_request_id="
    ids = ",".join(f"WRO-{number}-0" for number in range(10_000))
    assert requests.get((url + ids)[:8192], timeout=30).json() == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 500 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBroken\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            400,
        ),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n", 400),
        (b"\x00\xff" * 100 + b"\r\n\r\n", 400),
        (b"GET /open311/v2/services.json?\xff\xfe=\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /open311/v2/%00.json HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET /open311/v2/requests/%ff%fe.json HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"BREW /open311/v2/services.json HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_nonsense_is_refused(service: Service, sent: bytes, status: int) -> None:
    answer = exchange(service, sent)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:300]
    assert b"Traceback" not in answer
    assert get(service.address, "services.json").status_code == 200


@pytest.mark.parametrize("host", ["", "a b", "[", "evil.example/../", "x" * 300, "\x01"])
def test_a_strange_host_is_no_fault_of_the_service(service: Service, host: str) -> None:
    request = f"GET /open311/discovery.json HTTP/1.1\r\nHost: {host}\r\n\r\n"
    answer = exchange(service, request.encode())
    assert answer.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 400 ")), answer[:300]


@pytest.mark.parametrize("ending", ["short of its length", "without a last chunk", "in no chunk"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_half_a_report_is_none(
    service: Service, engine: Engine, key: str, kind: str, ending: str
) -> None:
    """What a client that broke off has sent looks like a whole report, but is not."""
    fields = form(key, description="There was more")
    if kind.startswith("multipart"):
        kind += "; boundary=x"
        part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
        body = "".join(part.format(*field) for field in fields.items()) + "--x--\r\n"
    else:
        body = urlencode(fields)
    sent = {
        "short of its length": f"Content-Length: {len(body) + 9}\r\n\r\n{body}",
        "without a last chunk": f"Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n{body}\r\n",
        "in no chunk": f"Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n{body}\r\nmore\r\n",
    }[ending]
    head = f"POST {SHARED}/requests.xml HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
    answer = exchange(service, (head + sent).encode())
    assert stored_ids(engine) == set()
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    check_answer("errors", answer.partition(b"\r\n\r\n")[2], "xml")


def test_nonsense_behind_a_call_does_not_spoil_it(service: Service) -> None:
    call = b"GET /open311/discovery.json HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = exchange(service, call + b"\x00\x01 nonsense \xff\r\n\r\n" * 20)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    _, _, rest = answer.partition(b"HTTP/1.1 200 OK")
    assert b"HTTP/1.1 400 " in rest
    assert get(service.address, "services.json").status_code == 200


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_of_50_megabytes_is_refused_unread(
    service: Service, kind: str, chunked: bool
) -> None:
    begin = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\n'
    begin = begin if kind.startswith("multipart") else b"description="
    part = b"a" * 50_000

    def body() -> Iterator[bytes]:
        yield begin
        for _ in range(1000):
            yield part

    before = {worker: peak(worker) for worker in service.workers}
    status, answer = send_large(service, kind, body(), None if chunked else 50 * MEGABYTE)
    assert status == 413
    check_answer("errors", answer, "json")
    assert str(MEGABYTE).encode() in answer
    for worker, bytes_before in before.items():
        assert peak(worker) - bytes_before < 20 * MEGABYTE
    assert get(service.address, "services.json").status_code == 200


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_picture_without_end_is_refused_and_fills_no_memory(
    service: Service, chunked: bool
) -> None:
    begin = b'--x\r\nContent-Disposition: form-data; name="media"; filename="a.jpg"\r\n\r\n'

    def body() -> Iterator[bytes]:
        yield begin
        for _ in range(1400):
            yield b"a" * 50_000

    kind = "multipart/form-data; boundary=x"
    before = {worker: peak(worker) for worker in service.workers}
    length = None if chunked else 70 * MEGABYTE + len(begin)
    status, answer = send_large(service, kind, body(), length)
    assert status == 413
    assert str(60 * MEGABYTE).encode() in answer
    for worker, bytes_before in before.items():
        assert peak(worker) - bytes_before < 20 * MEGABYTE


def peak(process: int) -> int:
    """Return the most memory that a process has had, in bytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def send_large(
    service: Service, kind: str, body: Iterator[bytes], length: int | None
) -> tuple[int, bytes]:
    """Send a body until the other side answers or will hear no more."""
    how = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    head = (
        f"POST {SHARED}/requests.json HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: {kind}\r\n{how}\r\n\r\n"
    )
    with connect(service) as connection:
        connection.sendall(head.encode())
        try:
            for part in body:
                connection.sendall(b"%x\r\n%b\r\n" % (len(part), part) if length is None else part)
        except OSError:
            pass
        answer = receive(connection)
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), content
