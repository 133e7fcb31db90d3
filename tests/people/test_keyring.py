"""What is sealed can be opened with its key and in its place alone."""

import hashlib
import hmac
import secrets
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from open311.people.keyring import Keyring, SealError, email_form, read

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
HERE = "reporter krakow.pl 1001 0"
NAME = "Zażółć".encode()


@pytest.fixture
def ring() -> Keyring:
    return Keyring([OLD])


@pytest.fixture
def longer() -> Keyring:
    """The same after a key was added."""
    return Keyring([NEW, OLD])


def refusal(ring: Keyring, sealed: bytes, context: str = HERE) -> str:
    """Try to open what cannot be opened; return what is said."""
    with pytest.raises(SealError) as error:
        ring.unseal(sealed, context)
    return str(error.value)


@pytest.mark.parametrize("plain", [b"", b"\0", NAME, secrets.token_bytes(100_000)], ids=len)
def test_what_was_sealed_is_opened_as_it_was(ring: Keyring, plain: bytes) -> None:
    assert ring.unseal(ring.seal(plain, HERE), HERE) == plain


def test_nothing_of_what_is_sealed_can_be_seen(ring: Keyring) -> None:
    assert NAME not in ring.seal(NAME, HERE)
    # Nor that two are the same.
    one, two = (ring.seal(NAME, HERE)[5:] for _ in range(2))
    assert one[:12] != two[:12]
    assert one[12:] != two[12:]


def test_what_is_sealed_is_as_it_is_written_down(ring: Keyring) -> None:
    """Data of years depend on it: format, id of the key, nonce, AES-256-GCM."""

    def derived(purpose: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, None, b"open311 " + purpose).derive(OLD)

    sealed = ring.seal(NAME, HERE)
    assert sealed[:5] == b"\x01" + derived(b"key id", 4)
    cipher = AESGCM(derived(b"sealing", 32))
    assert cipher.decrypt(sealed[5:17], sealed[17:], HERE.encode()) == NAME


def test_what_was_moved_elsewhere_is_not_opened(ring: Keyring) -> None:
    sealed = ring.seal(NAME, HERE)
    assert refusal(ring, sealed, "reporter krakow.pl 1002 0") == "damaged"


def test_whatever_was_changed_is_not_opened(ring: Keyring) -> None:
    sealed = ring.seal(b"Anna", HERE)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert refusal(ring, bytes(changed))
    for length in range(len(sealed)):
        assert refusal(ring, sealed[:length])
    assert refusal(ring, sealed + b"\0") == "damaged"


def test_what_is_said_of_it_holds_nothing_of_it(ring: Keyring) -> None:
    with pytest.raises(SealError) as error:
        ring.unseal(ring.seal(b"Anna", HERE) + b"\0", HERE)
    assert error.value.args == ("damaged",)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_older_data_are_opened_after_a_key_was_added(ring: Keyring, longer: Keyring) -> None:
    assert longer.unseal(ring.seal(NAME, HERE), HERE) == NAME


def test_the_newest_key_seals(ring: Keyring, longer: Keyring) -> None:
    sealed = longer.seal(NAME, HERE)
    assert Keyring([NEW]).unseal(sealed, HERE) == NAME
    assert refusal(ring, sealed) == "sealed with a key that the keyring does not have"


def test_it_is_known_whether_the_key_of_something_is_there(ring: Keyring, longer: Keyring) -> None:
    sealed = longer.seal(NAME, HERE)
    assert longer.has_key_of(sealed)
    assert not ring.has_key_of(sealed)
    assert not ring.has_key_of(b"")


def test_a_keyring_holds_a_key_and_each_once() -> None:
    with pytest.raises(ValueError, match="no key"):
        Keyring([])
    with pytest.raises(ValueError, match="twice"):
        Keyring([OLD, NEW, OLD])


def test_equal_texts_have_equal_indexes_and_others_others(ring: Keyring) -> None:
    assert ring.index("anna@example.org") == Keyring([OLD]).index("anna@example.org")
    assert ring.index("anna@example.org") != ring.index("anne@example.org")


def test_an_index_is_a_keyed_hash(ring: Keyring) -> None:
    key = HKDF(SHA256(), 32, None, b"open311 blind index").derive(OLD)
    assert ring.index("ł") == hmac.new(key, "ł".encode(), hashlib.sha256).digest()
    assert ring.index("ł") != Keyring([NEW]).index("ł")


def test_a_text_is_found_by_the_index_of_any_key(ring: Keyring, longer: Keyring) -> None:
    text = "anna@example.org"
    assert longer.indexes(text) == [Keyring([NEW]).index(text), ring.index(text)]
    assert longer.index(text) == longer.indexes(text)[0]


def test_a_keyring_shows_no_key(longer: Keyring) -> None:
    shown = repr(longer) + repr(vars(longer))
    assert repr(OLD) not in shown
    assert repr(longer.link_keys()[0]) not in shown


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("anna@example.org", "anna@example.org"),
        (" Anna@Example.ORG\n", "anna@example.org"),
        ("ŁUCJA@PRZYKŁAD.PL", "łucja@przykład.pl"),
        ("Straße@example.org", "strasse@example.org"),
        ("Jose\N{COMBINING ACUTE ACCENT}@example.org", "josé@example.org"),
        ("anna+lamps@example.org", "anna+lamps@example.org"),
        ("an.na@example.org", "an.na@example.org"),
        ("", ""),
    ],
)
def test_addresses_are_compared_without_case(typed: str, compared: str) -> None:
    assert email_form(typed) == compared
    assert email_form(compared) == compared


def test_the_keys_of_a_file_are_those_of_the_keyring(tmp_path: Path) -> None:
    """The file is read by its lines: what one version wrote, the next must read."""
    file = tmp_path / "keyring"
    file.write_text(
        "# Ours – since 2026\n\n"
        "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\r\n"
        "  AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
    )
    file.chmod(0o600)
    assert read(file).indexes("a") == Keyring([NEW, OLD]).indexes("a")
