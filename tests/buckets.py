"""A server that speaks S3, for tests: moto's."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from moto.server import ThreadedMotoServer


@contextmanager
def s3_server() -> Iterator[str]:
    """Run a server; yield its address."""
    # It would tell of every call.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def new_bucket(address: str) -> dict[str, str]:
    """Make an empty bucket; return the settings that lead to it."""
    name = f"photos-{secrets.token_hex(4)}"
    assert requests.put(f"{address}/{name}", timeout=10).ok
    return {
        "OPEN311_MEDIA_S3_BUCKET": name,
        "OPEN311_MEDIA_S3_ENDPOINT": address,
        "OPEN311_MEDIA_S3_ACCESS_KEY_ID": "somebody",
        "OPEN311_MEDIA_S3_SECRET_ACCESS_KEY": "markersecret",
    }
