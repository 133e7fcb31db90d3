"""What tests of the officers' calls need: a request, and what is kept of it."""

from io import BytesIO
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from open311.database import tables
from tests.admin.api.conftest import REQUESTS, ROADS, Caller, Standing
from tests.pictures import picture
from tests.rows import add_request

KRAKOW_ID = "krakow.pl"


def request_of(desk: Standing, unit_code: str | None = ROADS, **members: Any) -> str:
    """Add a request of Kraków that a unit handles, and return its path."""
    return f"{REQUESTS}/{id_of(desk, unit_code, **members)}"


def id_of(desk: Standing, unit_code: str | None = ROADS, **members: Any) -> str:
    """Add a request of Kraków that a unit handles, and return its id."""
    return add_request(desk.engine, KRAKOW_ID, unit_code=unit_code, **members)


def shown(caller: Caller, path: str) -> Any:
    """Return a request with all that belongs to it."""
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    return answer.json


def change(caller: Caller, path: str, act: str, version: int = 1, **body: Any) -> Any:
    """Change a request of a known version, and return the answer."""
    return caller.post(f"{path}/{act}", body, **{"If-Match": f'"{version}"'})


def changed(caller: Caller, path: str, act: str, version: int = 1, **body: Any) -> Any:
    """Change a request, which must succeed, and return what it is then."""
    answer = change(caller, path, act, version, **body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    return answer.json


def attach(caller: Caller, path: str, version: int = 1, **parts: Any) -> Any:
    """Send a form, of a picture when nothing else is said, and return the answer.

    Bytes, or a list of them, are sent as files.
    """
    parts = {name: _sent(part) for name, part in (parts or {"media": picture()}).items()}
    boundary, body = encode_multipart(parts)
    kind = f"multipart/form-data; boundary={boundary}"
    headers = {"Content-Type": kind, "If-Match": f'"{version}"'}
    return caller.post(f"{path}/photos", body, **headers)


def _sent(part: Any) -> Any:
    if isinstance(part, bytes):
        return FileStorage(BytesIO(part), "photo.jpg")
    return [_sent(one) for one in part] if isinstance(part, list) else part


def row_of(desk: Standing, request_id: str) -> Any:
    """Return what is kept of a request."""
    table = tables.service_request
    with desk.engine.connect() as connection:
        query = select(table).where(table.c.service_request_id == request_id)
        return connection.execute(query).one()


def in_public(desk: Standing, request_id: str) -> Any:
    """Return what the public is told of a request; None: it is not there."""
    path = f"/krakow/open311/v2/requests/{request_id}.json"
    answer = desk.people["none"].client.get(path)
    return answer.json[0] if answer.status_code == 200 else None
