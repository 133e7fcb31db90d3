"""The keys by which personal data are sealed, found again and linked to; they lie in a file."""

import base64
import hmac
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from open311.database.postgres import make_directory
from open311.settings import SettingsError

KEY_BYTES = 32

# What is sealed: format, id of the key, nonce, and what AES-GCM makes of the plain bytes.
_FORMAT = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEADER_BYTES = len(_FORMAT) + _ID_BYTES

_LINE = re.compile(r"[A-Za-z0-9_-]{43}=?")
_NEW_FILE = """\
# Keys of personal data, the newest first. What was sealed with a key is lost with it:
# keep a copy of this file, apart from the copies of the database, and never delete a line.
"""


class KeyringError(SettingsError):
    """The file of the keyring is missing or cannot be used."""


class SealError(Exception):
    """What was sealed cannot be opened; the message tells why and nothing of what is in it."""


class _Key:
    """One master key, and what is derived of it: each purpose has a key of its own."""

    def __init__(self, master: bytes) -> None:
        def derive(purpose: str, length: int = KEY_BYTES) -> bytes:
            info = f"open311 {purpose}".encode()
            return HKDF(SHA256(), length, salt=None, info=info).derive(master)

        self.id = derive("key id", _ID_BYTES)
        self.cipher = AESGCM(derive("sealing"))
        self.for_index = derive("blind index")
        self.for_links = derive("links")


class Keyring:
    """Seals, and opens what was sealed with any of its keys.

    Args:
        masters: the master keys, of 32 bytes each, newest first; the newest seals.

    Raises:
        ValueError: there is none, or one is there twice.
    """

    def __init__(self, masters: Iterable[bytes]) -> None:
        keys = [_Key(master) for master in masters]
        self._keys = {key.id: key for key in keys}
        if not keys:
            raise ValueError("no key")
        if len(self._keys) < len(keys):
            raise ValueError("a key twice")
        self._newest = keys[0]

    def seal(self, plain: bytes, context: str) -> bytes:
        """Seal with the newest key.

        Args:
            plain: what nobody is to read.
            context: where it will stand, such as table and key of its row. It can be opened there
                alone, so that nobody who can write to the database may move it.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        header = _FORMAT + self._newest.id
        return header + nonce + self._newest.cipher.encrypt(nonce, plain, context.encode())

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed.

        Args:
            sealed: as `seal` returned it.
            context: the one that it was sealed for.

        Raises:
            SealError: it was sealed with a key that is not here, was changed, or stood elsewhere.
        """
        if sealed[:1] != _FORMAT:
            raise SealError("damaged")
        key = self._keys.get(sealed[len(_FORMAT) : _HEADER_BYTES])
        if key is None:
            raise SealError("sealed with a key that the keyring does not have")
        nonce = sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
        try:
            return key.cipher.decrypt(
                nonce, sealed[_HEADER_BYTES + _NONCE_BYTES :], context.encode()
            )
        except (InvalidTag, ValueError):
            raise SealError("damaged") from None

    def has_key_of(self, sealed: bytes) -> bool:
        """Tell whether the key is here that something was sealed with."""
        return sealed[len(_FORMAT) : _HEADER_BYTES] in self._keys

    def index(self, text: str) -> bytes:
        """Return what a text is found by, without telling it; of the newest key.

        Equal texts have equal indexes, so what must not be seen to be equal, such as one person in
        two cities, needs a different text.
        """
        return _index(self._newest, text)

    def indexes(self, text: str) -> list[bytes]:
        """Return what a text may be found by: its index of each key, newest first."""
        return [_index(key, text) for key in self._keys.values()]

    def link_keys(self) -> list[bytes]:
        """Return the keys that sign links, newest first."""
        return [key.for_links for key in self._keys.values()]


def email_form(email: str) -> str:
    """Return an e-mail address as it is compared: whatever its case and the space around it.

    `anna+lamps@example.org` remains another address than `anna@example.org`.
    """
    return unicodedata.normalize("NFC", email.strip().casefold())


def is_there(path: Path) -> bool:
    """Tell whether there is a file of that name.

    Raises:
        KeyringError: that cannot be found out.
    """
    with _told(path):
        return path.exists()


def read(path: Path) -> Keyring:
    """Read a keyring.

    Raises:
        KeyringError: there is no such file, others can read it, or it does not hold keys.
    """
    return _parse(path, _text_of(path))


def create(path: Path) -> None:
    """Make a keyring with one key. It is there with its key or not at all, and durable.

    Raises:
        KeyringError: there is such a file already, or it cannot be written.
    """
    with _told(path):
        make_directory(path.parent)
        try:
            # A link, unlike a renaming, never takes the place of another file.
            _write(path, f"{_NEW_FILE}{_new_key()}\n", os.link)
        except FileExistsError:
            raise KeyringError(f"There is a keyring {path} already.") from None


def add_key(path: Path) -> None:
    """Put a new key in front. It is there at once and durable, or the file is as before.

    Raises:
        KeyringError: see `read`; or the file cannot be written.
    """
    text = _text_of(path)
    _parse(path, text)
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if _is_key(line))
    lines.insert(first, _new_key())
    with _told(path):
        _write(path, "\n".join(lines) + "\n", os.replace, like=path.stat())


def _index(key: _Key, text: str) -> bytes:
    return hmac.digest(key.for_index, text.encode(), "sha256")


def _new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _is_key(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _text_of(path: Path) -> str:
    with _told(path):
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    if mode & stat.S_IRWXO:
        raise KeyringError(
            f"The keyring {path} can be reached by everybody on this machine. "
            f"Take that right away: chmod 600 {path}"
        )
    return text


def _parse(path: Path, text: str) -> Keyring:
    masters = []
    for number, line in enumerate(text.splitlines(), start=1):
        if _is_key(line):
            if not _LINE.fullmatch(line.strip()):
                raise KeyringError(f"The keyring {path} holds no key in line {number}.")
            masters.append(base64.urlsafe_b64decode(line.strip().rstrip("=") + "="))
    try:
        return Keyring(masters)
    except ValueError as error:
        raise KeyringError(f"The keyring {path} holds {error}.") from None


def _write(
    path: Path,
    text: str,
    put: Callable[[Path, Path], None],
    like: os.stat_result | None = None,
) -> None:
    """Write a file that nobody else can read beside its place, then put it there.

    Args:
        path: its place.
        text: its content.
        put: what brings it from the one to the other.
        like: whose owner and mode it shall have.
    """
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            if like:
                os.fchown(descriptor, like.st_uid, like.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        put(new, path)
    finally:
        new.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the file into what a person is told."""
    try:
        yield
    except FileNotFoundError as error:
        raise KeyringError(
            f"There is no keyring {path}, which personal data are sealed with. If this database "
            "was in use before, bring the file back from its copy, or name it in "
            "OPEN311_KEYRING_FILE; for a new one: open311 keyring create"
        ) from error
    except OSError as error:
        raise KeyringError(f"The keyring {path} cannot be used: {error.strerror}.") from error
