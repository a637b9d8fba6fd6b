"""Stage 7, projections to files: one neutral document, thin writers, a manifest in each."""
