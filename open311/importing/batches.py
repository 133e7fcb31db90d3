"""A source taken apart into batches: what can be written, and what cannot be taken."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from open311.importing import bulk_csv, georeport_json, georeport_xml
from open311.importing.cleaning import OldRequest, RefusedError, clean, external_id_of
from open311.importing.mapping import ImportMap
from open311.importing.sources import Record, Source, UnreadableError

# Long enough that a transaction costs nothing for each row, short enough that whoever applies a
# catalogue does not wait for long, and that little is done again after an end in the middle.
BATCH = 5000


class Refusal(NamedTuple):
    """A record that was not taken.

    Attributes:
        place: its number, or that of its first line, in the file.
        external_id: what it is called there, as far as it says.
        reason: the same words for all such records.
        value: what is wrong in this one.
    """

    place: int
    external_id: str
    reason: str
    value: str = ""


@dataclass
class Batch:
    """Some records of a source, in their order.

    Attributes:
        requests: what can be written.
        refused: what cannot.
        bytes_read: how far the file was read.
        broken: why nothing follows, if the source is broken there.
    """

    requests: list[OldRequest] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    bytes_read: int = 0
    broken: UnreadableError | None = None


def read_requests(source: Source) -> Iterator[Record]:
    """Yield the requests of a source as they were written.

    Raises:
        UnreadableError: it holds none, or is broken.
    """
    if source.format == "csv":
        return bulk_csv.read_requests(source)
    if source.format == "xml":
        return georeport_xml.read_records(source, "service_requests", "requests")
    return georeport_json.read_records(source)


def batches_of(source: Source, import_map: ImportMap, zone: ZoneInfo) -> Iterator[Batch]:
    """Read a source; what follows where it is broken is lost, what went before is not.

    Args:
        source: at its beginning.
        import_map: what its words mean.
        zone: of dates that name none.
    """
    batch = Batch()
    try:
        for record in read_requests(source):
            try:
                batch.requests.append(clean(record, import_map, zone))
            except RefusedError as error:
                batch.refused.append(
                    Refusal(record.place, external_id_of(record), error.reason, error.value)
                )
            if len(batch.requests) + len(batch.refused) == BATCH:
                batch.bytes_read = source.file.tell()
                yield batch
                batch = Batch()
    except UnreadableError as error:
        batch.broken = error
    batch.bytes_read = source.file.tell()
    yield batch
