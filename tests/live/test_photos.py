"""Photos at the running service: threads and processes, storage of both kinds, and a kill."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine, text

from open311.media.location import photo_store
from open311.reports.photos import sweep
from open311.settings import read_settings
from tests.live.serving import SHARED, Service, form, get, serving, stored_ids, until, url_of
from tests.pictures import opened, picture, with_people
from tests.reporting import rows


def send(service: Service, key: str, *pictures: bytes) -> requests.Response:
    files = [("media", ("photo.jpg", content, "image/jpeg")) for content in pictures]
    return requests.post(
        f"{service.address}{SHARED}/requests.json", form(key), files=files, timeout=60
    )


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_pictures_sent_at_once_to_all_processes_are_shown(
    engine: Engine, key: str, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    storage = {} if kind == "folder" else request.getfixturevalue("bucket")
    if storage:
        storage["OPEN311_MEDIA_DIRECTORY"] = ""
    with serving(url_of(engine), tmp_path / "log", **storage) as service:
        sizes = range(100, 116)
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(lambda size: send(service, key, picture("PNG", (size, size))), sizes)
            )
        assert [answer.status_code for answer in answers] == [200] * len(sizes)
        for size, answer in zip(sizes, answers, strict=True):
            [told] = answer.json()
            [report] = get(service.address, f"requests/{told['service_request_id']}.json").json()
            photo = requests.get(report["media_url"], timeout=10)
            assert photo.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert opened(photo.content).size == (size, size)
        assert (tmp_path / "media").exists() == (kind == "folder")


def test_a_process_killed_between_storing_and_writing_leaves_files_to_be_swept(
    engine: Engine, key: str, tmp_path: Path
) -> None:
    media = tmp_path / "media"
    with (
        serving(url_of(engine), tmp_path / "log", OPEN311_WORKERS="1") as service,
        ThreadPoolExecutor(1) as pool,
    ):
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE photo"))
            answer = pool.submit(send, service, key, with_people())
            until(lambda: len(list(media.rglob("*.jpg"))) == 2)
            [worker] = service.workers
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            answer.result()
        assert stored_ids(engine) == set()
        assert rows(engine)["photo"] == 0
        # It goes on, and what was not acknowledged can be sent again.
        until(lambda: send(service, key, with_people()).status_code == 200)
    store = photo_store(read_settings({"OPEN311_MEDIA_DIRECTORY": str(media)}))
    assert sweep(engine, store, delete=True) == 0
    for file in media.rglob("*.jpg"):
        os.utime(file, (0, 0))
    assert sweep(engine, store, delete=True) == 2
    assert len(list(media.rglob("*.jpg"))) == 2
