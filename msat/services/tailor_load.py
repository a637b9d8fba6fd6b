"""The knowledge in force: what is shipped, with the newest adopted local rules laid over it.

Reads, never records. What of an adopted pack cannot be in force, because its file is gone or the shipped rules have
moved on, is named in words, and the shipped text holds in its place.
"""

from __future__ import annotations

from dataclasses import replace

from msat.actions.catalogue import load_shipped_catalogue
from msat.actions.overlay import Base, Laid, lay, shipped_base, unchanged
from msat.actions.pack import Pack, read_pack
from msat.clock import london, say_date
from msat.errors import Refused
from msat.feeds.catalogue import Source
from msat.ids import fingerprint
from msat.projections.general import General
from msat.projections.ports import Views
from msat.projections.stations import is_elsewhere
from msat.projections.values import text, whole
from msat.record.ports import Files
from msat.services.desk import Desk
from msat.services.knowledge import Adopted, Knowledge
from msat.triage.overlay import Origin
from msat.triage.rules import load_shipped_rules

ADOPTED = "rules.adopted"


def adoptions(views: Views) -> tuple[General, ...]:
    """Every adoption and withdrawal, by every workstation, oldest first, struck ones included."""
    return tuple(sorted(views.general(ADOPTED), key=lambda one: whole(one.data, "number") or 0))


def newest(views: Views) -> General | None:
    """The adoption that stands; None where nothing was ever adopted."""
    return next((one for one in reversed(adoptions(views)) if not one.struck), None)


def knowledge(sources: tuple[Source, ...], views: Views, files: Files, own: str = "") -> Knowledge:
    """The shipped knowledge with what was adopted laid over it.

    What a colleague adopted on another workstation than that of the log `own` holds here once its file is here; until
    then what was adopted before it goes on to hold, and that is said.
    """
    base = shipped_base(load_shipped_rules(), load_shipped_catalogue())
    one, elsewhere = _newest_here(views, files, own)
    if one is None:
        return _made(sources, base, unchanged(base), None, elsewhere)
    try:
        pack = stored_pack(files, text(one.data, "pack"))
    except Refused as refused:
        found = f"The local rules adopted on {say_date(one.deed.recorded)} (entry {one.deed.seq}) are not in force."
        next_step = "The shipped rules hold until they are mended or others are adopted."
        said = f"{found} {refused.explanation} {next_step}"
        return _made(sources, base, unchanged(base), None, (*elsewhere, said))
    laid = lay(base, pack, origin_of(one, pack), pack.name, strict=False)
    adopted = Adopted(
        pack, text(one.data, "pack"), whole(one.data, "number") or 0, one.deed, text(one.data, "reason"), laid.changes
    )
    problems = tuple(f"A local rule is not in force. {words} The shipped text holds." for words in laid.conflicts)
    return _made(sources, base, laid, None if pack.is_empty else adopted, (*elsewhere, *problems))


def _newest_here(views: Views, files: Files, own: str) -> tuple[General | None, tuple[str, ...]]:
    """The adoption that stands here, and a sentence for a newer one of a colleague whose file is not here."""
    standing = [one for one in reversed(adoptions(views)) if not one.struck]
    for number, one in enumerate(standing):
        if not own or not is_elsewhere(one.deed, own) or files.get(text(one.data, "pack")) is not None:
            return one, tuple(map(_not_here, standing[:number][:1]))
    return None, tuple(map(_not_here, standing[:1]))


def _not_here(one: General) -> str:
    when, log = say_date(one.deed.recorded), one.deed.log[:8]
    return (
        f"Local rules were adopted on {when} on another workstation (log {log}) and are not in force here, for their "
        "file is not here. Export them there, and adopt that file here."
    )


def reload(desk: Desk) -> Knowledge:
    """Puts in force on this desk what is adopted by now, and returns it."""
    made = replace(knowledge(desk.knowledge.sources, desk.views, desk.files, desk.record.log), site=desk.knowledge.site)
    desk.learn(made)
    return made


def stored_pack(files: Files, sha256: str) -> Pack:
    """The pack that is kept under this fingerprint. Raises Refused when it is missing or damaged."""
    data = files.get(sha256)
    if data is None:
        raise Refused(f"Their file {sha256[:16]}… is missing.", "Put it back from a backup.")
    if fingerprint(data) != sha256:
        raise Refused(f"Their file {sha256[:16]}… is damaged.", "Put it back from a backup.")
    return read_pack(f"{sha256[:12]}.msatrules", data.decode("utf-8"))


def origin_of(one: General, pack: Pack) -> Origin:
    """Whose rules they are and since when, as said wherever one of them speaks."""
    day = london(one.deed.recorded).date()
    return Origin(pack.organisation, day, f"{one.deed.by} ({one.deed.role})", f"L{whole(one.data, 'number') or 0}")


def shipped_of(desk: Desk) -> Base:
    """What is shipped, whatever has been adopted."""
    return desk.knowledge.shipped or shipped_base(load_shipped_rules(), load_shipped_catalogue())


def _made(
    sources: tuple[Source, ...], base: Base, laid: Laid, adopted: Adopted | None, problems: tuple[str, ...]
) -> Knowledge:
    return Knowledge(
        sources=sources,
        rules=laid.rules,
        actions=laid.actions,
        letters=laid.letters,
        reasons=laid.reasons,
        shipped=base,
        local=adopted,
        problems=problems,
    )
