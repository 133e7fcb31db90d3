"""What a client reports, as a plain value that knows nothing of HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from open311.media.cleaning import Picture
from open311.places.locating import Point

Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Reporter:
    """Who reports: personal data, kept apart from the request and never shown in public."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    device_id: str | None = None
    account_id: str | None = None


@dataclass(frozen=True)
class Submission:
    """A report as it was sent, each value checked by itself.

    Attributes:
        service_code: what is reported.
        point: where, WGS 84; or
        address: where, in words; or
        address_id: where, as a key of the address register.
        description: plain text.
        media_urls: pictures or pages about it, in the order sent.
        pictures: files that were sent with it, in their order.
        attributes: attribute code to its values.
        reporter: who reports.
        language: in which the reporter is answered.
        wants_extensions: whether the client is told more than GeoReport v2 says.
    """

    service_code: str
    point: Point | None = None
    address: str | None = None
    address_id: str | None = None
    description: str | None = None
    media_urls: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    attributes: Answers = field(default_factory=dict)
    reporter: Reporter = Reporter()
    language: str = "en"
    wants_extensions: bool = False
