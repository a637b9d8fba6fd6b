"""A return for people to read: in words, with what is withheld, the same for everybody, checked by what is inside."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pytest

from msat.cli import main
from msat.errors import Refused
from msat.exchange.return_file import BadReturn, write_return
from msat.exports.return_page import SORTS
from msat.record.entries import TYPES
from msat.services import show_return as module
from msat.services.desk import Desk
from msat.services.show_return import check_return_pdf, held_return, return_pdf, show_return, to_json, write_return_pdf
from msat.services.verify import verify_files
from tests.exchange.sites import enrol, sent, work
from tests.exports.hostile import PAYLOADS
from tests.exports.test_pdf import failures
from tests.fakes import Story, an_alert

NAME = "A81001-log-20.msatreturn"


@pytest.fixture(scope="module")
def story() -> Story:
    told = Story()
    told.received()
    told.triaged()
    told.is_done()
    told.key = "EL(26)A/38"
    told.received(an_alert("EL(26)A/38", reference="EL(26)A/38"))
    told.triaged("amber", None)
    told.acknowledged()
    told.corrected(told.acknowledged(), {"note": "second look"})
    absence = {"name": "A. Patel", "first": "2026-11-20", "last": "2026-11-21", "deputy": "", "note": ""}
    told.happens("absence.recorded", absence, about=None)
    return told


def as_return(story: Story, withheld: frozenset[str] = frozenset()) -> bytes:
    return b"".join(write_return(story.record.entries(), story.record.signed_head(), withheld))


def test_it_says_whose_what_and_how_to_compare(story: Story) -> None:
    shown = show_return(as_return(story), NAME)
    text = " ".join(shown.text.split())
    head, first = story.record.head(), story.entries[0]
    for words in (
        "Return of Riverside Surgery (A81001)",
        f"Entries: {head.size}, recorded 22 November 2026",
        "Alerts: 2 (Red 1, Amber 1)",
        "Nothing: every entry came with what it says.",
        "Acknowledged 22 November 2026 by A. Patel.",
        "2 of 2 places checked, nil in all.",
        "second person 22 November 2026 by C. Okafor.",
        "1 entry was corrected.",
        "Absences: 1, the last on 22 November 2026 by A. Patel.",
        "It does not prove that the work was done",
    ):
        assert words in text, words
    assert first.id[:4] in text
    told = to_json(shown)
    assert (told["entries"], told["fingerprint"], len(told["alerts"])) == (head.size, first.id, 2)
    assert json.dumps(told)


def test_withheld_bodies_are_counted_and_nothing_rests_on_them(story: Story) -> None:
    kinds = frozenset({"place.checked", "absence.recorded"})
    shown = show_return(as_return(story, kinds), NAME)
    text = " ".join(shown.text.split())
    size = story.record.head().size
    assert f"3 of {size} entries came without what they say (absences 1; places checked 2)" in text
    assert "places checked, nil" not in text
    assert to_json(shown)["withheld"] == {"absence.recorded": 1, "place.checked": 2}


def test_the_same_return_gives_the_same_archival_page(story: Story, tmp_path: Path) -> None:
    data = as_return(story)
    made = return_pdf(show_return(data, NAME))
    assert made == return_pdf(show_return(data, NAME))
    assert failures(made) == []
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.attachments[NAME].get_file().read_bytes() == data
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not installed; the validator above has passed")
    (tmp_path / "file.pdf").write_bytes(made)
    done = subprocess.run(["qpdf", "--check", "file.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_page_is_checked_by_the_return_inside(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(return_pdf(show_return(as_return(story), NAME)))
    ((_path, found),) = verify_files([path], None)
    assert found.valid
    assert "The pages say what the return inside says" in " ".join(found.checked)


def test_an_altered_page_and_an_altered_return_are_found(story: Story) -> None:
    made = return_pdf(show_return(as_return(story), NAME))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        stream = pdf.pages[0].Contents
        stream.write(stream.read_bytes() + b" ")
        moved = io.BytesIO()
        pdf.save(moved)
    found = check_return_pdf(moved.getvalue(), "page.pdf")
    assert found is not None
    assert [problem.where for problem in found.problems] == ["page 1"]
    with pikepdf.open(io.BytesIO(made)) as pdf:
        inner = pdf.Root.Names.EmbeddedFiles.Names[1].EF.F
        inner.write(inner.read_bytes().replace(b"Do A04", b"Do A05"))
        forged = io.BytesIO()
        pdf.save(forged)
    found = check_return_pdf(forged.getvalue(), "page.pdf")
    assert found is not None
    assert "was changed" in found.problems[0].what


def test_a_page_of_another_version_is_not_compared_and_says_so(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    made = return_pdf(show_return(as_return(story), NAME))
    monkeypatch.setattr(module, "PROGRAM", "MSAT 99.0")
    found = check_return_pdf(made, "page.pdf")
    assert found is not None
    assert found.valid
    assert "the pages were not compared with the return inside" in " ".join(found.checked)


def test_other_pdfs_are_not_taken_for_a_return(certificate: bytes) -> None:
    assert check_return_pdf(certificate, "certificate.pdf") is None
    assert check_return_pdf(b"%PDF-1.7 nothing", "broken.pdf") is None


@pytest.fixture(scope="module")
def certificate() -> bytes:
    from msat.exports.certificate import certificate as make
    from msat.exports.pdf import write_pdf
    from msat.exports.seal import gather
    from tests.exports.samples import CUT_OFF, KEY, SURGERY, notice, record_with_alert, signed

    record = record_with_alert()
    seal = gather(record, [signed(record)], "certificate", {"alert": KEY}, CUT_OFF)
    return write_pdf(make(signed(record), notice(), SURGERY, CUT_OFF), seal)


def test_a_damaged_return_is_refused(story: Story) -> None:
    with pytest.raises(BadReturn):
        show_return(as_return(story)[:-3], NAME)


def test_hostile_titles_and_names_make_a_page_that_conforms_and_checks() -> None:
    told = Story()
    for number, payload in enumerate(PAYLOADS[:24]):
        told.key = f"key-{number}"
        title = payload.replace("\0", "").encode("utf-8", "replace").decode("utf-8") or "-"
        told.received(an_alert(told.key, reference=None, title=title))
        told.acknowledged(by="<b>A. Patel</b>")
    made = return_pdf(show_return(as_return(told), "../evil name.msatreturn"))
    assert failures(made) == []
    found = check_return_pdf(made, "page.pdf")
    assert found is not None
    assert found.valid
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert list(pdf.attachments) == ["return.msatreturn"]
        assert not any(page.get("/Annots") for page in pdf.pages)


def test_the_command_needs_no_profile(
    story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / NAME, tmp_path / "read.pdf"
    path.write_bytes(as_return(story))
    nowhere = tmp_path / "no-profile"
    assert main(["--profile", str(nowhere), "return", "show", str(path)]) == 0
    assert "Return of Riverside Surgery" in capsys.readouterr().out
    assert main(["--profile", str(nowhere), "return", "show", str(path), "--pdf", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pdf"] == str(out)
    assert "Riverside Surgery" in pypdf.PdfReader(out).pages[0].extract_text()
    assert not nowhere.exists()
    assert main(["--profile", str(nowhere), "return", "show", "deadbeef"]) != 0
    capsys.readouterr()
    assert main(["return", "show", str(path), "--pdf", str(tmp_path / "x.docx")]) == 2
    assert "ends in .pdf" in capsys.readouterr().err


def test_a_log_that_is_held_is_shown_without_its_file(site: Callable[..., Desk], tmp_path: Path) -> None:
    team, practice = site("QOX", "committee"), site("A81001")
    work(practice, "one", "two")
    data = sent(practice)
    with pytest.raises(Refused):
        held_return(team, practice.record.log[:8])
    enrol(team, practice)
    shown = held_return(team, practice.record.log[:8])
    assert shown.data == data
    assert shown.read.organisation.ods == "A81001"
    assert shown.read.name == f"A81001-{practice.record.log[:8]}-{practice.record.head().size}.msatreturn"
    assert held_return(team, team.record.log[:8]).data == sent(team)


def test_a_return_is_written_with_its_page_beside_it(
    profile: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "site")
    words = ["init", "--organisation", "Test Surgery", "--ods", "Y00001", "--kind", "gp-practice", "--json"]
    assert main(["--profile", folder, *words]) == 0
    capsys.readouterr()
    assert main(["--profile", folder, "return", "export", "--out", str(tmp_path), "--pdf", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert Path(made["pdf"]).stem == Path(made["file"]).stem
    assert main(["--profile", folder, "verify", made["pdf"]]) == 0


def test_every_sort_of_entry_has_a_name_for_people() -> None:
    assert set(SORTS) == set(TYPES)
    assert not [name for name in SORTS.values() if "." in name or "_" in name]


def test_the_page_of_a_return_gets_a_name_that_is_safe_everywhere(story: Story, tmp_path: Path) -> None:
    for name in ("CON.msatreturn", "a:b?*.msatreturn", "NUL .msatreturn"):
        written = write_return_pdf(show_return(as_return(story), name), tmp_path)
        assert written.parent == tmp_path
        assert written.stem.strip().casefold() not in ("con", "nul")
        assert not set(written.name) & set(':?*"<>|\\/')
        assert written.read_bytes().startswith(b"%PDF")
