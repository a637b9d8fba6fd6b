"""Which addresses MSAT may go to, decided from the text of the address and from the numbers a name stands for.

Pure rules: looks up no name and opens nothing. Anything that is not plainly a public https site, or this computer
itself over http for trials, is refused: numbers written in decimal or hexadecimal, carrier addresses, IPv4 hidden in
IPv6, sign-in names inside an address, odd ports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urljoin, urlsplit

from msat.errors import Refused

LONGEST = 2_000
"""Characters; browsers and servers give up at about the same length."""

IPAddress = IPv4Address | IPv6Address

# Written out rather than asked of `ipaddress`, whose idea of "global" changed between the Pythons we run on.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; cloud machines tell secrets at .169.254
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
# Mapped, translated (NAT64 64:ff9b::/96) and link-local addresses all lie outside 2000::/3.
_NOT_PUBLIC_6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address inside
        "3fff::/20",
    )
)

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"^`{|}\u2028\u2029]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_DOTTED = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}")
_NUMBER_LIKE = re.compile(r"\d+|0x[0-9a-f]*")


class UnfitAddress(ValueError):
    """The address may not be used; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address that passed the rules of its text."""

    scheme: str
    host: str
    """Lower case; an IPv6 number without its brackets."""
    port: int
    target: str
    """Path and query, percent-encoded, beginning with a slash."""
    literal: IPAddress | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether this is the computer itself."""
        return self.host == "localhost" or (self.literal is not None and is_loopback(self.literal))

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")

    @property
    def url(self) -> str:
        return self.origin + self.target


def is_loopback(number: IPAddress) -> bool:
    """Whether `number` is this computer. A mapped IPv6 form is not taken for it: nobody needs to write one."""
    if isinstance(number, IPv4Address):
        return number in IPv4Network("127.0.0.0/8")
    return number == IPv6Address("::1")


def is_public(number: IPAddress) -> bool:
    """Whether `number` belongs to the public internet."""
    if isinstance(number, IPv4Address):
        return not any(number in block for block in _NOT_PUBLIC_4)
    if number.scope_id is not None or number not in _PUBLIC_6:
        return False
    return not any(number in block for block in _NOT_PUBLIC_6)


def parse_address(text: str) -> Address:
    """The address in `text`. Raises UnfitAddress with the one sentence that says what is wrong with it."""
    if not text or len(text) > LONGEST:
        raise UnfitAddress("The address is empty." if not text else "The address is too long.")
    if _FORBIDDEN.search(text):
        raise UnfitAddress(f"The address “{_shown(text)}” holds a space or a character no address may hold.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UnfitAddress(f"“{_shown(text)}” is not a web address.") from None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise UnfitAddress(f"The address “{_shown(text)}” does not begin with https://.")
    if "@" in parts.netloc:
        raise UnfitAddress("The address holds a user name or password, which MSAT does not send.")
    host = (parts.hostname or "").lower()
    literal = _literal(host, parts.netloc)
    if literal is None:
        _check_name(host, text)
    address = Address(
        scheme, host, port if port is not None else _usual_port(scheme), _target(parts.path, parts.query), literal
    )
    _check_door(address, text)
    return address


def redirected(origin: Address, to: str, loopback_allowed: bool) -> Address:
    """Where a redirect from `origin` leads. Raises UnfitAddress for every place it may not lead to."""
    try:
        joined = urljoin(origin.url, to)
    except ValueError:
        raise UnfitAddress("It leads to something that is not a web address.") from None
    address = parse_address(joined)
    if address.is_loopback and not loopback_allowed:
        raise UnfitAddress("It leads to this computer itself.")
    if origin.scheme == "https" and address.scheme == "http":
        raise UnfitAddress("It leads from a protected connection to an unprotected one.")
    return address


def check_address(address: str) -> str:
    """The base address of a source as it is kept: no path, no closing slash. Raises Refused with one sentence."""
    wanted = "Give the site's address, for instance https://www.gov.uk."
    try:
        found = parse_address(address.strip())
    except UnfitAddress as fault:
        raise Refused(str(fault), wanted) from None
    if found.target != "/" or "#" in address:
        raise Refused(f"The address “{_shown(address)}” names a page, where the site alone is wanted.", wanted)
    return found.origin


def check_page_address(address: str) -> str:
    """The address of a feed as it is kept: whole, without a fragment. Raises Refused with one sentence."""
    try:
        return parse_address(address.strip().partition("#")[0]).url
    except UnfitAddress as fault:
        raise Refused(str(fault), "Give the feed's whole address, for instance https://example.org/feed.xml.") from None


def _usual_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _literal(host: str, netloc: str) -> IPAddress | None:
    """The number that `host` is, strictly written; None for a name."""
    if "[" in netloc or ":" in host:
        try:
            number = ip_address(host)
        except ValueError:
            raise UnfitAddress("The address holds an IPv6 number that is not one.") from None
        if "%" in host:
            raise UnfitAddress("The address leads into a private network.")
        return number
    if not _DOTTED.fullmatch(host):
        return None
    try:
        return IPv4Address(host)
    except ValueError:
        raise UnfitAddress(f"“{host}” is not the number of a computer.") from None


def _check_name(host: str, text: str) -> None:
    labels = host.split(".")
    if not host or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UnfitAddress(f"“{_shown(text)}” does not name a site.")
    # Systems read 2130706433, 0x7f.1 and 0177.0.0.1 as numbers of computers; no real name ends in a number.
    if _NUMBER_LIKE.fullmatch(labels[-1]):
        raise UnfitAddress(f"“{host}” hides the number of a computer.")
    if len(labels) == 1 and host != "localhost":
        raise UnfitAddress(f"“{host}” is not the full name of a site.")


def _check_door(address: Address, text: str) -> None:
    if address.is_loopback:
        if address.port == 0:
            raise UnfitAddress("The address uses port 0, which does not exist.")
        return
    if address.literal is not None and not is_public(address.literal):
        raise UnfitAddress(f"The address {address.literal} leads into a private network.")
    if address.scheme != "https":
        raise UnfitAddress(
            f"The address “{_shown(text)}” is not protected: it begins with http:// instead of https://."
        )
    if address.port not in (80, 443):
        raise UnfitAddress(f"The address uses port {address.port}, where only 443 is expected.")


def _target(path: str, query: str) -> str:
    whole = quote(path or "/", safe="/%:@!$&'()*+,;=-._~")
    if query:
        whole += "?" + quote(query, safe="/%:@!$&'()*+,;=-._~?[]")
    return whole if whole.startswith("/") else "/" + whole


def _shown(text: str) -> str:
    """The address as it can be shown: no control characters, not endless."""
    plain = "".join(c if c.isprintable() else "·" for c in text.strip())
    return plain if len(plain) <= 80 else plain[:79] + "…"
