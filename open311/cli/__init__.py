"""The `open311` command. Exit codes: 0 done, 1 it could not be done, 2 the command is wrong."""

import sys
from collections.abc import Sequence

import click
from alembic.util import CommandError
from psycopg2.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.exc import OperationalError, ProgrammingError

from open311 import __version__
from open311.catalogue.loading import ConfigurationError
from open311.cli.account import account
from open311.cli.audit import audit
from open311.cli.database import db
from open311.cli.delivery import delivery
from open311.cli.demo import demo
from open311.cli.importing import import_
from open311.cli.importing_services import services
from open311.cli.jobs import jobs
from open311.cli.jurisdiction import jurisdiction
from open311.cli.key import key
from open311.cli.keyring import keyring
from open311.cli.media import media
from open311.cli.person import person
from open311.cli.places import places
from open311.cli.records import records
from open311.cli.revisions import diff, export, history, rollback
from open311.cli.route import route
from open311.cli.serving import serve
from open311.cli.shell import end
from open311.cli.working import work
from open311.database.cluster import ClusterError
from open311.errors import ClientError
from open311.messages import DEFAULT, translate
from open311.settings import SettingsError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="open311")
def open311() -> None:
    """Run and administer an Open311 GeoReport v2 service for many cities.

    A first round: `open311 db start`, `open311 db upgrade`, `open311 jurisdiction apply`,
    `open311 demo load`, `open311 serve`. The command script/server does all of it.
    """


for command in (
    serve, work, db, jurisdiction, key, account, audit, records, demo, route, places, import_, jobs,
    media, keyring, delivery, person,
):  # fmt: skip
    open311.add_command(command)
for command in (history, diff, rollback, export):
    jurisdiction.add_command(command)
import_.add_command(services)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; what a person can mend is one message, not a trace."""
    try:
        open311.main(args=arguments, prog_name="open311")
    except (SettingsError, ClusterError, CommandError) as error:
        end(str(error))
    except ClientError as error:
        end(*(translate(DEFAULT, one.message, **one.values) for one in error.problems))
    except ConfigurationError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OperationalError as error:
        click.echo(f"open311: the database cannot be reached: {error.orig}", err=True)
        click.echo(
            "Is it running? `open311 db status` tells, `open311 db start` starts it.", err=True
        )
        sys.exit(1)
    except ProgrammingError as error:
        if not isinstance(error.orig, UndefinedTable | UndefinedColumn):
            raise
        click.echo("open311: the tables are missing or of another version.", err=True)
        click.echo("`open311 db status` tells, `open311 db upgrade` makes them.", err=True)
        sys.exit(1)
