"""When a notice changes while somebody answers it, its cards are made anew: what was typed in an old card goes into the
one that takes its place, and the focus with it. Records nothing; what is kept as a draft the new card has by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from msat.gui.into_sight import bring_in_sight
from msat.gui.views.action_card import ActionCard
from msat.gui.views.applies_card import AppliesCard
from msat.gui.views.particulars import DateDone

_FOLDED = ("extra", "rest")
"""The parts of a card that are hidden until they are asked for."""


def take_over(old: Sequence[ActionCard], new: Sequence[ActionCard]) -> Callable[[], None]:
    """Fills new cards from the old ones of the same actions. What it returns is called once they are shown: the focus
    goes where it was; to the first card where its action is no longer asked for."""
    before = {card.code: card for card in old}
    focus = old[0].window().focusWidget() if old else None
    had = next((card for card in old if focus is not None and (card is focus or card.isAncestorOf(focus))), None)
    stop: QWidget | None = new[0] if had is not None and new else None
    for card in new:
        known = before.get(card.code)
        if known is None or type(known) is not type(card):
            continue
        _unfold(known, card)
        _fill(known, card)
        if known is had and focus is not None:
            stop = _same_stop(known, card, focus)

    def focus_again() -> None:
        if stop is not None:
            stop.setFocus(Qt.FocusReason.OtherFocusReason)
            bring_in_sight(stop)

    return focus_again


def _unfold(old: ActionCard, new: ActionCard) -> None:
    if old.is_unfolded:
        new.open_up()
    for name in _FOLDED:
        part, made = getattr(old, name, None), getattr(new, name, None)
        if isinstance(part, QWidget) and isinstance(made, QWidget) and not part.isHidden():
            made.show()
    if isinstance(old, AppliesCard) and isinstance(new, AppliesCard) and not old.form.isHidden():
        new.open(old.verdict)


def _fill(old: ActionCard, new: ActionCard) -> None:
    for was, now in _pairs(_fields(old), _fields(new)):
        if isinstance(was, DateDone) and isinstance(now, DateDone):
            now.take(was)
        elif isinstance(was, QLineEdit) and isinstance(now, QLineEdit):
            if was.text() and was.text() != now.text():
                now.setText(was.text())
            now.setCursorPosition(was.cursorPosition())
        elif isinstance(was, QComboBox) and isinstance(now, QComboBox):
            now.setCurrentIndex(max(now.findData(was.currentData()), 0))


def _fields(card: ActionCard) -> list[QWidget]:
    """What is typed and chosen in a card, in its order."""
    found = [w for w in card.findChildren(QWidget) if isinstance(w, QLineEdit | QComboBox)]
    return [w for w in found if not isinstance(w.parentWidget(), QComboBox)]


def _same_stop(old: ActionCard, new: ActionCard, focus: QWidget) -> QWidget:
    """What stands in the new card where the focus was in the old one; the card itself where nothing does."""
    pairs = _pairs(old.findChildren(QWidget), new.findChildren(QWidget))
    return next((now for was, now in pairs if was is focus), new)


def _pairs(old: list[QWidget], new: list[QWidget]) -> list[tuple[QWidget, QWidget]]:
    """Those that stand at the same place; none where the two cards are not built alike."""
    alike = [type(one) for one in old] == [type(one) for one in new]
    return list(zip(old, new, strict=True)) if alike else []
