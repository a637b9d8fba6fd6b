"""A coverage-guided fuzz of what reads returns: python -m tests.faults.fuzzing KNOWN CORPUS [options of libFuzzer].

KNOWN is a folder of genuine returns: their bytes alone may be taken, any others that are stop the fuzz, and so does an
error without words. CORPUS is where the fuzz begins and keeps what led it further. Needs atheris, which MSAT does not:
pip install atheris, on Linux. atheris ends the process itself.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["msat.exchange", "msat.record"]):
    from msat.exchange.return_file import FORMAT, BadReturn, read_return
    from msat.record.signing import new_private_key, sign

from msat.errors import MsatError
from msat.record.received import RawEntry

_THIEF = new_private_key()


def resealed(data: bytes, log: str) -> bytes:
    """The same under the signature of a key that is not the log's, over whatever its head says now."""
    start, end = len(FORMAT) + 1, data.find(b"\n\n")
    if not data.startswith(FORMAT + b"\n") or end < start:
        return data
    rest = data.find(b"\n\n", end + 2)
    try:
        note = sign(data[start : end + 1].decode("utf-8"), log, _THIEF)
    except (MsatError, UnicodeDecodeError):
        return data
    return FORMAT + b"\n" + note.encode("utf-8") + data[max(rest, end) + 1 :]


def main() -> None:
    known = {path.read_bytes() for path in Path(sys.argv[1]).iterdir()}
    genuine = [read_return(data) for data in sorted(known)]
    shortest = min(genuine, key=lambda one: one.head.size).lines
    held = [RawEntry(line.id, json.loads(line.header)["type"], line.header, line.body) for line in shortest]
    log = genuine[0].log

    def look(data: bytes) -> None:
        for one, before in ((data, []), (data, held), (resealed(data, log), [])):
            try:
                read = read_return(one, before)
            except BadReturn as refused:
                if not refused.explanation.endswith("."):
                    raise RuntimeError(f"no sentence: {refused}") from refused
                continue
            if one not in known and read.log == log:
                raise RuntimeError("a changed return was taken")

    atheris.Setup([sys.argv[0], *sys.argv[2:]], look)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
