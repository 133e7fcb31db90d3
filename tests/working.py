"""Doing what is queued, as the worker does, and looking at what is."""

from typing import Any

from sqlalchemy import Engine, text

from open311.catalogue.registry import Registry
from open311.cli.working import handlers
from open311.database.reading import Reader
from open311.jobs.handlers import Handler
from open311.jobs.listing import Job, list_jobs
from open311.jobs.queueing import queue
from open311.jobs.working import Worker
from open311.settings import read_settings
from tests.conftest import KEYRING_FILE, MEDIA_DIRECTORY


def worker_on(engine: Engine, *others: Handler, **settings: str) -> Worker:
    """Return a worker with the handlers of the service, or with others."""
    usual = {"OPEN311_KEYRING_FILE": KEYRING_FILE, "OPEN311_MEDIA_DIRECTORY": MEDIA_DIRECTORY}
    reader = Reader(engine)
    given = read_settings(usual | settings)
    return Worker(engine, others or handlers(Registry(engine, reader), reader, given))


def do_due(engine: Engine, *others: Handler, **settings: str) -> int:
    """Do what is due, and return how many jobs that were."""
    worker, done = worker_on(engine, *others, **settings), 0
    while worker.do_next():
        done += 1
    return done


def do_queued(engine: Engine, *others: Handler, **settings: str) -> int:
    """Do what is queued, due or not, and return how many jobs that were."""
    let_be_due(engine)
    return do_due(engine, *others, **settings)


def let_be_due(engine: Engine) -> None:
    """Have nothing wait any longer."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE job SET run_datetime = now()"))


def queued(engine: Engine) -> list[Job]:
    """Return the jobs that are not done, but for periodic ones: those stay from test to test."""
    with engine.connect() as connection:
        return [job for job in list_jobs(connection) if not job.is_periodic]


def queue_jobs(engine: Engine, name: str, *arguments: Any, **options: Any) -> None:
    """Queue a job for each argument, which its handler is given as `it`."""
    with engine.begin() as connection:
        for it in arguments:
            queue(connection, name, {"it": it}, **options)
