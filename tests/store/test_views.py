"""The views database itself: lost, damaged, of another version, used by many at once; always the same in the end."""

from __future__ import annotations

import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat.alerts import versions
from msat.alerts.read import read as read_item
from msat.clock import FixedClock
from msat.errors import MsatError
from msat.feeds.model import Validators
from msat.ids import SourceId, fingerprint
from msat.places import Places
from msat.projections.ports import Query, SourceHealth
from msat.store.version_documents import read
from msat.store.views import SqlViews
from msat.store.views_database import ViewsUnusable
from tests.fakes import NOON, PLACES, MemoryViews, Story, an_alert, checked_data, read_document
from tests.notices import recall

GOVUK = SourceId("govuk-alerts")


@pytest.fixture
def story() -> Story:
    story = Story()
    for number in ("37", "39"):
        story.received(an_alert(f"EL(26)A/{number}", reference=f"EL(26)A/{number}", batches=(f"B{number}",)))
        story.triaged()
    story.is_done()
    return story


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "views.db"


@pytest.fixture
def opened(story: Story, path: Path) -> Iterator[Callable[[], SqlViews]]:
    made: list[SqlViews] = []

    def open_views() -> SqlViews:
        made.append(SqlViews(path, story.record, story.files, told=read_document))
        return made[-1]

    yield open_views
    for views in made:
        views.close()


def assert_whole(views: SqlViews, story: Story) -> None:
    assert views.difference_from_rebuild() == ()
    assert {state.key: state for state in views.states()} == story.states


# Lost, damaged, older, newer


def test_a_new_profile_is_not_called_rebuilt(tmp_path: Path) -> None:
    story = Story()
    views = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    assert not views.was_rebuilt
    assert views.rebuilt_because == ""
    story.received()
    assert views.catch_up() == {story.key}
    assert not views.was_rebuilt
    views.close()


def test_a_profiles_places_say_where(profile: Places, story: Story) -> None:
    views = SqlViews(profile, story.record, story.files, told=read_document)
    assert profile.views.is_file()
    views.close()


