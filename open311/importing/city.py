"""The city that requests are imported into: its services, units and places, of one revision."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from open311.catalogue.model import Catalogue, Service
from open311.catalogue.registry import read_catalogue
from open311.database import tables
from open311.importing.cleaning import OldRequest
from open311.importing.mapping import ImportMap
from open311.places.locating import Place, Point
from open311.places.placing import Shapes


class City:
    """What is asked for every request of a batch.

    Args:
        connection: in a transaction that holds the catalogue.
        jurisdiction_id: of a jurisdiction that exists.
    """

    def __init__(self, connection: Connection, jurisdiction_id: str) -> None:
        self.catalogue: Catalogue = read_catalogue(connection, jurisdiction_id)
        self._shapes = Shapes(connection, jurisdiction_id)
        self._units: dict[tuple[str, tuple[tuple[str, str], ...]], str | None] = {}
        self._by_name = {
            name.casefold(): service
            for service in self.catalogue.services.values()
            for name in service.name.values()
        }

    def service_for(self, old: OldRequest, import_map: ImportMap) -> Service | None:
        """Return the service of ours that a request is for: by the map, the code, the name.

        The name counts only where there is no code: GeoReport Bulk has none.
        """
        services, mapped = self.catalogue.services, import_map.services
        theirs = old.service_code or ""
        name = old.service_name or ""
        if theirs in mapped or name in mapped:
            return services[mapped[theirs] if theirs in mapped else mapped[name]]
        known = services.get(theirs) if theirs else self._by_name.get(name.casefold())
        if known is None and import_map.default_service is not None:
            return services[import_map.default_service]
        return known

    def places(self, points: Sequence[Point]) -> list[Place]:
        """Say of each point where it lies."""
        return self._shapes.places(points)

    def unit_code(self, service: Service, areas: Mapping[str, str]) -> str | None:
        """Return the unit that gets a request; None: a retired service may have lost its unit."""
        key = (service.service_code, tuple(areas.items()))
        if key not in self._units:
            try:
                unit = self.catalogue.unit_for(service, {}, areas)
            except LookupError:
                self._units[key] = None
            else:
                self._units[key] = unit.unit_code
        return self._units[key]


def city_in_force(connection: Connection, jurisdiction_id: str, known: City | None) -> City:
    """Return a city by the revision in force.

    Args:
        connection: in a transaction that holds the catalogue.
        jurisdiction_id: of a jurisdiction that exists.
        known: the city as it was known last.
    """
    table = tables.jurisdiction
    query = select(table.c.revision).where(table.c.jurisdiction_id == jurisdiction_id)
    if known and known.catalogue.revision == connection.scalar(query):
        return known
    return City(connection, jurisdiction_id)
