"""The package around a Word document: the house template or an editor's own, the evidence part, the same bytes again.

Trusts no template: its size is limited, macros, embedded objects and anything fetched from elsewhere are refused.
"""

from __future__ import annotations

import copy
import io
import zipfile
from datetime import datetime
from typing import Any

from docx import Document as open_docx
from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.parts.numbering import NumberingPart

from msat import shipped
from msat.errors import Refused

EVIDENCE_NAMESPACE = "urn:msat:evidence:v1"
LONGEST = 255
"""Characters that a property of a Word file holds."""
MOST_TEMPLATE = 20 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
_EVIDENCE_ID = "{6D736174-0000-4000-8000-65766964656E}"
"""Word wants each custom part named by an id of this form; any fixed one serves."""
_FIXED = (1980, 1, 1, 0, 0, 0)
_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "relationships.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document_relationships.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/numbering.xml": "numbering.xml",
    "word/theme/theme1.xml": "theme.xml",
}
_DOTX = b"wordprocessingml.template.main+xml"
_DOCX = b"wordprocessingml.document.main+xml"
_FORBIDDEN = ("vbaProject", "vbaData", "embeddings/", "activeX", "oleObject")
_BAD = "Save the template in Word again as a plain document (.docx), without macros or linked files."


def house_template() -> bytes:
    """The template that ships: real styles on theme fonts and colours, A4, British English."""
    files = {name: shipped.data(f"resources/templates/word/{file}") for name, file in _PARTS.items()}
    return _zipped(files)


def open_template(template: bytes | None) -> Docx:
    """An empty document with the template's styles, headers and footers; styles that it lacks are the house's.

    Raises Refused for a file that is no Word document, is too large, or carries macros, objects or outside content.
    """
    house = open_docx(io.BytesIO(house_template()))
    if template is None:
        return house
    docx = open_docx(io.BytesIO(_checked(template)))
    for child in list(docx.element.body):
        if child.tag != qn("w:sectPr"):
            docx.element.body.remove(child)
    _add_missing_styles(docx, house)
    return docx


def _checked(template: bytes) -> bytes:
    """The template as a .docx that may be opened. A .dotx is made one."""
    if len(template) > MOST_TEMPLATE:
        raise Refused(f"The Word template is larger than {MOST_TEMPLATE // 1024 // 1024} MB.", "Use a smaller one.")
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise Refused("The Word template unpacks to more than a template can need.", "Use another.")
            names = archive.namelist()
            files = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise Refused("The Word template cannot be opened: it is no .docx or .dotx file.", _BAD) from error
    types = files.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types or any(bad in name for name in names for bad in _FORBIDDEN):
        raise Refused("The Word template carries macros or embedded objects.", _BAD)
    for name, data in files.items():
        if name.endswith(".rels") and _reaches_out(data):
            raise Refused("The Word template takes something from another place when it is opened.", _BAD)
    if _DOTX not in types and _DOCX not in types:
        raise Refused("The Word template is of another kind than .docx or .dotx.", _BAD)
    files["[Content_Types].xml"] = types.replace(_DOTX, _DOCX)
    return _zipped(files)


def _reaches_out(relationships: bytes) -> bool:
    """Whether a part names anything outside the file, except links that a reader must click."""
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(relationships, parser)
    except etree.LxmlError as error:
        raise Refused("The Word template is damaged.", _BAD) from error
    return any(
        each.get("TargetMode") == "External" and not str(each.get("Type")).endswith("/hyperlink") for each in root
    )


def _add_missing_styles(docx: Docx, house: Docx) -> None:
    """Gives the template every style the writer uses and it lacks, under an id that is free."""
    own: Any = docx.styles.element
    named = {str(style.find(qn("w:name")).get(qn("w:val"))).casefold() for style in own.findall(qn("w:style"))}
    ids = {style.get(qn("w:styleId")) for style in own.findall(qn("w:style"))}
    known = {style.name.casefold(): style.style_id for style in docx.styles if style.name}
    for style in house.styles.element.findall(qn("w:style")):
        name = str(style.find(qn("w:name")).get(qn("w:val")))
        if name.casefold() in named:
            continue
        added = copy.deepcopy(style)
        added.attrib.pop(qn("w:default"), None)
        _rebase(added, known)
        if added.get(qn("w:styleId")) in ids:
            added.set(qn("w:styleId"), f"Msat{added.get(qn('w:styleId'))}")
        if name == "List Bullet":
            _own_numbering(docx, house, added)
        known[name.casefold()] = added.get(qn("w:styleId"))
        own.append(added)


