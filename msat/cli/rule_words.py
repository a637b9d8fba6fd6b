"""Rules, exceptions, actions and the results of their cases, as text for a terminal and as JSON. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from msat.actions.cases import CaseResult
from msat.actions.catalogue import Action, Catalogue
from msat.actions.closing import closing_sentence
from msat.actions.coverage import Shown
from msat.triage.conditions import Limit
from msat.triage.exceptions import RuleException
from msat.triage.model import OrganisationKind
from msat.triage.reading import Reviewed
from msat.triage.rules import Rule, RuleBase

_WIDTH = 118
_KINDS = (
    (OrganisationKind.GP_PRACTICE, "GP"),
    (OrganisationKind.DISPENSING_PRACTICE, "disp"),
    (OrganisationKind.COMMUNITY_PHARMACY, "pharm"),
    (OrganisationKind.PCN, "PCN"),
    (OrganisationKind.COMMITTEE, "team"),
)
_SHORT = {"red": "Red", "amber": "Amber", "green": "Green", "none": "-", "inherits": "inherits"}


def base_text(rules: RuleBase) -> str:
    """Every rule in a line of its own, then the exceptions."""
    heads = " ".join(f"{head:<8}" for _kind, head in _KINDS)
    lines = [f"{'rule':<5} {heads} {'time limit':<24} {'basis':<9} {'reviewed':<9} name"]
    for rule in sorted(rules.rules, key=lambda rule: rule.id):
        given = " ".join(f"{_SHORT[rule.priority[kind]]:<8}" for kind, _head in _KINDS)
        lines.append(
            f"{rule.id:<5} {given} {limit_words(rule.limit):<24} {rule.basis:<9} {_reviewed(rule):<9} {rule.name}"
        )
    lines += ["", f"{'':<6}{'flag':<22} {'basis':<9} {'reviewed':<9} exception"]
    for exception in rules.exceptions:
        flag = exception.flag or "-"
        lines.append(
            f"{exception.id:<5} {flag:<22} {exception.basis:<9} {_reviewed(exception):<9} {exception.name}"
        )
    unreviewed = sum(not entry.reviewed_by for entry in (*rules.rules, *rules.exceptions))
    whole = len(rules.rules) + len(rules.exceptions)
    lines += ["", f"Rules {rules.version}: {len(rules.rules)} rules and {len(rules.exceptions)} exceptions."]
    lines.append(f"Not yet reviewed by a pharmacist: {unreviewed} of {whole}. “Local” is this organisation's own;")
    lines.append("all others were written by the MSAT maintainers. One in full: msatctl rules show F14.")
    return "\n".join(lines)


def base_json(rules: RuleBase) -> dict[str, Any]:
    """The object of `rules list --json`."""
    return {
        "rules_version": rules.version,
        "rules": [
            {
                "id": rule.id,
                "name": rule.name,
                "priority": {kind.value: rule.priority[kind] for kind in OrganisationKind},
                "limit": limit_words(rule.limit),
                "basis": rule.basis,
                "author": _author(rule),
                "reviewed": rule.reviewed,
            }
            for rule in sorted(rules.rules, key=lambda rule: rule.id)
        ],
        "exceptions": [
            {"id": e.id, "name": e.name, "flag": e.flag or None, "basis": e.basis, "reviewed": e.reviewed}
            for e in rules.exceptions
        ],
    }


def limit_words(limit: Limit) -> str:
    """A time limit in few words: `48 hours`, `by class`, `at once`."""
    counts = ((limit.hours, "hours"), (limit.days, "days"), (limit.working_days, "working days"))
    counted = next((f"{number} {unit}" for number, unit in counts if number is not None), "")
    if counted == "0 days":
        counted = "same day"
    if limit.before:
        counted += " or its start" if limit.before == "starts" else " or its end"
    if limit.from_ == "schedule":
        return f"after {' and '.join(str(n) for n in limit.months)} months"
    words = {"class": "by class", "immediately": "at once", "none": "none", "starts": "its first day"}
    return counted or words[limit.from_]


def _reviewed(entry: Reviewed) -> str:
    if entry.basis == "local":
        return "adopted"
    return "yes" if entry.reviewed_by else "not yet"


def one_text(rules: RuleBase, catalogue: Catalogue, id_: str) -> str:
    """All of the rule, exception or action called `id_`."""
    if id_ in catalogue.actions:
        return "\n".join(_action_lines(catalogue[id_]))
    variants = rules.variants(id_)
    if variants:
        return "\n\n".join("\n".join(_rule_lines(rule, rules, catalogue)) for rule in variants)
    return "\n".join(_exception_lines(rules.exception(id_)))


def one_json(rules: RuleBase, catalogue: Catalogue, id_: str) -> dict[str, Any]:
    """The object of `rules show --json`: everything as the files have it."""
    if id_ in catalogue.actions:
        return {"id": id_, "action": _plain(catalogue[id_])}
    variants = rules.variants(id_)
    if variants:
        return {"id": id_, "rules": [_plain(rule) for rule in variants], "rules_version": rules.version}
    return {"id": id_, "exception": _plain(rules.exception(id_)), "rules_version": rules.version}


def _plain(entry: msgspec.Struct) -> Any:
    return msgspec.to_builtins(entry)


def _rule_lines(rule: Rule, rules: RuleBase, catalogue: Catalogue) -> list[str]:
    lines = [f"{rule.id} {rule.name}", "", *_wrapped(rule.reason)]
    lines += [line for kind, text in rule.reason_for.items() for line in _wrapped(f"For {kind.value}: {text}")]
    lines += ["", "It fits a notice that"]
    lines += [line for asked in _asked(rule) for line in _wrapped(asked, "  - ")]
    lines += ["", "Priority"]
    lines += [f"  {kind.value:<22} {_SHORT[rule.priority[kind]]}" for kind, _head in _KINDS]
    lines += ["", f"Time limit: {limit_words(rule.limit)}, unless the notice names one."]
    lines += _wrapped(rule.limit.why, "  ")
    lines += ["", "Actions"]
    for kind, _head in _KINDS:
        lines += _wrapped(f"{kind.value}: {', '.join(rule.actions[kind])}", "  ")
        codes = rules.may_close(rule.id, kind)
        if codes:
            lines += _wrapped(closing_sentence(codes, catalogue, rule.priority_for(kind)), "    ")
    return [*lines, "", *_source(rule)]


def _asked(rule: Rule) -> list[str]:
    """The conditions of a rule, a clause each."""
    when = rule.when
    words = (
        ("is of the family ", when.families, ""),
        ("is of class ", when.classes, ""),
        ("goes to the level ", when.levels, ""),
        ("was issued by ", when.issuers, ""),
        ("is of tier ", when.tiers, ""),
        ("carries the publisher's tag ", when.specialisms, ""),
        ("is addressed to somebody who matches ", when.audience, ""),
        ("has a number that matches ", when.references, ""),
        ("states its ", when.states, ""),
        ("tells of an earlier or later notice: ", when.tells, ""),
        ("says anywhere ", when.says, ""),
        ("says nowhere ", when.unless_says, ""),
        ("says in its title ", when.says_in_title, ""),
        ("does not say in its title ", when.unless_says_in_title, ""),
        ("says in title, description or first advice ", when.says_at_head, ""),
        ("does not say in title, description or first advice ", when.unless_says_at_head, ""),
    )
    clauses = [f"{lead}{_either(str(value) for value in values)}" for lead, values, _ in words if values]
    return [*clauses, "comes up again, some months after it was dealt with"] if when.again else clauses


def _either(values: Iterable[str]) -> str:
    return " or ".join(values)


def _exception_lines(exception: RuleException) -> list[str]:
    lines = [f"{exception.id} {exception.name}", "", *_wrapped(exception.reason)]
    if exception.flag:
        lines.append(f"Flag: {exception.flag}")
    if exception.families:
        lines += _wrapped(f"Families: {', '.join(exception.families)}")
    if exception.at_least:
        lines += ["At least"] + [f"  {kind.value:<22} {_SHORT[word]}" for kind, word in exception.at_least.items()]
    for medicines in exception.medicines:
        names, source = ", ".join(medicines.names), f"{medicines.basis}: {medicines.source}"
        lines += _wrapped(f"{medicines.name}: {names} ({source})", "  ")
    for name, patterns in (("Says", exception.says), ("Unless it says", exception.unless_says)):
        lines += [line for text in patterns for line in _wrapped(f"{name}: {text}", "  ")]
    return [*lines, "", *_source(exception)]


def _action_lines(action: Action) -> list[str]:
    lines = [f"{action.code} {action.name}", "", *_wrapped(action.text), *_wrapped(action.help)]
    for who, text in (*((k.value, t) for k, t in action.text_for.items()), *action.text_for_rule.items()):
        lines += _wrapped(f"{who}: {text}", "  ")
    for step in action.step:
        added = " Adds the action where the rule does not ask for it." if step.adds else ""
        said = f"{step.text_without_words.lstrip(' ,;')} {step.help}".strip()
        lines += _wrapped(f"When “{step.flag}”: {said}{added} ({step.basis}: {step.source})", "  ")
    waits = "Sign-off waits for it, unless its rule says otherwise."
    waits = waits if action.required else "Sign-off does not wait for it."
    return [*lines, f"Answered by: {action.answer.value}. {waits}"]


def _source(entry: Reviewed) -> list[str]:
    basis = _wrapped(f"Basis: {entry.basis}. {entry.source}")
    return [*basis, f"Author: {_author(entry)}. Review: {entry.reviewed}."]


def _author(entry: Reviewed) -> str:
    """Who wrote it. A local rule's source names whoever adopted it."""
    return "this organisation" if entry.basis == "local" else "the MSAT maintainers"


