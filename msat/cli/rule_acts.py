"""The commands that show the rules in force and run their cases: rules list, rules show, rules test."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from msat.cli.opening import open_desk, places_of, say
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.actions.catalogue import Catalogue
    from msat.triage.overlay import Change
    from msat.triage.rules import RuleBase


def rules_list(options: argparse.Namespace) -> int:
    """Prints a line for every rule and exception in force."""
    from msat.cli.rule_words import base_json, base_text

    rules, _actions, _changes = _in_force(options)
    say(options, base_json(rules), base_text(rules))
    return 0


def rules_show(options: argparse.Namespace) -> int:
    """Prints all of one rule with its variants, of one exception, or of one action. Raises Refused on an unknown id."""
    from msat.cli.rule_words import one_json, one_text
    from msat.cli.tailor_words import change_json, change_lines

    rules, actions, changes = _in_force(options)
    id_ = options.id.strip().upper()
    known = [rule.id for rule in rules.rules] + [exception.id for exception in rules.exceptions] + list(actions.actions)
    if id_ not in known:
        raise Refused(f"There is no rule, exception or action “{options.id}”.", "See them all: msatctl rules list.")
    local = [change for change in changes if change.rule == id_]
    text = "\n".join([one_text(rules, actions, id_), *(["", "Changed here:", *change_lines(local)] if local else [])])
    say(options, {**one_json(rules, actions, id_), "local": [change_json(change) for change in local]}, text)
    return 0


def rules_test(options: argparse.Namespace) -> int:
    """Runs every shipped case against the shipped rules and prints a table. Exit status 1 when anything is wrong."""
    from msat.actions.cases import load_cases, run_cases
    from msat.actions.catalogue import load_shipped_catalogue
    from msat.actions.coverage import coverage
    from msat.cli.rule_words import tested_json, tested_text
    from msat.triage.rules import load_shipped_rules

    rules = load_shipped_rules()
    results = run_cases(load_cases(), rules, load_shipped_catalogue())
    if not results:
        raise Refused("There are no cases.", "Install MSAT again.")
    table = coverage(results, rules)
    say(options, tested_json(rules, results, table), tested_text(rules, results, table))
    sys.stdout.flush()
    return 1 if any(r.problems for r in results) or any(shown.problems for shown in table) else 0


def _in_force(options: argparse.Namespace) -> tuple[RuleBase, Catalogue, tuple[Change, ...]]:
    """The rules and actions of the profile, with its own laid over them and what those change; the shipped ones where
    there is no record."""
    from msat import bootstrap
    from msat.actions.catalogue import load_shipped_catalogue
    from msat.triage.rules import load_shipped_rules

    where = places_of(options)
    if not bootstrap.has_record(where):
        return load_shipped_rules(), load_shipped_catalogue(), ()
    with open_desk(options) as desk:
        local = desk.knowledge.local
        return desk.knowledge.rules, desk.knowledge.actions, local.changes if local else ()
