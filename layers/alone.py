"""One worker at a time: what is being done is left alone by the others."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


class StillAtWork(Exception):
    """Another worker is at this; whether it ends well must be seen."""


@contextmanager
def alone(kind: int, key: int) -> Iterator[bool]:
    """False where another worker is at it. A dead worker's lock goes with it.

    ``kind`` and ``key`` are both keys of an advisory lock: of what kind, and which.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [kind, key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, key])
