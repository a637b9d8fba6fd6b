"""Old schemas read as the newest, one step at a time; a newer one than this program knows is refused."""

from __future__ import annotations

from typing import Any

import pytest

from msat.errors import RecordProblem
from msat.record.upcasting import UPCASTER, Upcaster


def _split_name(content: dict[str, Any]) -> dict[str, Any]:
    first, _, last = content["name"].partition(" ")
    return {"first": first, "last": last}


def _add_title(content: dict[str, Any]) -> dict[str, Any]:
    return content | {"title": ""}


STEPS = {("person.named", 1): _split_name, ("person.named", 2): _add_title}


def test_each_step_is_taken_once_and_in_order() -> None:
    upcaster = Upcaster(STEPS)
    old = {"schema": 1, "name": "Priya Shah"}
    assert upcaster.newest("person.named", old) == {"schema": 3, "first": "Priya", "last": "Shah", "title": ""}
    assert old == {"schema": 1, "name": "Priya Shah"}
    newer = {"schema": 2, "first": "P", "last": "S"}
    assert upcaster.newest("person.named", newer) == {"schema": 3, "first": "P", "last": "S", "title": ""}


def test_the_newest_and_other_types_stay_as_they_are() -> None:
    now = {"schema": 3, "title": "Dr"}
    assert Upcaster(STEPS).newest("person.named", now) is now
    other = {"schema": 1}
    assert Upcaster(STEPS).newest("alert.received", other) is other
    assert UPCASTER.newest("alert.received", other) is other


@pytest.mark.parametrize("schema", [4, 99])
def test_a_newer_schema_is_refused(schema: int) -> None:
    with pytest.raises(RecordProblem, match="newer MSAT"):
        Upcaster(STEPS).newest("person.named", {"schema": schema})


@pytest.mark.parametrize("content", [{}, {"schema": 0}, {"schema": "1"}, {"schema": True}, {"schema": None}])
def test_content_without_a_schema_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(RecordProblem, match="which schema"):
        UPCASTER.newest("alert.received", content)


@pytest.mark.parametrize("steps", [{("a.b", 2): _add_title}, {("a.b", 1): _add_title, ("a.b", 3): _add_title}])
def test_a_missing_step_is_a_programming_error(steps: dict[tuple[str, int], Any]) -> None:
    with pytest.raises(ValueError, match="no step"):
        Upcaster(steps)
