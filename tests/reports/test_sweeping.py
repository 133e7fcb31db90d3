"""Files that belong to no request are found and deleted, and no others."""

import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.running import run, url_of
from tests.conftest import app_on
from tests.pictures import picture
from tests.reporting import BLACKBOX, post_report

ORPHAN = "krakow.pl/0a/0a" + "1" * 30


@pytest.fixture
def folder(engine: Engine, key: str, tmp_path: Path) -> Path:
    """A folder with the photos of a public request and of one that never is, of the day before."""
    client = app_on(engine, OPEN311_MEDIA_DIRECTORY=str(tmp_path)).test_client()
    for fields in ({}, BLACKBOX):
        sent = {"media": (BytesIO(picture()), "photo.jpg"), **fields}
        assert post_report(client, key, "krakow.pl", **sent).status_code == 200
    for file in tmp_path.rglob("*.jpg"):
        make_old(file)
    return tmp_path


def make_old(file: Path, days: float = 1.1) -> None:
    then = time.time() - days * 24 * 60 * 60
    os.utime(file, (then, then))


def add(folder: Path, key: str, days: float) -> Path:
    file = folder / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"picture")
    make_old(file, days)
    return file


def sweep(engine: Engine, folder: Path, *options: str) -> str:
    variables = {"DATABASE_URL": url_of(engine), "MEDIA_DIRECTORY": str(folder)}
    ended = run("media", "sweep", *options, **variables)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def test_files_without_a_request_are_deleted_when_they_are_a_day_old(
    engine: Engine, folder: Path
) -> None:
    kept = set(folder.rglob("*.jpg"))
    assert len(kept) == 4
    old = [add(folder, f"{ORPHAN}{size}.jpg", 1.1) for size in ("", ".thumb")]
    young = add(folder, "krakow.pl/0b/0b" + "2" * 30 + ".jpg", 0.9)
    elsewhere = add(folder, ORPHAN.replace("krakow", "gone") + ".jpg", 2)
    assert sweep(engine, folder, "--dry-run") == "3 files would be deleted.\n"
    assert old[0].exists()
    assert sweep(engine, folder) == "3 files were deleted.\n"
    assert set(folder.rglob("*.jpg")) == kept | {young}
    assert not elsewhere.exists()
    assert sweep(engine, folder) == "0 files were deleted.\n"


def test_what_is_not_named_like_a_photo_is_left_alone(engine: Engine, folder: Path) -> None:
    for key in ("holiday.jpg", "krakow.pl/0a/notes.txt", f"{ORPHAN}.jpg.part", f"x/{ORPHAN}.jpg"):
        add(folder, key, 100)
    assert sweep(engine, folder) == "0 files were deleted.\n"


def test_a_bucket_is_swept_too(engine: Engine, bucket: dict[str, str]) -> None:
    variables = {name.removeprefix("OPEN311_"): value for name, value in bucket.items()}
    ended = run("media", "sweep", DATABASE_URL=url_of(engine), **variables)
    assert (ended.code, ended.out) == (0, "0 files were deleted.\n")


def test_a_storage_that_is_away_is_a_message(engine: Engine, bucket: dict[str, str]) -> None:
    variables = {name.removeprefix("OPEN311_"): value for name, value in bucket.items()}
    variables |= {"MEDIA_S3_BUCKET": "nowhere", "DATABASE_URL": url_of(engine)}
    ended = run("media", "sweep", **variables)
    assert (ended.code, ended.out) == (1, "")
    assert "Traceback" not in ended.err
