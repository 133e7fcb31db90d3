"""Every role against every act, in its own city and in another: the table of rights, by hand."""

import pytest

from open311.access.rights import ACTS, ROLES, SCOPES, Act, Actor, Role, Scope, shell
from open311.errors import Forbidden

# y: may, n: may not. In the columns: the own city; another city; all cities at once.
#
#                       inter-city  city       auditor    auditor of
#                       admin.      admin.     of a city  every city
TABLE = """
    read_configuration  y y y       y n n      y n n      y y y
    plan                y y y       y n n      n n n      n n n
    apply               y y y       y n n      n n n      n n n
    create_jurisdiction y y y       n n n      n n n      n n n
    force               y y y       n n n      n n n      n n n
    manage_keys         y y y       y n n      n n n      n n n
    manage_accounts     y y y       y n n      n n n      n n n
    read_audit          y y y       y n n      y n n      y y y
    import_addresses    y y y       y n n      n n n      n n n
    import_requests     y y y       y n n      n n n      n n n
    read_requests       y y y       y n n      y n n      y y y
    update_requests     y y y       y n n      n n n      n n n
    read_personal       y y y       y n n      n n n      n n n
    erase_personal      y y y       y n n      n n n      n n n
"""
HOLDERS = (
    Role("inter_city_administrator"),
    Role("city_administrator", "krakow.pl"),
    Role("auditor", "krakow.pl"),
    Role("auditor"),
)
PLACES = ("krakow.pl", "wroclaw.pl", None)

# The same of an officer of the unit zdmk in Kraków. In the columns: the own unit in the own city;
# another unit there; no unit there; a unit of that code in another city; all cities at once.
OFFICER = """
    read_configuration  y y y n n
    plan                n n n n n
    apply               n n n n n
    create_jurisdiction n n n n n
    force               n n n n n
    manage_keys         n n n n n
    manage_accounts     n n n n n
    read_audit          n n n n n
    import_addresses    n n n n n
    import_requests     n n n n n
    read_requests       y n n n n
    update_requests     y n n n n
    read_personal       y n n n n
    erase_personal      n n n n n
"""
OFFICER_PLACES = (
    ("krakow.pl", "zdmk"),
    ("krakow.pl", "mpo"),
    ("krakow.pl", None),
    ("wroclaw.pl", "zdmk"),
    (None, None),
)

# Which scopes of a key open an act, any one of them.
SCOPES_OF = """
    read_configuration  update read_personal administer
    plan                administer
    apply               administer
    create_jurisdiction administer
    force               administer
    manage_keys         administer
    manage_accounts     administer
    read_audit          administer
    import_addresses    administer
    import_requests     administer
    read_requests       update read_personal administer
    update_requests     update
    read_personal       read_personal
    erase_personal      administer
"""


def read(table: str) -> dict[str, list[str]]:
    return {act: cells for act, *cells in (line.split() for line in table.strip().splitlines())}


def actor(*roles: Role, **narrowed: frozenset[str]) -> Actor:
    return Actor("anna@example.org", 1, roles, **narrowed)


CELLS = [
    (role, act, place, cell == "y")
    for act, cells in read(TABLE).items()
    for (role, place), cell in zip(
        ((role, place) for role in HOLDERS for place in PLACES), cells, strict=True
    )
]
OFFICER_CELLS = [
    (act, *place, cell == "y")
    for act, cells in read(OFFICER).items()
    for place, cell in zip(OFFICER_PLACES, cells, strict=True)
]


def test_the_tables_of_this_test_know_every_act_and_every_role() -> None:
    for table in (TABLE, OFFICER, SCOPES_OF):
        assert read(table).keys() == ACTS
    assert {role.role for role in HOLDERS} | {"unit_officer"} == set(ROLES)


@pytest.mark.parametrize(("role", "act", "place", "allowed"), CELLS)
def test_every_role_may_do_what_the_table_says(
    role: Role, act: Act, place: str | None, allowed: bool
) -> None:
    assert actor(role).may(act, place) is allowed
    assert actor(role).may(act, place, "zdmk") is allowed


@pytest.mark.parametrize(("act", "place", "unit", "allowed"), OFFICER_CELLS)
def test_an_officer_may_do_what_the_table_says(
    act: Act, place: str | None, unit: str | None, allowed: bool
) -> None:
    officer = actor(Role("unit_officer", "krakow.pl", "zdmk"))
    assert officer.may(act, place, unit) is allowed


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_key_opens_what_its_scope_is_for(act: Act, scope: Scope) -> None:
    administrator = actor(Role("inter_city_administrator"), scopes=frozenset({scope}))
    assert administrator.may(act, "krakow.pl") is (scope in read(SCOPES_OF)[act])


