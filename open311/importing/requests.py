"""Importing requests: who may, batch after batch, what became of them."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from open311.access.audit import Entry, write
from open311.access.rights import Actor
from open311.importing.ahead import ahead
from open311.importing.batches import Batch, Refusal, batches_of
from open311.importing.city import City, city_in_force
from open311.importing.mapping import check_map
from open311.importing.preparing import Prepared, Target, prepare
from open311.importing.sources import Source, UnreadableError
from open311.importing.writing import Written, write_batch

# More different reasons than this are counted together: a file can invent as many as it has rows.
MOST_REASONS = 500
OTHER_REASONS = "other reasons"


@dataclass
class Imported:
    """What became of the requests of a source.

    Attributes:
        zone: of dates that name none.
        new: how many were not here before.
        changed: how many follow what is new there.
        same: how many said nothing new.
        refused: how many were not taken, by reason.
        altered: how many were taken with a change, by the change.
        broken: why the source was not read to its end; None: it was.
    """

    zone: ZoneInfo
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    altered: Counter[str] = field(default_factory=Counter)
    broken: UnreadableError | None = None

    @property
    def taken(self) -> int:
        """How many are here now."""
        return self.new + self.changed + self.same

    def add(self, written: Written) -> None:
        """Count what became of a batch."""
        self.new += written.new
        self.changed += written.changed
        self.same += len(written.taken) - written.new - written.changed
        _count(self.refused, [refusal.reason for refusal in written.refused])
        _count(self.altered, [text for old in written.taken for text in old.changed])


@dataclass(frozen=True)
class Watcher:
    """Who is told how an import goes.

    Attributes:
        progress: told how many bytes of the file have been read.
        refused: told of each request that was not taken, after the others of its batch are safe.
        altered: told of each that was taken with a change: its place, its id there, the change.
    """

    progress: Callable[[int], None]
    refused: Callable[[Refusal], None]
    altered: Callable[[int, str, str], None]


def import_requests(
    engine: Engine, source: Source, target: Target, actor: Actor, watcher: Watcher
) -> Imported:
    """Import the requests of another system, each batch in a transaction of its own.

    While one batch is written, the next is read and made ready. Ended in the middle, it can be run
    again.

    Args:
        engine: where; with two connections.
        source: what the other system gave.
        target: the jurisdiction, which exists, and what the words of the other system mean.
        actor: who imports.
        watcher: who is told how it goes.

    Raises:
        Forbidden: the actor may not.
        ConfigurationError: the map names a service that the jurisdiction does not have.
    """
    actor.require("import_requests", target.jurisdiction_id)
    with engine.begin() as connection:
        city = city_in_force(connection, target.jurisdiction_id, None)
        check_map(target.import_map, city.catalogue)
        # Who began is written down before anything is, should there be no end.
        _audit(connection, target, actor, {"begun": source.plain_name})
    zone = target.import_map.time_zone or city.catalogue.jurisdiction.time_zone
    imported = Imported(zone)
    with _without_collector():
        batches = batches_of(source, target.import_map, zone)
        for batch, prepared in ahead(_prepared(engine, target, city, batches)):
            with engine.begin() as connection:
                written = write_batch(connection, target, prepared)
            written = replace(written, refused=sorted([*batch.refused, *written.refused]))
            imported.add(written)
            _tell(watcher, written, batch)
            imported.broken = batch.broken
    with engine.begin() as connection:
        _audit(connection, target, actor, _outcome(source, imported))
    return imported


def _prepared(
    engine: Engine, target: Target, city: City, batches: Iterable[Batch]
) -> Iterator[tuple[Batch, Prepared]]:
    for batch in batches:
        with engine.begin() as connection:
            city = city_in_force(connection, target.jurisdiction_id, city)
            prepared = prepare(connection, target, city, batch.requests)
        yield batch, prepared


@contextmanager
def _without_collector() -> Iterator[None]:
    """Look for no circles among the values of a batch: there are none, and it takes long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _tell(watcher: Watcher, written: Written, batch: Batch) -> None:
    for refusal in written.refused:
        watcher.refused(refusal)
    for old in written.taken:
        for change in old.changed:
            watcher.altered(old.place, old.external_id, change)
    watcher.progress(batch.bytes_read)


def _outcome(source: Source, imported: Imported) -> dict[str, Any]:
    return {
        "source": source.plain_name,
        "new": imported.new,
        "changed": imported.changed,
        "same": imported.same,
        "refused": imported.refused.total(),
        "broken": str(imported.broken) if imported.broken else None,
    }


def _audit(connection: Connection, target: Target, actor: Actor, after: dict[str, Any]) -> None:
    entry = Entry(
        actor.name,
        "import_requests",
        f"requests of {target.system}",
        target.jurisdiction_id,
        after=after,
    )
    write(connection, entry)


def _count(counter: Counter[str], reasons: list[str]) -> None:
    for reason in reasons:
        counter[reason if reason in counter or len(counter) < MOST_REASONS else OTHER_REASONS] += 1
