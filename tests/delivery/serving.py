"""Other systems over HTTP, as tests let them behave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# How long a system that keeps silent does so, at most: until the test ends it.
LONG = 30


class Answering(BaseHTTPRequestHandler):
    """Answers calls, and tells nobody."""

    def body(self) -> bytes:
        """Return what was sent."""
        return self.rfile.read(int(self.headers["Content-Length"]))

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(answering: type[Answering], is_over: threading.Event) -> Iterator[str]:
    """Run a server; yield its scheme and host.

    What keeps silent waits for `is_over`, which is set when the test ends.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()
