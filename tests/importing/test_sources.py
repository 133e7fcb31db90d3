"""A file or an address is opened and told apart, and what is no data is refused in words."""

import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from open311.importing import sources
from open311.importing.batches import read_requests
from open311.importing.sources import UnreadableError, open_source, system_of
from tests.importing.given import RECORDED, opened


def refusal(folder: Path, content: str | bytes) -> str:
    """Return why what a file holds is refused."""
    with pytest.raises(UnreadableError) as refused, opened(folder, content) as source:
        list(read_requests(source))
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "format"),
    [
        ("[]", "json"),
        ('\n {"service_requests": []}', "json"),
        ("\ufeff<service_requests/>", "xml"),
        ("service_request_id,status\n", "csv"),
    ],
)
def test_a_format_is_told_by_how_it_begins(tmp_path: Path, content: str, format: str) -> None:
    with opened(tmp_path, content) as source:
        assert source.format == format


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b'[{"service_request_id": "A-1"}]')
    with opened(tmp_path, packed) as source:
        assert [record.members for record in read_requests(source)] == [
            {"service_request_id": "A-1"}
        ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("<!DOCTYPE html><html><body>Wartung</body></html>", "is a web page, not data"),
        ("<?xml version='1.0'?>\n<html/>", "is a web page, not data"),
        ("[1".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        (gzip.compress(b"[]", mtime=0)[:12], "cannot be unpacked"),
        ("[{]", "is no JSON after record 0"),
        ('[{"service_request_id": "1"}, {"service', "is no JSON after record 1"),
        ('{"a": 1}', "holds no list"),
        ('[{"code": 403, "description": "No key"}]', "is an error of that server: 403 No key"),
        ('{"code": 403, "description": "No key"}', "is an error of that server: 403 No key"),
        ("<service_requests><request>", "is no XML after record 0"),
        ("<rss><item/></rss>", "begins with <rss>, not with <service_requests>"),
        (
            "<errors><error><code>404</code><description>Nix</description></error></errors>",
            "is an error of that server: 404 Nix",
        ),
        ("<errors/>", "is an error of that server, without saying which"),
        ("name,lamp\n1,2\n", "is no CSV of requests: no service_request_id, requested_datetime"),
        (b"service_request_id,requested_datetime\n1,\xff\n", "is not UTF-8 after line"),
        (
            'service_request_id,requested_datetime\n1,"' + "x" * 200_000,
            "cannot be read after line 1: field larger than field limit",
        ),
    ],
)
def test_what_is_no_data_is_refused_with_its_reason(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    assert refusal(tmp_path, content).startswith(reason)


def test_a_document_type_is_refused_and_with_it_all_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    content = f"""<!DOCTYPE r [<!ENTITY file SYSTEM "{secret.as_uri()}">]>
        <service_requests><request><description>&file;</description></request></service_requests>"""
    assert "declares a document type" in refusal(tmp_path, content)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(UnreadableError, match="cannot be read: No such file"):
        open_source("/nowhere/at/all").__enter__()


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("/data/koeln.2023.json.gz", "koeln"),
        (
            "https://sags-uns.stadt-koeln.de/georeport/v2/requests.json?x=1",
            "sags-uns.stadt-koeln.de",
        ),
    ],
)
def test_a_system_is_called_as_its_host_or_file(name: str, system: str) -> None:
    assert system_of(name) == system


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a server that has one answer, and redirects elsewhere."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path in ("/away", "/here"):
                self.send_response(302)
                self.send_header("Location", "ftp://example.org/a" if path == "/away" else "/data")
                self.end_headers()
            elif path == "/data":
                self.send_response(200)
                self.end_headers()
                self.wfile.write((RECORDED / "koeln-requests.json").read_bytes())
            else:
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_address_is_fetched_and_redirects_are_followed(address: str) -> None:
    with open_source(f"{address}/here?api_key=secret") as source:
        assert len(list(read_requests(source))) == 50
        assert source.plain_name == "http://127.0.0.1/here"


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/away", "is not http or https"), ("/none", "was answered with 404 Not Found")],
)
def test_what_an_address_does_not_give_is_told(address: str, path: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        open_source(address + path).__enter__()


@pytest.mark.parametrize("name", ["ftp://example.org/a", "file:///etc/hosts"])
def test_only_http_is_fetched(name: str) -> None:
    with pytest.raises(UnreadableError, match="is not http or https"):
        open_source(name).__enter__()


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(UnreadableError, match=r"cannot be fetched: .Errno"):
        open_source("http://127.0.0.1:9/requests.json").__enter__()


def test_an_answer_that_is_too_large_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LARGEST_DOWNLOAD", 1000)
    with pytest.raises(UnreadableError, match="is larger than 1,000 bytes"):
        open_source(f"{address}/data").__enter__()