@pytest.mark.parametrize("act", sorted(ACTS))
def test_the_shell_may_do_everything_everywhere(act: Act) -> None:
    assert all(shell("root").may(act, place) for place in PLACES)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_who_has_no_role_may_do_nothing(act: Act) -> None:
    assert not actor().may(act, "krakow.pl")


def test_a_key_reaches_no_further_than_the_jurisdictions_that_it_names() -> None:
    key = actor(Role("inter_city_administrator"), jurisdiction_ids=frozenset({"krakow.pl"}))
    assert [key.may("apply", place) for place in PLACES] == [True, False, False]


def test_a_key_reaches_no_further_than_the_roles_of_its_account() -> None:
    both = frozenset({"krakow.pl", "wroclaw.pl"})
    key = actor(Role("city_administrator", "krakow.pl"), jurisdiction_ids=both)
    assert [key.may("apply", place) for place in PLACES] == [True, False, False]


def test_roles_of_one_account_do_not_mix() -> None:
    both = actor(Role("city_administrator", "wroclaw.pl"), Role("auditor", "krakow.pl"))
    assert both.may("apply", "wroclaw.pl")
    assert not both.may("apply", "krakow.pl")
    assert both.may("read_audit", "krakow.pl")


@pytest.mark.parametrize(
    ("roles", "limit", "where"),
    [
        ([], None, set()),
        ([Role("inter_city_administrator")], None, None),
        ([Role("inter_city_administrator")], {"krakow.pl"}, {"krakow.pl"}),
        ([Role("city_administrator", "krakow.pl")], None, {"krakow.pl"}),
        ([Role("city_administrator", "krakow.pl")], {"wroclaw.pl"}, set()),
        ([Role("auditor", "krakow.pl")], None, set()),
        ([Role("auditor"), Role("city_administrator", "krakow.pl")], None, {"krakow.pl"}),
    ],
)
def test_where_an_actor_may_do_something(
    roles: list[Role], limit: set[str] | None, where: set[str] | None
) -> None:
    limited = None if limit is None else frozenset(limit)
    assert actor(*roles, jurisdiction_ids=limited).where("manage_keys") == where


def test_a_scope_that_does_not_open_an_act_opens_it_nowhere() -> None:
    reporting = actor(Role("inter_city_administrator"), scopes=frozenset({"report"}))
    assert reporting.where("manage_keys") == frozenset()
    with pytest.raises(Forbidden):
        reporting.require_somewhere("manage_keys")


@pytest.mark.parametrize("place", ["krakow.pl", None])
def test_what_is_not_allowed_is_told_by_its_name(place: str | None) -> None:
    with pytest.raises(Forbidden) as refused:
        actor(Role("auditor")).require("apply", place)
    [problem] = refused.value.problems
    assert problem.values["act"] == "apply"
    assert problem.values.get("jurisdiction") == place


ROADS, WASTE = (Role("unit_officer", "krakow.pl", one) for one in ("zdmk", "mpo"))


@pytest.mark.parametrize(
    ("roles", "here", "elsewhere"),
    [
        ([], set(), set()),
        ([Role("inter_city_administrator")], None, None),
        ([Role("city_administrator", "krakow.pl")], None, set()),
        ([ROADS], {"zdmk"}, set()),
        ([ROADS, WASTE], {"zdmk", "mpo"}, set()),
        ([ROADS, Role("city_administrator", "krakow.pl")], None, set()),
        ([ROADS, Role("city_administrator", "wroclaw.pl")], {"zdmk"}, None),
        ([ROADS, Role("auditor", "krakow.pl")], {"zdmk"}, set()),
    ],
)
def test_to_the_requests_of_which_units_an_actor_may_do_something(
    roles: list[Role], here: set[str] | None, elsewhere: set[str] | None
) -> None:
    somebody = actor(*roles)
    for place, units in (("krakow.pl", here), ("wroclaw.pl", elsewhere)):
        assert somebody.units("update_requests", place) == units
        if units == set():
            with pytest.raises(Forbidden):
                somebody.require_within("update_requests", place)
        else:
            somebody.require_within("update_requests", place)


def test_what_is_of_a_city_is_not_asked_by_unit() -> None:
    officer = actor(ROADS)
    officer.require_within("read_configuration", "krakow.pl")
    for act, place in (("apply", "krakow.pl"), ("read_configuration", "wroclaw.pl")):
        with pytest.raises(Forbidden):
            officer.require_within(act, place)


def test_a_scope_that_does_not_open_an_act_opens_it_for_no_unit() -> None:
    officer = actor(ROADS, scopes=frozenset({"administer"}))
    assert officer.units("update_requests", "krakow.pl") == set()
    assert officer.units("read_requests", "krakow.pl") == {"zdmk"}
