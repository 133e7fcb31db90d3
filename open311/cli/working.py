"""`open311 work`: the worker, and the list of all that is done in the background."""

import logging
import signal
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from functools import partial
from threading import Event

import click
from sqlalchemy.exc import OperationalError

from open311.catalogue.registry import Registry
from open311.cli.keyring import check_keyring
from open311.cli.serving import GRACE_SECONDS
from open311.database.engine import read_engine, transaction_engine
from open311.database.location import database_url
from open311.database.reading import Reader
from open311.delivery.channels import Channel
from open311.delivery.delivering import DELIVER, Deliveries
from open311.delivery.forwarding import GeoReportChannel
from open311.delivery.mail.channel import MailChannel
from open311.delivery.patience import Patience
from open311.delivery.polling import (
    ASK_LIST,
    ASK_ONE,
    ATTEMPTS,
    Calling,
    ask_list,
    ask_one,
    find_due,
)
from open311.delivery.webhooks import WebhookChannel
from open311.georeport.encoding import render_request
from open311.jobs.handlers import Handler
from open311.jobs.working import Worker
from open311.media.location import photo_store
from open311.outbound.mail import Mailer
from open311.outbound.web import Web
from open311.people.location import keyring
from open311.reports.assignment import ASSIGN_ID, assign_id
from open311.reports.changing import FOLLOW_UP
from open311.reports.deadlines import TELL_DEADLINE, find_deadlines, tell_deadline
from open311.reports.fetching import FETCH_MEDIA, Fetching
from open311.reports.idempotency import forget_old
from open311.reports.photos import Photos
from open311.reports.retention import ERASE_EXPIRED, erase_expired, find_expired
from open311.residents.login_links import SEND_LOGIN_LINK, LoginLinks, forget_links
from open311.settings import Settings, read_settings

# How long a job may lie before a worker that has nothing to do sees it. They ask, since telling
# them (NOTIFY) would keep the commits of all who report waiting for each other.
SECONDS_BETWEEN_LOOKS = 1

log = logging.getLogger(__name__)


def handlers(registry: Registry, reader: Reader, settings: Settings) -> list[Handler]:
    """Return all that is done in the background.

    Args:
        registry: the catalogues in force.
        reader: reads single rows.
        settings: of the process.
    """
    ring, mailer = keyring(settings), Mailer(settings)
    login_links = LoginLinks(settings, ring, mailer)
    calling = Calling(Web(settings.private_destinations), Patience())
    channels: list[Channel] = [
        MailChannel(settings, ring, mailer),
        WebhookChannel(calling.web, ring, settings.public_url),
        GeoReportChannel(registry, render_request, calling.web, ring, settings.public_url),
    ]
    deliveries = Deliveries(registry, channels, calling.patience)
    photos = Photos(photo_store(settings), reader)
    # Strangers name the addresses of pictures: what is allowed for other systems is not for these.
    pictures = Web(settings.private_pictures, setting="OPEN311_PRIVATE_PICTURES")
    fetching = Fetching(registry, render_request, pictures, photos, settings.public_url)
    return [
        Handler(FOLLOW_UP, deliveries.follow_up),
        Handler(DELIVER, deliveries.deliver),
        Handler(ASSIGN_ID, partial(assign_id, registry=registry, render=render_request)),
        Handler(FETCH_MEDIA, fetching.fetch),
        Handler("find_forwarded", partial(find_due, registry=registry), every=timedelta(minutes=1)),
        Handler(ASK_LIST, partial(ask_list, registry=registry, calling=calling), attempts=ATTEMPTS),
        Handler(
            ASK_ONE,
            partial(ask_one, registry=registry, render=render_request, calling=calling),
            attempts=ATTEMPTS,
        ),
        Handler("find_deadlines", find_deadlines, every=timedelta(minutes=10)),
        Handler(TELL_DEADLINE, partial(tell_deadline, registry=registry, render=render_request)),
        Handler("find_expired", find_expired, every=timedelta(hours=1)),
        Handler(ERASE_EXPIRED, partial(erase_expired, registry=registry, render=render_request)),
        Handler("forget_answers", forget_old, every=timedelta(hours=1)),
        Handler(SEND_LOGIN_LINK, login_links.send),
        Handler("forget_login_links", forget_links, every=timedelta(hours=1)),
    ]


@click.command()
@click.option("--once", is_flag=True, help="Do what there is to do and end.")
def work(once: bool) -> None:
    """Do what is queued: tell others, give batch requests their ids, forget what is old."""
    settings = read_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    url = database_url(settings)
    engine = transaction_engine(url, settings.job_threads)
    check_keyring(settings, engine)
    reader = Reader(read_engine(url))
    worker = Worker(engine, handlers(Registry(engine, reader), reader, settings))
    stopping = _stopping_on_sigterm()
    with ThreadPoolExecutor(settings.job_threads) as pool:
        threads = [pool.submit(_work, worker, stopping, once) for _ in range(settings.job_threads)]
        try:
            for thread in as_completed(threads):
                thread.result()
        finally:
            # One that fails ends them all, and so the process.
            stopping.set()


def _work(worker: Worker, stopping: Event, once: bool) -> None:
    """Do one job after the other, until asked to end or, once, until none is due."""
    is_scheduled = is_away = False
    while not stopping.is_set():
        try:
            if not is_scheduled:
                worker.schedule()
                is_scheduled = True
            found = worker.do_next()
            is_away = False
        except OperationalError as error:
            if once:
                raise
            if not is_away:
                # What waits there is still there when it is back.
                log.error("The database is away: %s", str(error.orig).partition("\n")[0])
            found, is_away = False, True
        if not found:
            if once:
                return
            stopping.wait(SECONDS_BETWEEN_LOOKS)


def _stopping_on_sigterm() -> Event:
    """Return what is set when the process is asked to end.

    A job that then takes too long is cut off, as by a crash: the next worker does it again.
    """
    stopping = Event()

    def stop(*_: object) -> None:
        stopping.set()
        signal.alarm(GRACE_SECONDS)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping
