"""Calls to other systems over HTTP, whose addresses strangers may have named.

Each call has a connection of its own, to an address that was looked at, and ends in time. See
`docs/decisions/0022-addresses-of-strangers.md`.
"""

import logging
import re
import socket
import ssl
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote, urljoin

import httpcore

from open311 import __version__
from open311.outbound.connecting import (
    Deadline,
    Resolve,
    connected,
    fault_of_tls,
    resolve,
    resolved,
)
from open311.outbound.destinations import ALLOWED, Destinations, Target, target_of
from open311.outbound.failures import AddressRefused, TooLong, TooSlow, Unreachable

Headers = Iterable[tuple[str, str]]

_REDIRECTS = {301, 302, 303, 307, 308}

# What these say follows from the call itself.
_OURS = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True)
class Answer:
    """What was answered.

    Attributes:
        status: of HTTP.
        headers: by their names in lower case.
        body: all of it.
    """

    status: int
    headers: dict[str, str]
    body: bytes


class Web:
    """Calls addresses. Can be used by several threads.

    Args:
        private: host names, addresses and networks that may be called although not public.
        setting: in which the operator names them.
        resolver: resolves names; that of the system when not given.
        tls: whom to trust; whom the system trusts when not given.
    """

    def __init__(
        self,
        private: Sequence[str],
        *,
        setting: str = ALLOWED,
        resolver: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._destinations = Destinations(private, setting)
        self._resolver = resolver
        self._tls = tls or ssl.create_default_context()
        # It would tell headers and addresses to a log of level DEBUG.
        logging.getLogger("httpcore").setLevel(logging.INFO)

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Headers = (),
        body: bytes = b"",
        seconds: float = 20,
        longest: int = 1_000_000,
    ) -> Answer:
        """Call an address and return what it answers, whatever the status; follow no redirect.

        Args:
            method: of HTTP.
            url: the address.
            headers: to be sent beside those that follow from the call, such as Host.
            body: what is sent.
            seconds: how long the whole may take.
            longest: how many bytes the answer may have, headers included.

        Raises:
            AddressRefused: the address must not be called.
            Unreachable: there is no connection, or no whole answer.
            TooSlow: it took longer.
            TooLong: the answer is longer.
            ValueError: a header cannot be sent.
        """
        return self._call(method, target_of(url), headers, body, Deadline(seconds), longest)

    def fetch(
        self,
        url: str,
        *,
        redirects: int = 3,
        headers: Headers = (),
        seconds: float = 20,
        longest: int = 1_000_000,
    ) -> Answer:
        """Return what is at an address, or where that leads; raise what `call` raises.

        Args:
            url: the address.
            redirects: how many are followed; each leads to an address that may be called, and none
                from https to http.
            headers: to be sent as long as the host, port and scheme are those of the address.
            seconds: how long the whole may take, redirects included.
            longest: how many bytes each answer may have.
        """
        deadline = Deadline(seconds)
        first = target = target_of(url)
        sent = tuple(headers)
        for _ in range(redirects + 1):
            to_same = sent if target.origin == first.origin else ()
            answer = self._call("GET", target, to_same, b"", deadline, longest)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            target = _redirected(target, answer.headers["location"])
        raise Unreachable(first.host, "redirects too often.")

    def _call(
        self,
        method: str,
        target: Target,
        headers: Headers,
        body: bytes,
        deadline: Deadline,
        longest: int,
    ) -> Answer:
        request = httpcore.Request(
            method,
            httpcore.URL(
                scheme=target.scheme, host=target.host, port=target.port, target=target.path
            ),
            headers=_headers(target, headers, method, body),
            content=body,
        )
        backend = _Backend(self._destinations, self._resolver, deadline, longest)
        try:
            # A pool for each call: a connection that stays would be to an address of earlier.
            with httpcore.ConnectionPool(self._tls, network_backend=backend) as pool:
                return _read(pool.handle_request(request), target.host)
        except httpcore.ProtocolError:
            # What the library says may quote the answer.
            raise Unreachable(target.host, "gives no answer that HTTP knows.") from None
        except httpcore.NetworkError:
            raise Unreachable(target.host, "broke the connection.") from None


