"""SQLAlchemy lives here and nowhere else: the record and the views on disk."""
