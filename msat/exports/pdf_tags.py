"""Turns drawn pages into an archival, accessible PDF: structure tree, outline, metadata, colour, attachments.

Aims at PDF/A-3a and PDF/UA-1; the recipe is in the design's notes and tests/exports holds it to a validator. The
one place that imports pikepdf to write. Nothing here reads the clock: every date is the cut-off.
"""

from __future__ import annotations

import base64
import html
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from msat.exports.icc import srgb
from msat.exports.manifest import Attachment
from msat.exports.pages import Element, Marked, Pages
from msat.exports.plain_text import one_line

PRODUCER = "MSAT"


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself."""

    title: str
    subject: str
    author: str
    language: str
    created: datetime
    program: str


def finish(drawn: bytes, pages: Pages, about: About, attachments: Sequence[Attachment]) -> pikepdf.Pdf:
    """The PDF as it will be saved by `saved`."""
    pdf = pikepdf.open(io.BytesIO(drawn))
    _mend_fonts(pdf)
    _structure(pdf, pages)
    _outline(pdf, pages)
    _colour(pdf)
    _metadata(pdf, about)
    attach(pdf, attachments, about.created)
    return pdf


def saved(pdf: pikepdf.Pdf, packed: bool = True) -> bytes:
    """The bytes; the same for the same content. Not `packed`: for reading at once, to be saved again."""
    for item in pdf.objects if packed else ():
        if isinstance(item, pikepdf.Stream) and item.get("/Type") != Name.Metadata:
            _pack(item)
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        # Object streams would be packed by the library, out of reach of `_pack`.
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=False,
        min_version="1.7",
        fix_metadata_version=False,
    )
    return out.getvalue()


def _pack(stream: pikepdf.Stream) -> None:
    data, filters = packed_stream(stream.read_bytes())
    names = [Name(each) for each in filters]
    stream.write(data, filter=Array(names) if len(names) > 1 else names[0])


def packed_stream(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Compresses a stream so that its last byte cannot be taken for the line end before `endstream`; and how.

    One packed stream in 128 ends in CR or LF; a strict reader then finds it a byte shorter than its Length.
    """
    packed = zlib.compress(data, 6)
    if packed[-1:] in b"\r\n":
        return base64.a85encode(packed) + b"~>", ("/ASCII85Decode", "/FlateDecode")
    return packed, ("/FlateDecode",)


# --- structure ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tree:
    """What the structure is built from: the pages, what each mark on them belongs to, and the nodes of links."""

    pages: list[Any]
    parents: list[list[Any]]
    links: dict[int, Any] = field(default_factory=dict)


def _structure(pdf: pikepdf.Pdf, pages: Pages) -> None:
    """The tree of what is what, and the two-way links between it and the marks on the pages."""
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    tree = _Tree([page.obj for page in pdf.pages], [[None] * page.next_number for page in pages.pages])
    root.K = Array([_element(pdf, pages.root, root, tree)])
    nums: list[Any] = []
    for number, (page, holders) in enumerate(zip(tree.pages, tree.parents, strict=True)):
        page.StructParents = number
        page.Tabs = Name.S
        nums.extend([number, pdf.make_indirect(Array(holders))])
    next_key = _link_annotations(pdf, pages, tree, nums)
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(nums)))
    root.ParentTreeNextKey = next_key
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _element(pdf: pikepdf.Pdf, element: Element, parent: Any, tree: _Tree) -> Any:
    if element.kind == "TD" and len(element.children) == 1 and isinstance(element.children[0], Marked):
        return _cell(pdf, element.children[0], parent, tree)
    node = pdf.make_indirect(Dictionary(S=_name(element.kind), P=parent))
    if element.link:
        tree.links[id(element)] = node
    if element.scope:
        node.A = Dictionary(O=Name.Table, Scope=_name(element.scope))
    if element.alternative:
        node.Alt = String(element.alternative)
    if element.box:
        node.A = Dictionary(O=Name.Layout, BBox=Array([_round(v) for v in element.box]), Placement=Name.Block)
    if element.kind == "L":
        node.A = Dictionary(O=Name.List, ListNumbering=Name.Disc)
    # Marks on the element's own page are plain numbers; only those on a later page name theirs.
    own = next((child.page for child in element.children if isinstance(child, Marked)), None)
    if own is not None:
        node.Pg = tree.pages[own]
    kids: list[Any] = []
    for child in element.children:
        if not isinstance(child, Marked):
            kids.append(_element(pdf, child, node, tree))
            continue
        page = tree.pages[child.page]
        kids.append(child.number if child.page == own else Dictionary(Type=Name.MCR, Pg=page, MCID=child.number))
        tree.parents[child.page][child.number] = node
    node.K = Array(kids)
    return node


def _cell(pdf: pikepdf.Pdf, mark: Marked, parent: Any, tree: _Tree) -> Any:
    """A cell whose text stands in one piece, as most do: made at once, its mark not in a list of one."""
    page = tree.pages[mark.page]
    node = pdf.make_indirect(Dictionary({"/S": _name("TD"), "/P": parent, "/Pg": page, "/K": mark.number}))
    tree.parents[mark.page][mark.number] = node
    return node


@cache
def _name(text: str) -> Any:
    return Name(f"/{text}")


