"""Cities from the command line: check, apply, list."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.running import Ended, run, url_of
from tests.clients import CheckingClient
from tests.folders import BYSTRA, change, copy_city, line_of, write_bystra
from tests.rows import add_request, found, search


def jurisdiction(engine: Engine, *arguments: str | Path, **environment: str) -> Ended:
    environment = {"DATABASE_URL": url_of(engine), **environment}
    return run("jurisdiction", *map(str, arguments), **environment)


def revisions(engine: Engine) -> dict[str, str]:
    lines = jurisdiction(engine, "list").out.splitlines()
    return {line.split("\t")[0]: line.split("\t")[2] for line in lines}


def test_the_cities_of_the_checkout_have_nothing_wrong() -> None:
    ended = run("jurisdiction", "check")
    assert ended == Ended(
        0,
        "krakow.pl: 37 services, examples routed as they should be: 10, nothing wrong.\n"
        "wroclaw.pl: 36 services, examples routed as they should be: 10, nothing wrong.\n",
        "",
    )


def test_a_single_folder_is_checked_without_a_database(tmp_path: Path) -> None:
    ended = run("jurisdiction", "check", str(write_bystra(tmp_path)))
    assert ended == Ended(0, f"{BYSTRA}: 3 services, nothing wrong.\n", "")


def test_a_missing_translation_is_listed_and_refuses_nothing(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, "services.yaml", "{en: Full bin, pl: Pełny kosz}", "{en: Full bin}")
    ended = run("jurisdiction", "check", str(folder))
    place = line_of(folder, "services.yaml", "{en: Full bin}")
    assert ended.code == 0
    assert f"{folder}/{place}: warning: name is missing in pl\n" in ended.out


def test_what_is_wrong_is_told_by_file_and_line(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, "services.yaml", "unit: cleaning", "unit: army")
    change(folder, "services.yaml", "group: waste", "group: water")
    group, unit = (line_of(folder, "services.yaml", one) for one in ("water", "army"))
    ended = run("jurisdiction", "check", str(folder))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        f"{folder}/{group}: service bin: there is no group 'water'",
        f"{folder}/{unit}: service bin: there is no unit 'army'",
    ]


def test_of_several_folders_all_that_is_wrong_is_told(tmp_path: Path) -> None:
    bystra, krakow = write_bystra(tmp_path), copy_city("krakow", tmp_path)
    change(bystra, "jurisdiction.yaml", "Asia/Kathmandu", "Asia/Atlantis")
    change(krakow, "jurisdiction.yaml", "time_zone: Europe/Warsaw", "time_zone: Europe/Atlantis")
    ended = run("jurisdiction", "check", str(bystra), str(krakow))
    assert ended.code == 1
    assert "Asia/Atlantis" in ended.err
    assert "Europe/Atlantis" in ended.err


def test_an_empty_folder_is_no_city(tmp_path: Path) -> None:
    told = f"{tmp_path}: this is no folder of a jurisdiction: there is no jurisdiction.yaml\n"
    assert run("jurisdiction", "check", str(tmp_path)) == Ended(1, "", told)


def test_where_there_is_no_folder_at_all_the_place_is_named(tmp_path: Path) -> None:
    ended = run("jurisdiction", "check", JURISDICTIONS_DIRECTORY=str(tmp_path))
    assert ended.code == 2
    assert f"There is no jurisdiction under {tmp_path}" in ended.err


@pytest.mark.parametrize("name", ["id", "slug", "prefix"])
def test_two_folders_must_not_share_what_names_a_city(tmp_path: Path, name: str) -> None:
    values = {"id": (BYSTRA, "krakow.pl"), "slug": ("bystra", "krakow"), "prefix": ("BYS", "KRK")}
    own, taken = values[name]
    write_bystra(tmp_path)
    change(tmp_path / "bystra", "jurisdiction.yaml", f"{name}: {own}", f"{name}: {taken}")
    copy_city("krakow", tmp_path)
    ended = run("jurisdiction", "check", JURISDICTIONS_DIRECTORY=str(tmp_path))
    assert ended.code == 1
    assert f"the {name} '{taken}' is given to 2 jurisdictions" in ended.err


def test_a_folder_is_put_in_force_and_again_as_before(own_engine: Engine, tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    first, second = (jurisdiction(own_engine, "apply", folder) for _ in range(2))
    assert first == Ended(0, f"{BYSTRA}: revision 1 is now in force.\n", "")
    assert second == Ended(0, f"{BYSTRA}: revision 1 is in force as before.\n", "")
    change(folder, "units.yaml", "Bystra Works", "Bystra Streets")
    third = jurisdiction(own_engine, "apply", folder)
    assert third == Ended(0, f"{BYSTRA}: revision 2 is now in force.\n", "")


def test_all_folders_of_the_directory_are_put_in_force_when_none_is_named(
    own_engine: Engine, tmp_path: Path
) -> None:
    write_bystra(tmp_path)
    copy_city("krakow", tmp_path)
    ended = jurisdiction(own_engine, "apply", JURISDICTIONS_DIRECTORY=str(tmp_path))
    assert ended.out.splitlines() == [
        f"{BYSTRA}: revision 1 is now in force.",
        "krakow.pl: revision 1 is in force as before.",
    ]


def test_where_one_folder_is_wrong_none_is_put_in_force(own_engine: Engine, tmp_path: Path) -> None:
    bystra, krakow = write_bystra(tmp_path), copy_city("krakow", tmp_path)
    change(krakow, "units.yaml", "Straż Miejska Miasta Krakowa", "Straż")
    change(bystra, "services.yaml", "unit: cleaning", "unit: army")
    before = revisions(own_engine)
    for order in ((krakow, bystra), (bystra, krakow)):
        ended = jurisdiction(own_engine, "apply", *order)
        assert (ended.code, ended.out) == (1, "")
    assert revisions(own_engine) == before


def test_a_slug_that_another_city_has_is_refused_by_name(
    own_engine: Engine, tmp_path: Path
) -> None:
    folder = write_bystra(tmp_path)
    change(folder, "jurisdiction.yaml", "slug: bystra", "slug: krakow")
    ended = jurisdiction(own_engine, "apply", folder)
    assert (ended.code, ended.out) == (1, "")
    assert "jurisdiction.yaml:2: the slug 'krakow' is taken by krakow.pl" in ended.err
    assert BYSTRA not in revisions(own_engine)


def test_the_cities_in_force_are_listed(own_engine: Engine, tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    jurisdiction(own_engine, "apply", folder)
    content = (folder / "services.yaml").read_text()
    (folder / "services.yaml").write_text(content[: content.index("  - code: tip")])
    jurisdiction(own_engine, "apply", folder)
    assert jurisdiction(own_engine, "list") == Ended(
        0,
        f"{BYSTRA}\tbystra\t2\t2\nkrakow.pl\tkrakow\t1\t37\nwroclaw.pl\twroclaw\t1\t36\n",
        "",
    )


def test_a_service_that_is_running_follows_the_command(
    own_engine: Engine, own_client: CheckingClient, tmp_path: Path
) -> None:
    one = add_request(own_engine, "krakow.pl")
    before = search(own_client, "krakow.pl")
    krakow = copy_city("krakow", tmp_path)
    services = krakow / "services.yaml"
    name = before.json[0]["service_name"]
    services.write_text(services.read_text().replace(f"pl: {name},", "pl: Bazgroły,", 1))
    assert jurisdiction(own_engine, "apply", krakow).code == 0
    after = search(own_client, "krakow.pl")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.json[0]["service_name"] == "Bazgroły"
    assert found(own_client, "krakow.pl") == [one]
