"""Where Adsum pushes to: push services that the operator knows, over https, never an address inside a network.

A browser says where, so anybody who is signed in can say anything.
"""

import re
import socket
import ssl
from collections.abc import Collection
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

LONGEST = 1000
ANSWER_SECONDS = 10
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_TLS = ssl.create_default_context()


class NotPublic(OSError):
    """This name leads to an address that is not on the public internet."""


def is_allowed(endpoint: str, *, hosts: Collection[str], fake: str) -> bool:
    """True for an https address at one of these hosts (`*.` before a name: below it), or one of the fake service's."""
    if len(endpoint) > LONGEST or not re.fullmatch(r"[\x21-\x7e]+", endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        usual = parts.port in (None, 443)
    except ValueError:
        return False
    if is_fake(endpoint, fake):
        return True
    plain = usual and not parts.username and not parts.password and not parts.fragment
    return parts.scheme == "https" and plain and any(_fits(parts.hostname or "", host) for host in hosts)


def _fits(name: str, host: str) -> bool:
    return name.endswith(host[1:]) if host.startswith("*.") else name == host


def is_fake(endpoint: str, fake: str) -> bool:
    """True for an address at the fake push service, which stands on this machine."""
    return bool(fake) and urlsplit(fake).hostname in _LOOPBACK and endpoint.startswith(f"{fake.rstrip('/')}/push/")


def origin_of(endpoint: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def open_line(endpoint: str, *, fake: str) -> HTTPConnection:
    """A connection to the service of an allowed address; it is opened with the first request."""
    parts = urlsplit(endpoint)
    if is_fake(endpoint, fake):
        return HTTPConnection(_host(parts), parts.port, timeout=ANSWER_SECONDS)
    return _PublicOnly(_host(parts), parts.port, timeout=ANSWER_SECONDS, context=_TLS)


def _host(parts: SplitResult) -> str:
    return parts.hostname or ""


class _PublicOnly(HTTPSConnection):
    """Connects to the very address that was looked at: a second look-up could give another one."""

    def connect(self) -> None:
        """Raises NotPublic, or another OSError."""
        line = socket.create_connection((public_address(self.host, self.port), self.port), self.timeout)
        self.sock = _TLS.wrap_socket(line, server_hostname=self.host)


def public_address(host: str, port: int) -> str:
    """An address of this host. Raises NotPublic where even one of them is not on the public internet."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(_is_public(ip_address(one)) for one in found):
        raise NotPublic(f"{host} is not on the public internet")
    return found[0]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    within = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (within or address).is_global and not address.is_multicast
