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
from msat.projections.values import text, whole
from msat.record.ports import Files
from msat.services.desk import Desk
from msat.services.knowledge import Adopted, Knowledge
from msat.triage.overlay import Origin
from msat.triage.rules import load_shipped_rules

ADOPTED = "rules.adopted"


def adoptions(views: Views) -> tuple[General, ...]:
    """Every adoption and withdrawal, oldest first, struck ones included."""
    return tuple(sorted(views.general(ADOPTED), key=lambda one: (whole(one.data, "number") or 0, one.deed.seq)))


def newest(views: Views) -> General | None:
    """The adoption that stands; None where nothing was ever adopted."""
    return next((one for one in reversed(adoptions(views)) if not one.struck), None)


def knowledge(sources: tuple[Source, ...], views: Views, files: Files) -> Knowledge:
    """The shipped knowledge with what was adopted laid over it."""
    base = shipped_base(load_shipped_rules(), load_shipped_catalogue())
    one = newest(views)
    if one is None:
        return _made(sources, base, unchanged(base), None, ())
    try:
        pack = stored_pack(files, text(one.data, "pack"))
    except Refused as refused:
        found = f"The local rules adopted on {say_date(one.deed.recorded)} (entry {one.deed.seq}) are not in force."
        next_step = "The shipped rules hold until they are mended or others are adopted."
        return _made(sources, base, unchanged(base), None, (f"{found} {refused.explanation} {next_step}",))
    laid = lay(base, pack, origin_of(one, pack), pack.name, strict=False)
    adopted = Adopted(
        pack, text(one.data, "pack"), whole(one.data, "number") or 0, one.deed, text(one.data, "reason"), laid.changes
    )
    problems = tuple(f"A local rule is not in force. {words} The shipped text holds." for words in laid.conflicts)
    return _made(sources, base, laid, None if pack.is_empty else adopted, problems)


def reload(desk: Desk) -> Knowledge:
    """Puts in force on this desk what is adopted by now, and returns it."""
    made = replace(knowledge(desk.knowledge.sources, desk.views, desk.files), site=desk.knowledge.site)
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
