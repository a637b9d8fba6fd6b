"""Letters of commands: what can be a key, what clashes, what is kept of it, and what a wrong value says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat import letter_keys, settings
from msat.errors import Refused
from msat.letter_keys import AS_DELIVERED, BY_NAME, COMMANDS, as_key, holders, in_text, read, shown, swapped, written


def test_as_delivered_no_two_commands_of_one_place_share_a_key() -> None:
    letter_keys.check(AS_DELIVERED)
    assert read("") == AS_DELIVERED
    assert written(AS_DELIVERED) == ""
    assert len(BY_NAME) == len(COMMANDS)
    assert all(as_key(one.key) == one.key for one in COMMANDS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sign-off", "is not a command with its key"),
        ("signoff=q", "Did you mean “sign-off”?"),
        ("xyzzyxyzzy=q", "The commands are:"),
        ("sign-off=q sign-off=b", "stands twice"),
        ("sign-off=7", "digits answer actions"),
        ("sign-off=²", "digits answer actions"),
        ("sign-off=qq", "one letter or sign"),
        ("sign-off=\x1b", "one letter or sign"),
        ("sign-off=İ", "one letter or sign"),
        ("sign-off=a", "“Sign off” and of “Assign”"),
        ("evidence=j", "“Next” and of “Evidence”"),
        ("word-item=k", "“Previous” and of “Word an item”"),
        ("star=" + "q" * 900, "too long"),
    ],
)
def test_what_is_wrong_is_named(text: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text)
    assert says in f"{refused.value.explanation} {refused.value.next_step}"


def test_a_key_is_what_is_typed_in_any_layout() -> None:
    keys = read("sign-off=Ö assign=Ж star== search=, next=ß due=")
    assert (keys["sign-off"], keys["assign"], keys["star"], keys["search"]) == ("ö", "ж", "=", ",")
    assert (shown(keys["sign-off"]), shown(keys["next"]), keys["due"]) == ("Ö", "ß", "")


def test_places_of_their_own_may_have_the_same_key() -> None:
    assert read("nil=c")["nil"] == "c", "a stock check has no Sign off"
    assert read("go-records=q sign-off=q go-newsletter=p")["sign-off"] == "q"
    assert [one.name for one in holders(AS_DELIVERED, "next", "e")] == ["evidence", "word-item"]


def test_two_swap() -> None:
    made = swapped(AS_DELIVERED, "sign-off", "a")
    assert made is not None
    assert (made["sign-off"], made["assign"]) == ("a", "c")
    assert written(made) == "sign-off=a assign=c"
    assert swapped(AS_DELIVERED, "next", "e") is None, "two others have it"
    assert swapped(AS_DELIVERED, "sign-off", "q") is None, "nobody has it"
    without = read("assign=")
    taken = swapped(without, "assign", "c")
    assert taken is not None
    assert (taken["assign"], taken["sign-off"]) == ("c", "")


@given(st.dictionaries(st.sampled_from(list(BY_NAME)), st.characters(blacklist_categories=("Cs",)) | st.just("")))
def test_what_is_written_is_read_again(own: dict[str, str]) -> None:
    text = " ".join(f"{name}={key}" for name, key in own.items())
    try:
        keys = read(text)
    except Refused:
        return
    letter_keys.check(keys)
    assert read(written(keys)) == keys


def test_every_command_can_have_a_key_of_its_own_within_the_limit() -> None:
    others = "".join(chr(code) for code in range(0x430, 0x430 + len(COMMANDS)))
    keys = {one.name: key for one, key in zip(COMMANDS, others, strict=True)}
    assert len(written(keys)) < letter_keys.MOST
    assert read(written(keys)) == keys


def test_texts_of_the_program_name_the_letters_as_they_are() -> None:
    text = "Press {key:star}, or {key:go} {key:go-starred}; {key:due} is none, {key:nothing} neither."
    said = in_text(text, read("star=q due="))
    assert said == "Press Q, or G S; no key is none, no key neither."


def test_the_setting_keeps_only_what_is_another(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    found = settings.save(file, {"letter_keys": "assign=B  SIGN-off=c".replace("SIGN", "sign")})
    assert found["letter_keys"] == "assign=b"
    assert settings.load(file)["letter_keys"] == "assign=b"
    assert settings.typed("letter_keys", "sign-off=Q") == "sign-off=q"
    with pytest.raises(Refused):
        settings.save(file, {"letter_keys": "assign=c"})
    assert settings.load(file)["letter_keys"] == "assign=b"
    assert settings.declared("letter_keys").say("") == "as delivered"
    assert "sign-off=q" in settings.declared("letter_keys").limits


def test_what_was_chosen_stands_where_a_later_version_delivers_the_same_key(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('letter_keys = "sign-off=a"\nzoom_percent = 120\n', encoding="utf-8")
    found = settings.load(file)
    assert found["letter_keys"] == "sign-off=a assign="
    assert found["zoom_percent"] == 120
    assert settings.save(file, {"zoom_percent": 130})["letter_keys"] == "sign-off=a assign="
    file.write_text('letter_keys = "sign-off=a assign=a"\n', encoding="utf-8")
    with pytest.raises(Refused, match="Assign"):
        settings.load(file)
    with pytest.raises(Refused):
        settings.typed("letter_keys", "sign-off=a")
