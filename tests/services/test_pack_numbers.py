"""Two windows that issue a pack at the same moment never give both the same number."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest

from msat import bootstrap
from msat.projections.pack_model import Signatory
from msat.services import pack_preparing
from msat.services.desk import Desk
from msat.services.export_pack import packs
from msat.services.pack_preparing import Wanted, prepare
from tests.services.conftest import DOCTOR, PHARMACIST

NOBODY = Signatory()
WANTED = Wanted(date(2026, 11, 1), date(2026, 11, 21), NOBODY, NOBODY, Signatory("A Doctor", "GP partner"))


def test_a_second_window_waits_for_the_number_to_be_recorded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    other = bootstrap.open_desk(desk.places, desk.clock)
    real, threads = pack_preparing._basis, list[threading.Thread]()

    def while_the_other_begins(*given: Any) -> bytes:
        """The number is chosen and not recorded yet: the other window has half a second to choose the same."""
        if not threads:
            threads.append(threading.Thread(target=prepare, args=(other, WANTED, DOCTOR)))
            threads[0].start()
            threads[0].join(0.5)
        return real(*given)

    monkeypatch.setattr(pack_preparing, "_basis", while_the_other_begins)
    prepare(desk, WANTED, PHARMACIST)
    threads[0].join(30)
    assert not threads[0].is_alive()
    other.close()
    assert [one.number for one in packs(desk)] == ["Y00001-P0001", "Y00001-P0002"]
