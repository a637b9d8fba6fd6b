"""`msatctl`: a face without Qt that can do everything the window can.

Exit status: 0 done, 1 something found wrong (verify, a failed source), 2 wrong use or refused. `version` is answered
before anything else is imported.
"""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments in (["version"], ["--version"]):
        from msat import __version__

        sys.stdout.write(f"MSAT {__version__}\n")
        return 0
    from msat.cli.run import run

    return run(arguments)
