"""How a database of an older schema becomes one of the newest: revisions, forward only, each frozen once shipped."""
