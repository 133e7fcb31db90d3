"""Connections that end when their time is over, whatever the other side does."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence

from open311.outbound.destinations import Address

Resolve = Callable[[str, int], Sequence[str]]


class Deadline:
    """The moment at which a whole call must be over.

    Args:
        seconds: from now.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return how many seconds are left, more than none.

        Raises:
            TimeoutError: it is over.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def shorten(self, seconds: float) -> None:
        """Leave not more than these seconds from now."""
        self._end = min(self._end, time.monotonic() + seconds)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self._end <= time.monotonic()


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system knows them.

    Raises:
        OSError: it knows none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolved(host: str, port: int, deadline: Deadline, by: Resolve = resolve) -> Sequence[str]:
    """Return the addresses of a host, within the time.

    Raises:
        OSError: there are none; TimeoutError when the time is over before one knows.
    """
    results: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            results.put(by(host, port))
        except (OSError, UnicodeError):
            results.put(OSError("cannot be resolved"))

    # The system's resolver cannot be told how long it may take. It ends on its own, later.
    threading.Thread(target=look_up, daemon=True).start()
    try:
        result = results.get(timeout=deadline.remaining())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, OSError):
        raise result
    if not result:
        raise OSError("cannot be resolved")
    return result


def connected(addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
    """Return a connection to the first of these addresses that answers; none is resolved again.

    Raises:
        OSError: none does; TimeoutError when the time is over before.
    """
    failure = OSError("cannot be connected to")
    for index, address in enumerate(addresses):
        # One that does not answer leaves time for the next.
        share = deadline.remaining() / (len(addresses) - index)
        try:
            return _connection(address, port, share)
        except OSError as error:
            failure = error
    raise failure


def _connection(address: Address, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect((str(address), port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


def fault_of_tls(error: Exception) -> str:
    """Return why TLS did not come about, in the words of the library."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return getattr(error, "reason", None) or "broken"
