"""`open311 db`: the database of this installation."""

import os
import sys
import time

import click
from sqlalchemy.exc import OperationalError

from open311.cli.keyring import create_keyring_if_new
from open311.database import migrating
from open311.database.cluster import Cluster
from open311.database.engine import transaction_engine
from open311.database.location import DATABASE, database_url, private_cluster
from open311.database.postgres import find_programs
from open311.people.location import keyring
from open311.reports.reporters import is_anybody_unsealed, seal_unsealed
from open311.settings import read_settings


@click.group()
def db() -> None:
    """The database: start and stop the private cluster, bring the tables up to date."""


@db.command()
def start() -> None:
    """Start the private PostGIS cluster; make it if there is none."""
    cluster = _own_cluster()
    cluster.start()
    cluster.create_database(DATABASE)
    click.echo(f"The cluster in {cluster.directory} is running.")


@db.command()
@click.option("--if-unused", is_flag=True, help="Leave it running while others are connected.")
def stop(if_unused: bool) -> None:
    """Stop the private PostGIS cluster."""
    cluster = _own_cluster()
    if if_unused and cluster.is_running() and _is_used(cluster):
        click.echo(f"The cluster in {cluster.directory} is in use by others; it goes on running.")
        return
    cluster.stop()
    click.echo(f"The cluster in {cluster.directory} is stopped.")


@db.command()
def directory() -> None:
    """Print where the private cluster keeps its state."""
    click.echo(_own_cluster().directory)


@db.command()
@click.option(
    "--to", "revision", default="head", help="Up to this revision; the newest if left out."
)
def upgrade(revision: str) -> None:
    """Bring the tables up to date, and make the keyring of a database that never had one.

    Who had reported before there was a keyring is sealed with it.
    """
    settings = read_settings()
    engine = transaction_engine(database_url(settings))
    create_keyring_if_new(settings, engine)
    before = migrating.current_revision(engine)
    migrating.upgrade(engine, revision)
    after = migrating.current_revision(engine)
    click.echo(f"The tables are at revision {after}" + (", as before." if before == after else "."))
    if after == migrating.newest_revision() and is_anybody_unsealed(engine):
        click.echo(f"Sealed who made {seal_unsealed(engine, keyring(settings))} reports.")


@db.command()
@click.argument("revision")
@click.confirmation_option(prompt="Going back deletes what the newer tables hold. Go on?")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION: its name, `-1` for one step, or `base` for no tables."""
    engine = transaction_engine(database_url(read_settings()))
    migrating.downgrade(engine, revision)
    click.echo(f"The tables are at revision {migrating.current_revision(engine)}.")


@db.command()
def status() -> None:
    """Tell how the database is; exit 1 when the service could not run on it."""
    settings = read_settings()
    if not settings.database_url:
        cluster = private_cluster(settings)
        state = "running" if cluster.is_running() else "stopped"
        click.echo(f"cluster:  private, in {cluster.directory}, {state}")
    engine = transaction_engine(database_url(settings))
    click.echo(f"database: {engine.url.render_as_string(hide_password=True)}")
    try:
        revision = migrating.current_revision(engine)
    except OperationalError:
        click.echo("tables:   unknown, the database does not answer")
        sys.exit(1)
    newest = migrating.newest_revision()
    standing = f"revision {revision}" if revision else "none"
    click.echo(f"tables:   {standing}" + ("" if revision == newest else f", not {newest}"))
    sys.exit(0 if revision == newest else 1)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open psql on the database; ARGUMENTS are handed on to it."""
    url = database_url(read_settings()).replace("postgresql+psycopg2://", "postgresql://", 1)
    program = find_programs() / "psql"
    os.execv(program, [str(program), url, *arguments])  # noqa: S606


def _is_used(cluster: Cluster) -> bool:
    # PostgreSQL takes a moment to notice that somebody has left.
    for _ in range(5):
        if cluster.connections() == 0:
            return False
        time.sleep(0.2)
    return True


def _own_cluster() -> Cluster:
    settings = read_settings()
    if settings.database_url:
        raise click.UsageError("OPEN311_DATABASE_URL is set: there is no private cluster.")
    return private_cluster(settings)