def _headers(
    target: Target, headers: Headers, method: str, body: bytes
) -> list[tuple[bytes, bytes]]:
    given = list(headers)
    for name, value in given:
        is_text = value.isascii() and (value.isprintable())
        if name.lower() in _OURS or not _TOKEN.fullmatch(name) or not is_text:
            raise ValueError(f"The header {name[:60]!r} cannot be sent.")
    sent = [("Host", target.authority), ("Accept-Encoding", "identity"), ("Connection", "close")]
    if not any(name.lower() == "user-agent" for name, _ in given):
        sent.append(("User-Agent", f"open311/{__version__}"))
    if body or method not in {"GET", "HEAD"}:
        sent.append(("Content-Length", str(len(body))))
    return [(name.encode(), value.encode()) for name, value in sent + given]


def _read(response: httpcore.Response, host: str) -> Answer:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if headers.get("content-encoding", "identity").lower() not in {"identity", ""}:
        raise Unreachable(host, "compresses its answer, which was not asked for.")
    return Answer(response.status, headers, response.read())


def _redirected(target: Target, location: str) -> Target:
    base = f"{target.scheme}://{target.authority}{target.path}"
    try:
        url = urljoin(base, quote(location.encode("latin-1"), safe=string.punctuation))
    except ValueError:
        raise AddressRefused(target.host, "redirects to what is not a URL.") from None
    to = target_of(url)
    if target.scheme == "https" and to.scheme == "http":
        raise AddressRefused(target.host, "redirects from https to http.")
    return to


class _Backend(httpcore.NetworkBackend):
    """Opens the one connection of a call."""

    def __init__(
        self, destinations: Destinations, resolver: Resolve, deadline: Deadline, longest: int
    ) -> None:
        self._destinations, self._resolver = destinations, resolver
        self._deadline, self._longest = deadline, longest

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any
    ) -> httpcore.NetworkStream:
        try:
            addresses = resolved(host, port, self._deadline, self._resolver)
        except TimeoutError:
            raise TooSlow(host, "could not be resolved in time.") from None
        except OSError:
            raise Unreachable(host, "cannot be resolved.") from None
        checked = self._destinations.checked(host, port, addresses)
        try:
            connection = connected(checked, port, self._deadline)
        except TimeoutError:
            raise TooSlow(host, "could not be connected to in time.") from None
        except OSError as error:
            raise Unreachable(host, f"cannot be connected to: {error.strerror}.") from None
        return _Stream(connection, host, self._deadline, self._longest)


class _Stream(httpcore.NetworkStream):
    """A connection that is over in time, and gives no more bytes than it may."""

    def __init__(
        self, connection: socket.socket, host: str, deadline: Deadline, longest: int
    ) -> None:
        self._connection, self._host = connection, host
        self._deadline, self._left = deadline, longest

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._connection.settimeout(self._deadline.remaining())
            # One more than there may be, to see that it comes.
            received = self._connection.recv(min(max_bytes, self._left + 1))
        except TimeoutError:
            self._is_too_slow()
        except OSError:
            raise httpcore.ReadError from None
        self._left -= len(received)
        if self._left < 0:
            raise TooLong(self._host, "gives an answer that is too long.")
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._connection.settimeout(self._deadline.remaining())
            self._connection.sendall(buffer)
        except TimeoutError:
            self._is_too_slow()
        except OSError:
            # The library goes on to read: a server may refuse a body before it has come.
            raise httpcore.WriteError from None

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            self._connection.settimeout(self._deadline.remaining())
            self._connection = ssl_context.wrap_socket(
                self._connection, server_hostname=server_hostname
            )
        except TimeoutError:
            self.close()
            self._is_too_slow()
        except (OSError, ValueError) as error:
            self.close()
            reason = f"has no TLS to trust: {fault_of_tls(error)}."
            raise Unreachable(self._host, reason) from None
        return self

    def close(self) -> None:
        self._connection.close()

    def get_extra_info(self, info: str) -> Any:
        return None

    def _is_too_slow(self) -> NoReturn:
        raise TooSlow(self._host, "did not answer in time.") from None
