"""The keyring from the command line, and that nothing runs without it."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from open311.people import keyring
from tests.cli.running import Ended, run, run_process, url_of
from tests.rows import add_request

OTHER = keyring.Keyring([bytes(32)])

_REPORTER = text("""
    INSERT INTO reporter (jurisdiction_id, number, language, sealed)
    SELECT jurisdiction_id, number, 'pl', :sealed FROM service_request
    WHERE service_request_id = :service_request_id
""")
_SECRET = text("""
    INSERT INTO destination_secret (jurisdiction_id, destination, sealed)
    VALUES ('krakow.pl', 'works', :sealed)
""")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where there is no keyring yet."""
    return tmp_path / "keyring"


@pytest.fixture
def ring(file: Path) -> keyring.Keyring:
    """The keyring in that file."""
    keyring.create(file)
    return keyring.read(file)


def on(engine: Engine, file: Path) -> dict[str, str]:
    """Return the settings for a database and a keyring."""
    return {"DATABASE_URL": url_of(engine), "KEYRING_FILE": str(file)}


def add_reporter(engine: Engine, city: str, sealed: bytes | None) -> None:
    """Add a request whose reporter was sealed so."""
    number = add_request(engine, city)
    with engine.begin() as connection:
        connection.execute(_REPORTER, {"service_request_id": number, "sealed": sealed})


def refusal(engine: Engine, file: Path) -> str:
    """Start a worker that does not start; return what is said."""
    ended = run("work", "--once", **on(engine, file))
    assert (ended.code, ended.out) == (1, "")
    assert str(file) in ended.err
    return ended.err


def test_a_keyring_is_made_once(file: Path) -> None:
    made = run("keyring", "create", KEYRING_FILE=str(file))
    assert (made.code, made.err) == (0, "")
    assert str(file) in made.out
    before = file.read_bytes()
    again = run("keyring", "create", KEYRING_FILE=str(file))
    assert again == Ended(1, "", f"open311: There is a keyring {file} already.\n")
    assert file.read_bytes() == before


def test_a_key_is_added(file: Path, ring: keyring.Keyring) -> None:
    added = run("keyring", "add", KEYRING_FILE=str(file))
    assert (added.code, added.err) == (0, "")
    assert len(keyring.read(file).link_keys()) == 2
    assert ring.link_keys()[0] == keyring.read(file).link_keys()[1]


def test_no_key_is_printed(file: Path) -> None:
    told = [run("keyring", command, KEYRING_FILE=str(file)) for command in ("create", "add")]
    keys = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert len(keys) == 2
    assert not any(key in ended.out + ended.err for key in keys for ended in told)


def test_a_key_cannot_be_added_where_there_is_no_keyring(file: Path) -> None:
    ended = run("keyring", "add", KEYRING_FILE=str(file))
    assert (ended.code, ended.out) == (1, "")
    assert "open311 keyring create" in ended.err
    assert not file.exists()


def test_an_upgrade_makes_the_keyring_once(own_engine: Engine, file: Path) -> None:
    first = run("db", "upgrade", **on(own_engine, file))
    assert (first.code, first.err) == (0, "")
    assert f"The keyring {file} is made." in first.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert "keyring" not in run("db", "upgrade", **on(own_engine, file)).out
    assert file.read_bytes() == before


def test_an_upgrade_makes_no_keyring_where_one_was_lost(own_engine: Engine, file: Path) -> None:
    """It would seal, and nobody would miss the old one until it is too late."""
    add_reporter(own_engine, "krakow.pl", OTHER.seal(b"Anna", "x"))
    assert run("db", "upgrade", **on(own_engine, file)).code == 0
    assert not file.exists()


def test_an_upgrade_makes_the_keyring_when_all_reporters_are_erased(
    own_engine: Engine, file: Path
) -> None:
    add_reporter(own_engine, "krakow.pl", None)
    assert run("db", "upgrade", **on(own_engine, file)).code == 0
    assert file.exists()


def test_an_upgrade_that_cannot_make_the_keyring_says_so(own_engine: Engine) -> None:
    ended = run("db", "upgrade", **on(own_engine, Path("/dev/null/keyring")))
    assert (ended.code, ended.out) == (1, "")
    assert "/dev/null" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", ["serve", "work"])
def test_nothing_runs_without_a_keyring(own_engine: Engine, file: Path, command: str) -> None:
    ended = run_process(command, **on(own_engine, file))
    assert (ended.code, ended.out) == (1, "")
    assert "open311 keyring create" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", ["serve", "work"])
def test_nothing_runs_with_the_keyring_of_another_database(
    own_engine: Engine, file: Path, ring: keyring.Keyring, command: str
) -> None:
    add_reporter(own_engine, "krakow.pl", OTHER.seal(b"Anna", "x"))
    ended = run_process(command, **on(own_engine, file))
    assert (ended.code, ended.out) == (1, "")
    assert f"{file} does not have the key" in ended.err
    assert "Traceback" not in ended.err


def test_without_a_keyring_it_does_not_wait_for_the_database(file: Path) -> None:
    ended = run_process("serve", KEYRING_FILE=str(file))
    assert ended.code == 1
    assert "open311 keyring create" in ended.err


def test_a_worker_does_not_run_with_a_keyring_for_everybody(
    own_engine: Engine, file: Path, ring: keyring.Keyring
) -> None:
    file.chmod(0o644)
    assert "chmod 600" in refusal(own_engine, file)


def test_a_worker_does_not_run_without_the_key_of_the_newest_reporter(
    own_engine: Engine, file: Path, ring: keyring.Keyring
) -> None:
    add_reporter(own_engine, "krakow.pl", ring.seal(b"Anna", "x"))
    add_reporter(own_engine, "krakow.pl", OTHER.seal(b"Anna", "x"))
    add_reporter(own_engine, "krakow.pl", None)
    assert "does not have the key" in refusal(own_engine, file)


def test_a_worker_does_not_run_without_the_key_of_any_city(
    own_engine: Engine, file: Path, ring: keyring.Keyring
) -> None:
    add_reporter(own_engine, "krakow.pl", OTHER.seal(b"Anna", "x"))
    add_reporter(own_engine, "wroclaw.pl", ring.seal(b"Anna", "x"))
    assert "does not have the key" in refusal(own_engine, file)


def test_a_worker_does_not_run_without_the_key_of_other_systems_secrets(
    own_engine: Engine, file: Path, ring: keyring.Keyring
) -> None:
    with own_engine.begin() as connection:
        connection.execute(_SECRET, {"sealed": OTHER.seal(b"secret", "x")})
    assert "does not have the key" in refusal(own_engine, file)


def test_the_worker_runs_after_a_key_was_added(
    own_engine: Engine, file: Path, ring: keyring.Keyring
) -> None:
    add_reporter(own_engine, "krakow.pl", ring.seal(b"Anna", "x"))
    keyring.add_key(file)
    assert run_process("work", "--once", **on(own_engine, file)) == Ended(0, "", "")
