"""A page on its way out, and a form on its way in."""

from functools import partial
from typing import Any

from flask import Response, render_template, request

from open311.delivery.mail.composing import AddressError, address_of
from open311.messages import NOTICE_LANGUAGES, translate
from open311.reports.texts import cleaned
from open311.residents.context import language, to

# The longest comment and an address fit many times over.
LARGEST_FORM = 100_000


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
    return cleaned(request.form.get(name, "")).strip()


def is_email(text: str) -> bool:
    """Tell whether mail can be sent to what somebody typed: to a host of the internet."""
    try:
        return "." in address_of(text).domain
    except AddressError:
        return False
