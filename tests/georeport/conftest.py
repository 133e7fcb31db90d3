"""What only tests of the protocol need."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from open311.database.cluster import Cluster
from tests.clients import CheckingClient
from tests.conftest import JURISDICTIONS, app_on
from tests.keys import new_key
from tests.reporting import rows

_RETIRE = text("""
    UPDATE service SET retired_datetime = now() - interval '1 second'
    WHERE service_code = 'graffiti'
""")
_OFFER = text("UPDATE service SET retired_datetime = NULL WHERE service_code = 'graffiti'")
# What applying a configuration does as well, and what the caches of a server go by: a number that
# was never in force, and then again the one of which there is a revision.
_REVISE = text("""
    UPDATE jurisdiction SET revision = 1000 + random() * 1e9, changeset = clock_timestamp()
""")
_REVERT = text("UPDATE jurisdiction SET revision = 1, changeset = clock_timestamp()")


@pytest.fixture
def nothing_kept(engine: Engine) -> Iterator[None]:
    """After the test, no table has a row more or less than before."""
    before = rows(engine)
    yield
    assert rows(engine) == before


@pytest.fixture
def english(client: CheckingClient) -> CheckingClient:
    """Like `client`, told what is wrong in English, which the expected words are in."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def client_with(engine: Engine) -> Callable[..., CheckingClient]:
    """Make a client of an application that runs with other settings."""

    def make(**settings: str) -> CheckingClient:
        given = {f"OPEN311_{name.upper()}": value for name, value in settings.items()}
        return app_on(engine, **given).test_client()

    return make


@pytest.fixture
def damaged(
    cluster: Cluster, template: str
) -> Iterator[Callable[[str], tuple[CheckingClient, str]]]:
    """Damage a database, which is thrown away afterwards; return a client of it and a key."""
    cluster.create_database("damaged", template)
    engine = create_engine(cluster.url("damaged"))

    def damage(statement: str) -> tuple[CheckingClient, str]:
        with engine.begin() as connection:
            key = new_key(connection, JURISDICTIONS)
            connection.execute(text(statement))
        return app_on(engine).test_client(), key

    yield damage
    engine.dispose()
    cluster.drop_database("damaged")


@pytest.fixture
def retire_graffiti(engine: Engine) -> Iterator[Callable[[], None]]:
    """Retire the graffiti service of both cities, a second ago, until the test ends."""

    def change(statement: object, revise: object) -> None:
        with engine.begin() as connection:
            connection.execute(statement)
            connection.execute(revise)

    yield lambda: change(_RETIRE, _REVISE)
    change(_OFFER, _REVERT)