def _link_annotations(pdf: pikepdf.Pdf, pages: Pages, tree: _Tree, nums: list[Any]) -> int:
    key = len(tree.pages)
    for anchor in pages.anchors:
        page = tree.pages[anchor.page]
        holder = tree.links[id(anchor.element)]
        annotation = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([_round(v) for v in _rect(anchor.x, anchor.y, anchor.width, anchor.height)]),
                Border=[0, 0, 0],
                F=4,
                Contents=String(f"Link to {anchor.element.link}"),
                A=Dictionary(Type=Name.Action, S=Name.URI, URI=String(anchor.element.link)),
                StructParent=key,
            )
        )
        if Name.Annots not in page:
            page.Annots = Array()
        page.Annots.append(annotation)
        holder.K.append(Dictionary(Type=Name.OBJR, Obj=annotation, Pg=page))
        nums.extend([key, holder])
        key += 1
    return key


def _rect(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x, y, x + width, y + height


def _round(value: float) -> float:
    return round(value, 2)


def _outline(pdf: pikepdf.Pdf, pages: Pages) -> None:
    """Bookmarks: one for each heading, nested by level."""
    with pdf.open_outline() as outline:
        path: list[tuple[int, OutlineItem]] = []
        for mark in pages.bookmarks:
            title = one_line(mark.title, 200)
            item = OutlineItem(title, mark.page, "XYZ", left=0, top=_round(mark.y + 4), zoom=0)
            while path and path[-1][0] >= mark.level:
                path.pop()
            (path[-1][1].children if path else outline.root).append(item)
            path.append((mark.level, item))


# --- fonts and colour ---------------------------------------------------------------------------------------

_NO_CHARACTER = re.compile(rb"^<[0-9A-Fa-f]+>\s*<0000>\s*$\n?", re.MULTILINE)


def _mend_fonts(pdf: pikepdf.Pdf) -> None:
    """Removes codes that stand for no character, which PDF/A forbids, and fonts that are named but not embedded."""
    for page in pdf.pages:
        fonts = page.obj.Resources.get("/Font", Dictionary())
        for key in list(fonts.keys()):
            font = fonts[key]
            if "/FontDescriptor" not in font:
                del fonts[key]
            elif "/ToUnicode" in font:
                font.ToUnicode.write(_without_nothing(font.ToUnicode.read_bytes()))


def _without_nothing(cmap: bytes) -> bytes:
    """The character map without entries for U+0000, its counts put right."""
    lines: list[bytes] = []
    for block in re.split(rb"(?<=endbfchar\n)|(?<=endbfrange\n)", cmap):
        lines.append(_mended_block(block))
    return b"".join(lines)


def _mended_block(block: bytes) -> bytes:
    kept, removed = _NO_CHARACTER.subn(b"", block)
    if not removed:
        return block
    return re.sub(rb"(\d+)(?= beginbfchar)", lambda found: str(int(found[1]) - removed).encode(), kept)


def _colour(pdf: pikepdf.Pdf) -> None:
    profile = pdf.make_stream(srgb(), N=3, Alternate=Name.DeviceRGB)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


# --- metadata -----------------------------------------------------------------------------------------------


def pdf_date(moment: datetime) -> str:
    """A time as a PDF writes it, UTC."""
    return f"D:{moment.astimezone(UTC):%Y%m%d%H%M%S}+00'00'"


def _metadata(pdf: pikepdf.Pdf, about: About) -> None:
    root = pdf.Root
    root.Lang = String(about.language)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.PageMode = Name.UseNone
    xmp = pdf.make_stream(_xmp(about).encode("utf-8"))
    xmp.Type, xmp.Subtype = Name.Metadata, Name.XML
    root.Metadata = xmp
    date = String(pdf_date(about.created))
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(about.title),
            Author=String(about.author),
            Subject=String(about.subject),
            Creator=String(about.program),
            Producer=String(PRODUCER),
            CreationDate=date,
            ModDate=date,
        )
    )


def _xmp(about: About) -> str:
    date = f"{about.created.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"
    fields = {
        "title": about.title,
        "subject": about.subject,
        "author": about.author,
        "language": about.language,
        "program": about.program,
        "producer": PRODUCER,
        "date": date,
    }
    return _XMP.format(**{name: html.escape(value, quote=False) for name, value in fields.items()})


# The extension schema block is needed because PDF/A-3 knows nothing of the pdfuaid name space.
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
<xmp:CreatorTool>{program}</xmp:CreatorTool>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


# --- attachments --------------------------------------------------------------------------------------------


def attach(pdf: pikepdf.Pdf, attachments: Sequence[Attachment], created: datetime) -> None:
    """Puts files inside, listed by name and associated with the document."""
    names, associated = Array(), Array()
    for item in sorted(attachments, key=lambda each: each.name):
        stream = pdf.make_stream(item.data)
        stream.Type, stream.Subtype = Name.EmbeddedFile, Name("/" + item.mime)
        stream.Params = Dictionary(Size=len(item.data), ModDate=String(pdf_date(created)))
        spec = pdf.make_indirect(
            Dictionary(
                Type=Name.Filespec,
                F=String(item.name),
                UF=String(item.name),
                Desc=String(item.description),
                AFRelationship=Name(f"/{item.relationship}"),
                EF=Dictionary(F=stream, UF=stream),
            )
        )
        names.extend([String(item.name), spec])
        associated.append(spec)
    if attachments:
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))
        pdf.Root.AF = associated