def test_a_missing_file_is_computed_anew_and_that_is_said(
    story: Story, opened: Callable[[], SqlViews], path: Path
) -> None:
    views = opened()
    views.catch_up()
    views.close()
    again = opened()
    assert not again.was_rebuilt
    again.close()
    shutil.rmtree(path.parent)
    anew = opened()
    assert anew.was_rebuilt
    assert anew.rebuilt_because.endswith("because the views file was missing.")
    assert_whole(anew, story)
    assert anew.catch_up() == frozenset()


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"This is no database at all, but long enough to look at." * 100),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(b""),
        lambda path: _sql(path, "DROP TABLE batch"),
        lambda path: _sql(path, "PRAGMA user_version = 0"),
        lambda path: _sql(path, "PRAGMA user_version = 99"),
    ],
    ids=["not a database", "cut short", "empty", "a table gone", "older", "newer"],
)
def test_a_file_that_cannot_be_used_is_made_anew(
    story: Story, opened: Callable[[], SqlViews], path: Path, damage: Callable[[Path], object]
) -> None:
    views = opened()
    views.catch_up()
    views.close()
    _sql(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    damage(path)
    anew = opened()
    assert_whole(anew, story)
    assert anew.was_rebuilt


def test_health_and_validators_survive_an_older_file(opened: Callable[[], SqlViews], path: Path) -> None:
    views = opened()
    views.keep_health([SourceHealth(GOVUK, NOON, NOON, None, 1, "It did not answer.")])
    views.keep_validators({"https://x": Validators('"1"')})
    views.close()
    _sql(path, "PRAGMA user_version = 0")
    anew = opened()
    assert anew.was_rebuilt
    assert anew.sources()[GOVUK].error == "It did not answer."
    assert anew.validators("https://x") == Validators('"1"')


def test_a_file_lost_or_damaged_while_open_heals(story: Story, opened: Callable[[], SqlViews], path: Path) -> None:
    views = opened()
    views.catch_up()
    other = opened()
    _sql(path, "DROP TABLE state")
    assert len(views.worklist(Query(), NOON)) == 2
    assert views.was_rebuilt
    story.received(an_alert("EL(26)A/40", reference=None))
    assert views.catch_up() == {"EL(26)A/40"}
    assert_whole(views, story)
    other.close()


def test_a_state_that_cannot_be_read_heals(story: Story, opened: Callable[[], SqlViews], path: Path) -> None:
    views = opened()
    views.catch_up()
    _sql(path, "UPDATE state SET json = x'00'")
    assert views.alert(story.key) == story.state
    assert views.was_rebuilt


def test_views_of_another_record_are_given_up(story: Story, path: Path) -> None:
    first = SqlViews(path, story.record, story.files, told=read_document)
    first.catch_up()
    first.close()
    other = Story()
    other.received(an_alert("EL(26)A/99", reference=None))
    views = SqlViews(path, other.record, other.files, told=read_document)
    assert views.catch_up() == {"EL(26)A/99"}
    assert "another record" in views.rebuilt_because
    assert_whole(views, other)
    views.close()


def test_views_ahead_of_a_restored_record_are_given_up(story: Story, opened: Callable[[], SqlViews]) -> None:
    opened().catch_up()
    del story.record._entries[-3:]
    views = opened()
    assert views.difference_from_rebuild() != ()
    views.catch_up()
    assert_whole(views, story)
    assert views.was_rebuilt


def test_a_folder_that_cannot_be_used_is_said_in_words(story: Story, tmp_path: Path) -> None:
    (tmp_path / "views.db").mkdir()
    with pytest.raises(ViewsUnusable, match="views file") as error:
        SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    assert error.value.next_step
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(MsatError):
        SqlViews(tmp_path / "file" / "views.db", story.record, story.files, told=read_document)


def test_a_history_of_the_same_length_but_another_end_is_given_up(
    story: Story, opened: Callable[[], SqlViews]
) -> None:
    views = opened()
    story.answered("A04", "no")
    views.catch_up()
    story.record._entries.pop()
    story.answered("A04", "yes")
    views.catch_up()
    assert_whole(views, story)


# Compared with a rebuild


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE state SET rag = 'green' WHERE key = 'EL(26)A/37'", "EL(26)A/37"),
        ("UPDATE state SET json = replace(json, 'Zentiva', 'Xentiva')", "EL(26)A/39"),
        ("DELETE FROM state WHERE key = 'EL(26)A/39'", "EL(26)A/39"),
        ("UPDATE batch SET number = 'b99' WHERE key = 'EL(26)A/37'", "batch of EL(26)A/37"),
        ("DELETE FROM batch", "batch of EL(26)A/39"),
        ("UPDATE page SET content = 'x'", "page /drug-device-alerts/el-26-a-37"),
        ("INSERT INTO page VALUES ('s', 'p', 'k', 'v', 'c', 0, '', '')", "page p of s"),
        ("DELETE FROM name WHERE key = 'EL(26)A/37'", "EL(26)A/37"),
        ("UPDATE cursor SET seq = seq - 1", "to its end"),
        ("UPDATE cursor SET id = 'x'", "another record"),
    ],
)
def test_what_differs_from_a_rebuild_is_named(
    opened: Callable[[], SqlViews], path: Path, change: str, named: str
) -> None:
    views = opened()
    views.catch_up()
    assert views.difference_from_rebuild() == ()
    _sql(path, change)
    sentences = views.difference_from_rebuild()
    assert any(named in sentence for sentence in sentences)
    assert all(sentence.endswith(".") for sentence in sentences)
    views.rebuild()
    assert views.difference_from_rebuild() == ()


# Many at once


def test_threads_read_while_one_writes(opened: Callable[[], SqlViews], story: Story) -> None:
    views, wrong, stop = opened(), [], threading.Event()
    views.catch_up()

    def look() -> None:
        try:
            while not stop.is_set():
                rows = views.worklist(Query(search="zentiva"), NOON)
                assert len(rows) == views.count(Query(), NOON) or len(rows) >= 2
                assert views.alert(rows[0].key) is not None
        except Exception as error:
            wrong.append(error)

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(50, 70):
        story.received(an_alert(f"EL(26)A/{number}", reference=None))
        views.catch_up()
    views.rebuild()
    stop.set()
    for reader in readers:
        reader.join(30)
    assert wrong == []
    assert_whole(views, story)


