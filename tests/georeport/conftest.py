"""What only tests of the protocol need."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import Engine, create_engine, text

from open311.access import accounts
from open311.database.cluster import Cluster
from tests.clients import CheckingClient
from tests.conftest import JURISDICTIONS, app_on
from tests.keys import SHELL, new_key
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


@pytest.fixture
def account_key(engine: Engine) -> Iterator[Callable[..., str]]:
    """Make keys of accounts that have a role in a city; both are gone after the test."""
    made: list[int] = []

    def make(city: str, *unit: str, scopes: Sequence[str] = ("report", "update")) -> str:
        email = f"system{len(made)}@another.example.org"
        role = "unit_officer" if unit else "city_administrator"
        with engine.begin() as connection:
            made.append(accounts.create(connection, email, "Another system", actor=SHELL))
            accounts.grant(connection, email, role, city, *unit, actor=SHELL)
            return new_key(connection, [city], scopes=scopes, account_id=made[-1])

    yield make
    with engine.begin() as connection:
        for table in ("api_key_use", "api_key_jurisdiction", "idempotent_answer"):
            of = "SELECT api_key_id FROM api_key WHERE account_id = ANY(:made)"
            statement = f"DELETE FROM {table} WHERE api_key_id IN ({of})"
            connection.execute(text(statement), {"made": made})
        for table in ("api_key", "account_role", "account"):
            statement = f"DELETE FROM {table} WHERE account_id = ANY(:made)"
            connection.execute(text(statement), {"made": made})