def _wrapped(text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_long_words=False)


def tested_text(rules: RuleBase, results: Sequence[CaseResult], table: Sequence[Shown]) -> str:
    """The table of `rules test`: each rule, the cases that show it both ways, the result; then what is wrong."""
    lines = [f"{'rule':<6} {'fires':>5} {'spares':>6}  {'result':<8} cases that fire it | near misses that spare it"]
    for shown in table:
        result = "FAILED" if shown.problems else "ok"
        cases = f"{_some(shown.fires)} | {_some(shown.spares)}" if not shown.note else shown.note
        lines.append(f"{shown.id:<6} {len(shown.fires):>5} {len(shown.spares):>6}  {result:<8} {cases}")
    failed = [r for r in results if r.problems]
    lines += [""] if failed else []
    for result_of in failed:
        lines += [f"FAILED {result_of.case.id}", *(f"       {problem}" for problem in result_of.problems)]
    unshown = [shown for shown in table if shown.problems and not _only_of_cases(shown)]
    lines += [f"FAILED {shown.id} {shown.name}: {' '.join(p for p in shown.problems if p.startswith('No case'))}"
              for shown in unshown]  # fmt: skip
    passed = len(results) - len(failed)
    shown_ways = sum(not shown.problems for shown in table)
    lines += ["", f"{passed} of {len(results)} cases come out as written (rules {rules.version})."]
    lines.append(f"{shown_ways} of {len(table)} rules and exceptions are shown both ways.")
    return "\n".join(lines)


def _only_of_cases(shown: Shown) -> bool:
    return not any(problem.startswith("No case") for problem in shown.problems)


def _some(names: Sequence[str], most: int = 2) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest if names else "-"


def tested_json(rules: RuleBase, results: Sequence[CaseResult], table: Sequence[Shown]) -> dict[str, Any]:
    """The object of `rules test --json`."""
    return {
        "rules_version": rules.version,
        "cases": [{"name": r.case.id, "passed": not r.problems, "problems": list(r.problems)} for r in results],
        "rules": [
            {
                "id": shown.id,
                "name": shown.name,
                "fires": list(shown.fires),
                "spares": list(shown.spares),
                "passed": not shown.problems,
                "problems": list(shown.problems),
                "note": shown.note,
            }
            for shown in table
        ],
    }
