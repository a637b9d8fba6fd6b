"""Qt's own rules for models, kept by every model of the window, with what the sample puts into it."""

from __future__ import annotations

import importlib
import pkgutil

from PySide6.QtCore import QAbstractItemModel

import msat.gui
from msat.gui.commands import open_palette
from msat.gui.main_window import MainWindow
from tests.gui.screens import PAGES, SCREENS, visit


def ours() -> set[type[QAbstractItemModel]]:
    """Every model class that the window defines."""
    for module in pkgutil.walk_packages(msat.gui.__path__, "msat.gui."):
        importlib.import_module(module.name)
    found: set[type[QAbstractItemModel]] = set()
    waiting = [QAbstractItemModel]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            found.add(one)
    return {one for one in found if one.__module__.startswith("msat.gui.")}


def test_every_model_keeps_the_rules(window: MainWindow, qtmodeltester):
    some = {
        name: SCREENS[name] for name in (*PAGES, "batches checked", "many ticked", "items of a list") if name in SCREENS
    }
    for _name in visit(window, some):
        pass
    open_palette(window)
    there: dict[type, list[QAbstractItemModel]] = {}
    for model in window.findChildren(QAbstractItemModel):
        there.setdefault(type(model), []).append(model)
    for kind in ours():
        for model in there.get(kind, []):
            qtmodeltester.check(model, force_py=True)
    assert {kind.__name__ for kind in ours()} - {kind.__name__ for kind in there} == set()
    assert any(model.rowCount() for models in there.values() for model in models)
