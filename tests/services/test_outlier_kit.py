"""From returns to a reply: who lies outside, a preview before any letter, the letter in one's own words, the reply."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import docx
import pypdf
import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import FixedClock
from msat.errors import Refused
from msat.exchange.return_file import write_return
from msat.exports.file_names import safe_name
from msat.places import places
from msat.projections.outlier_steps import responses
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.services.correct import correct
from msat.services.desk import Desk, Person
from msat.services.enrol import accept
from msat.services.letter_files import Words, copy_texts
from msat.services.outliers import look
from msat.services.preview_outlier import preview_outlier, record_preview
from msat.services.record_reply import record_reply
from msat.services.report_outliers import report_outliers
from msat.services.take_return import take_return
from msat.services.verify import verify, verify_files
from msat.services.write_letter import write_letter
from tests.exports.test_pdf import failures
from tests.fakes import NOON, Story, an_alert

LEAD = Person("A Lead", "medicines safety lead", "tester")
FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)
LOW, NAME = "A81050", "Practice A81050"
ALERTS = 10


def practice(number: int, ods: str, done: int) -> tuple[str, bytes]:
    """A practice that finished the first `done` of ALERTS alerts in time, and its return."""
    story = Story(FixedClock(NOON + timedelta(seconds=number)))
    story.record = MemoryRecord(Organisation(f"Practice {ods}", ods, "gp-practice"), story.clock, story.files)
    for n in range(ALERTS):
        story.key = f"EL(26)A/{n + 1}"
        story.received(an_alert(story.key, reference=story.key))
        story.triaged("amber", NOON + timedelta(days=5), actions=())
        if n < done:
            story.acknowledged()
            story.decided()
            story.signed_off()
    return story.record.log, b"".join(write_return(story.record.entries(), story.record.signed_head()))


@pytest.fixture(scope="session")
def returns() -> list[tuple[str, bytes]]:
    """Nine practices that finished all but one, and one that finished two."""
    return [*(practice(n, f"A810{n:02}", 9) for n in range(9)), practice(50, LOW, 2)]


@pytest.fixture
def team(tmp_path: Path, returns: list[tuple[str, bytes]]) -> Iterator[Desk]:
    """A commissioner's team that holds the returns, three weeks later."""
    clock = FixedClock(NOON + timedelta(days=21))
    where = places(tmp_path / "team")
    bootstrap.create_profile(where, Organisation("Medicines Team", "QOX", "committee"), clock)
    desk = bootstrap.open_desk(where, clock)
    for log, data in returns:
        take_return(desk, data, f"{log[:8]}.msatreturn")
        accept(desk, log, LEAD, is_compared=True)
    yield desk
    desk.close()


def shown(desk: Desk, **more: object) -> None:
    record_preview(desk, LOW, "practice manager", "e-mail", LEAD, first=FIRST, last=LAST, **more)  # type: ignore[arg-type]


def test_who_lies_outside_follows_from_the_returns(team: Desk) -> None:
    seen = look(team, FIRST, LAST)
    (line,) = seen.found["K6"].lines
    assert (line.ods, line.counted.words, line.average.words) == (LOW, "2 of 10 (20%)", "83 of 100 (83%)")
    assert seen.steps == {}


def test_a_preview_is_shown_without_recording_anything(team: Desk, tmp_path: Path) -> None:
    size = team.record.head().size
    document, paths = preview_outlier(team, LOW.lower(), first=FIRST, last=LAST, target=tmp_path / "figures.pdf")
    assert team.record.head().size == size
    assert document.title == "Medicines safety alerts: your figures, before we write about them"
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(paths[0]).pages)
    assert "2 of 10 (20%)" in text
    assert "A81001" not in text  # nobody sees another practice's figures
    assert failures(paths[0].read_bytes()) == []


