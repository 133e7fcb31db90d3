"""Where a configuration lies: a folder on disk, or the same files in memory.

A revision in the database and a body of the admin API are folders too: file names with content. So
there is one way to check, compare and apply, wherever a configuration comes from.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from open311.catalogue.printable import is_printable
from open311.catalogue.shapes import Shape, ShapeError, read_shapes, shapes_from
from open311.catalogue.yaml_source import Source, SourceError, read_source

YAML_FILES = (
    "jurisdiction.yaml",
    "units.yaml",
    "services.yaml",
    "routing.yaml",
    "destinations.yaml",
    "messages.yaml",
)


class Folder(Protocol):
    """The files of one jurisdiction.

    Attributes:
        path: what stands in front of a file's name when something is wrong with it.
    """

    path: Path

    def has(self, name: str) -> bool:
        """Tell whether there is a file of that name."""

    def source(self, name: str) -> Source:
        """Read a YAML file.

        Raises:
            SourceError: it cannot be read as configuration.
            OSError: it cannot be read at all.
        """

    def shapes(self, name: str) -> list[Shape]:
        """Read a GeoJSON file.

        Raises:
            ShapeError: it cannot be used.
            OSError: it cannot be read at all.
        """


class FolderOnDisk:
    """A folder under `jurisdictions/`.

    Args:
        path: where it lies.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str) -> bool:
        return (self.path / name).exists()

    def source(self, name: str) -> Source:
        return read_source(self.path / name)

    def shapes(self, name: str) -> list[Shape]:
        file = self.path / name
        if not file.resolve().is_relative_to(self.path.resolve()):
            raise ShapeError("lies outside the jurisdiction's folder")
        return read_shapes(file)


class FolderInMemory:
    """The files of a jurisdiction as a document: what cannot have lines has none.

    Args:
        files: file name to content, of YAML files as of GeoJSON.
    """

    def __init__(self, files: Mapping[str, Any]) -> None:
        self.files = files
        self.path = Path()

    def has(self, name: str) -> bool:
        return name in self.files

    def source(self, name: str) -> Source:
        if name not in self.files:
            raise SourceError(0, "the file is missing")
        _refuse_unprintable(self.files[name])
        return Source(Path(name), self.files[name], {(): 0})

    def shapes(self, name: str) -> list[Shape]:
        if name not in self.files:
            raise ShapeError("the file is missing")
        return shapes_from(self.files[name])


def _refuse_unprintable(value: Any) -> None:
    if isinstance(value, str) and not is_printable(value):
        raise SourceError(0, f"{value[:40]!r} holds a character that is not text")
    if isinstance(value, dict):
        for key, entry in value.items():
            _refuse_unprintable(key)
            _refuse_unprintable(entry)
    elif isinstance(value, list):
        for entry in value:
            _refuse_unprintable(entry)
