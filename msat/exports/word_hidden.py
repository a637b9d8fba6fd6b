"""Finds text that a Word document hides by its styles instead of in the text itself. Reads parsed parts only."""

from __future__ import annotations

from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_USES = ("pStyle", "rStyle", "tblStyle")


def is_on(node: Any) -> bool:
    """Whether a property that is yes or no says yes."""
    return str(node.get(f"{_W}val", "1")) not in ("0", "false", "off")


def hides_by_style(body: Any, styles: Any) -> bool:
    """Whether a style that the body uses, one it rests on, or what holds for all text makes text hidden."""
    if any(_hides(each) for each in styles.iter(f"{_W}docDefaults")):
        return True
    known = {str(each.get(f"{_W}styleId", "")): each for each in styles.iter(f"{_W}style")}
    used = {_val(node) for name in _USES for node in body.iter(f"{_W}{name}")}
    used |= {name for name, each in known.items() if each.get(f"{_W}default") in ("1", "true", "on")}
    seen: set[str] = set()
    while used:
        name = used.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        if _hides(known[name]):
            return True
        # A paragraph's style gives its runs that of the character style which it is linked with.
        used |= {_val(node) for tag in ("basedOn", "link") for node in known[name].iter(f"{_W}{tag}")}
    return False


def _hides(node: Any) -> bool:
    return any(is_on(each) for each in node.iter(f"{_W}vanish"))


def _val(node: Any) -> str:
    return str(node.get(f"{_W}val", ""))
