"""Turns what is recorded into files that can be checked years later. See `seal`, `document`, `checking`."""
