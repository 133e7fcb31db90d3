"""A configuration written back as a folder: what is loaded from it is the same configuration."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import orjson
import yaml

from open311.catalogue.folders import YAML_FILES, FolderOnDisk
from open311.catalogue.loading import ConfigurationError, digest_of, load
from open311.catalogue.shapes import ShapeError, collection_of
from open311.catalogue.yaml_source import SourceError

# Says which configuration a folder was last the same as; for `plan` and `apply`, not for people.
BASE_FILE = ".revision"

_DIGEST = re.compile(r"[0-9a-f]{64}")

_WIDTH = 120

# From here on, a text is folded over lines.
_LONG_TEXT = 100

# Where editors find the schemas, seen from a folder in its place.
_SCHEMAS = "../../schemas/configuration"


def write_folder(files: Mapping[str, Any], path: Path) -> list[str]:
    """Write the files of a configuration.

    A file that says the same already stays as it is, with its comments and its order.

    Args:
        files: by name.
        path: the folder; made if there is none. Files of the configuration that it holds are
            taken away when they are none of this one's; all else in it stays.

    Returns:
        The names of the files that were written or taken away.

    Raises:
        OSError: something cannot be written.
    """
    folder = FolderOnDisk(path)
    gone = [name for name in _files_of(path) if name not in files and folder.has(name)]
    touched = []
    for name, content in files.items():
        if not _says_the_same(folder, name, content):
            _replace(path / name, _encode(name, content))
            touched.append(name)
    for name in gone:
        (path / name).unlink()
    return touched + gone


def read_base(path: Path) -> str | None:
    """Return the digest of the configuration that a folder was last the same as, if it says so."""
    try:
        text = (path / BASE_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if _DIGEST.fullmatch(text) else None


def write_base(path: Path, digest: str) -> None:
    """Note which configuration a folder is the same as.

    Raises:
        OSError: it cannot be written.
    """
    _replace(path / BASE_FILE, f"{digest}\n".encode("ascii"))


def _files_of(path: Path) -> Collection[str]:
    """Return the names of the files that the configuration in a folder is made of."""
    try:
        return load(path).files
    except ConfigurationError:
        # Which shapes it is made of cannot be told then; those that are left over do not matter.
        return YAML_FILES


def _says_the_same(folder: FolderOnDisk, name: str, content: Any) -> bool:
    try:
        if name.endswith(".geojson"):
            return digest_of(collection_of(folder.shapes(name))) == digest_of(content)
        return digest_of(folder.source(name).value) == digest_of(content)
    except (OSError, SourceError, ShapeError):
        return False


def _encode(name: str, content: Any) -> bytes:
    if name.endswith(".geojson"):
        # A line for each feature: differences stay readable.
        features = b",\n".join(orjson.dumps(feature) for feature in content["features"])
        return b'{"type":"FeatureCollection","features":[\n' + features + b"\n]}\n"
    schema = f"{_SCHEMAS}/{name.removesuffix('.yaml')}.schema.json"
    text = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    groups, heading, services = text.partition("\nservices:\n")
    if heading:
        text = groups + "\n" + heading + _SERVICE.sub("\n\n", services)
    return f"# yaml-language-server: $schema={schema}\n{text}".encode()


# Breaks that YAML takes for others, and what editors do not show: written by their codes.
_ODD = re.compile(
    "[^\n\x20-\x7e\xa1-\u1fff\u2010-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\U0010ffff]"
)


# What a line may be broken in and come back the same.
_FOLDABLE = re.compile(r"\S+( \S+)+")

_SERVICE = re.compile(r"\n(?=  - code: )")


class _Dumper(yaml.SafeDumper):
    """Writes as people do: lists indented, a short text in all its languages on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        # Aliases are refused when a folder is read.
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", value.items())
    texts = len(value) == 1 or all(len(key) == 2 for key in value)
    node.flow_style = texts and _fits_a_line(value)
    return node


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    if _ODD.search(value):
        style: str | None = '"'
    elif "\n" in value:
        style = "|"
    else:
        style = ">" if len(value) > _LONG_TEXT and _FOLDABLE.fullmatch(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _represent_list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    node = dumper.represent_sequence("tag:yaml.org,2002:seq", value)
    node.flow_style = _fits_a_line(value)
    return node


def _fits_a_line(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    return len(str(value)) < _WIDTH - 20 and all(isinstance(one, str | int) for one in parts)


_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(str, _represent_text)


def _replace(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(content)
    new.replace(file)
