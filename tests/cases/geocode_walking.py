"""A table on each side that is tried out, and an alias, for the walk."""

from typing import Any

from accounts.models import User
from cases.models import GeocodeRun, SentTable
from layers.models import AddressAlias

SENDERS = {"own": "steward", "foreign": "chief_data_officer"}


def arguments(side: str) -> dict[str, dict[str, Any]]:
    by = User.objects.get(username=SENDERS[side])
    run, _new = GeocodeRun.objects.get_or_create(
        by=by, name="a.csv", status=SentTable.Status.LOOKED
    )
    alias, _new = AddressAlias.objects.get_or_create(said="旧巷", means="甲1街")
    return {
        "address_alias": {"pk": alias.pk},
        "placed_table": {"uuid": run.uuid},
        "placed_file": {"uuid": run.uuid, "form": "xlsx"},
    }