def _rebase(style: Any, known: dict[str, str]) -> None:
    """Points a style at the template's own ids of the styles it is based on or followed by."""
    for tag in ("w:basedOn", "w:next"):
        link = style.find(qn(tag))
        if link is None:
            continue
        wanted = {"Normal": "normal", "DefaultParagraphFont": "default paragraph font", "TableNormal": "normal table"}
        target = known.get(wanted.get(link.get(qn("w:val")), link.get(qn("w:val")).casefold()))
        if target:
            link.set(qn("w:val"), target)


def _own_numbering(docx: Docx, house: Docx, style: Any) -> None:
    """Brings the bullet of "List Bullet" along."""
    theirs = house.part.numbering_part.element
    found = [rel for rel in docx.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING]
    if not found:
        blob = shipped.data("resources/templates/word/numbering.xml")
        kind = house.part.numbering_part.content_type
        part = NumberingPart.load(PackURI("/word/numbering.xml"), kind, blob, docx.part.package)
        docx.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        return
    mine = docx.part.numbering_part.element
    taken = [int(each.get(qn("w:abstractNumId"))) for each in mine.findall(qn("w:abstractNum"))]
    numbers = [int(each.get(qn("w:numId"))) for each in mine.findall(qn("w:num"))]
    abstract, number = copy.deepcopy(theirs.find(qn("w:abstractNum"))), copy.deepcopy(theirs.find(qn("w:num")))
    abstract.set(qn("w:abstractNumId"), str(max(taken, default=0) + 1))
    number.set(qn("w:numId"), str(max(numbers, default=0) + 1))
    number.find(qn("w:abstractNumId")).set(qn("w:val"), abstract.get(qn("w:abstractNumId")))
    first = mine.find(qn("w:num"))
    mine.insert(list(mine).index(first) if first is not None else len(mine), abstract)
    mine.append(number)
    style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}").set(qn("w:val"), number.get(qn("w:numId")))


# --- evidence ----------------------------------------------------------------------------------------------------


def add_evidence(docx: Docx, lines: str) -> None:
    """Puts the evidence into a custom XML part, which Word and others keep and nobody sees."""
    package = docx.part.package
    number = 1
    taken = {str(part.partname) for part in package.iter_parts()}
    while f"/customXml/item{number}.xml" in taken:
        number += 1
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    body = f'{head}<evidence xmlns="{EVIDENCE_NAMESPACE}">\n{lines}\n</evidence>\n'
    item = Part(PackURI(f"/customXml/item{number}.xml"), "application/xml", body.encode("utf-8"), package)
    about = (
        f'{head}<ds:datastoreItem ds:itemID="{_EVIDENCE_ID}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{EVIDENCE_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    named = PackURI(f"/customXml/itemProps{number}.xml")
    item.relate_to(Part(named, kind, about.encode("utf-8"), package), RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    docx.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)


# --- the same bytes again ----------------------------------------------------------------------------------------


def packed(docx: Docx) -> bytes:
    """The document's bytes: parts in one order, no times of packing."""
    out = io.BytesIO()
    docx.save(out)
    with zipfile.ZipFile(out) as archive:
        return _zipped({name: archive.read(name) for name in archive.namelist()})


def _zipped(files: dict[str, bytes]) -> bytes:
    first = "[Content_Types].xml"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files, key=lambda each: (each != first, not each.startswith("_rels"), each)):
            item = zipfile.ZipInfo(name, _FIXED)
            item.compress_type, item.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(item, files[name], compresslevel=9)
    return out.getvalue()


def describe(docx: Docx, title: str, subject: str, language: str, author: str, note: str, made: datetime) -> None:
    """What the file says of itself. `made` is naive UTC, as Word keeps it."""
    core = docx.core_properties
    core.title, core.subject, core.language = title[:LONGEST], subject[:LONGEST], language
    core.author = core.last_modified_by = author[:LONGEST]
    core.comments, core.keywords, core.category = note[:LONGEST], "", ""
    core.created = core.modified = made
    core.last_printed = made
    core.revision, core.version, core.identifier, core.content_status = 1, "", "", ""
    for fonts in docx.styles.element.iter(qn("w:lang")):
        fonts.set(qn("w:val"), language)
