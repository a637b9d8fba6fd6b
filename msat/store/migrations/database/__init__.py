"""The revisions of a record in a shared PostgreSQL database, one module a schema."""
