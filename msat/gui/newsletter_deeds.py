"""What the newsletter's screen asks of the desk, each as a call for a worker. The services decide and refuse.

Services are imported when a call runs, never when the window starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msat.errors import MsatError, Refused
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.exports.newsletter_templates import Templates
    from msat.ids import AlertKey
    from msat.projections.newsletter_draft import IssueDraft
    from msat.projections.newsletter_issues import Issue
    from msat.projections.newsletter_waiting import Waiting
    from msat.services.desk import Changes, Desk, Person
    from msat.services.newsletter_picks import Picks
    from msat.services.newsletter_writing import Writing

    Deed = Callable[[Desk, Person], Changes]

COPIED = ("html", "text", "markdown")
EVERYTHING = ("html", "word", "email", "markdown", "text")
OWN, SHIPPED = "own", "shipped"
"""House styles beside a folder of one's own choice: the profile's, and the one that ships."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The issues there are: drafts and sent ones of this computer, sent ones that only the record knows."""

    drafts: tuple[IssueDraft, ...]
    sent: tuple[IssueDraft, ...]
    recorded: tuple[Issue, ...]
    problems: tuple[str, ...]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Opened:
    """An issue, as its file has it and as it stands by the record."""

    kept: IssueDraft
    issue: IssueDraft
    names: dict[str, str]


class Keeper:
    """Keeps one issue and knows what its file holds. Runs on the writer's thread only."""

    def __init__(self, known: IssueDraft | None) -> None:
        self.known = known

    def keep(self, desk: Desk, issue: IssueDraft) -> IssueDraft:
        from msat.services.newsletter_keep import keep

        self.known = keep(desk, issue, self.known)
        return self.known

    def overwrite(self, desk: Desk, issue: IssueDraft) -> IssueDraft:
        """Keeps it whatever stands in its file; what readers were sent meanwhile stays, and comes back with it."""
        self.known = None
        return self.keep(desk, issue)


def names(_desk: Desk) -> dict[str, str]:
    """What each audience is called, by its id."""
    from msat.services.newsletter import audiences_of

    return {one.id: one.name for one in audiences_of().audience}


def listed(desk: Desk) -> Listed:
    """Every issue, the newest first."""
    from msat.projections.newsletter_issues import SENT
    from msat.projections.values import text
    from msat.services.newsletter import as_recorded, sent_issues
    from msat.services.newsletter_drafts import kept_issues

    kept, recorded = kept_issues(desk.places), sent_issues(desk)
    issues = [as_recorded(desk, one) for one in kept.issues]
    here = {sent.entry for one in issues for sent in one.sent}
    titles = {one.deed.entry: text(one.data, "title") for one in desk.views.general(SENT)}
    elsewhere = tuple(
        replace(one, issue=titles.get(one.deed.entry) or one.issue)
        for one in reversed(recorded)
        if one.deed.entry not in here
    )
    drafts = tuple(one for one in issues if one.unsent)
    sent = tuple(one for one in issues if not one.unsent)
    return Listed(drafts, sent, elsewhere, kept.problems, names(desk))


def opened(id_: str) -> Callable[[Desk], Opened | None]:
    """The issue `id_`, else the newest draft; None where there is no issue to write."""

    def read(desk: Desk) -> Opened | None:
        from msat.services.newsletter import as_recorded
        from msat.services.newsletter_drafts import has_issue, kept_issues, load_issue

        if id_ and has_issue(desk.places, id_):
            kept = load_issue(desk.places, id_)
        else:
            drafts = [one for one in kept_issues(desk.places).issues if as_recorded(desk, one).unsent]
            if not drafts:
                return None
            kept = drafts[0]
        return Opened(kept, as_recorded(desk, kept), names(desk))

    return read


def begin(title: str, audiences: Sequence[str], intro: str, refs: Sequence[str] = ()) -> Callable[[Desk], IssueDraft]:
    """A new issue; without a title one named for the month, without audiences for the usual ones."""

    def do(desk: Desk) -> IssueDraft:
        from msat.services.newsletter import new_issue
        from msat.services.newsletter_keep import usual_title

        return new_issue(desk, title or usual_title(desk), audiences, intro, refs)

    return do


def usual(desk: Desk) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """A title for a new issue, its usual readers, and what all readers are called."""
    from msat.services.newsletter import usual_audiences
    from msat.services.newsletter_keep import usual_title

    return usual_title(desk), usual_audiences(desk), names(desk)


def drop(id_: str) -> Callable[[Desk], IssueDraft]:
    def do(desk: Desk) -> IssueDraft:
        from msat.services.newsletter_drafts import drop_issue

        return drop_issue(desk.places, id_)

    return do


def bring_back(id_: str) -> Callable[[Desk], IssueDraft]:
    def do(desk: Desk) -> IssueDraft:
        from msat.services.newsletter_drafts import restore_issue

        return restore_issue(desk.places, id_)

    return do


def templates(desk: Desk, style: str) -> Templates:
    """The house style: the profile's own, the shipped one, or a folder's. Raises Refused where it does not work."""
    from msat.exports.newsletter_templates import read_templates, shipped_templates
    from msat.services.newsletter_render import own_templates

    if style == SHIPPED:
        return shipped_templates()
    return own_templates(desk.places) if style in ("", OWN) else read_templates(Path(style))


def make_own_style(desk: Desk) -> Path:
    """Copies the shipped templates into the profile, to be changed there; where they are already, only says where."""
    from msat.exports.newsletter_templates import copy_templates

    folder = desk.places.newsletter_templates
    if not folder.is_dir():
        copy_templates(folder)
    return folder


