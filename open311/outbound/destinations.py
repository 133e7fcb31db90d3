"""Which addresses may be called: those of the public internet, and what the operator allows.

An address may say where it leads in several ways: an IPv6 address can hold an IPv4 one, to which a
gateway or the system itself sends what is sent there. All that it means must be allowed.
"""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import quote, urlsplit

from open311.outbound.failures import AddressRefused

Address = IPv4Address | IPv6Address

ALLOWED = "OPEN311_PRIVATE_DESTINATIONS"

_PORTS = {"http": 80, "https": 443}

# Where `is_global` of the library says yes, at least in some versions, and should not.
_NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocols of the IETF; some are gateways, and a cloud's own service
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # a cloud's own service, seen from its machines alone
        "224.0.0.0/4",
        "3fff::/20",  # examples
    )
)
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")

_NEVER_IN_A_URL = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_NETLOC = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:@%]+))(?::([0-9]{1,5}))?")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")

# Python knows IDNA 2003, in which these letters mean another name than in that of 2008.
_AMBIGUOUS = re.compile("[\u00df\u1e9e\u03c2\u200c\u200d]")


@dataclass(frozen=True)
class Target:
    """What a URL names, taken apart once, so that nobody reads it in another way later.

    Attributes:
        scheme: `http` or `https`.
        host: a name in ASCII, in lower case and without a dot at its end, or an address.
        port: the one that is named, or that of the scheme.
        path: path and query, in ASCII.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Who is asked."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """Host and port, as the header Host says them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Take a URL apart.

    Raises:
        AddressRefused: it is none that can be called.
    """
    if _NEVER_IN_A_URL.search(url):
        raise AddressRefused("", "holds blanks, control characters or a backslash.")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise AddressRefused("", "is not a URL.") from None
    if parts.scheme not in _PORTS:
        raise AddressRefused("", "does not begin with http:// or https://.")
    if "@" in parts.netloc:
        raise AddressRefused("", "holds a user or a password.")
    found = _NETLOC.fullmatch(parts.netloc)
    if not found:
        raise AddressRefused("", "names no host that can be called.")
    in_brackets, name, port_text = found.groups()
    host = _ipv6(in_brackets) if in_brackets else _host(name)
    port = int(port_text) if port_text else _PORTS[parts.scheme]
    if not 0 < port < 65536:
        raise AddressRefused(host, "has no such port.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, quote(path, safe=string.punctuation))


def _ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise AddressRefused("", "names no host that can be called.") from None


def _host(text: str) -> str:
    if _AMBIGUOUS.search(text):
        raise AddressRefused("", "has letters in its host that must be written as xn--.")
    try:
        name = text.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise AddressRefused("", "names no host that can be called.") from None
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise AddressRefused("", "names no host that can be called.")
    # Systems read 2130706433, 0177.1 and 0x7f.0.0.1 as addresses, each in its own way.
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise AddressRefused("", "names an address that is not written as usual.") from None
    return name


class Destinations:
    """Says what may be called.

    Args:
        private: host names, addresses and networks that may be called although not public.
        setting: in which the operator names them.

    Raises:
        ValueError: one of them is a network that cannot be.
    """

    def __init__(self, private: Sequence[str], setting: str = ALLOWED) -> None:
        self._setting = setting
        networks: list[IPv4Network | IPv6Network] = []
        names: set[str] = set()
        for entry in private:
            if "/" in entry or ":" in entry or _NUMBER.fullmatch(entry.rpartition(".")[2]):
                networks.append(ip_network(entry))
            else:
                names.add(entry.lower())
        self._networks, self._names = tuple(networks), frozenset(names)

    def checked(self, host: str, port: int, addresses: Sequence[str]) -> list[Address]:
        """Return the addresses of a host, all of which may be called.

        Args:
            host: as in `Target`.
            port: as in `Target`.
            addresses: what the host resolves to.

        Raises:
            AddressRefused: one of them must not be called, or not on this port.
        """
        if host in self._names:
            return [ip_address(address) for address in addresses]
        return [self._checked(host, port, address) for address in addresses]

    def _checked(self, host: str, port: int, text: str) -> Address:
        if "%" in text:  # one with a zone, good on one link alone
            raise AddressRefused(host, "is not public.")
        address = ip_address(text)
        for meaning in meanings(address):
            if any(meaning in network for network in self._networks):
                continue
            if not _is_public(meaning):
                raise AddressRefused(host, f"is not public, nor in {self._setting}.")
            # Below 1024, other ports speak of other things: mail, shells, printers.
            if port < 1024 and port not in _PORTS.values():
                raise AddressRefused(host, f"is called on 80, 443 or a port from 1024, not {port}.")
        return address


def meanings(address: Address) -> list[Address]:
    """Return all addresses to which one may lead; of a wrapped one, what is inside."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    if address.sixtofour:
        return [address, address.sixtofour]
    if address.teredo:
        return [address, *address.teredo]
    return [address]


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not any(address in network for network in _NOT_PUBLIC)
