"""`python -m msat.cli`: the same as `msatctl`."""

from __future__ import annotations

import sys

from msat.cli import main

sys.exit(main())
