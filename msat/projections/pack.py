"""Works out an assurance pack from what is recorded as at a cut: one function, `pack`, that reads as its contents.

Every number comes from the one place that computes it (`kpis`, `kpi_series`, `funnel`, `spc`); nothing is typed. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from msat.clock import london, say_date
from msat.projections.funnel import Funnel, funnel
from msat.projections.gaps import unexplained
from msat.projections.kpi_model import Share
from msat.projections.kpi_pairs import identified
from msat.projections.kpi_series import by_month, by_organisation, working_days_to_close
from msat.projections.kpis import kpis
from msat.projections.log import log
from msat.projections.natural_order import natural
from msat.projections.outlier_steps import NOTHING_YET
from msat.projections.pack_exceptions import exceptions
from msat.projections.pack_material import Material, is_about_others
from msat.projections.pack_model import Fact, Matrix, OutlierLine, Pack
from msat.projections.pack_pairs import by_alert, matrix
from msat.projections.pack_reds import not_relevant, reds
from msat.projections.pack_statement import asked, counts, decisions, limits, statement
from msat.projections.spc import Better, spc

ON_TIME = "alerts finished on time"


def pack(material: Material) -> Pack:
    """The pack that `material` comes to."""
    basis, cover = material.basis, material.cover
    alerts, _lists = identified(basis)
    pairs = by_alert(basis, alerts)
    indicators = kpis(basis)
    groups = exceptions(material, alerts)
    shown = funnel(by_organisation(basis) if is_about_others(material) else (), ON_TIME)
    return Pack(
        cover=cover,
        statement=statement(material, alerts, indicators),
        limits=limits(material, alerts),
        asked=len(asked(material)),
        replied=sum(one.facts is not None for one in asked(material)),
        counts=counts(material, alerts, indicators, groups),
        decisions=decisions(material, groups, shown),
        exceptions=groups,
        kpis=indicators,
        months=by_month(basis),
        to_close=spc(working_days_to_close(basis).values, Better.DOWN, "working days", floor=0),
        reds=reds(material, alerts, pairs),
        log=tuple(log(material.own, cover.first, cover.last, cover.cut_off, material.notice_of)),
        matrix=matrix(basis) if is_about_others(material) else Matrix((), ()),
        funnel=shown,
        outliers=_outliers(material, shown),
        sources=material.sources,
        gaps=tuple(_gaps(material)),
        not_relevant=not_relevant(material),
        rules=material.rules,
        late=material.late,
        logs=material.logs,
    )


def _outliers(material: Material, shown: Funnel) -> tuple[OutlierLine, ...]:
    """Those outside a limit, by name, with what has come of it."""
    ordered = sorted(shown.outside, key=lambda point: (natural(point.counted.name), point.counted.id))
    return tuple(
        OutlierLine(
            point.counted.id,
            point.counted.name,
            Share(point.counted.numerator, point.counted.denominator),
            point.place.value,
            material.responses.get(point.counted.id, NOTHING_YET),
        )
        for point in ordered
    )


def _gaps(material: Material) -> Iterable[Fact]:
    """Numbers that nobody has explained, then those explained in the period."""
    basis = material.basis
    for gap in unexplained(basis.gaps):
        yield Fact(gap.reference, "not explained", gap.words)
    for gap in basis.gaps:
        one = gap.explanation
        if one is not None and basis.first <= london(one.deed.happened).date() <= basis.last:
            yield Fact(gap.reference, one.words, f"{one.deed.by}, {say_date(one.deed.happened)}")
