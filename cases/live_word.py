"""Word over the live stream of what stands in no event log: positions and errands.

It names what changed and nobody. It has no place in the log, so nobody resumes after
it: a page that was cut off asks again when it hears again.
"""

import json
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from workflow.record import CHANNEL

AT_ONCE = 400  # a payload is 8,000 bytes at most


def tell(kind: str, uuid: UUID | None, holders: Iterable[int]) -> None:
    """Whoever holds a post in these units hears of it, when the transaction commits.

    A ``holder`` is a unit's id, or a person's as a negative number.
    """
    everybody = sorted(set(holders))
    for first in range(0, len(everybody), AT_ONCE):
        some = everybody[first : first + AT_ONCE]
        told = {"id": 0, "kind": kind, "uuid": str(uuid or ""), "holders": some}
        text = json.dumps(told, separators=(",", ":"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])
