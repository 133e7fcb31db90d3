"""How gunicorn runs the service; what depends on the installation is on its command line."""

import socket
import struct
from typing import Any

# A client that has sent or taken nothing for so long is let go. gunicorn's own timeout is of
# workers, not of clients: without this one, eight that stop in the middle would block the service.
CLIENT_SECONDS = 10

preload_app = True
graceful_timeout = 30
limit_request_line = 8190
# It would lie in the user's home, where two checkouts meet.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Set the timeout where the kernel hands it on to every connection."""
    timeout = struct.pack("ll", CLIENT_SECONDS, 0)
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
