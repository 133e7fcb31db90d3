"""The application that answers residents: its own, beside those of GeoReport and administrators.

Its errors are pages, and what must not be kept, sent on or found by others is said of each answer
in one place.
"""

from flask import Flask, Response, request
from jinja2 import StrictUndefined

from open311.residents import (
    entering,
    following,
    giving_opinions,
    joining,
    unsubscribing,
)
from open311.residents.context import PREFIX, ResidentParts, look_at_call
from open311.residents.failures import register_failures
from open311.residents.pages import LARGEST_FORM

# `data:` is for the icon that there is not: a browser would ask for one at the root of the host.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def create_residents_app(parts: ResidentParts) -> Flask:
    """Return the application.

    Args:
        parts: what serves its calls.
    """
    app = Flask("open311.residents", static_url_path=f"{PREFIX}/static")
    app.jinja_env.undefined = StrictUndefined
    app.url_map.strict_slashes = False
    # A redirect would have the token in its Location, and lose a POST.
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    app.extensions["residents"] = parts
    app.before_request(look_at_call)
    _add_paths(app)
    register_failures(app)
    app.after_request(_protect)
    return app


def _add_paths(app: Flask) -> None:
    add, both = app.add_url_rule, ["GET", "POST"]
    request_page = f"{PREFIX}/requests/<token>"
    add(request_page, view_func=following.get_request)
    add(f"{request_page}/photos/<name>", view_func=following.get_photo)
    opinion = f"{PREFIX}/opinion/<token>"
    add(opinion, view_func=giving_opinions.get_opinion)
    add(opinion, view_func=giving_opinions.post_opinion, methods=["POST"])
    unsubscribe = f"{PREFIX}/unsubscribe/<token>"
    add(unsubscribe, view_func=unsubscribing.get_question)
    add(unsubscribe, view_func=unsubscribing.post_unsubscribe, methods=["POST"])
    add(f"{unsubscribe}/undo", view_func=unsubscribing.undo, methods=both)
    add(f"{PREFIX}/", view_func=entering.get_enter)
    add(f"{PREFIX}/", view_func=entering.post_enter, methods=["POST"])
    login = f"{PREFIX}/login/<token>"
    add(login, view_func=entering.get_login)
    add(login, view_func=entering.post_login, methods=["POST"])
    add(f"{PREFIX}/requests", view_func=entering.get_list)
    add(f"{PREFIX}/logout", view_func=entering.post_logout, methods=["POST"])
    join = f"{PREFIX}/join/<place>/<service_request_id>"
    add(join, view_func=joining.get_join)
    add(join, view_func=joining.post_join, methods=["POST"])


def _protect(response: Response) -> Response:
    """Let nobody keep a page, find it, or learn its address from where its links lead."""
    headers = response.headers
    headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Robots-Tag"] = "noindex"
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Content-Security-Policy", _POLICY)
    return response
