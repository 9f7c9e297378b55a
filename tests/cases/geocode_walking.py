"""A table on each side that is tried out, for the walk."""

from typing import Any

from accounts.models import User
from cases.models import GeocodeRun, SentTable

SENDERS = {"own": "desk", "foreign": "outsider"}


def arguments(side: str) -> dict[str, dict[str, Any]]:
    by = User.objects.get(username=SENDERS[side])
    run, _new = GeocodeRun.objects.get_or_create(
        by=by, name="a.csv", status=SentTable.Status.LOOKED
    )
    return {
        "placed_table": {"uuid": run.uuid},
        "placed_file": {"uuid": run.uuid, "form": "xlsx"},
    }
