"""A sheet, a list, its arrival and a difference on each side, for the walk."""

from datetime import date
from typing import Any

from accounts.models import Unit, User
from cases.models import SentTable
from offices.models import (
    ComparisonRound,
    ComparisonSource,
    ComparisonTask,
    Person,
    RegisterImport,
)

SENDERS = {"own": "desk", "foreign": "outsider"}
OWNERS = {"own": "sanitation", "foreign": "gardens"}


def arguments(side: str, person: Person) -> dict[str, dict[str, Any]]:
    by = User.objects.get(username=SENDERS[side])
    sheet, _new = RegisterImport.objects.get_or_create(
        by=by, register="person", name="a.xlsx", status=SentTable.Status.LOOKED
    )
    source, _new = ComparisonSource.objects.get_or_create(
        code=f"list-{side}",
        defaults={
            "name": "演示名单",
            "owner": Unit.objects.get(code=OWNERS[side]),
            "street": person.street,
        },
    )
    run, _new = ComparisonRound.objects.get_or_create(
        by=by, source=source, name="a.xlsx", status=SentTable.Status.LOOKED
    )
    task, _new = ComparisonTask.objects.get_or_create(
        source=source,
        round=run,
        key="k",
        defaults={
            **{"kind": "moved", "content": "c", "due_on": date(2030, 1, 1)},
            **{"subject": person.uuid, "name": person.name},
            **{"street": person.street, "community": person.community},
        },
    )
    return {
        "register_sheet": {"uuid": sheet.uuid},
        "register_of_sheet": {"register": "person"},
        "compared_list": {"pk": source.pk},
        "compared_code": {"code": source.code},
        "list_arrival": {"uuid": run.uuid},
        "list_difference": {"uuid": task.uuid},
    }
