"""The paths that people are sent: to follow a request, to be told no more, to say if it is done.

Each is signed for its purpose alone and says whose it is: a row of `reporter`. That row may be of a
request that was merged into another; what becomes of the other is then told of.
"""

from datetime import datetime

from open311.people.links import Links
from open311.reports.reporters import ReporterKey

FOLLOW = "follow"
UNSUBSCRIBE = "unsubscribe"
OPINION = "opinion"


def follow_path(links: Links, key: ReporterKey) -> str:
    """Return the path of the page on which somebody sees what became of their request."""
    return f"/my/requests/{links.sign(FOLLOW, key)}"


def unsubscribe_path(links: Links, key: ReporterKey) -> str:
    """Return the path at which somebody is told nothing more; good for RFC 8058 as well."""
    return f"/my/unsubscribe/{links.sign(UNSUBSCRIBE, key)}"


def opinion_path(links: Links, key: ReporterKey, closed: datetime) -> str:
    """Return the path at which somebody says whether it is done.

    Args:
        links: what signs.
        key: of the row of who says it.
        closed: when the request was closed that is handled: of one that was merged, the other's.
    """
    return f"/my/opinion/{links.sign(OPINION, [*key, int(closed.timestamp())])}"
