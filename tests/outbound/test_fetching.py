"""What is fetched may be elsewhere; each place on the way is looked at."""

import pytest

from open311.outbound.failures import AddressRefused, OutboundError, TooSlow, Unreachable
from open311.outbound.web import Web
from tests.certificates import tls_of
from tests.outbound.servers import Talk, serving
from tests.outbound.test_web import answer, saying, within

HERE = Web(["127.0.0.1"])


def leading_to(*places: str, status: int = 302):
    """Return a server that answers each request with the next place, and what it heard."""
    heard: list[bytes] = []

    def say(talk: Talk) -> None:
        heard.append(talk.receive())
        if len(heard) <= len(places):
            place = places[len(heard) - 1]
            talk.send(answer(b"on", f"{status} On", f"Location: {place}\r\n"))
        else:
            talk.send(answer(b"found"))

    return say, heard


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_has_moved_is_fetched(status: int) -> None:
    server, heard = leading_to("/b?c=d", "e", "?f", status=status)
    with serving(server) as port:
        got = HERE.fetch(f"http://127.0.0.1:{port}/a")
    assert got.body == b"found"
    paths = [request.split()[1] for request in heard]
    assert paths == [b"/a", b"/b?c=d", b"/e", b"/e?f"]


def test_a_call_does_not_follow() -> None:
    server, heard = leading_to("/b")
    with serving(server) as port:
        assert HERE.call("GET", f"http://127.0.0.1:{port}/a").status == 302
    assert len(heard) == 1


@pytest.mark.parametrize("redirects", [0, 1, 3])
def test_only_so_many_are_followed(redirects: int) -> None:
    server, heard = leading_to(*["/again"] * 10)
    with serving(server) as port, pytest.raises(Unreachable):
        HERE.fetch(f"http://127.0.0.1:{port}/", redirects=redirects)
    assert len(heard) == redirects + 1


def test_all_of_them_have_one_time() -> None:
    def lead_on(talk: Talk) -> None:
        talk.receive()
        talk.pause(0.6)
        talk.send(answer(status="302 On", headers="Location: /again\r\n"))

    with serving(lead_on) as port, within(4), pytest.raises(TooSlow):
        HERE.fetch(f"http://127.0.0.1:{port}/", seconds=1)


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.2:1/",
        "//127.0.0.2:1/",
        "http://localhost:1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:1/",
        "http://2130706434/",
        "http://anna:secret@crm.example/",
        "file:///etc/passwd",
        "ftp://crm.example/",
        "http://[",
        "http://crm.example:0/",
    ],
)
def test_a_place_that_may_not_be_called_is_not(place: str) -> None:
    server, heard = leading_to(place)
    with serving(server) as port, pytest.raises(AddressRefused) as error:
        Web(["127.0.0.1"], resolver=lambda host, port: [host.replace("localhost", "::1")]).fetch(
            f"http://127.0.0.1:{port}/"
        )
    assert len(heard) == 1
    assert "secret" not in str(error.value)


def test_a_name_that_leads_elsewhere_the_second_time_is_not_followed() -> None:
    addresses = iter([["127.0.0.1"], ["127.0.0.2"]])
    server, heard = leading_to("/again")
    web = Web(["127.0.0.1"], resolver=lambda host, port: next(addresses))
    with serving(server) as port, pytest.raises(AddressRefused):
        web.fetch(f"http://crm.example:{port}/")
    assert len(heard) == 1


def test_nothing_leads_from_https_to_http() -> None:
    server, trusting = tls_of("127.0.0.1")
    plain, heard = leading_to()
    with serving(plain) as plain_port:
        down, _ = leading_to(f"http://127.0.0.1:{plain_port}/")
        with serving(down, server) as port, pytest.raises(AddressRefused, match="https to http"):
            Web(["127.0.0.1"], tls=trusting).fetch(f"https://127.0.0.1:{port}/")
    assert heard == []


def test_keys_are_not_told_to_others() -> None:
    other, heard_by_other = leading_to()
    with serving(other) as other_port:
        server, heard = leading_to("/b", f"http://127.0.0.1:{other_port}/")
        with serving(server) as port:
            address = f"http://127.0.0.1:{port}/"
            assert HERE.fetch(address, headers=[("Authorization", "markersecret")]).status == 200
    assert [b"markersecret" in request for request in heard] == [True, True]
    assert b"markersecret" not in heard_by_other[0]


def test_letters_in_a_place_are_taken_as_they_are_meant() -> None:
    server, heard = leading_to("/żółw")
    with serving(server) as port:
        HERE.fetch(f"http://127.0.0.1:{port}/")
    assert heard[1].startswith(b"GET /%C5%BC%C3%B3%C5%82w HTTP")


def test_a_redirection_to_nowhere_is_an_answer() -> None:
    with serving(saying(answer(status="302 On"))) as port:
        assert HERE.fetch(f"http://127.0.0.1:{port}/").status == 302


def test_every_failure_is_of_one_family() -> None:
    for failure in (AddressRefused, TooSlow, Unreachable):
        assert issubclass(failure, OutboundError)
