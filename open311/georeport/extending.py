"""The extension `extensions=true`: plain answers, and in each request one member more."""

from collections.abc import Sequence

from open311.catalogue.model import Catalogue
from open311.database.reading import Row
from open311.georeport.context import parts
from open311.georeport.encoding import add_member
from open311.georeport.fields import EXTENDED_ATTRIBUTES
from open311.georeport.inputs import Fields
from open311.reports.extended import extended_attributes
from open311.reports.search import SEPARATORS


def wants_extensions(*sources: Fields) -> bool:
    """Tell whether a call asks for more than GeoReport v2; any other word than `true` does not.

    Args:
        sources: where `extensions` may stand.
    """
    return any(word.lower() == "true" for one in sources for word in one.getlist("extensions"))


def extended_fragments(records: Sequence[Row], format: str, catalogue: Catalogue) -> bytes:
    """Return records with their extended attributes, with separators.

    Args:
        records: each as it is stored, and the id of its request.
        format: in which they are.
        catalogue: of their jurisdiction.
    """
    ids = [service_request_id.decode() for _, service_request_id in records]
    known = extended_attributes(parts().reader, catalogue, ids)
    # What was hidden between the two reads is left out.
    return SEPARATORS[format].join(
        add_member(record, EXTENDED_ATTRIBUTES, known[one], format)
        for (record, _), one in zip(records, ids, strict=True)
        if one in known
    )
