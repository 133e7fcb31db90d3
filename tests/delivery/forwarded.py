"""What tests of forwarding need: a city that forwards a service, and systems that take it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from open311.delivery.secrets import set_secret
from tests.conftest import KEYRING
from tests.delivery.serving import LONG, Answering, serving
from tests.folders import change, put_in_force
from tests.keys import SHELL
from tests.reporting import BATCH, MIDDLE
from tests.working import do_due, let_be_due

CITY = "wroclaw.pl"
PUBLIC_URL = "https://reports.example.org"
ALLOWED = {
    "OPEN311_PRIVATE_DESTINATIONS": "127.0.0.1",
    "OPEN311_PRIVATE_PICTURES": "127.0.0.1",
    "OPEN311_PUBLIC_URL": PUBLIC_URL,
}


@dataclass(frozen=True)
class Here:
    """Wrocław, which forwards what is reported of abandoned vehicles, and who reports there."""

    engine: Engine
    folder: Path
    client: FlaskClient
    key: str

    def forward_to(self, *destinations: str, file: str = "services.yaml") -> None:
        """Put destinations in force, each as YAML; the first of them gets the requests."""
        lines = "".join(f"  - {{kind: georeport, {one}}}\n" for one in destinations)
        (self.folder / "destinations.yaml").write_text(f"destinations:\n{lines}")
        if "forward: " not in (self.folder / file).read_text():
            code = destinations[0].partition("code: ")[2].partition(",")[0]
            batch = "type: batch\n    unit: straz_miejska\n    term: {days: 60}"
            change(self.folder, file, batch, f"forward: {code}\n    {batch}")
        put_in_force(self.engine, self.folder)

    def forward_no_more(self) -> None:
        """Have nobody else handle requests."""
        services = (self.folder / "services.yaml").read_text()
        (self.folder / "services.yaml").write_text(services.replace("forward: crm\n    ", ""))
        (self.folder / "destinations.yaml").unlink()
        put_in_force(self.engine, self.folder)

    def set_key(self, value: str, code: str = "crm") -> None:
        """Keep the key that another system gave us."""
        with self.engine.begin() as connection:
            set_secret(connection, KEYRING, CITY, code, value, actor=SHELL)

    def report(self, endpoint: str = "v2", **fields: Any) -> str:
        """Report an abandoned vehicle; return the token."""
        form = {"jurisdiction_id": CITY, "api_key": self.key, "description": "A wreck."}
        form |= MIDDLE[CITY] | BATCH | fields
        sent = {name: value for name, value in form.items() if value is not None}
        answer = self.client.post(f"/open311/{endpoint}/requests.json", data=sent)
        assert answer.status_code == 200, answer.text
        token: str = answer.json[0]["token"]
        return token

    def id_of(self, token: str) -> str | None:
        """Return what who holds a token is told."""
        query = {"jurisdiction_id": CITY}
        [record] = self.client.get(f"/open311/v2/tokens/{token}.json", query_string=query).json
        return record.get("service_request_id")

    def record(self, request_id: str) -> Any:
        """Return what the public sees of a request."""
        query = {"jurisdiction_id": CITY}
        url = f"/open311/v2/requests/{request_id}.json"
        return self.client.get(url, query_string=query).json[0]

    def work(self, **settings: str) -> None:
        """Do what is due, as the worker does."""
        given = ALLOWED | settings
        do_due(self.engine, **{name: value for name, value in given.items() if value})

    def work_later(self, **settings: str) -> None:
        """Do what is due when all that waits has waited long enough."""
        with self.engine.begin() as connection:
            connection.execute(
                text("UPDATE forwarding SET polled_datetime = polled_datetime - interval '2 days'")
            )
            schedule = "INSERT INTO job (name, arguments) VALUES ('find_forwarded', '{}')"
            connection.execute(text(schedule))
        let_be_due(self.engine)
        self.work(**settings)

    def rows(self, table: str) -> list[Any]:
        """Return all rows of a table."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3")))

    def events(self) -> list[tuple[str, str | None, str | None]]:
        """Return what the public was told in order: kind, state, text; but for the receipt."""
        public = [one for one in self.rows("request_event") if one.visibility == "public"]
        return [(one.kind, one.state, one.description) for one in public if one.kind != "received"]


@dataclass(frozen=True)
class Call:
    """A call that another system got."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    @property
    def ids(self) -> list[str]:
        return self.query["service_request_id"].split(",")


# Returns status and body; as JSON what is no bytes. None: says nothing.
Behaviour = Callable[[Call], tuple[int, Any] | None]


@dataclass
class Crm:
    """Another system, that behaves as a test says."""

    behave: Behaviour
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    is_over: threading.Event = field(default_factory=threading.Event)

    def destination(self, code: str = "crm", more: str = "poll_minutes: 15") -> str:
        """Return it as `destinations.yaml` has it."""
        return f"code: {code}, url: '{self.url}', {more}"

    def posts(self) -> list[Call]:
        return [call for call in self.calls if call.method == "POST"]


@contextmanager
def crm_that(behave: Behaviour) -> Iterator[Crm]:
    """Run another system."""
    crm = Crm(behave)

    class Endpoint(Answering):
        def do_POST(self) -> None:  # noqa: N802
            self._answer(self.body())

        def do_GET(self) -> None:  # noqa: N802
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            call = Call(self.command, parts.path, query, dict(self.headers), body)
            crm.calls.append(call)
            answer = crm.behave(call)
            if answer is None:
                crm.is_over.wait(LONG)
                return
            status, told = answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(told if isinstance(told, bytes) else json.dumps(told).encode())

    with serving(Endpoint, crm.is_over) as base:
        crm.url = f"{base}/georeport"
        yield crm


class Ledger:
    """Behaves as a good system does: `requests` are what it holds, and may be changed."""

    def __init__(self) -> None:
        self.requests: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}

    def __call__(self, call: Call) -> tuple[int, Any]:
        if call.method == "POST":
            key = call.headers["Idempotency-Key"]
            new_id = self.keys.setdefault(key, f"C/{len(self.keys) + 1}")
            self.requests.setdefault(new_id, {"status": "open", "status_notes": None})
            return 200, [{"service_request_id": new_id, "service_notice": None}]
        return 200, [
            {"service_request_id": one, **self.requests[one]}
            for one in call.ids
            if one in self.requests
        ]
