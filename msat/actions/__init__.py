"""Stage 4, a Triage to recommended actions: what to do here, for whom."""
