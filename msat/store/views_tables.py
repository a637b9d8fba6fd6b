"""The tables of the views database. Everything but source health and validators can be computed again.

A change of these tables, or of what the projections make of an entry, raises `SCHEMA`: an older views file is then
computed anew when it is opened.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

SCHEMA = 18

metadata = MetaData()

state = Table(
    "state",
    metadata,
    Column("key", Text, primary_key=True),
    Column("json", LargeBinary, nullable=False),
    Column("reference", Text),
    Column("title", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("class", Integer),
    Column("level", Text),
    Column("issued", Text),
    Column("published", Integer),
    Column("received", Integer, nullable=False),
    Column("newest", Integer, nullable=False),
    Column("rag", Text),
    Column("urgency", Integer, nullable=False),
    Column("undated", Text, nullable=False),  # the status, were there no deadline
    Column("due", Integer),
    Column("ends", Integer),
    Column("deferred_until", Integer),
    Column("recheck_due", Integer),
    Column("owner", Text, nullable=False),
    Column("deputy", Text, nullable=False),
    Column("acknowledged", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("sources", LargeBinary, nullable=False),
    Column("flags", LargeBinary, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    Column("is_open", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("changed", Integer),
    Column("text_missing", Integer, nullable=False),
    Column("discussed", Integer, nullable=False),  # at how many meetings
    Index("state_received", "received", "key"),
    Index("state_discussed", "discussed"),
)
"""One row an alert. Times are seconds since 1970 in UTC."""

name = Table(
    "name",
    metadata,
    Column("name", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("key", Text, nullable=False),
    PrimaryKeyConstraint("name", "rank", "key"),
    Index("name_key", "key"),
)
"""Every name an alert is found by (`projections.searching.names`)."""

batch = Table(
    "batch",
    metadata,
    Column("key", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("json", LargeBinary, nullable=False),
    PrimaryKeyConstraint("key", "position"),
    Index("batch_number", "number"),
)

page = Table(
    "page",
    metadata,
    Column("source", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("told", Text, nullable=False),
    PrimaryKeyConstraint("source", "path"),
    Index("page_key", "key"),
)

cursor = Table(
    "cursor",
    metadata,
    Column("log", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("upto", Integer),
    Column("written_here", Integer, nullable=False),
)
"""The logs that count as the organisation's own (`exchange.own_logs`): how far each has been read, the id and the place
of the last entry read, the last entry of it that counts (NULL: all), whether it is written here.

Places are empty where one log alone counts."""

place = Table(
    "place",
    metadata,
    Column("key", Text, nullable=False),
    Column("place", Text, nullable=False),
    PrimaryKeyConstraint("key", "place"),
    sqlite_with_rowid=False,
)
"""Where the entries of several logs stand (`projections.order`), by the alert that they are about. Empty while one log
alone counts."""

awaited = Table("awaited", metadata, Column("id", Text, primary_key=True))
"""Entries that one read here names and that are not held: when one comes, the order is computed anew."""

health = Table(
    "health",
    metadata,
    Column("source", Text, primary_key=True),
    Column("last_tried", Integer),
    Column("last_reached", Integer),
    Column("last_new", Integer),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
)

validator = Table(
    "validator",
    metadata,
    Column("url", Text, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body", Text),
)

searched = Table(
    "searched",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("told", Text, nullable=False),
    Column("noted", Text, nullable=False),
)
"""The search terms of each alert: of what was told, and of what was noted here. A larger id is a newer alert."""

search = Table("search", MetaData(), Column("rowid", Integer, primary_key=True), Column("search", Text))
"""The full-text index over `searched` (`views_search.LAY_OUT`), as queries name it."""

affected = Table(
    "affected",
    metadata,
    Column("key", Text, primary_key=True),
    Column("json", LargeBinary, nullable=False),
)
"""What a batch check compares with (`projections.affected`)."""

mention = Table(
    "mention",
    metadata,
    Column("key", Text, nullable=False),
    Column("series", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("how", Text, nullable=False),
    Column("title", Text, nullable=False),
    PrimaryKeyConstraint("key", "series", "year", "number"),
)
"""The numbers of the numbered series that alerts go by or name (`projections.gaps`)."""

explanation = Table(
    "explanation",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("json", LargeBinary, nullable=False),
)
"""The explanations of gaps, in the order they were given."""

general = Table(
    "general",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    Column("json", LargeBinary, nullable=False),
)
"""What is recorded about no alert (`projections.general`), in the order it was recorded."""

dmd = Table(
    "dmd",
    metadata,
    Column("gtin", Text, nullable=False),
    Column("pack", Text, nullable=False),
    Column("name", Text, nullable=False),
    PrimaryKeyConstraint("gtin", "pack"),
)
"""The packs of imported dm+d files by GTIN; loaded again from the files whenever it is missing."""

dmd_loaded = Table("dmd_loaded", metadata, Column("stamp", Text, primary_key=True))
"""Which files `dmd` was loaded from."""

COMPUTED = (state, name, batch, page, searched, affected, mention, explanation, general, cursor, place, awaited)
"""What a rebuild empties. Health and validators come from the network and are kept; dm+d comes from its own files."""

KEPT = (health, validator)
