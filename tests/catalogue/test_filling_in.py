"""Where a text lacks a language of its city, the first that it has stands in."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.folders import change, put_in_force, write_bystra

HOME = "/bystra/open311/v2"
J, S = "jurisdiction.yaml", "services.yaml"

# In which file, what stands there, what of it is left.
LEFT = [
    (J, "[en, pl]", "[de, pl, en]"),
    (J, "{en: At the town hall, pl: W ratuszu}", "{en: At the town hall}"),
    (S, "{en: Streets, pl: Ulice}", "{pl: Ulice}"),
    (S, "{en: Dark lamp, pl: Ciemna lampa}", "{en: Dark lamp, de: Lampe dunkel}"),
    (S, "{en: A lamp is dark., pl: Lampa nie świeci.}", "{en: A lamp is dark.}"),
    (S, "{en: [lamp, light], pl: [lampa]}", "{pl: [lampa]}"),
    (S, "{en: Which colour has it?, pl: Jaki ma kolor?}", "{en: Which colour has it?}"),
    (S, "{en: Red, pl: Czerwony}", "{pl: Czerwony}"),
    (
        S,
        "datatype: string\n",
        "datatype: string\n        datatype_description: {en: Three digits}\n",
    ),
]


@pytest.fixture
def bystra(own_client: CheckingClient, own_engine: Engine, tmp_path: Path) -> CheckingClient:
    """Talks to a service in whose city languages are missing here and there."""
    folder = write_bystra(tmp_path)
    for file, old, new in LEFT:
        change(folder, file, old, new)
    put_in_force(own_engine, folder)
    return own_client


@pytest.mark.parametrize(
    ("language", "name"), [("de", "Lampe dunkel"), ("pl", "Lampe dunkel"), ("en", "Dark lamp")]
)
def test_a_service_is_listed_in_whatever_languages_it_has(
    bystra: CheckingClient, language: str, name: str
) -> None:
    [lamp, *_] = bystra.get(f"{HOME}/services.json", query_string={"locale": language}).json
    assert lamp["service_name"] == name
    assert lamp["description"] == "A lamp is dark."
    assert lamp["keywords"] == "lampa"
    assert lamp["group"] == "Ulice"


@pytest.mark.parametrize("language", ["de", "pl", "en"])
def test_a_definition_asks_in_whatever_languages_it_has(
    bystra: CheckingClient, language: str
) -> None:
    path = f"{HOME}/services/lamp.json"
    [colour, pole] = bystra.get(path, query_string={"locale": language}).json["attributes"]
    assert colour["description"] == "Which colour has it?"
    assert colour["datatype_description"] is None
    assert colour["values"][0] == {"key": "red", "name": "Czerwony"}
    assert pole["datatype_description"] == "Three digits"


@pytest.mark.parametrize("language", ["de", "pl", "en"])
def test_discovery_gives_whatever_it_has(bystra: CheckingClient, language: str) -> None:
    document = bystra.get("/bystra/open311/discovery.json", query_string={"locale": language}).json
    assert document["contact"] == "At the town hall"


def test_a_language_that_the_city_no_longer_has_stands_in_for_what_was_retired(
    bystra: CheckingClient, own_engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "bystra"
    change(folder, J, "[de, pl, en]", "[pl]")
    change(folder, J, "{en: At the town hall}", "{pl: W ratuszu}")
    services = (folder / S).read_text()
    before, _, rest = services.partition("  - code: lamp")
    (folder / S).write_text(before + rest[rest.index("  - code: bin") :])
    put_in_force(own_engine, folder)
    assert [one["service_name"] for one in bystra.get(f"{HOME}/services.json").json] == [
        "Pełny kosz",
        "Wskazówka",
    ]
