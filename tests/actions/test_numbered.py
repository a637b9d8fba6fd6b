"""The numbered national actions: from the page's own list, from pasted lines, and none where it cannot be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat.actions.numbered import numbered_actions
from msat.alerts.read import read
from msat.feeds.paste import from_text
from tests.triage.notices import notice

HEAD = "National Patient Safety Alert\nReference: NatPSA/2026/091/NHSPS\nTitle: Example of a process\n\n"


def pasted(text: str) -> tuple[str, ...]:
    alert = read(from_text(HEAD + text).item)
    found = numbered_actions(alert)
    assert all(words in alert.text for words in found)
    return found


def test_pasted_lines_each_become_an_action() -> None:
    text = (
        "Actions required\nActions to be completed by 3 May 2026:\n1. Identify all who take it.\n2. Tell them.\n"
        "3. Update the protocol.\n\nAdditional information\n1. See the annex.\n2. See the page.\n"
    )
    assert pasted(text) == ("Identify all who take it.", "Tell them.", "Update the protocol.")


@pytest.mark.parametrize("mark", [".", ")", ":"])
def test_numbers_are_marked_in_several_ways(mark: str) -> None:
    assert pasted(f"Actions required\n1{mark} Find them.\n2{mark} Tell them.\n") == ("Find them.", "Tell them.")


@pytest.mark.parametrize(
    "text",
    [
        "Background\n1. It broke.\n2. It broke again.\n",
        "Actions required\n1. Find them and that is all.\n",
        "Actions required\nFind them. Tell them.\n",
        "Actions required\n2. Tell them.\n3. Then wait.\n",
        "Actions required\n10 mg tablets are meant.\n20 mg tablets too.\n",
    ],
)
def test_what_cannot_be_told_surely_is_left_whole(text: str) -> None:
    assert pasted(text) == ()


def test_a_number_out_of_order_ends_the_list() -> None:
    assert pasted("Actions required\n1. Find them.\n2. Tell them.\n5. See page 5.\n") == ("Find them.", "Tell them.")


def test_the_list_of_a_page_goes_first() -> None:
    alert = notice("national-patient-safety-alert", text="Actions\nFind them\nTell them\n1. One\n2. Two")
    listed = replace(alert, html="<h2>Actions</h2><ol><li>Find them</li><li>Tell them</li></ol>")
    assert numbered_actions(listed) == ("Find them", "Tell them")
    assert numbered_actions(alert) == ("One", "Two")


def test_a_very_long_notice_is_quick_and_bounded() -> None:
    alert = notice("national-patient-safety-alert", text="Actions\n" * 20_000 + "1. One\n2. Two")
    assert numbered_actions(alert) == ("One", "Two")
    many = "\n".join(f"{n}. Step {n}" for n in range(1, 60))
    assert len(numbered_actions(notice("national-patient-safety-alert", text=f"Actions\n{many}"))) == 20
