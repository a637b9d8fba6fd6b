"""Keys: the printed recovery key reads back however it is typed, and one wrong letter is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.errors import RecordProblem, Refused
from msat.record.keys import FileKeyStore, new_recovery_key, printed_key, read_printed_key
from msat.record.signing import new_private_key

PRIVATE = bytes(range(32))
PRINTED = printed_key(PRIVATE)


def test_a_printed_key_is_fourteen_groups_of_four() -> None:
    groups = PRINTED.split(" ")
    assert len(groups) == 14
    assert {len(g) for g in groups} == {4}


@pytest.mark.parametrize(
    "typed",
    [
        PRINTED,
        PRINTED.lower(),
        PRINTED.replace(" ", ""),
        PRINTED.replace(" ", "-"),
        PRINTED.replace(" ", "\n "),
        PRINTED.replace("O", "0").replace("I", "1").replace("B", "8"),
    ],
)
def test_it_reads_back_however_it_is_typed(typed: str) -> None:
    assert read_printed_key(typed) == PRIVATE


def test_one_wrong_letter_is_noticed_wherever_it_is() -> None:
    for position, letter in enumerate(PRINTED):
        if letter == " ":
            continue
        wrong = PRINTED[:position] + ("A" if letter != "A" else "C") + PRINTED[position + 1 :]
        with pytest.raises(Refused, match="not a recovery key"):
            read_printed_key(wrong)


@pytest.mark.parametrize("typed", ["", "AAAA", PRINTED + " AAAA", "\u00e9" * 56, PRINTED.replace("A", "!")])
def test_other_texts_are_no_keys(typed: str) -> None:
    with pytest.raises(Refused):
        read_printed_key(typed)


def test_two_recovery_keys_differ_and_show_nothing_of_themselves() -> None:
    one, other = new_recovery_key(), new_recovery_key()
    assert one.printed != other.printed
    assert one.printed not in repr(one)


def test_a_key_is_kept_once_and_read_back(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    log = "a" * 32
    assert store.load(log) is None
    private = new_private_key()
    store.save(log, private)
    found = store.load(log)
    assert found is not None
    assert (found.signer.private, found.signer.name) == (private, log)
    with pytest.raises(FileExistsError):
        store.save(log, new_private_key())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"v":1}', b'{"v":1,"log":"b","machine":"","private":"00"}'])
def test_a_key_file_that_is_no_key_is_said_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{'a' * 32}.key").write_bytes(content)
    with pytest.raises(RecordProblem, match="cannot be read"):
        FileKeyStore(tmp_path).load("a" * 32)


def test_a_folder_of_keys_that_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert FileKeyStore(folder).logs() == ()
    folder.write_bytes(b"a file where the folder should be")
    with pytest.raises(RecordProblem, match="folder of the signing keys"):
        FileKeyStore(folder).logs()
