"""Figures side by side with their floors. Run one by hand: python -m tests.benchmarks.NAME."""
