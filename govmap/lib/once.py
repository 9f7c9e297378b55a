"""What is sent twice at once is kept once."""

import hashlib
from uuid import UUID

from django.db import connection


def queue_behind_same(uuid: UUID) -> None:
    """Wait for whoever keeps this uuid now, until the end of the transaction.

    Whoever looks for the row afterwards finds it. Locking the row would not do: what
    is not yet made has none.
    """
    number = int.from_bytes(hashlib.sha256(uuid.bytes).digest()[:8], "big")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number - (1 << 63)])
