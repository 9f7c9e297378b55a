"""Records and cases that come from each other, or speak of each other."""

from django.db.models import Q, QuerySet

from accounts.models import User
from cases.models import Case
from offices.models.case_begun import CaseBegun
from offices.models.record import Record
from offices.modules.rights import works_in_offices
from workflow.effects import Doing, after

SHOWN = 20


@after(Case.KIND)
def link_record(doing: Doing) -> None:
    """A case that was begun from a record is the record's from its first act on."""
    if doing.move.from_state_id is not None or not works_in_offices(doing.by):
        return
    begun = CaseBegun.objects.filter(uuid=doing.row.uuid, by=doing.by).first()
    if begun is not None:
        rows = Record.objects.filter(pk=begun.record_id, case__isnull=True)
        rows.update(case_id=doing.row.pk)


def cases_of(record: Record, reader: User) -> list[Case]:
    """The cases that were begun from it or that it is about, of those he sees."""
    begun = CaseBegun.objects.filter(record=record).values("uuid")
    wanted = Q(uuid__in=begun)
    if record.case_id:
        wanted |= Q(pk=record.case_id)
    seen: QuerySet[Case] = Case.objects.visible_to(reader).filter(wanted)
    return list(seen.select_related("category").order_by("-pk")[:SHOWN])


def records_of(case: Case, reader: User) -> list[Record]:
    """The records that it was begun from or that refer to it, of those he sees."""
    if not works_in_offices(reader):
        return []
    begun = CaseBegun.objects.filter(uuid=case.uuid).values("record")
    linked = Q(links__kind=Case.KIND, links__target=case.uuid)
    wanted = Record.objects.filter(Q(case=case) | Q(pk__in=begun) | linked)
    seen = Record.objects.visible_to(reader).filter(pk__in=wanted.values("pk"))
    lean = seen.select_related("module").defer("personal", "sensitive", "words")
    return list(lean.order_by("-pk")[:SHOWN])
