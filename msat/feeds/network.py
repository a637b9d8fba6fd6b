"""The way out to the network: which proxy, whose certificates, how long. What people set, made fit for fetch.py.

Certificates are always checked: a file adds an organisation's own authority to those that the computer trusts, nothing
takes the check away. No user name and no password of a proxy is shown, logged or kept here.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from msat.feeds import failures
from msat.feeds.addresses import Address
from msat.feeds.failures import SAFE, FetchFailure

LARGEST_FILE = 1_000_000
"""Bytes of a file of certificates; the whole of Mozilla's list has a quarter of that."""
_IN_SETTINGS = f"{SAFE} Choose the file again: Settings, Network; or leave it empty."


@dataclass(frozen=True, slots=True)
class Network:
    """How MSAT gets out, as people set it. `proxy` is `system`, `none` or `address`; `seconds` for a whole answer."""

    proxy: str = "system"
    address: str = ""
    """Of the proxy, where `proxy` is `address`: `http://proxy.example.org:8080`."""
    certificates: str = ""
    """The path of a file with further authorities to trust; empty for none."""
    seconds: int = 30

    def proxy_for(self, address: Address) -> str | None:
        """The proxy for an address; None for none. This computer itself is never asked for through one."""
        if address.is_loopback or self.proxy == "none":
            return None
        return system_proxy(address) if self.proxy == "system" else self.address or None

    def trust(self) -> ssl.SSLContext:
        """What the computer trusts, and the file's authorities beside it. Raises FetchFailure for a file that holds
        none."""
        context = system_trust()
        if self.certificates:
            data = read_certificates(Path(self.certificates).expanduser())
            try:
                context.load_verify_locations(cadata=data)
            except (ssl.SSLError, ValueError):
                raise no_certificate(self.certificates) from None
        return context


def read_certificates(path: Path) -> str | bytes:
    """What a file of certificates holds: text (PEM) or one certificate as bytes (DER, as Windows exports it).

    Raises FetchFailure when it cannot be read, or is no such file.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise no_certificate(str(path))
        data = path.read_bytes()
    except OSError as fault:
        raise FetchFailure(
            f"The file of certificates {path} cannot be read: {fault.strerror or fault}.",
            _IN_SETTINGS,
            is_site_wide=True,
        ) from fault
    if b"-----BEGIN CERTIFICATE-----" not in data:
        if data.startswith(b"0"):
            return data
        raise no_certificate(str(path))
    begins = [
        part.partition(b"-----END CERTIFICATE-----")[0] for part in data.split(b"-----BEGIN CERTIFICATE-----")[1:]
    ]
    try:
        whole = [f"-----BEGIN CERTIFICATE-----{part.decode('ascii')}-----END CERTIFICATE-----\n" for part in begins]
    except UnicodeDecodeError:
        raise no_certificate(str(path)) from None
    return "".join(whole)


def check_certificates(path: str) -> str:
    """What is wrong with a file of certificates, in words; empty when it can be used."""
    try:
        data = read_certificates(Path(path).expanduser())
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=data)
    except FetchFailure as failure:
        return str(failure)
    except (ssl.SSLError, ValueError):
        return str(no_certificate(path))
    return ""


def no_certificate(path: str) -> FetchFailure:
    return FetchFailure(f"The file {path} holds no certificate that can be used.", _IN_SETTINGS, is_site_wide=True)


def system_trust() -> ssl.SSLContext:
    """What this computer trusts."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def system_proxy(address: Address) -> str | None:
    """The proxy this computer is set to use for `address`; None for none."""
    if address.is_loopback:
        return None
    from urllib.request import getproxies, proxy_bypass

    found = getproxies()
    proxy = found.get(address.scheme) or found.get("all")
    return None if not proxy or proxy_bypass(address.host) else proxy


Proxies = Callable[[Address], str | None]


@dataclass(frozen=True, slots=True)
class ProxyDoor:
    """A proxy, taken apart. Who it is told to be is left out of whatever shows it."""

    url: str
    host: str
    port: int
    auth: tuple[str, str] | None = field(repr=False)


def proxy_door(text: str) -> ProxyDoor:
    """A proxy by its address. Raises FetchFailure, which does not quote it, for one that MSAT cannot use."""
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        raise failures.unusable_proxy() from None
    host = parts.hostname
    if not host or parts.scheme not in ("http", "https"):
        raise failures.unusable_proxy()
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    shown = f"[{host}]" if ":" in host else host
    return ProxyDoor(f"{parts.scheme}://{shown}:{port}", host, port, auth)
