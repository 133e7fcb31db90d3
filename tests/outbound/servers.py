"""Servers that behave badly: each connection is given to a function of the test."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Talk:
    """One connection, as a server sees it."""

    def __init__(self, connection: socket.socket, is_over: threading.Event) -> None:
        self._connection, self._is_over = connection, is_over

    def receive(self) -> bytes:
        """Return what has come."""
        return self._connection.recv(65536)

    def request(self) -> bytes:
        """Return a whole request."""
        heard = self.receive()
        while b"\r\n\r\n" not in heard:
            heard += self.receive()
        length = re.search(rb"Content-Length: (\d+)", heard)
        whole = heard.index(b"\r\n\r\n") + 4 + int(length[1] if length else 0)
        while len(heard) < whole:
            heard += self.receive()
        return heard

    def send(self, content: bytes) -> None:
        """Say something."""
        self._connection.sendall(content)

    def encrypt(self, tls: ssl.SSLContext) -> None:
        """Go on in TLS."""
        self._connection = tls.wrap_socket(self._connection, server_side=True)

    def drain(self) -> None:
        """Take all that comes, until the other side ends it."""
        while self.receive():
            pass

    def pause(self, seconds: float) -> None:
        """Say nothing for a while, or until the test is over."""
        self._is_over.wait(seconds)

    def wait(self) -> None:
        """Say nothing until the test is over."""
        self._is_over.wait(30)

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def drip(self, content: bytes) -> None:
        """Say something, a byte each tenth of a second, until the test is over."""
        for index in range(len(content)):
            if self._is_over.wait(0.1):
                return
            self.send(content[index : index + 1])


@contextmanager
def serving(
    behave: Callable[[Talk], None], tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[int]:
    """Run a server that gives every connection to a function; yield its port."""
    is_over = threading.Event()

    def answer(connection: socket.socket) -> None:
        # The client leaves when it has enough; that is what is tested.
        connection.settimeout(30)
        talk = Talk(connection, is_over)
        with suppress(OSError):
            if tls:
                talk.encrypt(tls)
            behave(talk)
        talk.close()

    def accept() -> None:
        while not is_over.is_set():
            connection, _ = listening.accept()
            if is_over.is_set():
                connection.close()
                return
            thread = threading.Thread(target=answer, args=(connection,))
            thread.start()
            threads.append(thread)

    with socket.create_server((host, 0)) as listening:
        port = listening.getsockname()[1]
        threads: list[threading.Thread] = []
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield port
        finally:
            is_over.set()
            socket.create_connection((host, port)).close()
            accepting.join()
            for thread in threads:
                thread.join()
