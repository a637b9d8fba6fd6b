"""What `msatctl outliers` and its commands do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.opening import day, moment, open_desk, person_of, say, say_changes, show_progress
from msat.cli.proof_acts import writer_of
from msat.clock import say_date, say_moment, stamp
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.projections.outliers import Finding, Outliers, Outlying
    from msat.services.desk import Changes
    from msat.services.letter_files import Words


def outliers_listed(options: argparse.Namespace) -> int:
    """Prints who lies outside the limits, with what to look at first."""
    from msat.projections.outlier_steps import said
    from msat.projections.outliers import to_json
    from msat.services.outliers import look

    first, last = _days(options)
    if options.out:
        return _reported(options, first, last)
    with open_desk(options) as desk:
        seen = look(desk, first, last, show_progress)
    responses = {ods: said(each) for ods, each in seen.steps.items()}
    value: dict[str, Any] = {
        "from": seen.first.isoformat(),
        "to": seen.last.isoformat(),
        "cut_off": stamp(seen.cut.moment),
        "measures": [to_json(found, responses) for found in seen.found.values()],
    }
    head = f"{say_date(seen.first)} to {say_date(seen.last)}, as at {say_moment(seen.cut.moment)}, as reported."
    lines = [head]
    for found in seen.found.values():
        lines += ["", *_measure(found, responses)]
    say(options, value, "\n".join(lines))
    return 0


def _reported(options: argparse.Namespace, first: date | None, last: date | None) -> int:
    from msat.services.report_outliers import report_outliers

    person = writer_of(options)
    with open_desk(options) as desk:
        return _say_files(options, *report_outliers(desk, Path(options.out), person, first, last, show_progress))


def _days(options: argparse.Namespace) -> tuple[date | None, date | None]:
    return tuple(day(text) if text else None for text in (options.from_day, options.to_day))  # type: ignore[return-value]


def _measure(found: Outliers, responses: Mapping[str, str]) -> Iterator[str]:
    yield f"{found.measure}  {found.sentence}"
    if not found.lines:
        return
    yield "Both ends are worth a look. By code, which is no order of merit:"
    for one in found.lines:
        yield ""
        yield f"{one.ods}  {one.name}: {one.counted.words}, {one.place.value}"
        yield f"        So far: {responses.get(one.ods, 'nothing recorded yet')}"
        yield from _drivers(one)


def _drivers(one: Outlying) -> Iterator[str]:
    for driver in one.drivers:
        yield f"        {driver.driver.value}: {driver.question}"
        yield from (_finding(finding) for finding in driver.findings)


def _finding(finding: Finding) -> str:
    beside = f" (all together {finding.together})" if finding.together else ""
    return f"          {finding.what}: {finding.value}{beside}: {finding.points.value}"


def preview_shown(options: argparse.Namespace) -> int:
    """Prints or writes what an organisation is shown; with --shown-to, records that it was."""
    from msat.services.preview_outlier import preview_outlier, record_preview

    first, last = _days(options)
    target = Path(options.out) if options.out else None
    if bool(options.shown_to) != bool(options.how):
        raise Refused("To record it, both who saw it and how are needed.", "Give --shown-to and --how.")
    if options.shown_to:
        person = person_of(options)
        with open_desk(options) as desk:
            paths, changes = record_preview(
                desk, options.ods, options.shown_to, options.how, person, options.measure, first, last,
                options.note, moment(options.done), target, _words(options), show_progress,
            )  # fmt: skip
        return _say_files(options, paths, changes)
    if options.note or options.done:
        raise Refused("Nothing is recorded without who saw it.", "Give --shown-to and --how too.")
    from msat.exports.markup import write_markup

    with open_desk(options) as desk:
        document, paths = preview_outlier(
            desk, options.ods, options.measure, first, last, target, _words(options), show_progress
        )
    text = write_markup(document, "text", None)
    words = "Not recorded yet: show it to them, then record it with --shown-to and --how."
    shown = "\n".join([*map(str, paths), words]) if paths else f"{text}\n{words}"
    say(options, {"files": [str(path) for path in paths], "content": text, "message": words}, shown)
    return 0


def letter_written(options: argparse.Namespace) -> int:
    """Writes the letter and records it."""
    from msat.services.write_letter import write_letter

    person = person_of(options)
    with open_desk(options) as desk:
        paths, changes = write_letter(
            desk, options.ods, Path(options.out), person, options.measure, _words(options), options.days, show_progress
        )
    return _say_files(options, paths, changes)


def reply_recorded(options: argparse.Namespace) -> int:
    """Records a reply."""
    from msat.services.record_reply import record_reply

    person, done = person_of(options), moment(options.done)
    file = Path(options.file) if options.file else None
    with open_desk(options) as desk:
        changes = record_reply(desk, options.ods, person, options.text, file, options.looked, done)
    return say_changes(options, changes)


def texts_copied(options: argparse.Namespace) -> int:
    """Copies the texts that an editor may change."""
    from msat.services.letter_files import copy_texts

    paths = copy_texts(Path(options.folder))
    words = "Change the words, then use them with --template. Names in braces are filled in."
    say(options, {"files": [str(path) for path in paths]}, "\n".join([*map(str, paths), words]))
    return 0


def _words(options: argparse.Namespace) -> Words:
    from msat.services.letter_files import Words

    text, word = options.template, options.word_template
    return Words(Path(text) if text else None, Path(word) if word else None)


def _say_files(options: argparse.Namespace, paths: list[Path], changes: Changes) -> int:
    value = {
        "files": [str(path) for path in paths],
        "message": changes.words,
        "entries": [{"seq": one.seq, "id": one.id, "type": one.type} for one in changes.entries],
    }
    say(options, value, "\n".join([*map(str, paths), changes.words]))
    return 0
