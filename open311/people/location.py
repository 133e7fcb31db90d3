"""Where a process has its keyring."""

from pathlib import Path

from open311.database.location import private_cluster
from open311.people.keyring import Keyring, read
from open311.settings import Settings


def keyring_file(settings: Settings) -> Path:
    """Return the file that is set; without any, the one beside the private cluster's data."""
    if settings.keyring_file:
        return Path(settings.keyring_file).resolve()
    return private_cluster(settings).directory / "keyring"


def keyring(settings: Settings) -> Keyring:
    """Return the keyring of this installation.

    Raises:
        KeyringError: there is none, or it cannot be used; the message tells what to type.
    """
    return read(keyring_file(settings))
