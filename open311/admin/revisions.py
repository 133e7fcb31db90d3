"""Revisions that somebody asks for by jurisdiction and number, who may be wrong about both."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from open311.catalogue.folders import FolderInMemory
from open311.catalogue.loading import Configuration, load_folder
from open311.catalogue.revisions import Revision, find_revision, read_files
from open311.errors import NotFound, echo


def revision_in_force(connection: Connection, jurisdiction_id: str) -> Revision:
    """Return the revision in force.

    Raises:
        NotFound: there is no such jurisdiction.
    """
    found = find_revision(connection, jurisdiction_id)
    if found is None:
        raise NotFound.of("no-jurisdiction", value=echo(jurisdiction_id))
    return found


def revision_numbered(connection: Connection, jurisdiction_id: str, number: int) -> Revision:
    """Return a revision.

    Raises:
        NotFound: there is no such jurisdiction, or it has no such revision.
    """
    revision_in_force(connection, jurisdiction_id)
    found = find_revision(connection, jurisdiction_id, number)
    if found is None:
        raise NotFound.of("revision-unknown", jurisdiction=jurisdiction_id, revision=str(number))
    return found


def files_of(connection: Connection, jurisdiction_id: str, number: int) -> Mapping[str, Any]:
    """Return the files of a revision, by name; see `revision_numbered`."""
    revision_numbered(connection, jurisdiction_id, number)
    return read_files(connection, jurisdiction_id, number) or {}


def read_configuration(connection: Connection, jurisdiction_id: str, number: int) -> Configuration:
    """Return a revision as the configuration that it was; see `revision_numbered`.

    Raises:
        ConfigurationError: by today's rules it can no longer be used.
    """
    return load_folder(FolderInMemory(files_of(connection, jurisdiction_id, number)))
