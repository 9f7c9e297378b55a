"""Having notices carried soon: a job, when what was told is committed."""

import contextlib

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

CARRY = "workflow.carry_notices"


def carry_after_commit() -> None:
    """Once a transaction, however often it tells. Lost, it is made up for within a
    minute: the job comes by itself."""
    waiting = [call[1] for call in connection.run_on_commit]
    if carry_soon not in waiting:
        transaction.on_commit(carry_soon, robust=True)


def carry_soon() -> None:
    """One job waits at most, which carries all there is."""
    job = app.configure_task(CARRY, queueing_lock=CARRY)
    with contextlib.suppress(AlreadyEnqueued):
        job.defer(timestamp=0)
