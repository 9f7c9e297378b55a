"""How statements over many rows are planned."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def many_rows() -> Iterator[None]:
    """Within a transaction: joins by hash, sorting in memory.

    Rows just written have no statistics yet: one would be guessed, and a loop over it
    chosen, where there are 500,000. Where the block fails the transaction has to end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL work_mem = '128MB'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET enable_nestloop")
        cursor.execute("RESET jit")
        cursor.execute("RESET work_mem")
