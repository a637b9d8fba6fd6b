"""What an error of PostgreSQL means for a person: one sentence, one next step; and whether trying again may help.

Goes by the SQLSTATE that the driver hands on; imports no driver.
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from msat.store.refusals import why as why_here

_ADMIN = "Tell whoever looks after the database."
_AGAIN = "Check the network, then try again; what was recorded before stays recorded."
_EXACT = {
    "28P01": ("the database does not accept this log-in's password", "Check the log-in and its password."),
    "28000": ("the database does not accept this log-in", "Check the log-in, and that it was granted access."),
    "3D000": ("the server has no database of this name", "Check the address, or have the database made first."),
    "42501": ("this log-in may not do that", f"{_ADMIN} They see the log-ins with: msatctl database check."),
    "42710": ("another program made the same at this moment", "Run the same command once more."),
    "42P06": ("another program made the same at this moment", "Run the same command once more."),
    "42P01": ("the database holds no record of MSAT", f"{_ADMIN} It is made with: msatctl database init."),
    "3F000": ("the database holds no record of MSAT", f"{_ADMIN} It is made with: msatctl database init."),
    "53100": ("the disk of the database's server is full", f"{_ADMIN} Then try again."),
    "53300": ("the database has too many connections already", "Try again in a minute."),
    "55P03": ("another program is writing to this log and did not finish in time", "Try again."),
    "57014": ("the database stopped the statement, for it took too long", "Try again."),
    "25006": ("the database can only be read at present (a standby server?)", _ADMIN),
    "23514": ("the database refused an entry that does not follow the last one", "Run verify."),
    "23505": ("the database refused an entry that is there already", "Run verify."),
    "XX000": ("the database stopped at an error of its own", f"Try again. If it comes back: {_ADMIN}"),
    "42883": ("the database's functions are not those of MSAT", _ADMIN),
}
_CLASSES = {
    "08": ("the connection to the database was lost", _AGAIN),
    "57": ("the database's server is stopping, starting or was stopped", _AGAIN),
    "53": ("the database's server has run out of something it needs", f"{_ADMIN} Then try again."),
    "58": ("the database's server failed on its own disk", _ADMIN),
    "XX": ("the database found damage in its own files", _ADMIN),
    "40": ("the database could not finish, for another program was in the way", "Try again."),
    "23": ("the database refused an entry that breaks its rules", "Run verify."),
}
WAITED = "55P03"
"""The SQLSTATE of a lock that was waited for too long."""
_TRANSIENT = ("08", "57", "40")


def why(error: BaseException) -> tuple[str, str]:
    """The cause in words and the next step, for an error of PostgreSQL or of the file system."""
    state = state_of(error)
    if state is None:
        return why_here(error)
    if not state:
        return _unreachable(error)
    known = _EXACT.get(state) or _CLASSES.get(state[:2])
    return known or (f"the database says {_first_line(error)} ({state})", _ADMIN)


def may_pass(error: BaseException) -> bool:
    """Whether the connection is at fault, so that the same may succeed a moment later."""
    state = state_of(error)
    if state is None:
        return False
    if not state:
        return not any(word in str(error) for word in ("password", "certificate", "SSL", "does not exist"))
    return (state[:2] in _TRANSIENT and state != "57014") or state == "53300"


def state_of(error: BaseException) -> str | None:
    """The SQLSTATE; empty for an error of the connection itself; None for an error of something else."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if not hasattr(error, "sqlstate"):
        return None
    return str(error.sqlstate or "")


def _unreachable(error: BaseException) -> tuple[str, str]:
    words = str(error)
    if "password authentication failed" in words or "no password supplied" in words:
        return _EXACT["28P01"]
    if "certificate" in words or "SSL" in words:
        return (
            "the server's certificate was not accepted, or it offers no encryption",
            "Ask whoever looks after the database for its root certificate, and name it: ?sslrootcert=FILE.",
        )
    if "does not exist" in words and "database" in words:
        return _EXACT["3D000"]
    if "no pg_hba.conf entry" in words or ("role" in words and "not permitted" in words):
        return _EXACT["28000"]
    return ("the database does not answer, or the connection was lost", _AGAIN)


def _first_line(error: BaseException) -> str:
    text = str(error.orig if isinstance(error, DBAPIError) and error.orig is not None else error)
    return (text.splitlines() or ["nothing"])[0][:200]
