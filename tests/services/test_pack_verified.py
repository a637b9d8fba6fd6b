"""An issued pack checked by somebody who has nothing but its files; and each way to change one, named."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from msat.exports.chains import NAME as CHAINS
from msat.exports.checking import FileCheck, Outcome, check_file
from msat.exports.content import NAME, content_attachment, content_json
from msat.exports.document import Document, Heading
from msat.exports.manifest import Attachment
from msat.exports.pdf import write_pdf
from msat.exports.pdf_reading import read_pdf
from msat.exports.seal import seal_of_cut
from msat.projections.pack_model import Signatory
from msat.services.desk import Desk
from msat.services.export_pack import issue_pack, make_again
from msat.services.pack_preparing import Wanted, find_prepared, read_prepared
from tests.regions import CLERK, FIRST, LAST, copied, region

WANTED = Wanted(FIRST, LAST, Signatory("Demo Pharmacist", "Author"), approver=Signatory("Demo Chair", "Chair"))
NUMBER = "QOX-P0001"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region")
    desk = region(folder, practices=5, alerts=6, silent=1)
    issue_pack(desk, WANTED, folder, CLERK)
    desk.close()
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Iterator[Desk]:
    opened = copied(made, tmp_path)
    yield opened
    opened.close()


def issued(made: Path, form: str) -> bytes:
    return (made / f"pack-{NUMBER}.{form}").read_bytes()


def said(check: FileCheck) -> str:
    return " ".join(check.checked)


def wrong(check: FileCheck) -> str:
    return " | ".join(f"{problem.where}: {problem.what}" for problem in check.problems)


def test_a_stranger_with_the_pdf_alone_can_follow_everything(made: Path) -> None:
    check = check_file(issued(made, "pdf"), "pack.pdf")
    assert (check.problems, check.outcome) == ((), Outcome.VERIFIED)
    told = said(check)
    for words in (
        "1. The manifest is signed by the key of log",
        "Its content is what was signed: assurance pack, as at",
        "Each file attached to it hashes to what was signed",
        "Its pages say what the content attached for machines says, text by text and cell by cell",
        "5 logs followed entry by entry from the first to the head that is signed here",
        "4 heads are signed by the key of the log's own installation as well",
        "computed again from the attached entries of 5 organisations and",
        "are the same: 10 indicators with all their parts, 30 states of alerts in organisations",
        "Taken as they stand, for no entry holds them",
        "Not checked, as no record is at hand",
    ):
        assert words in told, words
    assert re.search(r"^9\. ", check.checked[8])


@pytest.mark.parametrize("form", ["html", "xlsx", "json"])
def test_the_other_forms_are_checked_too_and_say_what_they_do_not_carry(made: Path, form: str) -> None:
    check = check_file(issued(made, form), f"pack.{form}")
    assert check.problems == ()
    assert "Their entries are not inside this file" in said(check)


def test_with_the_record_every_log_is_compared(made: Path, desk: Desk) -> None:
    check = check_file(issued(made, "pdf"), "pack.pdf", desk.record)
    assert check.problems == ()
    assert "4 logs that it names beside this record's: held here up to the same head." in said(check)
    assert "byte for byte, the file that entry" in said(check)


def test_made_again_it_is_the_same_to_the_byte(made: Path, desk: Desk, tmp_path: Path) -> None:
    make_again(desk, NUMBER, tmp_path, CLERK)
    for form in ("pdf", "html", "xlsx", "json"):
        assert (tmp_path / f"pack-{NUMBER}.{form}").read_bytes() == issued(made, form)


# --- changed by somebody else -----------------------------------------------------------------------------------


def edited(data: bytes, change: Callable[[pikepdf.Pdf, dict[str, Any]], None]) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        names = list(pdf.Root.Names.EmbeddedFiles.Names)
        change(pdf, {str(name): spec.EF.F for name, spec in zip(names[::2], names[1::2], strict=True)})
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return out.getvalue()


def replaced(name: str, old: bytes, new: bytes) -> Callable[[pikepdf.Pdf, dict[str, Any]], None]:
    def change(_pdf: pikepdf.Pdf, files: dict[str, Any]) -> None:
        data = files[name].read_bytes()
        assert re.search(old, data)
        files[name].write(re.sub(old, new, data, count=1))

    return change


def other_text(pdf: pikepdf.Pdf, _files: dict[str, Any]) -> None:
    """Takes one word off the second page."""
    page = pdf.pages[1]
    content = page.Contents.read_bytes()
    shown = list(re.finditer(rb"\((?:[^()\\]|\\.){6,}\) Tj", content))
    start, end = shown[len(shown) // 2].span()
    page.Contents = pdf.make_stream(content[:start] + b"() Tj" + content[end:])


CHANGES = {
    "text of a page": (other_text, "page 2: "),
    "content for machines": (replaced(NAME, rb'"text":"', b'"text":"x'), f"attachment {NAME}"),
    "chain entry": (replaced(CHAINS, rb'"note":""', b'"note":"a"'), r"The content of entry \d+ was changed"),
    "head in the chains": (
        replaced(CHAINS, rb"(log [0-9a-f]{32} \d+ )[0-9a-f]{4}", rb"\g<1>abcd"),
        "is named by the manifest and not attached so",
    ),
    "note in the chains": (replaced(CHAINS, rb"\nN .{20}", b"\nN aaaaaaaaaaaaaaaaaaaa"), "attachment chains.txt"),
    "KPI number": (replaced(NAME, rb'("kpis":.*?"numerator":)\d+', rb"\g<1>99"), "the attached entries come to"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_is_named(made: Path, change: str) -> None:
    how, words = CHANGES[change]
    check = check_file(edited(issued(made, "pdf"), how), "pack.pdf")
    assert check.outcome is Outcome.CHANGED
    assert re.search(words, wrong(check)), wrong(check)


def test_a_changed_json_file_is_told(made: Path) -> None:
    data = issued(made, "json")
    for old, new in ((b'"numerator":', b'"numerator":1'), (b'"text":"', b'"text":" '), (b"sealed-v1", b"other-v1")):
        check = check_file(data.replace(old, new, 1), "pack.json")
        assert not check.valid


# --- signed by its own maker, and wrong all the same --------------------------------------------------------------


def forged(made: Path, desk: Desk, change: Callable[[dict[str, Any], list[bytes]], None]) -> FileCheck:
    """A pack whose maker signs another content or other chains than the record has."""
    pdf = read_pdf(issued(made, "pdf"))
    content = json.loads(pdf.attachments[NAME])
    lines = pdf.attachments[CHAINS].split(b"\n")
    change(content, lines)
    entry = find_prepared(desk, NUMBER)
    assert entry is not None
    seal = seal_of_cut(desk.record, read_prepared(desk, entry).cut, "pack", {}, NUMBER)
    document = Document("Forged", (Heading(1, "Forged"),))
    told = content_attachment(content_json(document, content["values"], seal))
    check = check_file(write_pdf(document, seal, (told, Attachment(CHAINS, b"\n".join(lines), ""))), "pack.pdf")
    assert "Its pages say what the content" in said(check)
    return check


def test_another_share_than_the_entries_come_to_is_named(made: Path, desk: Desk) -> None:
    def flatter(content: dict[str, Any], _lines: list[bytes]) -> None:
        kpi = next(one for one in content["values"]["kpis"] if one["code"] == "K6")
        kpi["value"]["numerator"] = kpi["value"]["denominator"]

    check = forged(made, desk, flatter)
    assert "indicator K6: It says" in wrong(check)


def test_another_state_than_the_entries_come_to_is_named(made: Path, desk: Desk) -> None:
    def flatter(content: dict[str, Any], _lines: list[bytes]) -> None:
        row = content["values"]["matrix"]["rows"][1]
        cell = next(one for one in row["cells"] if one["word"] != "done")
        cell["word"] = "done"

    assert "It says “done”; the attached entries come to" in wrong(forged(made, desk, flatter))


def test_an_organisation_left_out_is_not_overlooked(made: Path, desk: Desk) -> None:
    def leave_out(content: dict[str, Any], _lines: list[bytes]) -> None:
        told = content["values"]["counted"]["organisations"]
        told.remove(next(one for one in told if one["ods"] == "Y90002"))

    assert "the attached entries come to" in wrong(forged(made, desk, leave_out))


@pytest.mark.parametrize("part", ["kpis", "matrix", "counted"])
def test_values_of_another_form_end_in_a_sentence(made: Path, desk: Desk, part: str) -> None:
    def break_it(content: dict[str, Any], _lines: list[bytes]) -> None:
        content["values"][part] = [1]

    assert "not those of a pack" in wrong(forged(made, desk, break_it))


def test_a_count_that_would_never_end_is_refused(made: Path, desk: Desk) -> None:
    def for_ever(content: dict[str, Any], _lines: list[bytes]) -> None:
        content["values"]["counted"]["acknowledge_days"] = 10**12

    assert "not those of a pack" in wrong(forged(made, desk, for_ever))


def test_chains_that_are_not_those_of_the_manifest_are_named(made: Path, desk: Desk) -> None:
    def cut(_content: dict[str, Any], lines: list[bytes]) -> None:
        del lines[-2:]

    assert "The attached chains cannot be read" in wrong(forged(made, desk, cut))
