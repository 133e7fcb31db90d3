"""Photos that come to a request after it was reported."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from open311.database import tables
from open311.reports.changing import Author, Change, Changed, LockedRequest, apply_change
from open311.reports.model import ServiceRequest
from open311.reports.photos import KeptPhoto, photo_address, photo_rows
from open311.reports.publication import Render


def attach(
    connection: Connection,
    locked: LockedRequest,
    photos: Sequence[KeptPhoto],
    note: str | None,
    author: Author,
    render: Render,
) -> Changed:
    """Add photos to a request. They are as public as it is.

    Args:
        connection: in the transaction in which it was locked; let this be its last statement.
        locked: the request.
        photos: whose files are stored.
        note: what is said about them in public.
        author: who sent them.
        render: writes the public record.
    """
    request = locked.request
    said = add_photos(connection, request, photos)
    change = Change(
        "attached",
        note=note,
        is_public=True,
        media_urls=[*request.media_urls, *said],
        said_media_urls=said,
    )
    return apply_change(connection, locked, change, author, render)


def add_photos(
    connection: Connection, request: ServiceRequest, photos: Sequence[KeptPhoto]
) -> list[str]:
    """Let photos belong to a request, after those that it has, and return their addresses.

    Args:
        connection: in the transaction in which the request was locked.
        request: locked.
        photos: whose files are stored; perhaps none.
    """
    if not photos:
        return []
    key, table = (request.jurisdiction_id, request.number), tables.photo
    last = select(func.max(table.c.position)).where(
        table.c.jurisdiction_id == request.jurisdiction_id, table.c.number == request.number
    )
    position = connection.scalar(last)
    first = 0 if position is None else position + 1
    connection.execute(table.insert(), photo_rows(*key, photos, first))
    return [photo_address(request.jurisdiction_id, photo) for photo in photos]
