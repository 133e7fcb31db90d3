"""Configurations as JSON: file name to content, the same shape as a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from open311.catalogue.checking import Finding
from open311.catalogue.folders import YAML_FILES, FolderInMemory
from open311.catalogue.loading import Configuration, ConfigurationError, load_folder
from open311.errors import BadRequest, TooLarge, echo

# Thirty times a large city's: checking so many takes two seconds (decision 0018).
MOST_VALUES = 100_000


def configuration_of(files: Mapping[str, Any]) -> Configuration:
    """Check a configuration.

    Args:
        files: file name to content.

    Raises:
        TooLarge: it is larger than any that was meant.
        ConfigurationError: something is wrong with it.
    """
    if sum(_count(files.get(name)) for name in YAML_FILES) > MOST_VALUES:
        raise TooLarge.of("configuration-too-large", most=MOST_VALUES)
    configuration = load_folder(FolderInMemory(files))
    if unknown := files.keys() - configuration.files.keys():
        raise ConfigurationError(
            [Finding(Path(echo(name)), 0, "no file of a configuration") for name in sorted(unknown)]
        )
    return configuration


def configuration_for(jurisdiction_id: str, files: Mapping[str, Any]) -> Configuration:
    """Check a configuration of a certain jurisdiction; see `configuration_of`.

    Raises:
        BadRequest: it is another's.
    """
    configuration = configuration_of(files)
    if configuration.jurisdiction_id != jurisdiction_id:
        values = {"value": configuration.jurisdiction_id, "jurisdiction": jurisdiction_id}
        raise BadRequest.of("jurisdiction-differs", **values)
    return configuration


def as_document(finding: Finding) -> dict[str, Any]:
    """Return a finding for JSON."""
    return {"file": str(finding.file), "description": finding.text, "warning": finding.warning}


def _count(value: Any) -> int:
    """Return of how many values a document consists."""
    found, waiting = 0, [value]
    while waiting:
        found += 1
        inner = waiting.pop()
        if isinstance(inner, dict):
            waiting += inner.values()
        elif isinstance(inner, list):
            waiting += inner
    return found
