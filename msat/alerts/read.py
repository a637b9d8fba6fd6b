"""Reads a feed item into an alert: every fact with the exact words it rests on, and where they stand.

Never guesses: a fact without words is left out, and what is there but could not be read is said in `unread`. Pure:
the same item always gives the same alert, and no item, however broken, raises.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from msat.alerts import naming, wording
from msat.alerts.describe import described
from msat.alerts.identity import Identity, identify
from msat.alerts.kinds import alert_class, family, level, other_class
from msat.alerts.model import Alert, Batch, Fact, Family, Product, Where
from msat.alerts.notice import Notice, notice
from msat.alerts.prose_batches import read_prose, unread_in_words
from msat.alerts.tables import read_tables
from msat.alerts.timing import deadlines, issued
from msat.feeds.model import FeedItem

_LISTS = frozenset({Family.FIELD_SAFETY_NOTICES, Family.ROUNDUP, Family.DRUG_SAFETY_UPDATE})
_TELLS_OF_OTHERS = frozenset({Family.FIELD_SAFETY_NOTICES, Family.ROUNDUP})
_WITH_BATCHES = frozenset({Family.NATPSA, Family.RECALL, Family.NOTIFICATION, Family.COMPANY_LED, Family.FALSIFIED})
_NAMED_BY_TITLE = frozenset({Family.RECALL, Family.NOTIFICATION, Family.COMPANY_LED, Family.FALSIFIED})
_STRUCK_OUT = re.compile(r"<(?:del|s|strike)\b[^<>]{0,500}>\s*[^<\s]", re.IGNORECASE)
_ATTACHMENT = re.compile(r"href\s{0,2}=\s{0,2}[\"'][^\"'>]{1,500}\.(?:pdf|xlsx?|docx?|csv|ods|odt)\b", re.IGNORECASE)


def read(item: FeedItem) -> Alert:
    """The alert that a feed item describes."""
    laid_out = notice(item)
    kind = family(laid_out, ())
    identity = identify(laid_out, is_list=kind.value in _LISTS)
    kind = family(laid_out, identity.found[:1])
    issuer = _issuer(laid_out, identity)
    day, date_remark = issued(laid_out, kind.value in _TELLS_OF_OTHERS)
    graded = alert_class(laid_out, kind, issuer.value if issuer else "")
    limits, limits_unread = deadlines(laid_out) if kind.value not in _LISTS else ((), ())
    maker = naming.company(laid_out) if kind.value not in _LISTS else None
    products = _products(laid_out, kind, maker)
    batches, all_batches, batches_unread = _batches(laid_out, kind, maker, products)
    own = identity.reference.value if identity.reference else ""
    alert = Alert(
        key=identity.key(item.path),
        source=item.source,
        path=item.path,
        url=item.url,
        title=laid_out.title,
        text=laid_out.document.text,
        html=item.html,
        family=kind,
        reference=identity.reference,
        other_references=identity.others,
        case=identity.case,
        alert_class=graded,
        level=level(laid_out, kind),
        issuer=issuer,
        issued=day,
        published=item.published,
        company=maker,
        deadlines=limits,
        products=products,
        batches=batches,
        all_batches=all_batches,
        supersedes=wording.supersedes(laid_out, own) if kind.value not in _LISTS else (),
        patient_advice=wording.patient_advice(laid_out),
        professional_advice=wording.professional_advice(laid_out),
        update=wording.update(laid_out),
        withdrawn=wording.withdrawn(laid_out),
        alert_type=item.alert_type,
        specialisms=item.specialisms,
        description=unicodedata.normalize("NFC", item.description),
        unread=_unread(laid_out, item, (date_remark, other_class(laid_out, graded)), limits_unread, batches_unread),
        changes=tuple(change.note for change in item.changes),
    )
    return described(alert, laid_out)


def _issuer(laid_out: Notice, identity: Identity) -> Fact | None:
    """The issuer in a NatPSA's own number; else the publisher, where the page's address says who that is."""
    for reference, fact in zip(identity.found[:1], identity.own, strict=False):
        if reference.series.startswith("NHS"):
            return Fact("NHS England", fact.words, fact.where)
        if reference.issuer:
            return Fact(reference.issuer, fact.words, fact.where)
    if laid_out.item.path.lstrip("/").startswith(("drug-device-alerts", "drug-safety-update")):
        return Fact("MHRA", laid_out.item.path, Where.PUBLISHER)
    return None


def _products(laid_out: Notice, kind: Fact, maker: Fact | None) -> tuple[Product, ...]:
    if kind.value in _LISTS:
        return ()
    return naming.products(laid_out, maker, from_title=kind.value in _NAMED_BY_TITLE)


def _batches(
    laid_out: Notice, kind: Fact, maker: Fact | None, products: Sequence[Product]
) -> tuple[tuple[Batch, ...], tuple[Fact, ...], Sequence[str]]:
    """Batches of the tables, else of the words; statements about all batches; what could not be read."""
    if kind.value in _LISTS:
        return (), (), ()
    named = naming.named_lines(laid_out, maker)
    tables = read_tables(laid_out.document, named)
    batches = tables.found
    if not batches and kind.value in _WITH_BATCHES:
        batches = read_prose(laid_out, named)
    all_batches = list(tables.all_of_them)
    if not batches and not all_batches and kind.value in _WITH_BATCHES:
        all_batches = list(wording.all_batches(laid_out))
    unread = list(tables.unread)
    if not batches and not all_batches and kind.value in _WITH_BATCHES and _ATTACHMENT.search(laid_out.item.html):
        unread.append("The notice has an attached file, which is not read here: open the source to see the batches.")
    elif kind.value in _WITH_BATCHES and not all_batches and not unread:
        unread.extend(filter(None, [unread_in_words(laid_out, batches)]))
    if len(products) == 1:  # the only product named is the one that every row is about
        batches = [batch if batch.product else replace(batch, product=products[0].name) for batch in batches]
    return tuple(dict.fromkeys(batches)), tuple(dict.fromkeys(all_batches)), unread


def _unread(
    laid_out: Notice, item: FeedItem, remarks: Sequence[str], limits: Sequence[str], batches: Sequence[str]
) -> tuple[str, ...]:
    said = [*batches, *limits, *(remark for remark in (item.not_read, *remarks) if remark)]
    if _STRUCK_OUT.search(item.html):
        said.append("Part of the notice is struck out and was not read: open the source to see what no longer holds.")
    if not laid_out.document.complete:
        said.append("The page is too long or too deeply nested to be read whole: open the source.")
    return tuple(said)
