"""What monitoring asks for, again and again: a few counts, as Prometheus reads them."""

from collections.abc import Collection, Iterator

from flask import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy import Connection

from open311.admin.api.context import actor, parts
from open311.delivery.listing import count_deliveries
from open311.jobs.listing import count_jobs
from open311.reports.queue import count_open


def get_metrics() -> Response:
    """Tell Prometheus what waits and what is open, where you may read the log.

    Jobs are of no single city: who may read the log of all is told of them.
    """
    with parts().engine.connect() as connection:
        counts = _Counts(connection, actor().where("read_audit"))
        # One of its own for each call: nothing is kept, and nothing else is told.
        registry = CollectorRegistry(auto_describe=False)
        registry.register(counts)
        text = generate_latest(registry)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class _Counts(Collector):
    """Counts when it is asked to.

    Args:
        connection: any.
        jurisdiction_ids: of these cities; None: of all, and jobs too.
    """

    def __init__(self, connection: Connection, jurisdiction_ids: Collection[str] | None) -> None:
        self._connection = connection
        self._ids = jurisdiction_ids

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._deliveries()
        yield from self._requests()
        if self._ids is None:
            yield from self._jobs()

    def _deliveries(self) -> Iterator[GaugeMetricFamily]:
        counted = count_deliveries(self._connection, self._ids)
        number = GaugeMetricFamily(
            "open311_deliveries",
            "Deliveries that wait or are dead",
            labels=["jurisdiction_id", "kind", "state"],
        )
        oldest = GaugeMetricFamily(
            "open311_delivery_oldest_seconds",
            "For how long the oldest delivery that waits has done so",
            labels=["jurisdiction_id", "kind"],
        )
        for one in counted:
            number.add_metric([one.jurisdiction_id, one.kind, one.state], one.number)
            if one.state == "waiting":
                oldest.add_metric([one.jurisdiction_id, one.kind], one.seconds)
        yield from (number, oldest)

    def _requests(self) -> Iterator[GaugeMetricFamily]:
        counted = count_open(self._connection, self._ids)
        is_open = GaugeMetricFamily(
            "open311_requests_open", "Requests that are open", labels=["jurisdiction_id"]
        )
        overdue = GaugeMetricFamily(
            "open311_requests_overdue",
            "Requests that are open after the end of their term",
            labels=["jurisdiction_id"],
        )
        for one in counted:
            is_open.add_metric([one.jurisdiction_id], one.number)
            overdue.add_metric([one.jurisdiction_id], one.overdue)
        yield from (is_open, overdue)

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        counted = count_jobs(self._connection)
        number = GaugeMetricFamily(
            "open311_jobs", "Jobs that are not done", labels=["name", "state"]
        )
        oldest = GaugeMetricFamily(
            "open311_job_oldest_due_seconds",
            "For how long the job that was due first has been so; 0: none is due",
        )
        for one in counted:
            number.add_metric([one.name, one.state], one.number)
        oldest.add_metric([], max((one.due_seconds for one in counted), default=0))
        yield from (number, oldest)
