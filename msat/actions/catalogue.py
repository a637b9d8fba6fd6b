"""The catalogue of actions, read from `alerts/actions.toml`: what each is called, how it is asked and answered.

Refuses a file with an unknown key or a wrong value. Knows no alert: recommend.py fills the texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import msgspec

from msat import shipped
from msat.actions.model import AnswerKind
from msat.errors import Refused
from msat.triage import reading
from msat.triage.exceptions import FLAGS
from msat.triage.model import OrganisationKind
from msat.triage.reading import Reviewed, check_reviewed
from msat.triage.rules import LOCAL_ACTION_CODE, check_patterns, read_strictly, refuse_entry

ACTIONS_FILE = "actions.toml"
PLACEHOLDERS = frozenset({"product", "batches", "company", "reference", "search", "starts", "ends"})
_CODE = re.compile(r"A(?:0[1-9]|[12]\d|30)")
# What every alert needs so that it can be seen, judged and closed.
NEEDED_ACTIONS = ("A01", "A02", "A25")
NATIONAL_ACTIONS = "A26"


class Step(Reviewed, frozen=True, kw_only=True):
    """What a flag of the decision adds to an action."""

    flag: str
    help: str = ""
    """Sentences put behind the action's own help."""
    words_of: str = ""
    """An exception: the sentence of the notice that it rests on is locked into the action."""
    text: str = ""
    """Put behind the action's text where there are such words, for which {words} stands."""
    text_without_words: str = ""
    """Put behind the action's text where there are none."""
    requires: bool = False
    """Sign-off waits for the action, whatever its kind."""
    adds: bool = False
    """Whether the action is added where the rule does not ask for it ..."""
    beside: list[str] = []
    """... though only where the rule asks for one of these, if any are named ..."""
    unless_beside: list[str] = []
    """... and for none of these."""
    kinds: list[OrganisationKind] = []
    """The kinds of organisation it is for; none means all."""


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One action of the catalogue. Texts may hold placeholders; the most particular text is taken."""

    code: str
    name: str
    answer: AnswerKind
    text: str
    help: str = ""
    help_on_red: str = ""
    text_for: dict[OrganisationKind, str] = {}
    text_for_rule: dict[str, str] = {}
    required: bool = True
    required_for: dict[OrganisationKind, bool] = {}
    places: dict[OrganisationKind, list[str]] = {}
    words_from: Literal["", "patient_advice", "professional_advice", "batches"] = ""
    """The fact of the notice that the action rests on."""
    words_like: str = ""
    """A pattern: only the first sentence of that fact which matches is quoted."""
    due: Literal["alert", "none"] = "alert"
    months_after: int = 0
    months_after_for_rule: dict[str, int] = {}
    step: list[Step] = []
    at_end_for_rule: dict[str, str] = {}
    """What is left to do on the last day of a notice that ends by itself: text by rule, for an action of its own."""

    def text_of(self, kind: OrganisationKind, rule: str) -> str:
        """The template for a kind of organisation under a rule."""
        return self.text_for_rule.get(rule) or self.text_for.get(kind) or self.text

    def months_after_of(self, rule: str) -> int:
        """How many months after the alert's own limit it is due under a rule."""
        return self.months_after_for_rule.get(rule, self.months_after)

    def is_required(self, kind: OrganisationKind) -> bool:
        return self.required_for.get(kind, self.required)


class _CatalogueFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    action: list[Action]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every action by its code, in the order of the catalogue."""

    actions: Mapping[str, Action]

    def __getitem__(self, code: str) -> Action:
        """The action called `code`. Raises Refused when the catalogue has none."""
        try:
            return self.actions[code]
        except KeyError:
            raise Refused(f"There is no action {code} in the catalogue.", "Choose one of A01 to A30.") from None


def load_shipped_catalogue() -> Catalogue:
    """The catalogue that ships with this version of MSAT."""
    return _whole(shipped.text(f"alerts/{ACTIONS_FILE}"))


@lru_cache(maxsize=1)
def _whole(text: str) -> Catalogue:
    """The catalogue of this text, made once."""
    return load_catalogue(text)


def load_catalogue(text: str) -> Catalogue:
    """The catalogue written in `text` (TOML). Raises Refused naming the action and the field that is wrong."""
    content: _CatalogueFile = read_strictly(ACTIONS_FILE, text, _CatalogueFile, "action")
    actions: dict[str, Action] = {}
    for action in content.action:
        check_action(ACTIONS_FILE, action)
        if action.code in actions:
            refuse_entry(ACTIONS_FILE, f"action {action.code}", "code", "this action is given twice")
        actions[action.code] = action
    for code in NEEDED_ACTIONS:
        if code not in actions:
            refuse_entry(ACTIONS_FILE, f"action {code}", "code", "this action is missing")
    return Catalogue(actions)


def check_action(name: str, action: Action, is_local: bool = False) -> None:
    """Raises Refused on an action of the file `name` that is of the right type and still wrong."""
    entry = f"action {action.code}"
    if not _CODE.fullmatch(action.code) and not (is_local and LOCAL_ACTION_CODE.fullmatch(action.code)):
        beside = " or LA01 to LA99" if is_local else ""
        refuse_entry(name, entry, "code", f"“{action.code}” is not one of A01 to A30{beside}")
    check_template(name, entry, "text", action.text)
    for field, texts in (
        ("text_for", {kind.value: text for kind, text in action.text_for.items()}),
        ("text_for_rule", action.text_for_rule),
        ("at_end_for_rule", action.at_end_for_rule),
    ):
        for key, text in texts.items():
            check_template(name, entry, f"{field}.{key}", text)
    for step in action.step:
        _check_step(name, entry, step)
    if action.words_like:
        check_patterns(name, entry, "words_like", [action.words_like])
    if min(action.months_after, *action.months_after_for_rule.values(), 0) < 0:
        refuse_entry(name, entry, "months_after", "a number below nought")
    if action.answer is AnswerKind.PLACES:
        for kind in OrganisationKind:
            if not action.places.get(kind):
                refuse_entry(name, entry, "places", f"there is no place for {kind.value}")


def _check_step(name: str, entry: str, step: Step) -> None:
    field = f"step “{step.flag}”"
    if step.flag not in FLAGS:
        refuse_entry(name, entry, "step.flag", f"“{step.flag}” is not one of {', '.join(FLAGS)}")
    if "{words}" in step.text and not step.words_of:
        refuse_entry(name, entry, field, "{words} needs words_of, the exception whose words they are")
    if not (step.help or step.text or step.text_without_words or step.requires or step.adds):
        refuse_entry(name, entry, field, "the step adds nothing")
    if (step.beside or step.unless_beside) and not step.adds:
        refuse_entry(name, entry, field, "beside and unless_beside go with adds")
    for code in (*step.beside, *step.unless_beside):
        if not _CODE.fullmatch(code):
            refuse_entry(name, entry, field, f"“{code}” is not one of A01 to A30")
    check_reviewed(name, entry, step)


def check_template(name: str, entry: str, field: str, text: str) -> None:
    """Raises Refused on a text that is empty, or asks for something that no notice gives."""
    reading.check_template(name, entry, field, text, PLACEHOLDERS)
