"""Qt models: mirrors of plain rows. No query, no service, no decision."""
