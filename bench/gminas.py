"""A jurisdiction for every Polish gmina, invented: names by number, boundaries of a wavy grid."""

import math
import time
from collections.abc import Iterator, Mapping
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from shapely import Geometry
from sqlalchemy import Engine, text

from bench.database import CITIES, database_of_cities, put_in_force, settle
from open311.admin.starting import Start, first_files
from open311.catalogue.folders import FolderInMemory
from open311.catalogue.loading import jurisdiction_folders, load, load_folder
from open311.database.cluster import Cluster
from open311.settings import CHECKOUT

# West, south, east, north.
POLAND = (14.1, 49.0, 24.1, 54.8)
CORNERS_A_SIDE = 50


def database_of_jurisdictions(cluster: Cluster, number: int) -> Engine:
    """Return a database with so many jurisdictions; make it if there is none.

    Args:
        cluster: running.
        number: both cities and so many gminas that this is their sum.
    """
    engine = database_of_cities(cluster, f"bench_jurisdictions_{number}")
    with engine.connect() as connection:
        ids = connection.scalars(text("SELECT jurisdiction_id FROM jurisdiction"))
        there = set(ids)
    begin, made = time.perf_counter(), 0
    for files in gminas(number - len(CITIES)):
        if files["jurisdiction.yaml"]["id"] not in there:
            put_in_force(engine, load_folder(FolderInMemory(files)))
            made += 1
    if made:
        speed = made / (time.perf_counter() - begin)
        print(f"{made:,} jurisdictions checked and applied, {speed:,.0f} a second", flush=True)
    settle(engine)
    return engine


def gminas(number: int) -> Iterator[Mapping[str, Any]]:
    """Give the files of so many gminas, each with Wrocław's services; none of them overlap."""
    cities = [load(folder) for folder in jurisdiction_folders(CHECKOUT / "jurisdictions")]
    like = next(city for city in cities if city.jurisdiction_id == "wroclaw.pl")
    taken = shapely.union_all([city.boundary for city in cities])
    with TemporaryDirectory() as directory:
        boundary = Path(directory) / "grid.geojson"
        for place, cell in enumerate(islice(_cells(number, taken), number), 1):
            boundary.write_text(shapely.to_geojson(cell))
            yield first_files(_start(place), boundary, like)


def _start(place: int) -> Start:
    letters = [chr(ord("A") + place // 26**power % 26) for power in (2, 1, 0)]
    return Start(
        jurisdiction_id=f"gmina-{place:04}.example",
        slug=f"gmina-{place:04}",
        prefix=f"G{''.join(letters)}",
        name=f"Gmina {place:04}",
        languages=("pl", "en", "de"),
        time_zone="Europe/Warsaw",
        contact=f"Urząd gminy {place:04}",
    )


def _cells(number: int, taken: Geometry) -> Iterator[Geometry]:
    """Give the cells of a grid over Poland, less what is taken; at least so many."""
    west, south, east, north = POLAND
    # A tenth more, as some fall to the cities.
    side = math.ceil(math.sqrt(number * 1.1))
    width, height = (east - west) / side, (north - south) / side

    def wavy(corners: Any) -> Any:
        # The same for every cell: edges that meet still do.
        return corners + 0.1 * height * np.sin(corners[:, ::-1] * 4 / height)

    for row, column in product(range(side), range(side)):
        corner = west + column * width, south + row * height
        cell = shapely.box(*corner, corner[0] + width, corner[1] + height)
        bent = shapely.transform(shapely.segmentize(cell, width / CORNERS_A_SIDE), wavy)
        rest = shapely.difference(bent, taken) if shapely.intersects(bent, taken) else bent
        if shapely.area(rest) > width * height / 10:
            yield rest
