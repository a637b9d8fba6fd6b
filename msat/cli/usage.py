"""A parser that says wrong use in one sentence and a next step, as every refusal of this program does."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

_SAID = (
    (re.compile(r"the following arguments are required: (.+)"), r"Missing: \1."),
    (re.compile(r"argument (\S+): invalid int value: '(.*)'", re.DOTALL), r"“\2” is not a whole number for \1."),
    (
        re.compile(r"argument (-\S+): invalid choice: '(.*)' \(choose from (.*)\)", re.DOTALL),
        r"“\2” is nothing that \1 takes. It takes: \3.",
    ),
    (re.compile(r"argument \S+: invalid choice: '(.*)' \(choose from .*\)", re.DOTALL), r"There is no command “\1”."),
    (re.compile(r"unrecognized arguments: (.+)", re.DOTALL), r"“\1” is not understood here."),
    (re.compile(r"argument (\S+): expected (?:one|at least one) argument"), r"Nothing is given for \1."),
    (re.compile(r"ambiguous option: (\S+) could match (.+)"), r"“\1” could mean \2."),
)


class Parser(argparse.ArgumentParser):
    """argparse with its complaints in plain words; the parsers of the commands are of this class too."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and where to look, and stops with status 2."""
        message = re.sub(r"'([\w-]+)'(?=[,)])", r"\1", message)  # Python 3.11 quotes what can be chosen
        said = next((found.expand(words) for pattern, words in _SAID if (found := pattern.fullmatch(message))), "")
        said = said or f"This is not understood: {message}."
        self.exit(2, f"{said} Write “{self.prog} --help” to see how it is used.\n")
