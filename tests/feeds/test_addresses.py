"""Which addresses are fit, from their text and from the numbers behind a name."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from msat.errors import Refused
from msat.feeds.addresses import UnfitAddress, check_address, is_public, parse_address, redirected

# fmt: off
PRIVATE = [
    "0.0.0.0",  # noqa: S104 - held against the rules, not listened on
    "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1",
    "3fff::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "::127.0.0.1",
]
PUBLIC = [
    "8.8.8.8", "151.101.0.144", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2a04:4e42::144", "2600:1f18::1",
    "2001:4860:4860::8888",
]
# fmt: on


@pytest.mark.parametrize("number", PRIVATE)
def test_number_that_is_not_public(number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_number_that_is_public(number: str) -> None:
    assert is_public(ip_address(number))


REFUSED = [
    "",
    "www.gov.uk",
    "http://www.gov.uk",
    "ftp://www.gov.uk",
    "file:///etc/passwd",
    "gopher://www.gov.uk",
    "javascript:alert(1)",
    "https://",
    "https://user@www.gov.uk",
    "https://user:word@www.gov.uk",
    "https://www.gov.uk@127.0.0.1",
    "https://www.gov.uk:22",
    "https://www.gov.uk:8443",
    "https://www.gov.uk:99999",
    "https://www.gov.uk:x",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.1",
    "https://0177.0.0.1",
    "https://127.1",
    "https://0",
    "https://10.0.0.1",
    "https://192.168.1.1",
    "https://100.64.0.1",
    "https://169.254.169.254",
    "https://[::ffff:127.0.0.1]",
    "https://[fe80::1%25eth0]",
    "https://[::1%eth0]",
    "https://[2002:7f00:1::1]",
    "https://[64:ff9b::7f00:1]",
    "https://[nonsense]",
    "https://999.1.1.1",
    "https://intranet",
    "https://www..gov.uk",
    "https://www.gov.uk.",
    "https://-www.gov.uk",
    "https://www.gоv.uk",
    "https://www.gov.uk\\@evil.example",
    "https://www.gov.uk evil",
    "https://www.gov.uk\r\nHost: evil",
    "https://www.gov.uk/drug-device-alerts.atom",
    "https://www.gov.uk?x=1",
    "https://www.gov.uk#x",
    "http://127.0.0.1:0",
    "https://" + "a" * 64 + ".uk",
    "https://www.gov.uk/" + "a" * 3000,
]


@pytest.mark.parametrize("address", REFUSED)
def test_refused_address_gets_one_sentence_and_a_next_step(address: str) -> None:
    with pytest.raises(Refused) as caught:
        check_address(address)
    assert caught.value.explanation.endswith((".", "!"))
    assert "\n" not in caught.value.explanation
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://www.gov.uk", "https://www.gov.uk"),
        (" https://WWW.GOV.UK/ ", "https://www.gov.uk"),
        ("https://www.gov.uk:443", "https://www.gov.uk"),
        ("http://127.0.0.1:40123", "http://127.0.0.1:40123"),
        ("http://127.0.0.1:40123/", "http://127.0.0.1:40123"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://8.8.8.8", "https://8.8.8.8"),
    ],
)
def test_fit_address_is_kept_in_one_form(address: str, kept: str) -> None:
    assert check_address(address) == kept


def test_page_addresses_are_encoded_and_keep_their_brackets() -> None:
    assert parse_address("https://www.gov.uk/a.atom?alert_type[]=x&page=2").target == "/a.atom?alert_type[]=x&page=2"
    assert parse_address("https://www.gov.uk/caf\u00e9").target == "/caf%C3%A9"
    assert parse_address("https://www.gov.uk//evil.example/x").url == "https://www.gov.uk//evil.example/x"


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/hostname",
        "//169.254.169.254/x",
        "http://169.254.169.254/latest/",
        "http://www.gov.uk/x",
        "https://10.0.0.1/",
        "https://[::1]/",
        "http://127.0.0.1:80/",
        "https://localhost/",
        "https://0x7f000001/",
        "gopher://www.gov.uk/",
        "https://u@www.gov.uk/",
        "https://[bad/",
    ],
)
def test_redirect_from_a_public_site_that_is_refused(to: str) -> None:
    with pytest.raises(UnfitAddress):
        redirected(parse_address("https://www.gov.uk/x"), to, loopback_allowed=False)


def test_redirect_within_the_rules_is_followed() -> None:
    here = parse_address("https://www.gov.uk/a/b")
    assert redirected(here, "/c?d=1", False).url == "https://www.gov.uk/c?d=1"
    assert redirected(here, "https://assets.publishing.service.gov.uk/x", False).host.startswith("assets")
    loopback = parse_address("http://127.0.0.1:5000/a")
    assert redirected(loopback, "http://127.0.0.1:5001/b", True).port == 5001
