"""Which references a notice carries, and which of them is its own.

A body that merely mentions another alert ("supersedes ...", a list in a roundup) must not lend its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msat.alerts.model import Fact, Where
from msat.alerts.notice import LONGEST_TITLE, Notice
from msat.alerts.reference import Reference, find, find_in_title
from msat.ids import AlertKey

_LABEL = re.compile(
    r"\A\W{0,4}(?:(?:national patient safety |patient safety |medical device "
    r"|cas |mhra |drug )?alert(?: reference)?(?: number| no\.?)?"
    r"|(?:our |your |alert |mhra )?ref(?:erence)?(?: number| no\.?)?"
    r"|mdr(?: number)?|class\s?[1-4].{0,300}|company[\s-]led.{0,40}"
    r"|medicines? recall|drug alert.{0,30}|fmd alert.{0,30}|medicines? (?:defect )?(?:notification|information)"
    r"|national patient safety alert.{0,40}|device safety information"
    r"|supply disruption alert|medicine supply notification"
    r"|serious shortage protocol|updated?)?\W{0,4}\Z",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"\b(?:supersed\w+|replac\w+|see|follow\w*|previous\w*|refer(?:s"
    r"|red)?|further to|update to|updates|amend\w*|also|as in|under)\b",
    re.IGNORECASE,
)
_REPLACED = re.compile(r"\b(?:supersed\w+|replac\w+)\s(?:[\w-]{1,14}\s){0,3}\(?\Z", re.IGNORECASE)
_GONE = re.compile(
    r"\W{0,3}(?:was|is|has been|had been)\s(?:\w{1,10}\s)?(?:superseded|replaced|withdrawn)\b", re.IGNORECASE
)
_REFERENCE_HEADING = re.compile(r"\A(?:mdr number|(?:alert )?reference(?: number)?)\Z", re.IGNORECASE)
_MOST_OTHERS = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """The notice's own references in order of weight, and the others it mentions."""

    own: tuple[Fact, ...]
    found: tuple[Reference, ...]
    """The references behind `own`, in the same order."""
    case: Fact | None
    others: tuple[Fact, ...]

    @property
    def reference(self) -> Fact | None:
        """The number that the notice goes by: of a numbered series, else its case number."""
        return self.own[0] if self.own else self.case

    def key(self, path: str) -> AlertKey:
        """The number of a numbered series, else the page's path: two recalls can share a case."""
        return AlertKey(self.own[0].value if self.own else path)


def identify(notice: Notice, *, is_list: bool) -> Identity:
    """Finds the references. A page that lists other notices has no number of its own but one in its title."""
    title = notice.title[:LONGEST_TITLE]
    in_title = find_in_title(title)
    in_header = [] if is_list else _header_references(notice)
    placed = [(r, Where.TITLE) for r in in_title] + [(r, Where.TEXT) for r in in_header]
    numbered = [(r, where) for r, where in placed if not r.is_case]
    case = next((Fact(r.value, r.words, where) for r, where in placed if r.is_case), None)
    numbered = [
        (r, where) for r, where in numbered if where is Where.TEXT or not _REPLACED.search(title[: r.start])
    ] or numbered
    own = [(r, where) for r, where in numbered if where is numbered[0][1]]
    mentioned = [(r, Where.TEXT) for line in notice.prose() for r in find(line)]
    taken = {own[0][0].value if own else "", case.value if case else ""}
    return Identity(
        tuple(Fact(r.value, r.words, where) for r, where in own),
        tuple(r for r, _where in own),
        case,
        _others([*placed, *mentioned], taken),
    )


def _others(placed: Sequence[tuple[Reference, Where]], taken: set[str]) -> tuple[Fact, ...]:
    """Each other reference once, where it first stands."""
    others: dict[str, Fact] = {}
    for reference, where in placed:
        if reference.value not in taken and len(others) < _MOST_OTHERS:
            others.setdefault(reference.value, Fact(reference.value, reference.words, where))
    return tuple(others.values())


def _header_references(notice: Notice) -> list[Reference]:
    """The references in lines that do nothing but say what this notice is."""
    found: list[Reference] = []
    for line in notice.header:
        found.extend(r for r in find(line) if _is_its_own(line, r))
    section = notice.section(_REFERENCE_HEADING)
    if section and section.first < len(notice.header) + 4:
        found.extend(find(section.lines[0].text))
    numbered = {reference.value for reference in found if not reference.is_case}
    # Several numbers at the head of a page: it speaks of several alerts, and is none of them.
    return found if len(numbered) <= 1 else [reference for reference in found if reference.is_case]


def _is_its_own(line: str, reference: Reference) -> bool:
    before = line[: reference.start]
    if _OF_ANOTHER.search(before):
        return False
    first = find(before)
    before = before[: first[0].start] if first else before
    after = line[reference.start + len(reference.words) :]
    return not _GONE.match(after) and bool(_LABEL.match(before))
