"""Stored public records, checked and rendered anew from the command line."""

from sqlalchemy import Engine, text

from tests.cli.running import run, url_of
from tests.clients import CheckingClient
from tests.reporting import reported
from tests.rows import search


def spoil(engine: Engine) -> None:
    """Let a stored record differ from what would be rendered, as after an upgrade."""
    with engine.begin() as connection:
        spoiling = "UPDATE service_request SET public_json = replace(public_json, 'open', 'odd')"
        connection.execute(text(spoiling))


def test_records_as_they_were_rendered_are_well(
    own_engine: Engine, own_client: CheckingClient, own_key: str
) -> None:
    reported(own_client, own_key, "krakow.pl")
    ended = run("records", "check", DATABASE_URL=url_of(own_engine))
    assert ended.code == 0
    assert "krakow.pl: 0 records would come out differently.\n" in ended.out


def test_a_record_that_would_come_out_differently_is_told_and_rendered_anew(
    own_engine: Engine, own_client: CheckingClient, own_key: str
) -> None:
    reported(own_client, own_key, "krakow.pl")
    before = search(own_client, "krakow.pl")
    spoil(own_engine)
    ended = run("records", "check", DATABASE_URL=url_of(own_engine))
    assert ended.code == 1
    assert "krakow.pl: 1 records would come out differently.\n" in ended.out
    rendered = run("records", "render", DATABASE_URL=url_of(own_engine))
    assert "krakow.pl: 1 records rendered anew.\n" in rendered.out
    after = search(own_client, "krakow.pl")
    assert after.data == before.data
    assert after.headers["ETag"] != before.headers["ETag"]
