"""Signs a pack of local rules with the record of whoever sends it, and says whose signature a received pack bears.

The signature stands in remarks at the end of the text, so that the text stays readable and can be read without it.
It says which installation exported this text, and that the text is unchanged; not that anybody agrees with it.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from msat.errors import MsatError
from msat.ids import fingerprint
from msat.lettering import named
from msat.record.identity import carried, read_carried
from msat.record.ports import Record
from msat.record.signing import BadNote

FORMAT = "msat-pack-v1"
_BEGIN, _END = f"# ----- BEGIN {FORMAT} -----", f"# ----- END {FORMAT} -----"
_LARGEST = 64 * 1024
_WIDTH = 76


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signature of a pack comes to. `log` is empty when it bears none that fits."""

    words: str
    log: str = ""
    organisation: str = ""
    ods: str = ""
    is_changed: bool = False
    """It bears a signature, and the text or the signature was changed since."""


def sign_pack(record: Record, text: str) -> str:
    """`text` with the signature of `record` at its end, in the place of any that it bore."""
    text = _apart(text)[0]
    block = {"note": record.sign(_signed_text(text, record.log)), **carried(record.identity())}
    packed = base64.b64encode(json.dumps(block, sort_keys=True).encode("utf-8")).decode("ascii")
    lines = [f"# {packed[at : at + _WIDTH]}" for at in range(0, len(packed), _WIDTH)]
    return "\n".join([text.rstrip("\n"), "", _BEGIN, *lines, _END, ""])


def signature_of(text: str) -> Signed:
    """Whose signature a pack bears. Believes nothing in it before it has been checked."""
    content, block = _apart(text)
    if not block:
        return Signed("This pack bears no signature.")
    try:
        found = json.loads(base64.b64decode(block, validate=True)) if len(block) <= _LARGEST else {}
        signer = read_carried(found)
        said = signer.checked(str(found["note"]))
    except BadNote as bad:
        return Signed(f"The signature of this pack does not fit. {bad.explanation}", is_changed=True)
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError, MsatError):
        return Signed("The signature of this pack cannot be read: it was changed.", is_changed=True)
    ours = signer.birth.organisation
    if said != _signed_text(content, signer.log):
        return Signed(f"This pack was changed after {named(ours.name, ours.ods)} had signed it.", is_changed=True)
    return Signed(
        f"Signed by log {signer.log[:8]} of {named(ours.name, ours.ods)}, as that installation names itself. Ask them "
        f"for these eight letters before you rely on it.",
        signer.log,
        ours.name,
        ours.ods,
    )


def without_signature(text: str) -> str:
    """The text of a pack alone."""
    return _apart(text)[0]


def _signed_text(text: str, log: str) -> str:
    return f"{FORMAT}\n{fingerprint(_plain(text).encode('utf-8'))}\n{log}\n"


def _plain(text: str) -> str:
    """The text as it is signed: line ends and blanks at the ends of lines are mail programs' business."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _apart(text: str) -> tuple[str, str]:
    """The pack and the code of its signature block; empty when it has none. What follows a block is part of the pack,
    so that nothing can be added behind a signature unseen."""
    lines = text.replace("\r\n", "\n").split("\n")
    marks = [line.strip() for line in lines]
    if _BEGIN not in marks or _END not in marks[marks.index(_BEGIN) :]:
        return text, ""
    first = marks.index(_BEGIN)
    last = marks.index(_END, first)
    code = "".join(line.removeprefix("#").strip() for line in marks[first + 1 : last])
    after = [line for line in lines[last + 1 :] if line.strip()]
    return "\n".join([*lines[:first], *after]).rstrip("\n") + "\n", code
