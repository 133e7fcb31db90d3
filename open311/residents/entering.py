"""The list of one's own requests: a link is asked for, comes by mail, and opens it for a while.

What acts by the cookie is the list, which shows and changes nothing, and leaving. The cookie is
`SameSite=Lax`, so that no POST of another site has it: forms need no token of their own.
"""

from datetime import timedelta
from typing import cast

from flask import Response, redirect, request

from open311.errors import BadRequest, ClientError
from open311.reports.personal_links import follow_path
from open311.residents.context import PREFIX, language, parts, to
from open311.residents.login_links import (
    GOOD_FOR,
    LOGIN,
    MOST_TO_ONE,
    ask_for_link,
    email_of,
    forget_link,
    use_link,
)
from open311.residents.own_requests import OwnRequest, read_own_requests
from open311.residents.pages import is_email, page, sent
from open311.residents.showing import moment_in_words, state_in_words, title_of

SESSION = "session"
STAYS = timedelta(hours=12)
_HOURS = int(STAYS.total_seconds() // 3600)
_COOKIE = "open311_my"
_PAGE = 50


def get_enter() -> Response:
    """Ask for an e-mail address."""
    return page("enter", typed="", is_wrong=False)


def post_enter() -> Response:
    """Have a link sent, if there is anything; the answer is the same for every address."""
    email = sent("email")
    if not is_email(email):
        return page("enter", 400, typed=email, is_wrong=True)
    with parts().engine.begin() as connection:
        ask_for_link(connection, parts().keyring, email, language())
    minutes = int(GOOD_FOR.total_seconds() // 60)
    return page("sent", email=email, minutes=minutes, most=MOST_TO_ONE)


def get_login(token: str) -> Response:
    """Show a button: those who look through mail for malice follow links, and nothing more."""
    parts().links.read(LOGIN, token, longest=GOOD_FOR)
    return page("login", hours=_HOURS)


def post_login(token: str) -> Response:
    """Use the link up, and let its owner in."""
    # Another site may not let somebody in as somebody else.
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise BadRequest.of("my-form")
    [login_link_id] = parts().links.read(LOGIN, token, longest=GOOD_FOR)
    with parts().engine.begin() as connection:
        use_link(connection, cast(int, login_link_id))
    response = cast(Response, redirect(to(f"{PREFIX}/requests"), 303))
    response.set_cookie(
        _COOKIE,
        parts().links.sign(SESSION, [login_link_id]),
        max_age=STAYS,
        path=PREFIX,
        secure=request.is_secure or parts().public_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return response


def get_list() -> Response:
    """List all requests of who came in, in all cities."""
    login_link_id = _session()
    email = None
    if login_link_id is not None:
        number = _page_number()
        with parts().engine.connect() as connection:
            email = email_of(connection, parts().keyring, login_link_id)
            if email is not None:
                found = read_own_requests(
                    connection, parts().keyring, email, _PAGE + 1, (number - 1) * _PAGE
                )
    if email is None:
        return page("failure", 403, what="login-needed", values={"hours": _HOURS})
    entries = [_entry(one) for one in found[:_PAGE]]
    return page("list", entries=entries, number=number, is_last=len(found) <= _PAGE)


def post_logout() -> Response:
    """Forget who came in."""
    login_link_id = _session()
    if login_link_id is not None:
        with parts().engine.begin() as connection:
            forget_link(connection, login_link_id)
    response = cast(Response, redirect(to(f"{PREFIX}/"), 303))
    response.delete_cookie(_COOKIE, path=PREFIX, httponly=True, samesite="Lax")
    return response


def _session() -> int | None:
    """Return by which link somebody came in; None: nobody has, or too long ago."""
    try:
        payload = parts().links.read(SESSION, request.cookies.get(_COOKIE, ""), longest=STAYS)
    except ClientError:
        return None
    return cast(int, payload[0])


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def _entry(one: OwnRequest) -> dict[str, str | bool]:
    catalogue = parts().registry.catalogue(one.key.jurisdiction_id)
    city, spoken = catalogue.jurisdiction, language()
    return {
        "title": title_of(one, catalogue, spoken),
        "city": city.text(city.name, spoken),
        "state": state_in_words(catalogue, one.state, spoken),
        "moment": moment_in_words(catalogue, one.requested_datetime, spoken),
        "is_joined": one.key.position > 0,
        "path": follow_path(parts().links, one.key),
    }
