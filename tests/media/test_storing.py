"""Photos are kept in a folder or in a bucket, and either can be away."""

import logging
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from open311.errors import Unavailable
from open311.media.location import photo_store
from open311.media.storing import PhotoStore, folder_store, s3_store
from open311.settings import read_settings
from tests.live.serving import free_port

KEY = "krakow.pl/0a/0a1b.jpg"


def test_what_is_put_is_got_back_until_it_is_deleted(store: PhotoStore) -> None:
    assert store.get(KEY) is None
    store.put(KEY, b"picture")
    assert store.get(KEY) == b"picture"
    [(key, written)] = store.listed()
    assert key == KEY
    assert abs(datetime.now(UTC) - written) < timedelta(minutes=1)
    store.delete([KEY, "krakow.pl/0a/not-there.jpg"])
    assert store.get(KEY) is None
    assert list(store.listed()) == []


def test_many_files_are_listed(store: PhotoStore) -> None:
    keys = {f"wroclaw.pl/{number % 7}/{number}.jpg" for number in range(50)}
    for key in keys:
        store.put(key, b"picture")
    assert {key for key, _ in store.listed()} == keys
    store.delete(keys)


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    store = folder_store(tmp_path / "media")
    assert not (tmp_path / "media").exists()
    assert list(store.listed()) == []


def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder_store(tmp_path / "state" / "media").put(KEY, b"picture")
    assert stat.S_IMODE((tmp_path / "state" / "media").stat().st_mode) == 0o700


def test_a_file_and_its_folders_are_on_the_disk_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    sync = os.fsync

    def remember(opened: int) -> None:
        synced.append(Path(f"/proc/self/fd/{opened}").readlink())
        sync(opened)

    monkeypatch.setattr(os, "fsync", remember)
    folder_store(tmp_path).put(KEY, b"picture")
    file = tmp_path / KEY
    assert synced == [file, file.parent, file.parent.parent, tmp_path]


@pytest.mark.parametrize("key", ["../escaped.jpg", "krakow.pl/../../escaped.jpg"])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="Path"):
        folder_store(tmp_path / "media").put(key, b"picture")
    assert not list(tmp_path.rglob("*.jpg"))


def test_a_folder_that_cannot_be_written_is_told_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "media").write_text("a file in its place")
    for use in (lambda store: store.put(KEY, b"picture"), lambda store: store.get(KEY)):
        with pytest.raises(Unavailable):
            use(folder_store(tmp_path / "media"))
    assert "media" in caplog.text


def test_a_bucket_that_is_away_is_told_in_the_log_without_secrets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    address = f"http://127.0.0.1:{free_port()}"
    store = s3_store("photos", address, "us-east-1", "somebody", "markersecret")
    for use in (lambda: store.put(KEY, b"x"), lambda: store.get(KEY), lambda: list(store.listed())):
        with pytest.raises(Unavailable):
            use()
    assert address in caplog.text
    assert "markersecret" not in caplog.text


def test_a_bucket_that_is_not_there_is_away(bucket: dict[str, str]) -> None:
    store = photo_store(read_settings(bucket | {"OPEN311_MEDIA_S3_BUCKET": "nowhere"}))
    with pytest.raises(Unavailable):
        store.put(KEY, b"picture")


def test_without_settings_photos_are_beside_the_private_cluster(tmp_path: Path) -> None:
    store = photo_store(read_settings({"OPEN311_CLUSTER_DIRECTORY": str(tmp_path / "state")}))
    store.put(KEY, b"picture")
    assert (tmp_path / "state" / "media" / KEY).read_bytes() == b"picture"
