"""Lists in pages, by the key of the last that was told."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request


def next_page(query: Mapping[str, Any], name: str, keys: Sequence[Any]) -> str | None:
    """Return the path of the page after this one, if there may be one.

    Args:
        query: with the limit.
        name: of the argument that a page begins at.
        keys: of what is on this page.
    """
    if len(keys) < query["limit"]:
        return None
    arguments: dict[str, Any] = request.args.to_dict(flat=False) | {name: keys[-1]}
    return f"{request.path}?{urlencode(arguments, doseq=True)}"