def test_a_letter_comes_only_after_a_preview(team: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No preview of K6 shown to A81050 is recorded"):
        write_letter(team, LOW, tmp_path, LEAD)
    shown(team)
    with pytest.raises(Refused, match="No preview of K5"):
        write_letter(team, LOW, tmp_path, LEAD, measure="K5")
    paths, changes = write_letter(team, LOW, tmp_path, LEAD)
    assert [path.suffix for path in paths] == [".docx", ".pdf"]
    assert [entry.type for entry in changes.entries] == ["letter.issued", "export.issued", "export.issued"]
    (preview,) = team.record.typed(frozenset({"outlier.previewed"}))
    assert changes.entries[0].data["preview"] == preview.id


def test_a_preview_struck_out_counts_for_nothing(team: Desk, tmp_path: Path) -> None:
    shown(team)
    (entry,) = team.record.typed(frozenset({"outlier.previewed"}))
    correct(team, entry.id, "It went to another practice.", LEAD)
    with pytest.raises(Refused, match="No preview"):
        write_letter(team, LOW, tmp_path, LEAD)


def test_the_letter_keeps_its_order_in_word_and_pdf(team: Desk, tmp_path: Path) -> None:
    shown(team, happened=NOON + timedelta(days=20))
    (word, pdf), _changes = write_letter(team, LOW, tmp_path, LEAD)
    titles = ["1. Confirm the data", "2. Context and history", "3. Action plan and timelines", "4. Level of engagement"]
    told = [one.text for one in docx.Document(str(word)).paragraphs if one.text in titles]
    assert told == titles
    data = pdf.read_bytes()
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())
    assert [text.index(title) for title in titles] == sorted(text.index(title) for title in titles)
    for words in (
        "we counted 2 of 10 (20%); for all organisations together 83 of 100 (83%)",
        "on 12 December 2026 to practice manager by e-mail",
        "below the 99.8% limit",
        "By 29 December 2026: the data confirmed or corrected.",  # ten working days, Christmas left out
        "12 December 2026: figures shown to practice manager",
        "Help with setting up",
        "not known to MSAT: ask the practice",
    ):
        assert words in text, words
    assert "Half an hour to tell others" not in text
    assert failures(data) == []


def test_the_files_are_checked_against_the_record_and_qpdf(team: Desk, tmp_path: Path) -> None:
    shown(team, target=tmp_path / "preview.html")
    paths, _changes = write_letter(team, LOW, tmp_path, LEAD)
    for path, found in verify_files([*paths, tmp_path / "preview.html"], team.record):
        assert found.valid, (path.name, found.problems)
    assert verify(team).valid
    if shutil.which("qpdf"):
        done = subprocess.run(["qpdf", "--check", str(paths[1])], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_figures_that_changed_since_the_preview_are_told(team: Desk, tmp_path: Path) -> None:
    shown(team)
    log, data = practice(99, LOW, 4)  # a second workstation of the practice: four alerts more are done
    take_return(team, data, "second.msatreturn")
    accept(team, log, LEAD, is_compared=True)
    (_word, pdf), _changes = write_letter(team, LOW, tmp_path, LEAD)
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages).split())
    assert "When we showed them, your figures were 2 of 10 (20%)." in text
    assert "makes them 4 of 10 (40%)" in text


def test_one_inside_the_limits_gets_neither(team: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"Practice A81003 \(A81003\) lies inside the limits: 9 of 10"):
        preview_outlier(team, "A81003", first=FIRST, last=LAST)
    with pytest.raises(Refused, match="no organisation “Z99999”"):
        preview_outlier(team, "Z99999", first=FIRST, last=LAST)
    with pytest.raises(Refused, match="no funnel"):
        preview_outlier(team, LOW, "K9", first=FIRST, last=LAST)
    with pytest.raises(Refused, match="ends on 1 January 2026, before"):
        look(team, date(2026, 2, 1), date(2026, 1, 1))


