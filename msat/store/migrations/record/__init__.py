"""The revisions of a record in a file, one module a schema."""
