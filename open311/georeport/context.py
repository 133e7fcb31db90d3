"""What a call is about: the parts that serve it, its endpoint, its languages, its key."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, g, request

from open311.access.using import UsedKey, use_key
from open311.catalogue.model import Catalogue
from open311.catalogue.registry import Entry, Registry
from open311.database.reading import Reader
from open311.errors import BadRequest, ClientError, Forbidden, NotFound, echo
from open311.georeport.arguments import single_value
from open311.georeport.bodies import JURISDICTIONS_PATH
from open311.georeport.inputs import Fields
from open311.messages import accepted, language_of, spoken
from open311.reports.intake import Intake
from open311.reports.photos import Photos
from open311.reports.search import RequestSearch
from open311.reports.updates import Updates


@dataclass(frozen=True)
class Parts:
    """What `app.py` joins to serve GeoReport.

    Attributes:
        registry: the catalogues in force.
        search: finds public requests.
        intake: takes reports in.
        keys: looks API keys up and counts their use.
        public_url: scheme and host for clients; empty: those of each call.
        require_https: whether a POST over plain http is refused.
        max_body_bytes: the largest report without files that is read.
        max_upload_bytes: the largest report with files that is read.
        photos: the files of photos.
        updates: takes updates of requests in.
        reader: where updates are read, and what `extensions=true` adds.
    """

    registry: Registry
    search: RequestSearch
    intake: Intake
    keys: Reader
    public_url: str
    require_https: bool
    max_body_bytes: int
    max_upload_bytes: int
    photos: Photos
    updates: Updates
    reader: Reader


def parts() -> Parts:
    """Return the parts of the application that answers this call."""
    found: Parts = current_app.extensions["georeport"]
    return found


def take_endpoint(_: str | None, arguments: dict[str, str] | None) -> None:
    """Take what the path says of the endpoint, so that views need not.

    Raises:
        NotFound: the path has a NUL, which no text in the database has.
    """
    if arguments is not None:
        if any("\0" in value for value in arguments.values()):
            raise NotFound.of("path-unknown")
        g.slug = arguments.pop("slug", None)
        g.endpoint_type = arguments.pop("endpoint_type", "production")


def require_https() -> None:
    """Let pass what comes over https, or anything where that is not required.

    Raises:
        Forbidden: it must be https. A redirect would come too late for the key.
    """
    if parts().require_https and not request.is_secure:
        raise Forbidden.of("https-required")


def find_jurisdiction(*sources: Fields) -> str:
    """Return the id of the jurisdiction that a call is for (D-66).

    Args:
        sources: where `jurisdiction_id` may stand, the first that has it counts (D-17).

    Raises:
        BadRequest: the shared endpoint was called without `jurisdiction_id`.
        NotFound: there is no such jurisdiction, or the endpoint is another city's.
    """
    own = own_jurisdiction()
    given = _first(sources, "jurisdiction_id")
    if given is None and own is None:
        raise _jurisdiction_missing()
    asked = parts().registry.entry(given) if given else own
    if asked is None:
        raise NotFound.of("jurisdiction-unknown", value=echo(given or ""))
    if own and asked != own:
        values = {"value": echo(given or ""), "jurisdiction": own.jurisdiction_id}
        raise NotFound.of("jurisdiction-other", **values)
    # What goes wrong from here on is told in the city's language, if the call names no other.
    g.languages = asked.languages
    return asked.jurisdiction_id


def _jurisdiction_missing() -> ClientError:
    directory = parts().registry.directory()
    if directory.is_short:
        known = ", ".join(directory.jurisdictions)
        return BadRequest.of("jurisdiction-missing", jurisdictions=known)
    count, url = len(directory.jurisdictions), f"{base_url()}{JURISDICTIONS_PATH}"
    return BadRequest.of("jurisdiction-missing-of-many", count=count, url=url)


def own_jurisdiction() -> Entry | None:
    """Return the city whose own endpoint is called; None at the shared one.

    Raises:
        NotFound: the path names no city.
    """
    if g.slug is None:
        return None
    entry = parts().registry.entry_of_slug(g.slug)
    if entry is None:
        raise NotFound.of("jurisdiction-unknown", value=echo(g.slug))
    return entry


def find_catalogue(*sources: Fields) -> Catalogue:
    """Return the catalogue in force of the jurisdiction that a call is for.

    Args:
        sources: see `find_jurisdiction`, which also tells the errors.
    """
    return parts().registry.catalogue(find_jurisdiction(*sources))


def require_key(jurisdiction_id: str, *sources: Fields) -> UsedKey:
    """Return the key that a call was made with (D-45).

    Args:
        jurisdiction_id: where it must be valid.
        sources: where `api_key` may stand, the first that has it counts (D-17).

    Raises:
        Forbidden: it is missing, unknown, revoked, expired, not for reports, or of another
            jurisdiction; which of these, only its owner needs to know.
        TooManyCalls: it was used as often in this minute as it may be (D-68).
    """
    key = _first(sources, "api_key")
    if key is None:
        raise Forbidden.of("key-missing")
    used = use_key(parts().keys, key)
    if used is None or not used.may_report(jurisdiction_id):
        raise Forbidden.of("key-invalid", jurisdiction=jurisdiction_id)
    return used


def wanted_languages(*sources: Fields) -> list[str]:
    """Return the languages that a call asks for, best first: `locale=`, then Accept-Language.

    Args:
        sources: where `locale` may stand.
    """
    asked = [tag for fields in sources for tag in fields.getlist("locale")]
    return [*map(language_of, asked), *accepted(request.accept_languages)]


def city_language(wanted: Iterable[str]) -> str:
    """Return the first wanted language that the city of the call has, else the city's default."""
    languages: tuple[str, ...] = g.languages
    return next((one for one in wanted if one in languages), languages[0])


def error_language() -> str:
    """Return the language for what goes wrong: Accept-Language, else the city's, else English."""
    return spoken([*accepted(request.accept_languages), *g.get("languages", ())])


def base_url() -> str:
    """Return scheme and host under which this service is reached."""
    return parts().public_url or f"{request.scheme}://{request.host}"


def _first(sources: Iterable[Fields], name: str) -> str | None:
    return next((value for fields in sources if (value := single_value(fields, name))), None)
