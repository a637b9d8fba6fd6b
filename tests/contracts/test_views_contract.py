"""What every Views promises, asked of the memory fake and of the database alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from msat.clock import stamp
from msat.feeds.model import Validators
from msat.ids import Sha256, SourceId, fingerprint
from msat.projections.alert_state import TEXT_MISSING, Status
from msat.projections.ports import Query, SourceHealth, Views
from msat.projections.worklist import order
from msat.store.views import SqlViews
from msat.triage.model import Priority
from tests.fakes import NOON, MemoryViews, Story, an_alert, read_document

GOVUK = SourceId("govuk-alerts")


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture(params=["memory", "sqlite"])
def views(request: pytest.FixtureRequest, story: Story, tmp_path: Path) -> Iterator[Views]:
    if request.param == "memory":
        yield MemoryViews(story.record, story.files)
        return
    made = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    yield made
    made.close()


def test_catching_up_names_what_changed_and_only_that(story: Story, views: Views) -> None:
    assert views.catch_up() == frozenset()
    story.received()
    story.received(an_alert("EL(26)A/39", reference="EL(26)A/39"))
    assert views.catch_up() == {"EL(26)A/37", "EL(26)A/39"}
    story.triaged()
    assert views.catch_up() == {"EL(26)A/39"}
    assert views.catch_up() == frozenset()
    assert views.difference_from_rebuild() == ()


def test_a_state_is_what_the_fold_says(story: Story, views: Views) -> None:
    story.received()
    story.triaged()
    story.is_done()
    views.catch_up()
    assert views.alert(story.key) == story.state
    assert views.alert("EL(99)A/99") is None


def test_before_catching_up_nothing_is_different_by_mistake(story: Story, views: Views) -> None:
    story.received()
    assert views.difference_from_rebuild() != ()
    views.catch_up()
    assert views.difference_from_rebuild() == ()


@pytest.mark.parametrize(
    "words",
    [
        "EL(26)A/37", "el (26) a/37", "EL(26)A37", "EL (26)A 37", "drug-device-alerts/el-26-a-37",
        "/drug-device-alerts/el-26-a-37", "https://www.gov.uk/drug-device-alerts/el-26-a-37",
        "HTTPS://WWW.GOV.UK/drug-device-alerts/EL-26-A-37/?x=1#top", " EL(26)A/37 ",
    ],
)  # fmt: skip
def test_an_alert_is_found_by_any_of_its_names(story: Story, views: Views, words: str) -> None:
    story.received()
    views.catch_up()
    found = views.find(words)
    assert found is not None
    assert found.key == "EL(26)A/37"


@pytest.mark.parametrize(
    "words", ["", " ", "EL(26)A/3", "37", "gov.uk", "'; DROP TABLE state;--", "%", "\0", "x" * 5000]
)
def test_what_names_no_alert_finds_none(story: Story, views: Views, words: str) -> None:
    story.received()
    views.catch_up()
    assert views.find(words) is None


def test_a_name_of_two_alerts_is_no_name(story: Story, views: Views) -> None:
    shared = an_alert().reference
    assert shared is not None
    case = replace(shared, value="DSI/2023/002")
    story.received(replace(an_alert("A"), reference=None, other_references=(case,)))
    views.catch_up()
    assert views.find("DSI/2023/002").key == "A"
    story.received(replace(an_alert("B"), reference=None, other_references=(case,)))
    views.catch_up()
    assert views.find("DSI/2023/002") is None


def test_the_notice_is_the_newest_version_or_the_one_asked_for(story: Story, views: Views) -> None:
    first, second = an_alert(), an_alert(batches=("4L01372H", "4L2"))
    story.received(first)
    story.revised(second)
    views.catch_up()
    state = views.alert(story.key)
    assert views.notice(story.key) == second
    assert views.notice(story.key, state.versions[0].version) == first
    assert views.notice(story.key, "0" * 64) is None
    assert views.notice("nothing") is None


def test_a_version_of_another_alert_is_not_given_out(story: Story, views: Views) -> None:
    story.received()
    other = story.received(an_alert("EL(26)A/39", reference="EL(26)A/39"))
    views.catch_up()
    assert views.notice("EL(26)A/37", other.content["version"]) is None


def test_batches_are_found_exactly_case_and_spaces_aside(story: Story, views: Views) -> None:
    story.received(an_alert(batches=("4L 01372h", "4L01372")))
    views.catch_up()
    assert [(key, batch.number) for key, batch in views.batches(" 4l01372H")] == [("EL(26)A/37", "4L 01372h")]
    assert views.batches("4L0137") == []
    story.revised(an_alert(batches=("4L01372",)))
    views.catch_up()
    assert views.batches("4L01372H") == []
    assert len(views.batches("4L01372")) == 1


def test_a_missing_or_unreadable_text_stops_nothing(story: Story, views: Views) -> None:
    lost = story.received()
    story.files._files.pop(lost.content["version"])
    torn = story.received(an_alert("EL(26)A/39", reference="EL(26)A/39"))
    story.files._files[torn.content["version"]] = b'{"alert": tor'
    story.received(an_alert("EL(26)A/40", reference="EL(26)A/40"))
    assert len(views.catch_up()) == 3
    assert views.alert("EL(26)A/37").flags == (TEXT_MISSING,)
    assert views.alert("EL(26)A/40").flags == ()
    assert views.notice("EL(26)A/37") is None
    flagged = {row.key for row in views.worklist(Query(), NOON) if TEXT_MISSING in row.flags}
    assert flagged == {"EL(26)A/37", "EL(26)A/39"}
    assert {item.key: bool(item.content) for item in views.known(GOVUK).values()} == {
        "EL(26)A/37": False, "EL(26)A/39": False, "EL(26)A/40": True
    }  # fmt: skip
    assert views.difference_from_rebuild() == ()


def test_the_pages_of_a_source_are_known(story: Story, views: Views) -> None:
    alert = an_alert()
    entry = story.received(alert)
    story.source_added(replace(alert, source=SourceId("dsu"), path="/dsu/x"))
    views.catch_up()
    item = views.known(GOVUK)[alert.path]
    assert (item.key, item.version, item.withdrawn) == (story.key, entry.content["version"], False)
    assert item.content == read_document(story.files.get(item.version))[1]
    assert list(views.known(SourceId("dsu"))) == ["/dsu/x"]
    story.withdrawn(alert)
    views.catch_up()
    assert views.known(GOVUK)[alert.path].withdrawn
    assert views.known(SourceId("none")) == {}


def a_mixed_list(story: Story) -> None:
    """Alerts of every group of the worklist."""
    days = {"01": -3, "02": 0.1, "03": 3, "04": 6.4, "05": 6.6, "06": 30, "07": -1, "08": -9}
    for number, offset in days.items():
        for rag in ("green", "red", None, "amber"):
            key = f"EL(26)A/{number}{rag or 'none'}"
            story.received(an_alert(key, reference=None, published=NOON - timedelta(hours=int(number))))
            flags = ["historic"] if number == "08" else []
            story.triaged(rag, NOON + timedelta(days=offset) if number != "06" else None, flags=flags)
            if number == "07":
                story.is_done() if rag != "red" else story.signed_off()
    for number, deed in (("21", story.decided), ("22", story.acknowledged)):
        story.received(an_alert(f"EL(26)A/{number}", reference=None))
        story.triaged("amber", NOON - timedelta(days=1))
        deed(**({"applies": False} if number == "21" else {}))
    gone = an_alert("EL(26)A/30", reference=None)
    story.received(gone)
    story.triaged("red", NOON - timedelta(days=1))
    story.withdrawn(gone)


def test_the_list_is_ordered_as_the_pure_order_says(story: Story, views: Views) -> None:
    a_mixed_list(story)
    views.catch_up()
    for now in (NOON, NOON + timedelta(hours=12), NOON + timedelta(days=3, microseconds=1), NOON - timedelta(days=40)):
        rows = views.worklist(Query(), now)
        assert len(rows) == 35
        assert [row.key for row in rows] == [row.key for row in sorted(rows, key=lambda row: order(row, now))]
        for row in rows:
            state = views.alert(row.key)
            assert row.status is state.status(now)
            assert (row.is_open, row.rag, row.due) == (state.is_open, state.rag, state.due.at)


def test_the_list_can_be_asked_for_in_part(story: Story, views: Views) -> None:
    a_mixed_list(story)
    views.catch_up()
    every = views.worklist(Query(), NOON)
    for rag in Priority:
        some = views.worklist(Query(rag=rag), NOON)
        assert some == [row for row in every if row.rag is rag]
    for status in Status:
        some = views.worklist(Query(status=status), NOON)
        assert some == [row for row in every if row.status is status]
        assert views.count(Query(status=status), NOON) == len(some)
    assert views.worklist(Query(open_only=True), NOON) == [row for row in every if row.is_open]
    assert views.worklist(Query(limit=5, offset=3), NOON) == every[3:8]
    assert views.worklist(Query(offset=33), NOON) == every[33:]
    assert views.worklist(Query(limit=0), NOON) == []
    assert views.count(Query(limit=5), NOON) == 35
    assert views.worklist(Query(family="medicines-recall"), NOON) == every
    assert views.worklist(Query(family="nothing"), NOON) == []


@pytest.mark.parametrize(
    ("search", "hit"),
    [
        ("fingolimod", True), ("FINGOLIMOD recall", True), ("zentiva pharma uk", True), ("4l01372h", True),
        ("4l01372h zentiva", True), ("el26a37", True), ("el (26) a/37", True), ("capsules 0.5", True),
        ("fingolimod meropenem", False), ("4l01372hx", False), ("%", False), ("_", False), ("", True), ("   ", True),
        ('"', False), ("' OR 1=1 --", False), ("fingo*", True), ("\0", True), ("\ud800", True), ("a " * 5000, True),
        ("ﬁngolimod", True), ("NEAR(", False), ("\\", False), ("x" * 200_000, False),
    ],
)  # fmt: skip
def test_every_word_of_a_search_must_stand_somewhere(
    story: Story, views: Views, search: str, hit: bool
) -> None:
    story.received()
    views.catch_up()
    assert bool(views.worklist(Query(search=search), NOON)) is hit
    assert views.count(Query(search=search), NOON) == int(hit)


def found(views: Views, search: str) -> list[str]:
    return [str(row.key) for row in views.worklist(Query(search=search, newest_first=True), NOON)]


def test_texts_batches_companies_and_notes_are_searched(story: Story, views: Views) -> None:
    story.received(an_alert(text="Patients on Lithium should be told. Zażość."))
    story.received(an_alert("EL(26)A/39", reference="EL(26)A/39", company="B. Braun", batches=("ER 4824",)))
    story.triaged()
    views.catch_up()
    assert found(views, "lithium") == found(views, "LITH") == found(views, "zazosc") == ["EL(26)A/37"]
    assert found(views, "ithium") == []
    assert found(views, "braun") == ["EL(26)A/39"]
    for spelling in ("ER 4824", "er4824", "ER-4824", "4824", "er48"):
        assert found(views, spelling) == ["EL(26)A/39"], spelling
    assert found(views, "fridge") == []
    story.acknowledged(note="Looked into the vaccine fridge.")
    story.decided(note="Cupboard too.")
    story.checked("treatment room", "quantity", 2, "ER 4824/B")
    views.catch_up()
    for note in ("cupboard", "vaccine fri", "er4824b"):
        assert found(views, note) == ["EL(26)A/39"], note
    assert views.difference_from_rebuild() == ()


@pytest.mark.parametrize(
    "spelling",
    ["EL(26)A/37", "el (26) a/37", "EL26A37", "el 26 a 37", "EL(26)A/3", "zentiva EL(26)A/37", "EL (26)A37"],
)
def test_a_reference_is_found_in_any_spelling_and_alone(story: Story, views: Views, spelling: str) -> None:
    story.received()
    story.received(an_alert("EL(26)A/40", reference="EL(26)A/40", text="EL and 26 and a 37.5 mg dose"))
    views.catch_up()
    assert found(views, spelling) == ["EL(26)A/37"]


def test_the_newest_come_first_when_asked(story: Story, views: Views) -> None:
    for number, hours in (("41", 30), ("42", 10), ("43", 20)):
        published = NOON - timedelta(hours=hours)
        story.received(an_alert(f"EL(26)A/{number}", reference=f"EL(26)A/{number}", published=published))
    views.catch_up()
    newest = ["EL(26)A/42", "EL(26)A/43", "EL(26)A/41"]
    assert found(views, "zentiva") == found(views, "") == found(views, "f") == newest
    second = Query(search="z", newest_first=True, limit=1, offset=1)
    assert [row.key for row in views.worklist(second, NOON)] == newest[1:2]
    assert views.count(Query(search="z", newest_first=True), NOON) == 3
    story.key = "EL(26)A/41"
    story.revised(an_alert("EL(26)A/41", reference="EL(26)A/41", title="Zentiva again", published=NOON))
    views.catch_up()
    assert found(views, "zentiva") == ["EL(26)A/41", "EL(26)A/42", "EL(26)A/43"]
    assert found(views, "fingolimod EL(26)A/41") == ["EL(26)A/41"]
    assert views.difference_from_rebuild() == ()


def test_no_question_is_ever_an_error(story: Story, views: Views) -> None:
    """10,000 random strings of what a database could take amiss."""
    story.received()
    views.catch_up()
    chance = random.Random(20261122)
    marks = "\"'*()^:+-~{}[]\\/%_;,.\0\n\ud800\u202e\u0301 éßﬁ½ａabEL26"
    words = ["AND", "OR", "NOT", "NEAR(", "told:", "{told noted}:", "fingolimod", '"', "EL(26)A/37", "*", "^zen"]
    for _ in range(10_000 if isinstance(views, SqlViews) else 500):
        noise = "".join(chance.choices(marks, k=chance.randint(0, 12)))
        question = chance.choice(["", " "]).join([*chance.choices(words, k=chance.randint(0, 3)), noise])
        assert views.count(Query(search=question), NOON) in (0, 1), question
    assert views.count(Query(search=" ".join(f"w{n}" for n in range(5000))), NOON) == 0


def test_both_views_find_the_same(story: Story, tmp_path: Path) -> None:
    for number in range(20):
        texts = f"dose {number} mg/ml café ½ EL(25)A/{number} batch ER {number}00{number}"
        story.received(an_alert(f"EL(26)A/{number:02d}", reference=None, text=texts, batches=(f"AB-{number}X",)))
    memory = MemoryViews(story.record, story.files)
    memory.catch_up()
    sql = SqlViews(tmp_path / "both.db", story.record, story.files, told=read_document)
    sql.catch_up()
    chance = random.Random(7)
    pieces = ["dose", "1", "mg", "/", "cafe", "½", "EL(25)A/", "EL(26)A/1", "ER", "AB-", "x", "ab1", " ", " ", "0"]
    for _ in range(300):
        question = "".join(chance.choices(pieces, k=chance.randint(1, 5)))
        assert sorted(found(sql, question)) == sorted(found(memory, question)), question
    sql.close()


def test_what_alerts_affect_and_the_numbers_they_name(story: Story, views: Views) -> None:
    views.catch_up()
    assert views.position() == 1
    story.received(an_alert(text="Follows EL(26)A/12."))
    views.catch_up()
    assert views.position() == 2
    (one,) = views.affected()
    assert (one.key, [b.number for b in one.batches]) == ("EL(26)A/37", ["4L01372H"])
    assert [(m.number, m.how.value) for m in views.mentions()] == [(12, "named"), (37, "own")]
    story.withdrawn(an_alert())
    views.catch_up()
    assert views.affected()[0].withdrawn == "Issued in error."
    assert views.difference_from_rebuild() == ()


def test_explanations_of_gaps_are_kept_up_to_date(story: Story, views: Views) -> None:
    data = {"series": "EL", "year": 2026, "number": 36, "reason": "not-issued", "note": ""}
    first = story.happens("gap.explained", data, about=None)
    views.catch_up()
    assert [one.reason for one in views.explanations()] == ["not-issued"]
    story.corrected(first, {**data, "reason": "not-for-us"}, about=None)
    views.catch_up()
    kept = [(one.reason, bool(one.struck)) for one in views.explanations()]
    assert kept == [("not-issued", True), ("not-for-us", False)]
    before = views.explanations()
    assert views.difference_from_rebuild() == ()
    views.rebuild()
    assert views.explanations() == before


def test_packs_of_dmd_are_replaced_as_a_whole_and_survive_a_rebuild(story: Story, views: Views) -> None:
    assert views.dmd_stamp() == ""
    packs = [("05012345678900", "1", "A"), ("05012345678900", "2", "B"), ("00000000000017", "3", "")]
    views.keep_dmd("one", iter(packs))
    views.rebuild()
    assert (views.dmd_stamp(), views.dmd_names("05012345678900")) == ("one", ("A", "B"))
    assert views.dmd_names("00000000000017") == ()
    views.keep_dmd("two", [])
    assert (views.dmd_stamp(), views.dmd_names("05012345678900")) == ("two", ())


def test_states_come_by_day_of_receipt(story: Story, views: Views) -> None:
    for day in (3, 1, 2):
        story.received(an_alert(f"EL(26)A/0{day}", reference=None))
        story.clock.moment += timedelta(days=1)
    views.catch_up()
    every = views.states()
    assert [state.key for state in every] == ["EL(26)A/03", "EL(26)A/01", "EL(26)A/02"]
    second = every[1].received
    assert [state.key for state in views.states(received_from=second)] == ["EL(26)A/01", "EL(26)A/02"]
    assert [state.key for state in views.states(received_before=second)] == ["EL(26)A/03"]
    assert [state.key for state in views.states(second, second + timedelta(seconds=1))] == ["EL(26)A/01"]


def test_validators_and_health_are_kept_through_a_rebuild(views: Views) -> None:
    kept = Validators('"v1"', "Sun, 22 Nov 2026 12:00:00 GMT", Sha256(fingerprint(b"body")))
    assert views.validators("https://x") is None
    views.keep_validators({})
    views.keep_validators({"https://x": Validators(), "https://y": kept})
    views.keep_validators({"https://x": kept})
    views.keep_health([SourceHealth(GOVUK, NOON, NOON, None, 0, "")])
    failing = SourceHealth(GOVUK, NOON, NOON - timedelta(hours=1), None, 2, "It did not answer.")
    views.keep_health([failing])
    views.rebuild()
    assert views.validators("https://x") == views.validators("https://y") == kept
    assert views.sources() == {GOVUK: failing}


def test_a_rebuild_reports_its_progress_and_changes_nothing(story: Story, views: Views) -> None:
    a_mixed_list(story)
    views.catch_up()
    before = (views.states(), views.worklist(Query(), NOON), views.known(GOVUK), views.batches("4L01372H"))
    told: list[tuple[int, int]] = []
    report: Callable[[int, int], None] = lambda done, of: told.append((done, of))  # noqa: E731
    views.rebuild(report)
    assert told[-1] == (len(story.entries), len(story.entries))
    assert before == (views.states(), views.worklist(Query(), NOON), views.known(GOVUK), views.batches("4L01372H"))


def test_what_is_about_no_alert_is_kept_in_order_and_struck_when_corrected(story: Story, views: Views) -> None:
    story.received()
    away = story.happens("absence.recorded", {"name": "A. Patel", "from": "2026-12-01"}, about=None)
    story.happens("rules.adopted", {"name": "Local"}, about=None)
    views.catch_up()
    assert [one.type for one in views.general()] == ["absence.recorded", "rules.adopted"]
    assert [one.data["name"] for one in views.general("rules.adopted")] == ["Local"]
    told = {"entry": away.id, "type": away.type, "data": {"from": "2026-12-08"}, "reason": "a slip"}
    story.happens("entry.corrected", told, by="B. Jones", about=None)
    views.catch_up()
    first, second = views.general("absence.recorded")
    assert first.struck == "corrected by B. Jones on 22 November 2026: a slip"
    assert (second.struck, second.data) == ("", {"name": "A. Patel", "from": "2026-12-08"})
    before = views.general()
    views.rebuild()
    assert views.general() == before
    assert views.difference_from_rebuild() == ()


def test_a_protocol_ends_by_itself_and_is_never_overdue_afterwards(story: Story, views: Views) -> None:
    """F24: both views say the same before and after the end of its last day."""
    ends = NOON + timedelta(days=3)
    story.received(ends=stamp(ends))
    story.triaged(due=NOON + timedelta(days=1))
    views.catch_up()
    for days, status in ((0, Status.NOT_ACKNOWLEDGED), (2, Status.OVERDUE), (4, Status.HISTORIC)):
        now = NOON + timedelta(days=days)
        (row,) = views.worklist(Query(open_only=True), now)
        assert (row.status, views.count(Query(status=status), now)) == (status, 1)
    state = views.alert(story.key)
    assert state is not None
    assert not state.has_ended(ends)
    assert state.has_ended(ends + timedelta(seconds=1))