def test_a_reply_is_recorded_with_its_file_and_stands_in_the_next_letter(team: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Nothing that was shown or sent"):
        record_reply(team, LOW, LEAD, "Thank you.")
    shown(team)
    with pytest.raises(Refused, match="empty"):
        record_reply(team, LOW, LEAD, "  ")
    with pytest.raises(Refused, match="NHS number"):
        record_reply(team, LOW, LEAD, "About 943 476 5919.")
    file = tmp_path / "reply.txt"
    file.write_text("Two signatures were missing.", encoding="utf-8")
    changes = record_reply(team, LOW, LEAD, "Two signatures were missing.", file)
    assert changes.entries[0].content["files"]
    paths, _changes = write_letter(team, LOW, tmp_path / "letter.pdf", LEAD)
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(paths[0]).pages).split())
    assert "your reply. “Two signatures were missing.” Kept with it: reply.txt." in text
    told = responses(team.record.entries())[LOW]
    assert told.startswith("Preview shown 13 December 2026 (K6) to practice manager; reply recorded 13 December 2026;")
    assert "letter issued 13 December 2026 (K6), reply asked by" in told


def test_only_a_commissioners_team_may_look(tmp_path: Path, clock: FixedClock) -> None:
    where = places(tmp_path / "practice")
    bootstrap.create_profile(where, Organisation("Practice", "A81001", "gp-practice"), clock)
    desk = bootstrap.open_desk(where, clock)
    try:
        for do in (lambda: look(desk), lambda: record_reply(desk, LOW, LEAD, "x")):
            with pytest.raises(Refused, match="Only a commissioner's team"):
                do()
    finally:
        desk.close()


def test_nothing_is_recorded_when_the_files_cannot_be_written(team: Desk, tmp_path: Path) -> None:
    shown(team)
    size = team.record.head().size
    with pytest.raises(Refused, match="There is no folder"):
        write_letter(team, LOW, tmp_path / "none" / "letter.pdf", LEAD)
    with pytest.raises(Refused, match="not written as “letter"):
        write_letter(team, LOW, tmp_path / "letter.odt", LEAD)
    with pytest.raises(Refused, match="no time to reply in"):
        write_letter(team, LOW, tmp_path / "letter.pdf", LEAD, reply_days=0)
    assert team.record.head().size == size


@pytest.mark.parametrize("name", ["look.pdf", "look.docx", "look.html"])
def test_the_look_is_written_with_its_funnels(team: Desk, tmp_path: Path, name: str) -> None:
    shown(team)
    (path,), changes = report_outliers(team, tmp_path / name, LEAD, FIRST, LAST)
    assert [entry.type for entry in changes.entries] == ["export.issued"]
    ((_path, found),) = verify_files([path], team.record)
    assert found.valid, found.problems
    if name.endswith(".pdf"):
        text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())
        assert "K5: alerts acknowledged in time" in text
        assert f"{NAME} ({LOW}): 2 of 10 (20%), below the 99.8% limit" in text
        assert "So far: Preview shown 13 December 2026 (K6) to practice manager." in text
        assert failures(path.read_bytes()) == []
    if name.endswith(".html"):
        assert path.read_text(encoding="utf-8").count("<svg") == 2


# --- words of one's own ----------------------------------------------------------------------------------------


