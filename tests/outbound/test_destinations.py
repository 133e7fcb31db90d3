"""What may be called: the public internet, and what the operator allows."""

import pytest

from open311.outbound.destinations import Destinations, Target, target_of
from open311.outbound.failures import AddressRefused

PUBLIC = [
    "8.8.8.8",
    "2606:4700::1111",
    "64:ff9b::808:808",  # 8.8.8.8, through a gateway
    "2002:808:808::1",
    "::ffff:8.8.8.8",
]

NOT_PUBLIC = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:0:a00:1:0:0:f7f7:f7f7",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_called(address: str) -> None:
    [checked] = Destinations([]).checked("crm.example", 443, [address])
    assert str(checked) == str(checked.__class__(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_may_not(address: str) -> None:
    with pytest.raises(AddressRefused):
        Destinations([]).checked("crm.example", 443, [address])


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_one_address_that_is_not_public_is_enough(address: str) -> None:
    with pytest.raises(AddressRefused):
        Destinations([]).checked("crm.example", 443, ["8.8.8.8", address, "2606:4700::1111"])


@pytest.mark.parametrize(
    ("private", "addresses"),
    [
        ("crm.intranet", ["10.1.0.1", "fd00::1"]),
        ("10.1.0.0/16", ["10.1.0.1"]),
        ("10.1.0.1", ["10.1.0.1", "8.8.8.8"]),
        ("10.1.0.0/16", ["::ffff:10.1.0.1"]),
        ("10.1.0.0/16", ["64:ff9b::10.1.0.1"]),
        ("10.1.0.0/16", ["2002:a01:1::"]),
        ("fd00::/8", ["fd00::1"]),
        ("::1", ["::1"]),
    ],
)
def test_what_the_operator_allows_may_be_called(private: str, addresses: list[str]) -> None:
    assert Destinations([private]).checked("crm.intranet", 443, addresses)


@pytest.mark.parametrize(
    ("private", "host", "address"),
    [
        ("crm.intranet", "www.crm.intranet", "10.1.0.1"),
        ("crm.intranet", "other.intranet", "10.1.0.1"),
        ("10.1.0.0/16", "crm.intranet", "10.2.0.1"),
        ("10.1.0.0/16", "crm.intranet", "fd00::1"),
        ("fd00::/8", "crm.intranet", "10.1.0.1"),
    ],
)
def test_it_allows_nothing_else(private: str, host: str, address: str) -> None:
    with pytest.raises(AddressRefused):
        Destinations([private]).checked(host, 443, [address])


@pytest.mark.parametrize("port", [80, 443, 1024, 8443, 65535])
def test_ports_of_the_web_may_be_called(port: int) -> None:
    assert Destinations([]).checked("crm.example", port, ["8.8.8.8"])


@pytest.mark.parametrize("port", [1, 22, 25, 587, 1023])
def test_ports_of_other_things_may_not_unless_allowed(port: int) -> None:
    with pytest.raises(AddressRefused):
        Destinations([]).checked("crm.example", port, ["8.8.8.8"])
    assert Destinations(["8.8.8.8"]).checked("crm.example", port, ["8.8.8.8"])
    assert Destinations(["crm.example"]).checked("crm.example", port, ["8.8.8.8"])


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "path"),
    [
        ("http://crm.example", "http", "crm.example", 80, "/"),
        ("https://crm.example", "https", "crm.example", 443, "/"),
        ("HTTPS://CRM.Example/A?b=c", "https", "crm.example", 443, "/A?b=c"),
        ("https://crm.example:8443/", "https", "crm.example", 8443, "/"),
        ("https://crm.example./", "https", "crm.example", 443, "/"),
        ("https://localhost.", "https", "localhost", 443, "/"),
        ("https://crm.example?b=c#d", "https", "crm.example", 443, "/?b=c"),
        ("https://żółw.example/ż?ó=%2", "https", "xn--w-uga1v8h.example", 443, "/%C5%BC?%C3%B3=%2"),
        ("https://CRM。example/", "https", "crm.example", 443, "/"),
        ("http://127.0.0.1:80/", "http", "127.0.0.1", 80, "/"),
        ("http://127.0.0.1./", "http", "127.0.0.1", 80, "/"),
        ("http://①②⑦.0.0.1/", "http", "127.0.0.1", 80, "/"),
        ("http://[::1]/", "http", "::1", 80, "/"),
        ("http://[0:0::1]:81/", "http", "::1", 81, "/"),
        ("http://[::ffff:127.0.0.1]/", "http", "::ffff:7f00:1", 80, "/"),
        ("http://xn--strae-oqa.example/", "http", "xn--strae-oqa.example", 80, "/"),
    ],
)
def test_a_url_is_taken_apart(url: str, scheme: str, host: str, port: int, path: str) -> None:
    assert target_of(url) == Target(scheme, host, port, path)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://crm.example:80/", "crm.example"),
        ("https://crm.example:80/", "crm.example:80"),
        ("http://[::1]/", "[::1]"),
        ("http://[::1]:8080/", "[::1]:8080"),
    ],
)
def test_a_host_is_named_with_its_port_where_that_is_not_usual(url: str, authority: str) -> None:
    assert target_of(url).authority == authority


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.example",
        "//crm.example/",
        "/path",
        "http:",
        "http://",
        "http:///path",
        "http:crm.example",
        "ftp://crm.example/",
        "file:///etc/passwd",
        "gopher://crm.example:25/",
        "javascript:alert(1)",
        "http://anna@crm.example/",
        "http://anna:secret@crm.example/",
        "http://@crm.example/",
        "http://crm.example@127.0.0.1/",
        "http://crm.example\\@127.0.0.1/",
        "http://crm.example/\r\nHost: other",
        "http://crm.example/a b",
        "http://crm.\texample/",
        " http://crm.example/",
        "http://crm.example\x00/",
        "http://crm.example:0/",
        "http://crm.example:65536/",
        "http://crm.example:99999999/",
        "http://crm.example:/",
        "http://crm.example:http/",
        "http://crm.example:-1/",
        "http://crm.example:８0/",
        "http://crm.example:80:80/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0x/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.01/",
        "http://127.0.0.1.1/",
        "http://127.0.0.0x1/",
        "http://256.0.0.1/",
        "http://crm.example.1/",
        "http://[127.0.0.1]/",
        "http://[::1]crm.example/",
        "http://[::1/",
        "http://::1/",
        "http://[fe80::1%eth0]/",
        "http://[fe80::1%25eth0]/",
        "http://[v1.crm]/",
        "http://[]/",
        "http://crm%2eexample/",
        "http://crm..example/",
        "http://.crm.example/",
        "http://crm.example../",
        "http://./",
        "http://-crm.example/",
        "http://crm!.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 127 + "example/",
        "http://straße.example/",
        "http://c℀rm.example/",
        "http://crm\u200d.example/",
        "http://\u202ecrm.example/",
        "http://\ud800.example/",
        "http://crm.example/\ud800",
    ],
)
def test_what_is_no_usual_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused) as error:
        target_of(url)
    assert "secret" not in str(error.value)


def test_a_very_long_host_takes_no_time() -> None:
    with pytest.raises(AddressRefused):
        target_of("http://" + "a" * 60 + "-!.example/" + "a" * 10_000)
