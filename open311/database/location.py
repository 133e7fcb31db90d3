"""Which database a process uses."""

from pathlib import Path

from open311.database.cluster import Cluster, cluster_of
from open311.settings import CHECKOUT, Settings

DATABASE = "open311"


def private_cluster(settings: Settings) -> Cluster:
    """Return the checkout's own cluster, running or not."""
    return cluster_of(CHECKOUT, settings.cluster_directory and Path(settings.cluster_directory))


def database_url(settings: Settings) -> str:
    """Return the SQLAlchemy URL of the database: the one that was set, else the private one."""
    return settings.database_url or private_cluster(settings).url(DATABASE)
