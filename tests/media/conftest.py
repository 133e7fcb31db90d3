"""Storage of both kinds."""

from pathlib import Path

import pytest

from open311.media.location import photo_store
from open311.media.storing import PhotoStore
from open311.settings import read_settings


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoStore:
    """A folder, and a bucket."""
    if request.param == "folder":
        return photo_store(read_settings({"OPEN311_MEDIA_DIRECTORY": str(tmp_path / "media")}))
    return photo_store(read_settings(request.getfixturevalue("bucket")))
