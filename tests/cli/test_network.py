"""`msatctl network check` and the settings of the network on the command line."""

from __future__ import annotations

import json

import pytest

from msat.cli import main
from msat.feeds import fetch


@pytest.fixture
def run(capsys, profile):
    def do(*words: str) -> tuple[int, str, str]:
        status = main(["--profile", str(profile.data.parent), *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    assert do("init", "--organisation", "Test Surgery", "--ods", "Y00001", "--kind", "gp-practice")[0] == 0
    return do


def test_the_check_says_what_is_reached_and_exits_1_when_a_site_is_not(run, monkeypatch):
    monkeypatch.setattr(fetch.HttpWeb, "knock", lambda _web, _url: 200)
    monkeypatch.setattr(fetch.HttpWeb, "way_to", lambda _web, _url: "http://proxy.example.org:8080")
    status, out, _ = run("network", "check", "--json")
    assert status == 0
    found = json.loads(out)
    assert found
    assert all(one["reached"] and one["proxy"] == "http://proxy.example.org:8080" for one in found)

    def silent(_web, _url):
        from msat.feeds import failures

        raise failures.no_answer("GOV.UK", 10)

    monkeypatch.setattr(fetch.HttpWeb, "knock", silent)
    status, out, _ = run("network", "check")
    assert status == 1
    assert "NOT REACHED" in out
    assert "GOV.UK did not answer for 10 seconds." in out


def test_offline_is_refused_everywhere_and_turned_off_again(run):
    assert run("settings", "set", "work_offline", "on")[0] == 0
    for words in (("refresh",), ("network", "check"), ("sources", "test", "govuk-alerts")):
        status, _, err = run(*words)
        assert status == 2, words
        assert "set to work offline" in err
    assert run("settings", "set", "work_offline", "off")[0] == 0


def test_a_password_is_refused_and_a_file_that_is_none_is_told(run, tmp_path):
    status, out, err = run("settings", "set", "proxy_address", "http://me:word@proxy.example.org:1")
    assert status == 2
    assert "me:word" not in out + err
    status, _, err = run("settings", "set", "certificate_file", str(tmp_path / "absent.pem"))
    assert status == 0
    assert "Warning: The file of certificates" in err
    assert json.loads(run("settings", "get", "certificate_file", "--json")[1])["value"].endswith("absent.pem")