def look_over(issue: IssueDraft, style: str, keys: frozenset[str] = frozenset()) -> Callable[[Desk], Writing]:
    """The issue looked over, or only the items about `keys`."""

    def read(desk: Desk) -> Writing:
        from msat.projections.newsletter_draft import only
        from msat.services.newsletter_writing import writing

        return writing(desk, only(issue, keys) if keys else issue, templates(desk, style))

    return read


def preview(issue: IssueDraft, audience: str, form: str, style: str) -> Callable[[Desk], str]:
    def read(desk: Desk) -> str:
        from msat.services.newsletter_writing import preview as service

        return service(desk, issue, audience, form, templates(desk, style))

    return read


def render_all(issue: IssueDraft, audience: str, style: str) -> Callable[[Desk], dict[str, str]]:
    """The issue in every form that the clipboard takes."""

    def read(desk: Desk) -> dict[str, str]:
        from msat.services.newsletter_render import render

        made = render(desk, issue, COPIED, (audience,), templates(desk, style))
        return {one.form: one.data.decode("utf-8") for one in made}

    return read


def export(
    issue: IssueDraft,
    audiences: Sequence[str],
    forms: Sequence[str],
    target: Path,
    style: str,
    outside: tuple[str, str, str] = ("", "", ""),
) -> Deed:
    """Writes the issue into a file, or several into a folder, each recorded as issued. `outside`: an e-mail's
    receiver, sender and subject."""

    def do(desk: Desk, person: Person) -> Changes:
        from msat.exports.newsletter_issue import Envelope
        from msat.services.newsletter_render import export_issue, render

        made = render(desk, issue, forms, audiences, templates(desk, style), Envelope(*outside))
        if not made:
            raise Refused(tr("There is nothing to save."), tr("Choose readers for the issue."))
        return export_issue(desk, made, issue, target, person)

    return do


def usual_file(issue: IssueDraft, audience: str, form: str) -> str:
    """The usual name of a file of an issue."""
    from msat.services.newsletter_render import file_name

    return file_name(issue, audience, form)


def mark_sent(
    id_: str,
    audiences: Sequence[str],
    files: Sequence[Path],
    style: str,
    happened: datetime | None,
    anyway: bool,
    files_of: Mapping[str, Sequence[Path]] | None = None,
) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services.newsletter_send import mark_sent as service

        return service(desk, id_, person, audiences, files, templates(desk, style), happened, anyway, files_of)

    return do


def wrong_in(before: IssueDraft, made: IssueDraft) -> MsatError | None:
    """Why a title, introduction or readers may not be kept; quick enough for the window's thread."""
    from msat.services.newsletter import all_sent, check_told
    from msat.services.newsletter_keep import checked

    try:
        checked(replace(made, items=()))
        check_told(made)
    except MsatError as error:
        return error
    return all_sent(before) if made != before and not (before.unsent or made.unsent) else None


def offered(keys: Sequence[str]) -> Callable[[Desk], tuple[str, ...]]:
    """Those of these alerts whose action for a newsletter item can be answered so."""

    def read(desk: Desk) -> tuple[str, ...]:
        from msat.services.newsletter_answer import offered as service

        return tuple(str(state.key) for state, _offer in service(desk, keys))

    return read


def take_back(entry: str, reason: str) -> Deed:
    """Strikes out that an issue was sent to some readers."""

    def do(desk: Desk, person: Person) -> Changes:
        from msat.services.newsletter_take_back import take_back_entry

        return take_back_entry(desk, entry, reason, person)

    return do


def checked_words(field: str, text: str) -> str:
    """An editor's words fit to be kept; quick enough for the window's thread. Raises Refused."""
    from msat.services.newsletter_keep import checked_words as service

    return service(field, text)


def add_to_current(id_: str, keys: Sequence[str]) -> Callable[[Desk], object]:
    def do(desk: Desk) -> object:
        from msat.services.newsletter_keep import add_to_current as service

        return service(desk, id_, keys)

    return do


class Picker:
    """Asks for the alerts to choose from, and remembers what waits for as long as nothing new is recorded."""

    def __init__(self) -> None:
        self._known: tuple[tuple[object, ...], dict[AlertKey, Waiting]] | None = None

    def picks(
        self, since: datetime | None, family: str, audience: str, search: str, only_waiting: bool
    ) -> Callable[[Desk], Picks]:
        def read(desk: Desk) -> Picks:
            from msat.services.newsletter_picks import Asked, waits_for
            from msat.services.newsletter_picks import picks as service

            asked = Asked(since, family, audience, search, only_waiting)
            of = (desk.record.log, desk.views.position(), audience, since)
            known = self._known
            if known is None or known[0] != of:
                known = (of, waits_for(desk, asked))
                self._known = known
            return service(desk, asked, known[1])

        return read


def take_out(id_: str, keys: Sequence[str]) -> Callable[[Desk], IssueDraft]:
    """Takes alerts out of an issue again."""

    def do(desk: Desk) -> IssueDraft:
        from msat.services.newsletter import open_issue, remove

        issue = open_issue(desk, id_)
        for key in keys:
            if issue.item(key) is not None:
                issue = remove(desk, id_, key)
        return issue

    return do


def sent_text(entry: str, form: str) -> Callable[[Desk], str]:
    """What readers were told, as the record keeps it."""

    def read(desk: Desk) -> str:
        from msat.services.newsletter_told import sent_text as service

        return service(desk, entry, form)

    return read