def test_two_windows_catch_up_at_once(opened: Callable[[], SqlViews], story: Story) -> None:
    both, changed = [opened(), opened()], []
    for number in range(50, 80):
        story.received(an_alert(f"EL(26)A/{number}", reference=None))
    threads = [threading.Thread(target=lambda v=v: changed.append(v.catch_up())) for v in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(len(one) for one in changed) == [0, 30]
    for views in both:
        assert_whole(views, story)


def test_a_busy_file_is_read_all_the_same_and_said_in_words(
    opened: Callable[[], SqlViews], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msat.store.views_database.BUSY_MS", 50)
    views = opened()
    views.catch_up()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert len(views.worklist(Query(), NOON)) == 2
        with pytest.raises(ViewsUnusable, match="busy") as error:
            views.keep_health([SourceHealth(GOVUK, NOON)])
        assert error.value.next_step
    finally:
        other.execute("ROLLBACK")
        other.close()
    views.keep_health([SourceHealth(GOVUK, NOON)])
    assert views.sources()[GOVUK].last_tried == NOON
    assert "damaged" not in views.rebuilt_because


# Any story at all

VERBS = ("receive", "revise", "add", "withdraw", "triage", "override", "acknowledge", "decide", "answer", "check",
         "count", "sign", "reopen", "correct", "junk", "lose")  # fmt: skip


def do(story: Story, verb: str, dice: random.Random) -> None:
    """One thing that could happen, chosen by `dice`."""
    key = f"EL(26)A/{dice.choice(('37', '38', '39'))}"
    alert = an_alert(key, reference=key, batches=dice.sample(("B1", "b 2", "B3", "B4"), dice.randint(0, 3)))
    if dice.random() < 0.3:
        alert = replace(alert, path="/drug-device-alerts/shared", source=dice.choice((GOVUK, SourceId("dsu"))))
    who = {"by": dice.choice(("A. Patel", "C. Okafor"))}
    story.key = key
    targets = [entry for entry in story.entries if entry.about == key]
    data = dice.choice(
        (checked_data(dice.choice(PLACES)), {"answer": "no"}, {"applies": False}, {"rag": "amber"}, {"found": 3}, {})
    )
    deeds: dict[str, Callable[[], object]] = {
        "receive": lambda: story.received(alert),
        "revise": lambda: story.revised(alert, dice.randint(2, 5), material=dice.random() < 0.5),
        "add": lambda: story.source_added(alert),
        "withdraw": lambda: story.withdrawn(alert),
        "triage": lambda: story.triaged(dice.choice(("red", "amber", "green", None))),
        "override": lambda: story.overridden(dice.choice(("red", "amber", "green"))),
        "acknowledge": lambda: story.acknowledged(**who),
        "decide": lambda: story.decided(dice.random() < 0.5, **who),
        "answer": lambda: story.answered(dice.choice(("A03", "A04", "A99")), dice.choice(("yes", "no", "nil"))),
        "check": lambda: story.checked(dice.choice((*PLACES, "hub")), dice.choice(("nil", "quantity", "not checked"))),
        "count": lambda: story.counted(found=dice.randint(0, 3)),
        "sign": lambda: story.signed_off(**who),
        "reopen": lambda: story.reopened(),
        "correct": lambda: story.corrected(dice.choice(targets), data) if targets else None,
        "junk": lambda: story.happens("action.answered", {"action": 3, "answer": {"deep": [1]}}),
        "lose": lambda: story.files._files.pop(dice.choice(sorted(story.files._files)), None)
        if not targets and story.files._files
        else None,
    }
    deeds[verb]()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verbs=st.lists(st.sampled_from(VERBS), max_size=25), seed=st.integers(0, 10_000))
def test_bit_by_bit_or_all_at_once_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory, verbs: list[str], seed: int
) -> None:
    path = tmp_path_factory.mktemp("story") / "views.db"
    dice, story = random.Random(seed), Story(FixedClock(NOON))
    views = SqlViews(path, story.record, story.files, told=read_document)
    memory = MemoryViews(story.record, story.files)
    for number, verb in enumerate(verbs):
        do(story, "receive" if verb == "lose" else verb, dice)
        if dice.random() < 0.5:
            assert views.catch_up() == memory.catch_up()
        if number == len(verbs) // 2:
            views.close()
            if dice.random() < 0.5:
                path.unlink()
            views = SqlViews(path, story.record, story.files, told=read_document)
            memory.catch_up()
            views.catch_up()
    views.catch_up()
    memory.catch_up()
    try:
        assert views.difference_from_rebuild() == ()
        assert views.states() == memory.states()
        for now in (NOON, NOON + timedelta(days=4)):
            assert views.worklist(Query(), now) == memory.worklist(Query(), now)
        assert {i.path: i for i in views.known(GOVUK).values()} == memory.known(GOVUK)
    finally:
        views.close()


# Real version documents, and time


def test_real_version_documents_are_read(story: Story) -> None:
    item = recall()
    alert = read_item(item)
    document = versions.encode(item, alert)
    assert read(document) == (alert, fingerprint(rfc8785.dumps(item.content())))
    for bad in (b"", b"{}", document[:-5], b"\xff" + document):
        with pytest.raises(ValueError, match=r"\w"):
            read(bad)


def test_a_list_of_a_thousand_is_read_without_its_states(tmp_path: Path) -> None:
    story = Story()
    for number in range(1000):
        story.received(an_alert(f"EL(26)A/{number}", reference=None))
        story.triaged(("red", "amber", "green")[number % 3], NOON + timedelta(hours=number - 300))
    views = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    start = time.perf_counter()
    assert len(views.worklist(Query(search="zentiva"), NOON)) == 1000
    took = time.perf_counter() - start
    views.close()
    # Twenty times what it takes here: this only catches a list that has begun to read every state.
    assert took < 1, f"{took:.2f} s for 1,000 rows"


def _sql(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()
