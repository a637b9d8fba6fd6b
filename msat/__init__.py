"""MSAT, the Medicines Safety Alert Tracker.

Notices come in, decisions and deeds are recorded once and for ever, everything else is computed from that record.
"""

__version__ = "0.1.0"
