"""Where photos are kept: in a folder, or in a bucket of S3-compatible storage."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from open311.errors import Unavailable

log = logging.getLogger(__name__)

# As many as S3 lists at once.
_BATCH = 1000


class PhotoStore:
    """Keeps files by their keys. A key is written once and never again.

    Args:
        open_store: opens the storage. Called at the first use, since the library has threads of
            its own, which a process that forks would lose.
        folder: where the storage is a folder, to make sure that files are on the disk.
    """

    def __init__(self, open_store: Callable[[], ObjectStore], folder: Path | None = None) -> None:
        self._open_store = open_store
        self._folder = folder

    @cached_property
    def _store(self) -> ObjectStore:
        return self._open_store()

    def put(self, key: str, content: bytes) -> None:
        """Write a file. When this returns, it is durable.

        Raises:
            Unavailable: the storage cannot be reached or refuses.
        """
        with _told_when_away():
            if self._folder:
                obstore.put(self._store, key, content)
                _make_durable(self._folder / key, self._folder)
            else:
                obstore.put(self._store, key, content, attributes={"Content-Type": "image/jpeg"})

    def get(self, key: str) -> bytes | None:
        """Return a file; None: there is none.

        Raises:
            Unavailable: the storage cannot be reached or refuses.
        """
        with _told_when_away():
            try:
                return obstore.get(self._store, key).bytes().to_bytes()
            except FileNotFoundError:
                return None

    def delete(self, keys: Iterable[str]) -> None:
        """Delete files; those that are not there do not matter.

        Raises:
            Unavailable: the storage cannot be reached or refuses.
        """
        with _told_when_away():
            for key in keys:
                try:
                    obstore.delete(self._store, key)
                except FileNotFoundError:
                    continue

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Yield the key of each file and when it was written, in no order.

        Raises:
            Unavailable: the storage cannot be reached or refuses.
        """
        with _told_when_away():
            for batch in obstore.list(self._store, chunk_size=_BATCH):
                for found in batch:
                    yield found["path"], found["last_modified"]


def folder_store(folder: Path) -> PhotoStore:
    """Return a store in a folder, which is made when something is first written or read."""

    def open_folder() -> ObjectStore:
        # Photos of requests that are not public lie there too.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder)

    return PhotoStore(open_folder, folder)


def s3_store(
    bucket: str, endpoint: str, region: str, access_key_id: str, secret_access_key: str
) -> PhotoStore:
    """Return a store in a bucket of S3-compatible storage.

    Args:
        bucket: its name; it must be there.
        endpoint: URL of the storage; empty: that of Amazon.
        region: where the bucket is.
        access_key_id: whose right it is; empty: as the machine itself is known to Amazon.
        secret_access_key: goes with it.
    """
    given = {
        "endpoint": endpoint,
        "access_key_id": access_key_id,
        "secret_access_key": secret_access_key,
    }
    return PhotoStore(
        lambda: S3Store(
            bucket,
            region=region,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=3),
                "timeout": timedelta(seconds=20),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
            **{name: value for name, value in given.items() if value},  # type: ignore[arg-type]
        )
    )


@contextmanager
def _told_when_away() -> Iterator[None]:
    """Turn what goes wrong with the storage into what a client is told; the log tells more."""
    try:
        yield
    except (BaseError, OSError) as error:
        reason = str(error).partition("\n")[0]
        log.error("The storage of photos cannot be used: %s", reason)
        raise Unavailable.of("unavailable") from error


def _make_durable(file: Path, folder: Path) -> None:
    """Have a new file, and the folders that it may have brought along, written to the disk."""
    for path in (file, *file.relative_to(folder).parents):
        opened = os.open(folder / path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