def test_an_editor_changes_the_words_without_code(team: Desk, tmp_path: Path) -> None:
    shown(team)
    folder = tmp_path / "words"
    folder.mkdir()
    letter, preview = sorted(copy_texts(folder))
    assert (letter.name, preview.name) == ("letter.txt", "preview.txt")
    with pytest.raises(Refused, match="is there already"):
        copy_texts(folder)
    text = letter.read_text(encoding="utf-8").replace("= Medicines safety alerts: a look", "= Our own title: a look")
    letter.write_text(text, encoding="utf-8")
    paths, _changes = write_letter(team, LOW, tmp_path / "own.html", LEAD, words=Words(letter))
    assert "Our own title: a look at the figures together" in paths[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("= T\n\n{counted} {patient}\n", "Line 3 of “own.txt” has the name “patient”"),
        ("= T\n[everything]\n", "Line 2 of “own.txt” has the block “everything”"),
        ("= T\n{ods\n", "Line 2 of “own.txt” has a brace without its other half"),
        ("Dear all\n= T\n", "does not begin with its one title"),
        ("= T\n= U\n", "does not begin with its one title"),
        ("= T\n" + "line\n" * 700, "more than 600 lines"),
        ("= T\n" + "x" * 70_000, "larger than 64 KB"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_with_its_line(team: Desk, tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "own.txt"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=said.replace("“", ".").replace("”", ".")):
        preview_outlier(team, LOW, first=FIRST, last=LAST, words=Words(own))


def test_what_is_filled_in_is_never_read_as_a_text(team: Desk, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("= T\n\n{previewed} <b>{ods}</b>\n", encoding="utf-8")
    shown_to = "{counted} [counts] <script>alert(1)</script>"
    record_preview(team, LOW, shown_to, "e-mail", LEAD, first=FIRST, last=LAST)
    (path,), _changes = write_letter(team, LOW, tmp_path / "letter.html", LEAD, words=Words(own))
    made = path.read_text(encoding="utf-8")
    assert "{counted} [counts] &lt;script&gt;alert(1)&lt;/script&gt;" in made
    assert "<script>" not in made
    assert "&lt;b&gt;A81050&lt;/b&gt;" in made


# --- the command line ------------------------------------------------------------------------------------------


def test_the_commands_do_the_same(
    team: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, days = str(tmp_path / "team"), ["--from", str(FIRST), "--to", str(LAST)]
    team.close()
    opened = bootstrap.open_desk
    monkeypatch.setattr(bootstrap, "open_desk", lambda where, **more: opened(where, team.clock, **more))
    by = ["--profile", folder, "--as", "A Lead", "--role", "lead"]

    def ask(*words: str, status: int = 0) -> str:
        assert main([*by, *words]) == status, capsys.readouterr().err
        told = capsys.readouterr()
        return told.out if status == 0 else told.err

    listed = json.loads(ask("outliers", *days, "--json"))
    assert [one["measure"] for one in listed["measures"]] == ["K5", "K6"]
    assert listed["measures"][1]["outliers"][0]["ods"] == LOW
    text = ask("outliers", *days)
    assert "Both ends are worth a look." in text
    assert "Data recording: Was the work done, and not recorded, or recorded later?" in text
    assert "So far: nothing recorded yet" in text
    assert "2 of 10 (20%)" in ask("outliers", "preview", LOW, *days)
    assert "--shown-to" in ask("outliers", "letter", LOW, "--out", str(tmp_path), status=2)
    assert "--how" in ask("outliers", "preview", LOW, *days, "--shown-to", "practice manager", status=2)
    told = ask("outliers", "preview", LOW, *days, "--shown-to", "practice manager", "--how", "e-mail")
    assert "Showed its figures to Practice A81050" in told
    made = json.loads(ask("outliers", "letter", LOW, "--out", str(tmp_path), "--json"))
    assert [Path(name).suffix for name in made["files"]] == [".docx", ".pdf"]
    assert "Recorded the reply" in ask("outliers", "reply", LOW, "--text", "We look into it.")
    assert "reply recorded" in ask("outliers", *days)
    assert "Saved the look at outliers" in ask("outliers", *days, "--out", str(tmp_path / "look.pdf"))
    assert "Change the words" in ask("outliers", "texts", str(tmp_path))
    assert "verified" in ask("verify", *made["files"])


def test_names_of_files_are_safe(team: Desk, tmp_path: Path) -> None:
    shown(team)
    paths, _changes = write_letter(team, LOW, tmp_path, LEAD)
    assert [path.name for path in paths] == [f"{safe_name(path.stem)}{path.suffix}" for path in paths]
