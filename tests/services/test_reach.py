"""The door as the settings say: offline nothing is asked; what can be reached is told a site at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from msat import settings
from msat.errors import Refused
from msat.feeds.catalogue import Kind
from msat.feeds.fetch import HttpWeb
from msat.feeds.network import Network
from msat.services.open_web import is_offline, network_of, open_web
from msat.services.reach import reach
from msat.services.refresh import refresh
from tests.feeds.server import reply, serving
from tests.services.conftest import PHARMACIST


def _only(desk, *addresses: str) -> None:
    first = desk.knowledge.sources[0]
    made = tuple(
        replace(first, id=f"one-{at}", name=f"Source {at}", address=address, kind=Kind.FEED, enabled=True)
        for at, address in enumerate(addresses)
    )
    desk.learn(replace(desk.knowledge, sources=made))


def test_offline_no_source_is_asked_and_their_health_stays(desk) -> None:
    with serving() as server:
        _only(desk, server.answers("/feed", reply(200, b"<feed/>")))
        settings.save(desk.places.settings, {"work_offline": True})
        assert is_offline(desk.places)
        for ask in (lambda: refresh(desk, PHARMACIST), lambda: reach(desk), lambda: open_web(desk.places)):
            with pytest.raises(Refused, match=r"work offline.*Settings, Network"):
                ask()
        assert server.connections == 0
    assert desk.views.sources() == {}


def test_each_site_is_tried_once_and_told_in_words(desk) -> None:
    with serving() as well, serving() as faulty:
        for server, status in ((well, 404), (faulty, 503)):
            server.answers("/", reply(status))
        gone = "http://127.0.0.1:9/feed"
        _only(desk, f"{well.base}/a", f"{well.base}/b", f"{faulty.base}/c", gone)
        found = reach(desk)
        assert [one.ok for one in found] == [True, True, False]
        assert found[0].sources == ("Source 0", "Source 1")
        assert len(well.seen) == len(faulty.seen) == 1
        assert found[0].words == f"{well.base.removeprefix('http://')} was reached."
        assert "fault of its own" in found[1].words
        assert "No connection to" in found[2].words
        assert found[2].words.endswith("check the practice's network.")


def test_with_no_source_on_there_is_nothing_to_reach(desk) -> None:
    _only(desk)
    assert reach(desk) == []


def test_the_settings_reach_the_door(desk) -> None:
    where = desk.places.settings
    settings.save(where, {"proxy": "address", "proxy_address": "Proxy.example.org:8080", "answer_seconds": 60})
    settings.save(where, {"certificate_file": "/nowhere/our.pem"})
    network = network_of(settings.load(where))
    assert network == Network("address", "http://proxy.example.org:8080", "/nowhere/our.pem", 60)
    web = open_web(desk.places)
    assert isinstance(web, HttpWeb)
    assert web.limits.total_s == 60
    assert web.way_to("https://www.gov.uk/") == "http://proxy.example.org:8080"
    web.close()


@pytest.mark.parametrize(
    "text",
    ["http://me:word@proxy.example.org:8080", "me@proxy", "socks5://proxy:1080", "http://", "a b", "proxy:99999",
     "proxy:port", "http://proxy/path", "http://proxy?x=1", "http://[::1", "ftp://proxy"],
)  # fmt: skip
def test_what_is_no_address_of_a_proxy_is_refused_and_not_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    with pytest.raises(Refused) as caught:
        settings.save(path, {"proxy_address": text})
    assert "word" not in str(caught.value) or "password" in str(caught.value)
    assert "me:word" not in str(caught.value)
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "kept"),
    [("proxy", "http://proxy"), (" proxy.example.org:8080/ ", "http://proxy.example.org:8080"), ("", ""),
     ("https://10.0.0.1:3128", "https://10.0.0.1:3128"), ("http://[2001:db8::1]:80", "http://[2001:db8::1]:80")],
)  # fmt: skip
def test_the_address_of_a_proxy_is_kept_in_one_form(tmp_path: Path, text: str, kept: str) -> None:
    assert settings.save(tmp_path / "settings.toml", {"proxy_address": text})["proxy_address"] == kept
