"""Settings: declared once, checked, saved whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat import settings
from msat.errors import Refused


def test_defaults_hold_without_a_file(tmp_path: Path) -> None:
    found = settings.load(tmp_path / "settings.toml")
    assert found == {s.key: s.default for s in settings.SETTINGS}
    assert all(s.help.endswith(".") for s in settings.SETTINGS)


def test_a_change_is_kept_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"
    settings.save(path, {"person_name": 'A "B" \\ Ünï\n', "zoom_percent": 150})
    settings.save(path, {"appearance": "dark"})
    found = settings.load(path)
    assert (found["person_name"], found["zoom_percent"], found["appearance"]) == ('A "B" \\ Ünï\n', 150, "dark")


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("zoom", 100, "zoom_percent"),
        ("zoom_percent", 900, "200"),
        ("appearance", "pink", "light"),
        ("zoom_percent", "x", "x"),
    ],
)
def test_a_wrong_setting_is_refused_and_changes_nothing(tmp_path: Path, key: str, value: object, word: str) -> None:
    path = tmp_path / "settings.toml"
    settings.save(path, {"zoom_percent": 120})
    before = path.read_bytes()
    with pytest.raises(Refused, match=word):
        settings.save(path, {key: value})
    assert path.read_bytes() == before


def test_a_file_that_an_editor_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    settings.save(path, {"appearance": "dark"})
    plain = settings.load(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert settings.load(path) == plain


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("zoom_percent = = 3", encoding="utf-8")
    with pytest.raises(Refused, match=r"settings\.toml"):
        settings.load(path)


@given(text=st.text(max_size=200).filter(lambda t: "\r" not in t and not any(0xD800 <= ord(c) < 0xE000 for c in t)))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    settings.save(path, {"person_role": text})
    assert settings.load(path)["person_role"] == text


def test_what_is_typed_becomes_its_type() -> None:
    assert settings.typed("zoom_percent", " 125 ") == 125
    assert settings.typed("single_keys", "On") is True
    assert settings.typed("appearance", "dark") == "dark"
    assert settings.typed("person_name", " A. Patel ") == "A. Patel"
    for key, text in (("zoom_percent", "\u0661\u0662\u0663"), ("zoom_percent", ""), ("single_keys", "2")):
        with pytest.raises(Refused, match=key):
            settings.typed(key, text)


def test_every_setting_stands_in_a_section_and_its_default_is_allowed() -> None:
    for one in settings.SETTINGS:
        assert one.section in settings.SECTIONS
        assert settings.checked(one.key, one.default) == one.default
        assert one.name
        assert one.limits
        assert set(one.words) <= set(one.choices)


def test_a_time_is_hours_and_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = settings.Setting("quiet", "18:30", "A test.", is_time=True)
    monkeypatch.setattr(settings, "SETTINGS", (*settings.SETTINGS, quiet))
    assert settings.checked("quiet", "08:05") == "08:05"
    for wrong in ("8:05", "24:00", "08:60", "08:05:00", "\u0660\u0668:05"):
        with pytest.raises(Refused, match="08:30"):
            settings.checked("quiet", wrong)


def test_settings_are_on_the_disk_before_they_have_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    real = Path.replace
    monkeypatch.setattr("msat.settings.os.fsync", lambda _handle: done.append("flushed"))

    def replace(self: Path, target: Path) -> Path:
        done.append("named")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    settings.save(tmp_path / "settings.toml", {"nation": "wales"})
    assert done == ["flushed", "named"]
    assert settings.load(tmp_path / "settings.toml")["nation"] == "wales"
