"""Files inside and beside an export: named in its signed manifest, so that each change of one is told."""

from __future__ import annotations

import io
import json
import zlib

import page
import pikepdf
import pytest

from msat.errors import MsatError
from msat.exports.checking import Outcome, check_file
from msat.exports.document import Document, Heading
from msat.exports.manifest import Attachment
from msat.exports.markup import write_markup
from msat.exports.pdf import write_pdf
from msat.exports.pdf_reading import MOST_BYTES, read_pdf
from msat.exports.seal import Seal
from msat.ids import fingerprint

DOCUMENT = Document("Title", (Heading(1, "Title"),))
FILES = (
    Attachment("values.json", b'{"a":1}', "Figures", "Data"),
    Attachment("chains.txt", b"one\ntwo\n", "The logs", "Source", "text/plain"),
)


@pytest.fixture(scope="module")
def made(seal: Seal) -> bytes:
    return write_pdf(DOCUMENT, seal, FILES)


def edited(data: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf, pdf.Root.Names.EmbeddedFiles.Names)
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return out.getvalue()


def whats(data: bytes) -> str:
    return " | ".join(f"{problem.where}: {problem.what}" for problem in check_file(data, "pack.pdf").problems)


def test_attachments_are_read_back_named_and_still_archival(made: bytes) -> None:
    assert read_pdf(made).attachments == {each.name: each.data for each in FILES}
    manifest = json.loads(json.loads(read_pdf(made).evidence or b"")["manifest"])
    assert manifest["content"]["attachments"] == [
        {"name": "chains.txt", "bytes": 8, "sha256": fingerprint(b"one\ntwo\n")},
        {"name": "values.json", "bytes": 7, "sha256": fingerprint(b'{"a":1}')},
    ]
    assert check_file(made, "pack.pdf").valid
    for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
        assert page.validate_pdf_bytes(made, profile=profile).failures == []


def test_the_order_in_which_they_are_given_does_not_matter(made: bytes, seal: Seal) -> None:
    assert write_pdf(DOCUMENT, seal, FILES[::-1]) == made


def test_a_changed_attachment_is_named(made: bytes) -> None:
    data = edited(made, lambda _pdf, names: names[1].EF.F.write(b"one\ntwa\n"))
    assert "attachment chains.txt: This attachment was changed" in whats(data)
    assert check_file(data, "pack.pdf").outcome is Outcome.CHANGED


def test_one_taken_out_and_one_added_are_named(made: bytes) -> None:
    def take_out(pdf: pikepdf.Pdf, names: pikepdf.Array) -> None:
        del names[0:2]

    assert "attachment chains.txt: This attachment was taken out" in whats(edited(made, take_out))

    def add(pdf: pikepdf.Pdf, names: pikepdf.Array) -> None:
        spec = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, EF=pikepdf.Dictionary(F=pdf.make_stream(b"x")))
        names.extend([pikepdf.String("zzz"), pdf.make_indirect(spec)])

    assert "attachment zzz: This attachment was added" in whats(edited(made, add))


def test_two_of_one_name_are_refused(seal: Seal) -> None:
    with pytest.raises(ValueError, match="one name"):
        write_pdf(DOCUMENT, seal, (FILES[0], FILES[0]))
    with pytest.raises(ValueError, match="one name"):
        write_pdf(DOCUMENT, seal, (Attachment("msat-evidence.json", b"", ""),))


def test_a_packed_bomb_ends_in_a_sentence(made: bytes) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range((MOST_BYTES >> 20) + 2)) + packer.flush()

    def put(_pdf: pikepdf.Pdf, names: pikepdf.Array) -> None:
        names[1].EF.F.write(bomb, filter=pikepdf.Name.FlateDecode)

    def put_twice(_pdf: pikepdf.Pdf, names: pikepdf.Array) -> None:
        twice = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        names[1].EF.F.write(zlib.compress(bomb), filter=twice)

    with pikepdf.open(io.BytesIO(made)) as pdf:
        put(pdf, pdf.Root.Names.EmbeddedFiles.Names)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert "larger than any MSAT makes" in whats(out.getvalue())
    with pikepdf.open(io.BytesIO(made)) as pdf:
        put_twice(pdf, pdf.Root.Names.EmbeddedFiles.Names)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert "packed in a way" in whats(out.getvalue())


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
def test_a_text_names_the_files_that_go_beside_it(seal: Seal, form: str) -> None:
    text = write_markup(DOCUMENT, form, seal, FILES)
    check = check_file(text.encode(), f"pack.{form}")
    assert check.valid
    assert any("chains.txt" in line and "values.json" in line for line in check.checked)


def test_errors_of_reading_are_sentences(made: bytes) -> None:
    with pytest.raises(MsatError):
        read_pdf(made[:200])
