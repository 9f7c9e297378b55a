"""A new notice, told to whoever has a page open: the number alone travels nowhere.

It has no place in the event log: a page that was cut off asks for its count again.
"""

import json
from collections.abc import Iterable

from django.db import connection

from workflow.record import CHANNEL

NOTICE = "notice"
# A payload is 8,000 bytes at most.
AT_ONCE = 400


def tell(people: Iterable[int]) -> None:
    """These people's notices changed. Heard when the transaction commits."""
    everybody = sorted(people)
    for first in range(0, len(everybody), AT_ONCE):
        some = everybody[first : first + AT_ONCE]
        told = {"id": 0, "kind": NOTICE, "uuid": "", "holders": [-pk for pk in some]}
        text = json.dumps(told, separators=(",", ":"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])
