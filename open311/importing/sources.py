"""What another system gives: a file or an address, opened, and told apart by how it begins."""

import gzip
import re
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, cast
from urllib.parse import urlsplit

LARGEST_DOWNLOAD = 4_000_000_000
DOWNLOAD_SECONDS = 3600
_ANSWER_SECONDS = 60
_PIECE = 1 << 16

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PAGE = re.compile(rb"<!doctype\s+html|<html", re.IGNORECASE)


class UnreadableError(Exception):
    """What was given cannot be read, or not to its end; the message says why."""


class Record(NamedTuple):
    """One record as another system wrote it.

    Attributes:
        place: its number, or that of its first line, from one.
        members: what it says, by name; nothing is checked yet.
        fault: why it is no record at all, if it is none.
    """

    place: int
    members: dict[str, Any]
    fault: str = ""


@dataclass(frozen=True)
class Source:
    """What is to be read.

    Attributes:
        name: how it was named: a file or an address.
        file: as it is stored, perhaps packed; how far it was read tells the progress.
        content: unpacked, at its beginning; can be read again from there.
        bytes: how large the file is.
        format: by its beginning.
    """

    name: str
    file: IO[bytes]
    content: IO[bytes]
    bytes: int
    format: Literal["json", "xml", "csv"]

    @property
    def plain_name(self) -> str:
        """Its name, as it may be kept and shown."""
        return plain_name(self.name)

    @property
    def unit(self) -> str:
        """What the places of its records count."""
        return "line" if self.format == "csv" else "record"


def is_address(name: str) -> bool:
    """Tell an address from the name of a file."""
    return _ADDRESS.match(name) is not None


def plain_name(name: str) -> str:
    """Return how a source was named, without what may be a password or a key in an address."""
    if not is_address(name):
        return name
    parts = urlsplit(name)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def system_of(name: str) -> str:
    """Return what a system is called when nobody says: the host of an address, the file's name."""
    if is_address(name):
        return urlsplit(name).hostname or name
    return Path(name).name.split(".")[0]


@contextmanager
def open_source(name: str) -> Iterator[Source]:
    """Open a file, or fetch an address into a temporary one.

    Args:
        name: a file, or an address that begins with http:// or https://.

    Raises:
        UnreadableError: there is no such thing, or it is nothing that can be read here.
    """
    with _fetched(name) if is_address(name) else _opened(name) as file:
        yield _told_apart(name, file)


def _opened(name: str) -> IO[bytes]:
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error


def _told_apart(name: str, file: IO[bytes]) -> Source:
    size = file.seek(0, 2)
    file.seek(0)
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    content = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if packed else file
    try:
        beginning = content.read(4096)
    except (OSError, EOFError) as error:
        raise UnreadableError(f"cannot be unpacked: {error}") from error
    content.seek(0)
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("is UTF-16; save it as UTF-8")
    beginning = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not beginning:
        raise UnreadableError("is empty")
    if _PAGE.search(beginning[:1000]):
        raise UnreadableError("is a web page, not data")
    if beginning.startswith(b"<"):
        return Source(name, file, content, size, "xml")
    return Source(name, file, content, size, "json" if beginning[:1] in b"[{" else "csv")


class _OnlyHttp(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but to nothing else than http and https."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        _require_http(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _require_http(address: str) -> None:
    if urlsplit(address).scheme.lower() not in ("http", "https"):
        raise UnreadableError(f"leads to {address}, which is not http or https")


def _fetched(address: str) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who asked for it
    try:
        _fetch(address, file)
    except BaseException:
        file.close()
        raise
    return file


def _fetch(address: str, file: IO[bytes]) -> None:
    end = time.monotonic() + DOWNLOAD_SECONDS
    opener = urllib.request.build_opener(_OnlyHttp)
    try:
        _require_http(address)
        with opener.open(address, timeout=_ANSWER_SECONDS) as answer:
            while piece := answer.read(_PIECE):
                file.write(piece)
                if file.tell() > LARGEST_DOWNLOAD:
                    raise UnreadableError(f"is larger than {LARGEST_DOWNLOAD:,} bytes")
                if time.monotonic() > end:
                    raise UnreadableError(f"takes longer than {DOWNLOAD_SECONDS} seconds")
    except urllib.error.HTTPError as error:
        raise UnreadableError(f"was answered with {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise UnreadableError(f"cannot be fetched: {error.reason}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise UnreadableError(f"cannot be fetched: {error}") from error
