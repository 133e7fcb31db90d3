"""The file of the keys: made once, never overwritten, for nobody else to read."""

import os
import stat
from pathlib import Path

import pytest

from open311.people import keyring
from open311.people.keyring import KeyringError, add_key, create, read
from open311.people.location import keyring as keyring_of
from open311.people.location import keyring_file
from open311.settings import SettingsError, read_settings

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where there is no keyring yet."""
    return tmp_path / "keyring"


def written(file: Path, text: str, mode: int = 0o600) -> Path:
    file.write_text(text)
    file.chmod(mode)
    return file


def refusal(file: Path) -> str:
    """Read a keyring that cannot be used; return what is said."""
    with pytest.raises(KeyringError) as error:
        read(file)
    assert str(file) in str(error.value)
    return str(error.value)


def test_a_new_keyring_has_one_key_of_its_own(file: Path, tmp_path: Path) -> None:
    create(file)
    create(tmp_path / "other")
    assert len(read(file).link_keys()) == 1
    assert read(file).link_keys() != read(tmp_path / "other").link_keys()


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_new_keyring_is_its_owners_alone_whatever_the_umask(file: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        create(file)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_keyring_is_never_overwritten(file: Path) -> None:
    create(file)
    before = file.read_bytes()
    with pytest.raises(KeyringError, match="already"):
        create(file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_file_is_not_overwritten_that_was_made_a_moment_ago(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes it first has made it, though both have seen that there was none."""
    token = keyring.secrets.token_hex

    def after_the_other(length: int) -> str:
        written(file, KEY)
        return token(length)

    monkeypatch.setattr(keyring.secrets, "token_hex", after_the_other)
    with pytest.raises(KeyringError, match="already"):
        create(file)
    assert file.read_text() == KEY


def test_an_attempt_that_fails_leaves_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyringError, match="No space left"):
        create(file)
    assert not list(file.parent.iterdir())
    written(file, KEY)
    with pytest.raises(KeyringError, match="No space left"):
        add_key(file)
    assert list(file.parent.iterdir()) == [file]
    assert file.read_text() == KEY


def test_the_folder_is_made_with_it_and_others_can_enter(file: Path) -> None:
    """The private cluster may come to lie there, whose user is another."""
    before = os.umask(0o077)
    try:
        create(file.parent / "a" / "b" / "keyring")
    finally:
        os.umask(before)
    assert stat.S_IMODE((file.parent / "a" / "b").stat().st_mode) == 0o755


def test_an_added_key_seals_and_the_older_ones_still_open(file: Path) -> None:
    create(file)
    old = read(file)
    add_key(file)
    add_key(file)
    new = read(file)
    assert len(new.link_keys()) == 3
    assert new.link_keys()[-1:] == old.link_keys()
    assert new.unseal(old.seal(b"Anna", "x"), "x") == b"Anna"
    assert not old.has_key_of(new.seal(b"Anna", "x"))


def test_adding_a_key_leaves_all_else_in_the_file(file: Path) -> None:
    written(file, f"# Ours – of old\n\n{KEY}\n# the end", mode=0o640)
    file.write_bytes(file.read_bytes() + b" \xff")
    add_key(file)
    lines = file.read_bytes().splitlines()
    assert lines[:2] == ["# Ours – of old".encode(), b""]
    assert lines[3:] == [KEY.encode(), b"# the end \xff"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_adding_a_key_leaves_the_file_to_its_owner(file: Path) -> None:
    create(file)
    os.chown(file, 65534, 65533)
    add_key(file)
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65533)


def test_nothing_is_added_to_what_is_no_keyring(file: Path) -> None:
    written(file, "password")
    with pytest.raises(KeyringError):
        add_key(file)
    assert file.read_text() == "password"


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o601, 0o666])
def test_a_keyring_that_everybody_can_reach_is_refused(file: Path, mode: int) -> None:
    told = refusal(written(file, KEY, mode))
    assert f"chmod 600 {file}" in told


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o440])
def test_a_keyring_may_be_read_by_its_group(file: Path, mode: int) -> None:
    assert read(written(file, KEY, mode))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no key"),
        ("# nothing\n\n", "no key"),
        (f"{KEY}\n{KEY}\n", "a key twice"),
        (f"# fine\n{KEY}\nshort\n", "line 3"),
        (f"{KEY}{KEY}\n", "line 1"),
        (f"{KEY} # ours\n", "line 1"),
        (KEY[:-2] + "\n", "line 1"),
        (KEY.replace("A", "+") + "\n", "line 1"),
        ("\0" * 43, "line 1"),
        ("ł" * 43, "line 1"),
    ],
)
def test_a_file_that_does_not_hold_keys_is_refused(file: Path, text: str, told: str) -> None:
    said = refusal(written(file, text))
    assert told in said
    assert KEY[:8] not in said


def test_a_folder_is_no_keyring(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert "Is a directory" in refusal(tmp_path)


def test_where_there_is_no_keyring_it_is_told_what_to_type(file: Path) -> None:
    told = refusal(file)
    assert "open311 keyring create" in told
    assert "OPEN311_KEYRING_FILE" in told


def test_the_setting_names_the_file(file: Path) -> None:
    create(file)
    settings = read_settings({"OPEN311_KEYRING_FILE": str(file)})
    assert keyring_of(settings).link_keys() == read(file).link_keys()


def test_without_the_setting_it_lies_beside_the_private_cluster(tmp_path: Path) -> None:
    settings = read_settings({"OPEN311_CLUSTER_DIRECTORY": str(tmp_path)})
    assert keyring_file(settings) == tmp_path / "keyring"


def test_a_missing_keyring_is_an_error_of_the_settings(file: Path) -> None:
    with pytest.raises(SettingsError, match="open311 keyring create"):
        keyring_of(read_settings({"OPEN311_KEYRING_FILE": str(file)}))


def test_a_link_to_the_file_remains_one_when_a_key_is_added(file: Path, tmp_path: Path) -> None:
    create(file)
    link = tmp_path / "link"
    link.symlink_to(file)
    add_key(keyring_file(read_settings({"OPEN311_KEYRING_FILE": str(link)})))
    assert link.is_symlink()
    assert len(read(file).link_keys()) == 2
