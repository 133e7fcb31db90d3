"""`open311 work` where a delivery that was made is not committed for a while, to be ended in it."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from open311.cli import main, working
from open311.delivery.delivering import DELIVER
from open311.jobs.handlers import Handler


def dawdling(run: Callable[..., None]) -> Callable[..., None]:
    """Return what does a job and then, before it is committed, takes its time."""

    def dawdle(connection: Any, **arguments: Any) -> None:
        run(connection, **arguments)
        time.sleep(float(os.environ["DAWDLE"]))

    return dawdle


def dawdling_handlers(*given: Any) -> list[Handler]:
    """Return the handlers, with one that delivers slowly and is tried again soon."""
    soon = timedelta(seconds=0.5)
    return [
        replace(one, run=dawdling(one.run), first_wait=soon) if one.name == DELIVER else one
        for one in usual_handlers(*given)
    ]


if __name__ == "__main__":
    usual_handlers = working.handlers
    working.handlers = dawdling_handlers
    main(sys.argv[1:])
