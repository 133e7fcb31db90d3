"""What a fault looks like in our log."""

import traceback

import psycopg2


def trace_of(error: Exception) -> str:
    """Return what is behind an error, for the log, without who reported.

    What the database says of an error quotes the row or statement that it arose in. Its first
    line does so only of values that cannot be read, which is class 22 of its codes.
    """
    origin = getattr(error, "orig", error)
    if not isinstance(origin, psycopg2.Error):
        return "".join(traceback.format_exception(error))
    frames = "".join(traceback.format_tb(error.__traceback__))
    code = origin.pgcode or ""
    told = "" if code.startswith("22") else origin.diag.message_primary or ""
    return f"{frames}{type(origin).__name__} {code} {told}".rstrip()
