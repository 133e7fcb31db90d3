"""Texts of strangers: one kind of line end, and no character that could not be kept or shown."""

import re

# Outside XML 1.0's "Char", of which PostgreSQL refuses NUL as well; and DEL, which stands for our
# own host in stored addresses of photos. \r is gone before.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def with_line_ends(text: str) -> str:
    r"""Return a text whose lines end with `\n` alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_clean(text: str) -> bool:
    """Tell whether a text, its line ends apart, can be kept as it is."""
    return _FORBIDDEN.search(text) is None


def cleaned(text: str) -> str:
    """Return a text without what cannot be kept."""
    return _FORBIDDEN.sub("", with_line_ends(text))
