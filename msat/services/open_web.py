"""Opens the door to the network as this profile's settings say: through which proxy, with whose certificates, how long.

The one place where a service gets its door; while MSAT is set to work offline there is none.
"""

from __future__ import annotations

from msat import settings
from msat.errors import Refused
from msat.feeds.fetch import HttpWeb
from msat.feeds.network import Network, check_certificates
from msat.places import Places


def open_web(where: Places) -> HttpWeb:
    """The door. Raises Refused while MSAT works offline, or when the settings cannot be read."""
    chosen = settings.load(where.settings)
    if chosen["work_offline"]:
        raise Refused(
            "MSAT is set to work offline, so no source was asked.",
            "Turn that off to ask them: Settings, Network, Work offline. Notices can be added by hand meanwhile.",
        )
    return HttpWeb(network=network_of(chosen))


def network_of(chosen: dict[str, settings.Value]) -> Network:
    """The settings of the section Network as the door takes them."""
    return Network(
        proxy=str(chosen["proxy"]),
        address=str(chosen["proxy_address"]),
        certificates=str(chosen["certificate_file"]),
        seconds=int(chosen["answer_seconds"]),
    )


def certificate_trouble(path: str) -> str:
    """What is wrong with a file of certificates, in words; empty when it can be used."""
    return check_certificates(path)


def is_offline(where: Places) -> bool:
    """Whether MSAT is set to work offline. Raises Refused when the settings cannot be read."""
    return bool(settings.load(where.settings)["work_offline"])
