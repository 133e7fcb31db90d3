"""Where a process keeps photos."""

from pathlib import Path

from open311.database.location import private_cluster
from open311.media.storing import PhotoStore, folder_store, s3_store
from open311.settings import Settings


def photo_store(settings: Settings) -> PhotoStore:
    """Return the storage that is set; without any, a folder beside the private cluster's data."""
    if settings.media_s3_bucket:
        return s3_store(
            settings.media_s3_bucket,
            settings.media_s3_endpoint,
            settings.media_s3_region,
            settings.media_s3_access_key_id,
            settings.media_s3_secret_access_key,
        )
    if settings.media_directory:
        return folder_store(Path(settings.media_directory).resolve())
    return folder_store(private_cluster(settings).directory / "media")
