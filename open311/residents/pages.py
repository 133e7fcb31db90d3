"""A page on its way out, and a form on its way in."""

import re
from functools import partial
from typing import Any

from flask import Response, render_template, request

from open311.messages import NOTICE_LANGUAGES, translate
from open311.residents.context import language, to

# The longest comment and an address fit many times over.
LARGEST_FORM = 100_000

LONGEST_EMAIL = 254
# Two of them, or a header, cannot be made of one.
_EMAIL = re.compile(r"""[^\s"(),:;<>@\[\]\\\x00-\x1f\x7f-\x9f]{1,64}@[\w-]+(?:\.[\w-]+)+""")

# What neither XML nor PostgreSQL could hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def page(name: str, status: int = 200, **values: Any) -> Response:
    """Return a page in the language of the call.

    Args:
        name: of its template.
        status: of the answer.
        values: what the template is given.
    """
    spoken = language()
    html = render_template(
        f"residents/{name}.html",
        language=spoken,
        languages=NOTICE_LANGUAGES,
        t=partial(translate, spoken),
        in_language=translate,
        to=to,
        **values,
    )
    return Response(html, status, content_type="text/html; charset=utf-8")


def sent(name: str) -> str:
    """Return a field of the form that was sent, clean; empty when it is not there."""
    text = request.form.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", text).strip()


def is_email(text: str) -> bool:
    """Tell whether mail can be sent to what somebody typed."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None
