"""Stage 3, an Alert to a Triage: priority, deadline and reasons for one kind of organisation."""
