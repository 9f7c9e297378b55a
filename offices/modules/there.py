"""What a record has, told with the record itself: its page asks for no sort of thing of
which there is none, and not apart for what one statement can tell.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Exists,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat

from accounts.models import Unit, User
from offices.models.case_begun import CaseBegun
from offices.models.record import Record, RecordDue, RecordLink
from offices.models.record_trace import RecordChange, RecordNotice
from workflow.models import Event, Notice, PrintedPaper, Recusal, Request

OWN = {"kind": Record.KIND, "subject_id": OuterRef("pk")}
SIGN = "has_"


def told_with(rows: QuerySet[Record], reader: User) -> QuerySet[Record]:
    """The rows, each with what there is of it (`has`), its owners, and the last event
    of all that this statement sees."""
    of_it = {"record": OuterRef("pk")}
    uuid = Cast(OuterRef("uuid"), TextField())
    used = Concat(Value("record:"), OuterRef("module__code"))
    there: dict[str, QuerySet[Any]] = {
        "requests": Request.objects.filter(**OWN),
        "recusals": Recusal.objects.filter(**OWN, person=reader),
        "papers": PrintedPaper.objects.filter(kind=Record.KIND, key=uuid),
        "changes": RecordChange.objects.filter(**of_it),
        "dues": RecordDue.objects.filter(**of_it),
        "notices": RecordNotice.objects.filter(**of_it),
        "cases": CaseBegun.objects.filter(**of_it),
        "links_to": RecordLink.objects.filter(kind=used, target=OuterRef("uuid")),
        "unread": Notice.objects.filter(person=reader, read_at=None, kind=Record.KIND)
        .filter(subject_uuid=OuterRef("uuid"))
        .order_by(),
    }
    owner = OuterRef("module__owner")
    office = Concat(OuterRef("street__code"), Value("-"), owner)
    owners = Unit.objects.filter(Q(code=owner) | Q(code=office)).order_by()
    return rows.annotate(
        **{f"{SIGN}{name}": Exists(found) for name, found in there.items()},
        owner_ids=ArraySubquery(owners.values("pk")),
        last_event=Subquery(Event.objects.order_by("-pk").values("pk")[:1]),
    )


def known_owners(record: Record) -> Record:
    """The record with its owners, as `Record.owners` would find them."""
    if record.street_id:
        record.owners = set(getattr(record, "owner_ids", None) or record.owners)
    return record


def has(row: Model, name: str) -> bool:
    """Whether there is any; of a row that does not tell, there may be."""
    return bool(getattr(row, f"{SIGN}{name}", True))
