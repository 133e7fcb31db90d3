"""`open311 work` where giving an id takes long, so that it can be ended in the middle of it."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from open311.catalogue.registry import Registry
from open311.cli import main, working
from open311.database.reading import Reader
from open311.jobs.handlers import Handler
from open311.reports.assignment import ASSIGN_ID
from open311.settings import Settings


def dawdling(run: Callable[..., None]) -> Callable[..., None]:
    """Return what does a job and then, before it is committed, takes its time."""

    def dawdle(connection: Any, **arguments: Any) -> None:
        run(connection, **arguments)
        print("given", flush=True)
        time.sleep(float(os.environ["DAWDLE"]))

    return dawdle


def dawdling_handlers(registry: Registry, reader: Reader, settings: Settings) -> list[Handler]:
    """Return the handler that gives ids, but slowly."""
    usual = usual_handlers(registry, reader, settings)
    [assigning] = [handler for handler in usual if handler.name == ASSIGN_ID]
    soon = timedelta(seconds=0.5)
    return [replace(assigning, run=dawdling(assigning.run), first_wait=soon)]


if __name__ == "__main__":
    usual_handlers = working.handlers
    working.handlers = dawdling_handlers
    working.GRACE_SECONDS = int(os.environ.get("GRACE", working.GRACE_SECONDS))
    main(sys.argv[1:])
