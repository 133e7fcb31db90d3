"""Systems that are told by webhook: real servers that answer as a test says, and verify."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from standardwebhooks import Webhook

from open311.delivery.secrets import set_secret
from tests.changes import change
from tests.conftest import KEYRING, app_on
from tests.delivery.serving import LONG, Answering, serving
from tests.folders import BYSTRA, put_in_force, write_bystra
from tests.keys import SHELL, new_key
from tests.working import do_due, let_be_due

PUBLIC_URL = "https://reports.example.org"


@dataclass(frozen=True)
class Told:
    """A call that a receiver got."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.payload["data"]

    def verified(self, secret: str) -> Any:
        """Return what is told, checked as a receiver does with the library for it."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass
class Receiver:
    """A system that is told; answers with its statuses in turn, and then with the last of them.

    A status of 0 is silence.
    """

    answers: Sequence[int] = (200,)
    headers: Mapping[str, str] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    url: str = ""
    is_over: threading.Event = field(default_factory=threading.Event)

    def next_status(self) -> int:
        return self.answers[min(len(self.told), len(self.answers)) - 1]


@contextmanager
def receiving(*answers: int, **headers: str) -> Iterator[Receiver]:
    """Run a receiver."""
    receiver = Receiver(answers or (200,), headers)

    class Hook(Answering):
        def do_POST(self) -> None:  # noqa: N802
            receiver.told.append(Told(dict(self.headers), self.body()))
            status = receiver.next_status()
            if status == 0:
                receiver.is_over.wait(LONG)
                return
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"secret words of a receiver")

    with serving(Hook, receiver.is_over) as base:
        receiver.url = f"{base}/hooks"
        yield receiver


@dataclass(frozen=True)
class City:
    """Bystra with destinations, in force in a database of the test, and who reports there."""

    engine: Engine
    folder: Path
    client: FlaskClient
    key: str

    def configure(self, *destinations: str, secrets: bool = True) -> dict[str, str]:
        """Put destinations in force, each as YAML; return the secret of each webhook."""
        lines = "".join(f"  - {{{one}}}\n" for one in destinations)
        (self.folder / "destinations.yaml").write_text(f"destinations:\n{lines or '  []'}\n")
        put_in_force(self.engine, self.folder)
        codes = [one.partition("code: ")[2].partition(",")[0] for one in destinations]
        return {code: set_new_secret(self.engine, code) for code in codes if secrets}

    def report(self, endpoint: str = "v2", **fields: str) -> str | None:
        """Report something; return its id, if it got one."""
        form = {"jurisdiction_id": BYSTRA, "api_key": self.key, "service_code": "lamp",
                "lat": "47.05", "long": "10.05", "description": "It is dark."} | fields  # fmt: skip
        answer = self.client.post(f"/open311/{endpoint}/requests.json", data=form)
        assert answer.status_code == 200, answer.text
        return answer.json[0].get("service_request_id")

    def change(self, request_id: str, *what: Any, **members: Any) -> None:
        """Change a request as an officer does."""
        change(self.engine, BYSTRA, request_id, *what, **members)

    def work(self, *, soon: bool = False, **settings: str) -> int:
        """Do what is due, and with `soon` what would be later; return how many jobs that were."""
        if soon:
            let_be_due(self.engine)
        given = {"OPEN311_PRIVATE_DESTINATIONS": "127.0.0.1", "OPEN311_PUBLIC_URL": PUBLIC_URL}
        given |= settings
        return do_due(self.engine, **{name: value for name, value in given.items() if value})


def webhook(code: str, url: str, events: str = "created, updated, closed") -> str:
    """Return a webhook as `destinations.yaml` has it."""
    return f"code: {code}, kind: webhook, url: '{url}', events: [{events}]"


def set_new_secret(engine: Engine, code: str) -> str:
    """Make a secret for a webhook of Bystra, and return it."""
    with engine.begin() as connection:
        made = set_secret(connection, KEYRING, BYSTRA, code, None, actor=SHELL)
    assert made
    return made


def bystra_on(engine: Engine, directory: Path) -> City:
    """Put Bystra in force."""
    folder = write_bystra(directory)
    put_in_force(engine, folder)
    with engine.begin() as connection:
        key = new_key(connection, [BYSTRA])
    return City(engine, folder, app_on(engine).test_client(), key)
