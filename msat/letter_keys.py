"""Single letters that are commands of the window: what each does, its key as delivered, and a person's own keys.

The setting `letter_keys` holds only what is another than delivered, as `sign-off=q assign=b`; a command with nothing
after the sign has no key. A key is one letter or sign as it is typed, in any layout of the keyboard, never a digit: the
digits answer actions. Knows no window.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from msat.errors import Refused

MOST = 800
"""Characters in the setting: more than every command with a key of its own takes."""


_PLACE = re.compile(r"\{key:([a-z-]+)\}")


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `where` are the places that listen for its key: two commands of one place never share a key."""

    name: str
    key: str
    label: str
    words: str
    where: tuple[str, ...] = ("alert",)


BOTH = ("alert", "newsletter")
COMMANDS = (
    Command("next", "j", "Next", "Next alert; held with Shift it ticks this one and the next", BOTH),
    Command("previous", "k", "Previous", "Previous alert; held with Shift it ticks this one and the previous", BOTH),
    Command("source", "o", "Source page", "Open the page of its source in the browser"),
    Command("sign-off", "c", "Sign off", "Sign off"),
    Command("not-applicable", "n", "Does not apply", "Does not apply, with a reason"),
    Command("priority", "p", "Priority", "Change priority, with a reason: then R, A or G for Red, Amber or Green"),
    Command("reopen", "r", "Re-open", "Re-open a closed alert, with a reason"),
    Command("assign", "a", "Assign", "Assign it to an owner and a deputy"),
    Command("snooze", "z", "Snooze", "Snooze it for yourself until a day; nothing is recorded"),
    Command("defer", "d", "Defer", "Change when it is due: defer it to a day, with an approver, on the record"),
    Command("due", "t", "Change when it is due", "Change when it is due: a second key for the same"),
    Command("more", "m", "More", "In a low window: more to do with it, what has no button there"),
    Command("star", "s", "Star", "Put a star on it, or take it away (only you see it)"),
    Command("unread", "u", "Mark unread", "Mark it unread, or read (only you see it)"),
    Command("evidence", "e", "Evidence", "Add a file as evidence"),
    Command("tick", "x", "Tick", "Tick this alert, or take its tick away", BOTH),
    Command("newsletter", "w", "To the newsletter", "Add it to the newsletter that is being written"),
    Command("reasons", "y", "Why", "Show or hide every reason for the priority"),
    Command("search", "/", "Search", "Search the list (also Ctrl+F)"),
    Command("keys", "?", "Keys", "This list"),
    Command("go", "g", "Go to", "Go to a page: then the letter of the page, below"),
    Command("go-worklist", "i", "Go to Worklist", "Worklist", ("go",)),
    Command("go-starred", "s", "Go to Starred", "Starred", ("go",)),
    Command("go-snoozed", "z", "Go to Snoozed", "Snoozed", ("go",)),
    Command("go-waiting", "w", "Go to Waiting", "Waiting", ("go",)),
    Command("go-completed", "d", "Go to Completed", "Completed", ("go",)),
    Command("go-recalls", "c", "Go to Recalls", "Recalls", ("go",)),
    Command("go-shortages", "h", "Go to Shortages", "Shortages", ("go",)),
    Command("go-medicines", "m", "Go to My medicines", "My medicines", ("go",)),
    Command("go-records", "r", "Go to Records", "Records", ("go",)),
    Command("go-newsletter", "n", "Go to Newsletter", "Newsletter", ("go",)),
    Command("go-oversight", "b", "Go to Oversight", "Oversight", ("go",)),
    Command("nil", "n", "Nil", "Nil in this place, on to the next", ("stock",)),
    Command("rest-nil", "l", "All the rest nil", "Nil in all the rest", ("stock",)),
    Command("word-item", "e", "Word an item", "Word an item (also Enter); Esc goes back to it", ("newsletter",)),
)
"""Every command with a letter, in the order in which people read of them."""
BY_NAME: Mapping[str, Command] = {one.name: one for one in COMMANDS}
AS_DELIVERED: Mapping[str, str] = {one.name: one.key for one in COMMANDS}
"""The key of each command when MSAT is new."""


def shown(key: str) -> str:
    """A key as it is printed: `C`, `ß`, `?`; empty for none."""
    return key.upper() if len(key.upper()) == 1 else key


def as_key(text: str) -> str:
    """What was typed, as the key it stands for: letters are small. Empty where it can be no key."""
    key = text.lower()
    is_key = len(text) == len(key) == 1 and key.isprintable() and not key.isspace() and not key.isnumeric()
    return key if is_key else ""


def read(text: str, *, gives_way: bool = False) -> dict[str, str]:
    """The key of every command under the setting `text`; an empty key is none. Raises Refused naming what is wrong.

    `gives_way`: a command that `text` does not name has no key where its delivered one was given to another. So a
    command that a later version brings never makes void what a person chose before.
    """
    keys, own = dict(AS_DELIVERED), set[str]()
    if len(text) > MOST:
        raise Refused("The setting letter_keys is too long.", f"Give up to {MOST} characters.")
    for part in text.split():
        name, sign, typed = part.partition("=")
        key = as_key(typed)
        if not sign:
            raise Refused(f"“{part}” in letter_keys is not a command with its key.", "Write it as sign-off=q.")
        if name not in BY_NAME:
            raise Refused(f"There is no command “{name}” with a letter.", _nearest(name))
        if name in own:
            raise Refused(f"The command {name} stands twice in letter_keys.", "Name each command once.")
        if typed and not key:
            raise Refused(
                f"“{typed}” cannot be the key of {name}.", "A key is one letter or sign; digits answer actions."
            )
        own.add(name)
        keys[name] = key
    for name in own if gives_way else ():
        keys |= {one.name: "" for one in holders(keys, name, keys[name]) if one.name not in own}
    check(keys)
    return keys


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, list(BY_NAME), n=1)
    return f"Did you mean “{near[0]}”?" if near else f"The commands are: {', '.join(BY_NAME)}."


def check(keys: Mapping[str, str]) -> None:
    """Raises Refused, naming both, where two commands of one place have the same key."""
    for command in COMMANDS:
        for other in holders(keys, command.name, keys[command.name]):
            raise Refused(
                f"{shown(keys[command.name])} would be the key of “{command.label}” and of “{other.label}”.",
                "Give one of them another key.",
            )


def holders(keys: Mapping[str, str], name: str, key: str) -> list[Command]:
    """The other commands that have `key` in a place where the command `name` would listen for it."""
    where = set(BY_NAME[name].where)
    return [one for one in COMMANDS if key and one.name != name and keys[one.name] == key and where & set(one.where)]


def in_text(text: str, keys: Mapping[str, str]) -> str:
    """A text of the program with the letters as they are now: `{key:star}` stands for that of the command `star`."""
    return _PLACE.sub(lambda found: shown(keys.get(found[1], "")) or "no key", text)


def written(keys: Mapping[str, str]) -> str:
    """The setting for these keys: only what is another than delivered."""
    return " ".join(f"{name}={keys[name]}" for name, key in AS_DELIVERED.items() if keys[name] != key)


def swapped(keys: Mapping[str, str], name: str, key: str) -> dict[str, str] | None:
    """The keys with `key` for the command `name`, and its key for the one command that had it. None where several have
    it, or where the other's place has no room for that key."""
    others = holders(keys, name, key)
    if len(others) != 1:
        return None
    made = dict(keys) | {name: key, others[0].name: keys[name]}
    try:
        check(made)
    except Refused:
        return None
    return made
