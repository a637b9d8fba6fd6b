"""Stage 5, the permanent record: signed, append-only, checkable without this program."""
