"""Returns taken in: any order, any number of times, bad files in words; forks kept, frozen until a person decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.exchange.arrivals import Outcome
from msat.exchange.return_file import read_return, write_return
from msat.record.organisation import Organisation
from msat.services import enrol as enrolling
from msat.services.desk import Desk
from msat.services.folder_sync import folder_sync
from msat.services.quarantine import waiting
from msat.services.send_return import send_return
from msat.services.take_return import enrolled, take_return, take_returns
from tests.exchange.sites import CLERK, enrol, held, make_site, sent, twin, work

Make = Callable[..., Desk]


@pytest.fixture
def practice(site: Make) -> Desk:
    made = site("A81001")
    work(made, "one", "two")
    return made


@pytest.fixture
def team(site: Make, practice: Desk) -> Desk:
    made = site("16C", "committee")
    enrol(made, practice)
    return made


def test_a_log_that_is_not_enrolled_waits_and_is_taken_in_once_it_is(site: Make, practice: Desk) -> None:
    team = site("16C", "committee")
    first = take_return(team, sent(practice), "a.msatreturn")
    assert (first.outcome, first.ods) == (Outcome.WAITING, "A81001")
    assert "is not enrolled here: kept aside" in first.words
    assert team.record.received.heads() == ()
    work(practice, "three")
    assert take_return(team, sent(practice), "b.msatreturn").outcome is Outcome.WAITING
    assert len(waiting(team)) == 1, "the longer one makes the shorter needless"
    assert "waits here already" in take_return(team, sent(practice), "b (1).msatreturn").words
    with pytest.raises(Refused, match="has not been compared: "):
        enrolling.accept(team, practice.record.log[:8], CLERK, is_compared=False)
    changes, arrivals = enrolling.accept(team, practice.record.log[:8], CLERK, is_compared=True)
    assert "its fingerprint was compared" in changes.words
    assert [one.outcome for one in arrivals] == [Outcome.NEW]
    assert held(team)[practice.record.log] == held(practice)[practice.record.log]
    assert waiting(team) == []


def test_what_is_new_is_stored_what_is_not_is_said(practice: Desk, team: Desk) -> None:
    short = sent(practice)
    work(practice, "three", "four")
    long = sent(practice)
    new = take_return(team, long, "a.msatreturn")
    assert (new.outcome, new.new) == (Outcome.NEW, 2)
    assert new.words == f"Practice A81001 (A81001), log {practice.record.log[:8]}: 2 new entries; 5 held now."
    assert take_return(team, long, "a.msatreturn").outcome is Outcome.SAME
    assert take_return(team, short, "a.msatreturn").outcome is Outcome.OLDER
    assert held(team)[practice.record.log] == held(practice)[practice.record.log]


def test_the_part_already_held_is_not_verified_again(
    practice: Desk, team: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(practice, "three")
    parsed: list[bytes] = []
    from msat.record import log_lines

    real = log_lines.parse_header
    monkeypatch.setattr(log_lines, "parse_header", lambda data: parsed.append(data) or real(data))
    assert take_return(team, sent(practice), "x").outcome is Outcome.NEW
    assert len(parsed) == 1


def test_a_changed_key_is_followed_from_what_is_held(practice: Desk, team: Desk) -> None:
    practice.record.rotate_key(CLERK.actor())
    work(practice, "three")
    assert take_return(team, sent(practice), "x").new == 2
    work(practice, "four")
    assert take_return(team, sent(practice), "x").new == 1
    whole = read_return(sent(practice))
    assert read_return(sent(practice), team.record.received.raw(practice.record.log)) == whole


@pytest.mark.parametrize(
    ("name", "change", "outcome", "words"),
    [
        ("a.msatreturn", lambda d: b"", Outcome.UNFINISHED, "It is empty"),
        ("a.msatreturn", lambda d: d[:-1], Outcome.UNFINISHED, "stops before its end"),
        ("a.msatreturn", lambda d: d[: len(d) // 2], Outcome.UNFINISHED, "stops before its end"),
        ("a.msatreturn", lambda d: d[:9], Outcome.UNFINISHED, "stops before its end"),
        ("a.msatreturn.part", lambda d: d, Outcome.UNFINISHED, "still being written"),
        ("a.msatreturn", lambda d: b"PK\x03\x04 a spreadsheet\n", Outcome.REJECTED, "not a return of MSAT"),
        ("a.msatreturn", lambda d: d.replace(b"three", b"threw"), Outcome.REJECTED, "content of entry 4 was changed"),
        ("a.msatreturn", lambda d: d + d, Outcome.REJECTED, "number of its entries"),
        ("a.msatreturn", lambda d: d + b"x" * (64 * 1024 * 1024) + b"\nend 4\n", Outcome.REJECTED, "larger than 64 MB"),
    ],
)
def test_a_bad_file_is_said_and_nothing_of_it_kept(
    practice: Desk, team: Desk, name: str, change: Callable[[bytes], bytes], outcome: Outcome, words: str
) -> None:
    before = held(team)
    work(practice, "three")
    found = take_return(team, change(sent(practice)), name)
    assert found.outcome is outcome
    assert words in found.words
    assert found.next_step
    assert held(team) == before
    assert waiting(team) == []


def test_files_with_other_names_are_read_and_one_bad_file_stops_no_other(
    practice: Desk, team: Desk, tmp_path: Path
) -> None:
    work(practice, "three")
    good, bad, gone = tmp_path / "A81001 (1).msatreturn", tmp_path / "b.txt", tmp_path / "gone.msatreturn"
    good.write_bytes(sent(practice))
    bad.write_bytes(b"hello\n")
    seen: list[tuple[int, int]] = []
    found = take_returns(team, [bad, gone, good, good], lambda _what, done, of: seen.append((done, of)))
    assert [one.outcome for one in found] == [Outcome.REJECTED, Outcome.REJECTED, Outcome.NEW, Outcome.SAME]
    assert "cannot be read: No such file" in found[1].words
    assert seen[-1] == (4, 4)


def test_two_histories_of_one_key_are_both_kept_and_the_log_is_frozen(practice: Desk, team: Desk) -> None:
    log = practice.record.log
    clone = twin(practice, 3)
    work(practice, "here")
    assert take_return(team, sent(practice), "a").outcome is Outcome.NEW
    from tests.record.makers import draft

    clone.append([draft("there"), draft("and on")])
    other = b"".join(write_return(clone.entries(), clone.signed_head()))
    found = take_return(team, other, "b.msatreturn")
    assert (found.outcome, found.at) == (Outcome.FORK, 4)
    assert "from entry 4 on" in found.words
    (entry,) = team.record.typed(frozenset({"fork.found"}))
    kept = [team.files.get(digest) for digest in entry.content["files"]]
    assert kept == [sent(practice), other], "both versions are evidence, byte for byte"
    # frozen: nothing more is taken in, and the same file is not recorded twice
    work(practice, "more")
    frozen = take_return(team, sent(practice), "c")
    assert frozen.outcome is Outcome.FORK
    assert "frozen since" in frozen.words
    assert take_return(team, other, "b").outcome is Outcome.FORK
    assert len(team.record.typed(frozenset({"fork.found"}))) == 1
    # a person decides: what is held stays and goes on
    with pytest.raises(Refused, match="Give a reason"):
        enrolling.accept(team, log, CLERK, is_compared=True)
    enrolling.accept(team, log, CLERK, is_compared=True, reason="The clone was switched off.")
    assert enrolled(team)[log].frozen is None
    assert take_return(team, sent(practice), "c").new == 1
    assert "decided on before" in take_return(team, other, "b").words
    assert enrolled(team)[log].frozen is None
    # and the clone going on is a new alarm
    clone.append([draft("once more")])
    again = b"".join(write_return(clone.entries(), clone.signed_head()))
    assert "the log is frozen" in take_return(team, again, "d").words


def test_a_log_removed_is_taken_in_no_more_and_what_is_held_stays(practice: Desk, team: Desk) -> None:
    before = held(team)[practice.record.log]
    changes = enrolling.remove(team, practice.record.log[:8], CLERK, "They closed.")
    assert "What is held stays" in changes.words
    work(practice, "three")
    assert "was removed" in take_return(team, sent(practice), "x").words
    assert held(team)[practice.record.log] == before
    with pytest.raises(Refused, match="not enrolled"):
        enrolling.remove(team, practice.record.log, CLERK, "again")
    _changes, arrivals = enrolling.accept(team, practice.record.log, CLERK, is_compared=True)
    assert [one.new for one in arrivals] == [1]


def test_enrolling_shows_first_what_is_to_be_compared(site: Make, practice: Desk, tmp_path: Path) -> None:
    team = site("16C", "committee")
    path = send_return(practice, tmp_path).path
    shown, own = enrolling.show(team, str(path)), enrolling.mine(practice)
    assert (shown.ods, shown.name, shown.size, shown.is_enrolled) == ("A81001", "Practice A81001", 3, False)
    assert shown.in_groups == own.in_groups
    assert len(own.in_groups.split()) == 16
    assert enrolling.show(team, practice.record.log[:8]).fingerprint == own.fingerprint
    for text, words in (("abc", "names no log"), ("ffffffff", "No log that begins"), (team.record.log, "No log that")):
        with pytest.raises(Refused, match=words):
            enrolling.show(team, text)
    with pytest.raises(Refused, match="your own log"):
        enrolling.accept(team, str(send_return(team, tmp_path).path), CLERK, is_compared=True)
    (waits,) = enrolling.listed(team)
    assert waits.is_waiting
    assert enrolling.forget_waiting(team, practice.record.log) == 1
    assert enrolling.listed(team) == []


def test_a_file_named_to_be_shown_that_is_bad_is_refused(site: Make, tmp_path: Path) -> None:
    bad = tmp_path / "bad.msatreturn"
    bad.write_bytes(b"nonsense\n")
    with pytest.raises(Refused, match="was refused"):
        enrolling.show(site("16C", "committee"), str(bad))


def test_a_return_is_written_whole_or_not_at_all(
    practice: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = send_return(practice, tmp_path)
    assert made.path.name == f"A81001-{practice.record.log[:8]}-3.msatreturn"
    assert read_return(made.path.read_bytes()).head == practice.record.head()
    with pytest.raises(Refused, match="There is no folder"):
        send_return(practice, tmp_path / "none")
    work(practice, "three")

    def fails(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("msat.services.send_return.replace_file", fails)
    with pytest.raises(Refused, match="No space left"):
        send_return(practice, tmp_path)
    assert [path.name for path in tmp_path.iterdir() if "msatreturn" in path.name] == [made.path.name]


def test_the_quarantine_has_an_end(site: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msat.services.quarantine.MOST_FILES", 2)
    team = site("16C", "committee")
    found = [take_return(team, sent(site(f"A8100{n}")), "x").outcome for n in range(3)]
    assert found == [Outcome.WAITING, Outcome.WAITING, Outcome.REJECTED]


def test_a_name_made_to_mislead_is_shown_plain_and_not_enrolled(tmp_path: Path, site: Make, clock: FixedClock) -> None:
    team = site("16C", "committee")
    sly = make_site(tmp_path / "sly", Organisation("Good\x1b[2J\u202e\nSurgery", "a 1\n", "gp-practice"), clock)
    found = take_return(team, sent(sly), "x")
    assert found.outcome is Outcome.WAITING
    assert found.words.startswith("Good□[2J□ Surgery (a 1), log")
    assert found.words.isprintable()
    assert enrolling.listed(team)[0].writer.name.isprintable()
    with pytest.raises(Refused, match="which cannot be one"):
        enrolling.accept(team, sly.record.log, CLERK, is_compared=True)


def test_a_log_sent_without_some_bodies_is_the_same_log(practice: Desk, team: Desk) -> None:
    """A body that was withheld at first stays withheld here: what is stored is never changed, and nothing is a fork."""
    work(practice, "three")
    kinds = frozenset({"alert.acknowledged"})
    withheld = b"".join(write_return(practice.record.entries(), practice.record.signed_head(), kinds))
    assert take_return(team, withheld, "x").new == 1
    assert [row.body is None for row in team.record.received.raw(practice.record.log)] == [False, False, False, True]
    assert take_return(team, sent(practice), "x").outcome is Outcome.SAME
    work(practice, "four")
    assert take_return(team, sent(practice), "x").new == 1
    assert take_return(team, withheld, "x").outcome is Outcome.OLDER


def test_a_second_name_under_one_code_is_told_before_and_after_it_is_enrolled(
    site: Make, practice: Desk, team: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    namesake = make_site(tmp_path / "namesake", Organisation("Elm Surgery", "A81001", "gp-practice"), clock)
    take_return(team, sent(namesake), "a.msatreturn")
    expected = f"is also that of Practice A81001 (log {practice.record.log[:8]}, enrolled here)"
    assert expected in enrolling.show(team, namesake.record.log).others
    changes, _arrivals = enrolling.accept(team, namesake.record.log, CLERK, is_compared=True)
    assert expected in changes.words
    elsewhere = site("B82002")
    take_return(team, sent(elsewhere), "b.msatreturn")
    assert enrolling.show(team, elsewhere.record.log).others == "", "another code"


def test_a_colleague_of_another_name_is_told_from_a_workstation_of_the_same(
    site: Make, practice: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    colleague = site("A81001")
    take_return(practice, sent(colleague), "a.msatreturn")
    assert enrolling.show(practice, colleague.record.log).others == "", "two workstations of one practice"
    other = make_site(tmp_path / "other", Organisation("Elm Surgery", "A81001", "gp-practice"), clock)
    take_return(practice, sent(other), "b.msatreturn")
    changes, _arrivals = enrolling.accept(practice, other.record.log, CLERK, is_compared=True)
    assert f"is also that of Practice A81001 (log {practice.record.log[:8]}, your own)" in changes.words
    enrolling.remove(practice, other.record.log, CLERK, "It was another practice's.")
    assert enrolling.show(practice, colleague.record.log).others == ""


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\u3164"])
def test_a_name_with_what_nobody_sees_in_it_is_not_enrolled(
    tmp_path: Path, site: Make, clock: FixedClock, mark: str
) -> None:
    team = site("16C", "committee")
    sly = make_site(tmp_path / "sly", Organisation(f"River{mark}side", "A81009", "gp-practice"), clock)
    assert take_return(team, sent(sly), "x").words.startswith("River□side (A81009), log")
    with pytest.raises(Refused, match="“River□side” with the ODS code “A81009”, which cannot be one"):
        enrolling.accept(team, sly.record.log, CLERK, is_compared=True)


def test_what_only_looks_like_another_s_name_or_code_is_told(tmp_path: Path, site: Make, clock: FixedClock) -> None:
    team = site("16C", "committee")
    for number, ods in enumerate(("A81001", "A81OO1", "B82002")):
        name = "R\u0456verside Surgery" if number == 2 else ("Riverside Surgery", "The Mount")[number]
        one = make_site(tmp_path / ods, Organisation(name, ods, "gp-practice"), clock)
        came = take_return(team, sent(one), "x")
        shown = enrolling.show(team, one.record.log)
        changes, _arrivals = enrolling.accept(team, one.record.log, CLERK, is_compared=True)
        assert shown.looks in changes.words
        if number == 0:
            assert shown.looks == ""
            first = one.record.log[:8]
        elif number == 1:
            assert shown.looks == (
                "Its ODS code A81OO1 looks like A81001, which is another: "
                f"that of Riverside Surgery (log {first}, enrolled here)."
            )
        else:
            assert "not an English or Welsh letter: “\u0456”, Cyrillic small letter" in came.words
            assert shown.looks.startswith("In its name there is what is not an English or Welsh letter: “\u0456”, Cyr")
            assert f"Its name looks like that of Riverside Surgery (log {first}, enrolled here)" in shown.looks


@pytest.mark.parametrize("again", ["accept", "sync"])
def test_what_waits_is_taken_in_though_the_enrolment_was_broken_off_before_that(
    site: Make, practice: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    """The program dies between the entry that enrols and the taking in of the return that waited for it."""
    team = site("16C", "committee")
    take_return(team, sent(practice), "a.msatreturn")

    def dies(*_args: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patched:
        patched.setattr(enrolling, "release", dies)
        with pytest.raises(SystemExit):
            enrolling.accept(team, practice.record.log, CLERK, is_compared=True)
    assert enrolling.enrolled(team)[practice.record.log].is_active
    assert team.record.received.heads() == ()
    size = team.record.head().size
    if again == "accept":
        changes, arrivals = enrolling.accept(team, practice.record.log, CLERK, is_compared=True)
        assert "was enrolled before. What still waited of it was taken in now." in changes.words
        assert team.record.head().size == size, "it is not enrolled a second time"
    else:
        (tmp_path / "shared").mkdir()
        arrivals = list(folder_sync(team, tmp_path / "shared").arrivals)
    assert [one.outcome for one in arrivals] == [Outcome.NEW]
    assert held(team)[practice.record.log] == held(practice)[practice.record.log]
    assert waiting(team) == []
    with pytest.raises(Refused, match="is enrolled already"):
        enrolling.accept(team, practice.record.log, CLERK, is_compared=True)
