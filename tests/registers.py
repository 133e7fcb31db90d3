"""Address registers for tests: the samples of the repository, and files of a few rows."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from open311.places.addresses import Address
from open311.places.register import Imported, import_register
from open311.settings import CHECKOUT
from tests.reporting import SLUG

HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH"
# Somewhere in the middle of Wrocław.
LONG, LAT = 17.0319, 51.11


def sample_register(city: str) -> Path:
    """Return the sample register of a city."""
    return CHECKOUT / "fixtures" / "addresses" / f"{SLUG[city]}.csv"


def put_in_place(
    engine: Engine, path: Path, city: str = "wroclaw.pl", most_bad: float = 0.05
) -> Imported:
    """Import a register."""
    with path.open("rb") as file, engine.begin() as connection:
        return import_register(connection, city, file, most_bad, lambda _: None)


def address(**values: Any) -> str:
    """Return a row of a CSV file: ul. Leśna 1 in the middle of Wrocław, but for `values`."""
    row = {"lon": LONG, "lat": LAT, "number": "1", "street": "ul. Leśna", **values}
    return ",".join(str(row.get(name.lower(), "")) for name in HEADER.split(","))


def write_csv(directory: Path, *rows: str, header: str = HEADER) -> Path:
    """Write a CSV file of these rows; return it."""
    path = directory / "register.csv"
    path.write_text("\n".join([header, *rows, ""]))
    return path


def register_of(engine: Engine, city: str = "wroclaw.pl") -> dict[str, str]:
    """Return the register: ids and how the addresses are written."""
    query = "SELECT * FROM address WHERE jurisdiction_id = :city ORDER BY address_id"
    with engine.connect() as connection:
        return {
            row.address_id: str(
                Address(row.address_id, row.street, row.house_number, None, None, None)  # type: ignore[arg-type]
            )
            for row in connection.execute(text(query), {"city": city})
        }
