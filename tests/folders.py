"""Bystra: a made-up city of two quarters in a drawn rectangle, as a folder for tests to change."""

import json
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from open311.access.rights import shell
from open311.admin.jurisdictions import Proposal, apply_configuration
from open311.admin.planning import FromFolder
from open311.catalogue.applying import Applied
from open311.catalogue.loading import load
from open311.catalogue.writing import read_base
from open311.georeport.encoding import render_request
from open311.settings import CHECKOUT

BYSTRA = "bystra.example"

# West, south, east, north; the quarters meet at 10.1.
BOUNDARY = (10.0, 47.0, 10.2, 47.1)
WEST_END, EAST_END = (10.0, 47.0, 10.1, 47.1), (10.1, 47.0, 10.2, 47.1)

JURISDICTION = """\
id: bystra.example
slug: bystra
prefix: BYS
name: {en: Bystra, pl: Bystra Górska}
languages: [en, pl]
time_zone: Asia/Kathmandu
contact: {en: At the town hall, pl: W ratuszu}
key_service: {en: Ask at the town hall, pl: Zapytaj w ratuszu}
boundary:
  file: boundary.geojson
  source: Drawn for a test.
areas:
  - kind: quarter
    name: {en: Quarter, pl: Dzielnica}
    file: areas/quarters.geojson
    source: Drawn for a test.
"""

UNITS = """\
units:
  - code: works
    name: Bystra Works
    description: {en: Streets and lamps, pl: Ulice i lampy}
  - code: cleaning
    name: Bystra Cleaning
    description: {en: Bins, pl: Kosze}
"""

SERVICES = """\
groups:
  - code: streets
    name: {en: Streets, pl: Ulice}
  - code: waste
    name: {en: Waste, pl: Odpady}

services:
  - code: lamp
    group: streets
    name: {en: Dark lamp, pl: Ciemna lampa}
    description: {en: A lamp is dark., pl: Lampa nie świeci.}
    keywords: {en: [lamp, light], pl: [lampa]}
    type: realtime
    unit: works
    term: {days: 3}
    attributes:
      - code: colour
        order: 1
        datatype: singlevaluelist
        description: {en: Which colour has it?, pl: Jaki ma kolor?}
        values:
          - key: red
            name: {en: Red, pl: Czerwony}
          - key: white
            name: {en: White, pl: Biały}
      - code: pole
        order: 2
        datatype: string
        description: {en: Number on the pole, pl: Numer słupa}
  - code: bin
    group: waste
    name: {en: Full bin, pl: Pełny kosz}
    description: {en: A bin is full., pl: Kosz jest pełny.}
    keywords: {en: [bin], pl: [kosz]}
    type: batch
    unit: cleaning
    term: {hours: 12}
  - code: tip
    group: streets
    name: {en: Tip, pl: Wskazówka}
    description: {en: Tell us., pl: Powiedz nam.}
    keywords: {en: [tip], pl: [wskazówka]}
    type: blackbox
    unit: works
    term: {days: 1}
    notice: {en: Thank you., pl: Dziękujemy.}
"""


def write_bystra(directory: Path) -> Path:
    """Write the folder of the city; return it."""
    folder = directory / "bystra"
    (folder / "areas").mkdir(parents=True)
    (folder / "jurisdiction.yaml").write_text(JURISDICTION)
    (folder / "units.yaml").write_text(UNITS)
    (folder / "services.yaml").write_text(SERVICES)
    write_shapes(folder / "boundary.geojson", bystra=BOUNDARY)
    write_shapes(folder / "areas/quarters.geojson", west=WEST_END, east=EAST_END)
    return folder


def write_shapes(file: Path, **rectangles: tuple[float, float, float, float]) -> None:
    """Write rectangles by name: west, south, east, north."""
    features = []
    for name, (west, south, east, north) in rectangles.items():
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        features.append(feature(name, {"type": "Polygon", "coordinates": [ring]}))
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def feature(name: str, geometry: Any) -> dict[str, Any]:
    """Return a feature of a GeoJSON file."""
    return {"type": "Feature", "id": name, "properties": {"name": name}, "geometry": geometry}


def copy_city(slug: str, directory: Path) -> Path:
    """Copy the folder of a real city; return it."""
    return Path(shutil.copytree(CHECKOUT / "jurisdictions" / slug, directory / slug))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the only place where a file has some text."""
    content = (folder / file).read_text()
    assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times in {file}"
    (folder / file).write_text(content.replace(old, new))


def line_of(folder: Path, file: str, text: str) -> str:
    """Return the place of the only line that holds a text."""
    lines = (folder / file).read_text().splitlines()
    [number] = [number for number, line in enumerate(lines, 1) if text in line]
    return f"{file}:{number}"


def put_in_force(engine: Engine, folder: Path) -> Applied:
    """Apply a folder as the command does."""
    return apply_configuration(engine, proposal(folder), render_request)


def proposal(folder: Path) -> Proposal:
    """Return what the command proposes of a folder."""
    base = FromFolder(read_base(folder))
    return Proposal(load(folder), shell("tests"), "for a test", "folder", folder=base)
