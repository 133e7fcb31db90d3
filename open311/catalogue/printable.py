"""Text that may stand in a configuration: what YAML takes unescaped, and PostgreSQL at all."""

import re

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_printable(text: str) -> bool:
    """Tell whether a text holds nothing but text: no control characters, no halves of pairs."""
    return _UNPRINTABLE.search(text) is None
