"""YAML read so that every value knows its line.

Configuration is a tree: aliases and duplicate keys, which YAML allows, are refused.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from open311.catalogue.printable import is_printable

# A catalogue is some ten thousand lines at most; what is larger was not meant to be one.
LARGEST = 20_000_000

# Deeper than any configuration; the parser would end the process at some ten thousand.
DEEPEST = 30

# The way to a value, from the root: keys, and places in lists from nought.
Steps = tuple[str | int, ...]


class SourceError(Exception):
    """A file that cannot be read as configuration.

    Args:
        line: where, counted from one.
        text: what is wrong.
    """

    def __init__(self, line: int, text: str) -> None:
        self.line = line
        self.text = text
        super().__init__(f"line {line}: {text}")


@dataclass(frozen=True)
class Source:
    """A configuration file and where its values stand.

    Attributes:
        file: where it was read from.
        value: its content.
        lines: line of every value, by its path from the root.
    """

    file: Path
    value: Any
    lines: dict[Steps, int] = field(repr=False)

    def line(self, path: Steps) -> int:
        """Return the line of a value; of the nearest one around it when it does not exist."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_source(file: Path) -> Source:
    """Read a YAML file.

    Args:
        file: the file.

    Returns:
        Its content with line numbers.

    Raises:
        SourceError: it is no YAML, holds an alias or a key twice, or is too large or too deep.
        OSError: it cannot be read.
    """
    if file.stat().st_size > LARGEST:
        raise SourceError(1, f"larger than {LARGEST:,} bytes")
    try:
        content = file.read_bytes()
        _refuse_what_unfolds(content)
        root = yaml.compose(content, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        text = getattr(error, "problem", None) or str(error)
        raise SourceError(mark.line + 1 if mark else 1, text) from error
    if root is None:
        raise SourceError(1, "the file is empty")
    lines: dict[Steps, int] = {}
    return Source(file, _Reader(lines).read(root, ()), lines)


def _refuse_what_unfolds(content: bytes) -> None:
    """Refuse, before any of it is built, what would grow beyond all bounds."""
    depth = 0
    for event in yaml.parse(content, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        # In the composed tree an alias stands where its anchor does.
        if isinstance(event, yaml.AliasEvent):
            raise SourceError(line, "aliases (*) are not allowed: write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise SourceError(line, f"nested more than {DEEPEST} deep")


class _Reader:
    def __init__(self, lines: dict[Steps, int]) -> None:
        self.lines = lines
        self.constructor = yaml.constructor.SafeConstructor()

    def read(self, node: yaml.Node, path: Steps) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, place)) for place, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        if not is_printable(node.value):
            raise SourceError(line, f"{node.value[:40]!r} holds a character that is not text")
        try:
            return self.constructor.construct_object(node)
        except (yaml.YAMLError, ValueError, AttributeError, LookupError) as error:
            raise SourceError(line, f"{node.value!r} cannot be read as {node.tag}") from error

    def _read_mapping(self, node: yaml.MappingNode, path: Steps) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag != "tag:yaml.org,2002:str":
                raise SourceError(
                    line, f"the key {key_node.value!r} must be text: put it in quotes"
                )
            if not is_printable(key_node.value):
                raise SourceError(line, f"the key {key_node.value[:40]!r} is not text")
            if key_node.value in mapping:
                raise SourceError(line, f"the key {key_node.value!r} stands twice")
            mapping[key_node.value] = self.read(value_node, (*path, key_node.value))
            self.lines[(*path, key_node.value)] = line
        return mapping
