"""Which modules use an entry of the registers, told on its page, and their cases."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from cases.models import Case
from offices.models import Module, Record, RecordLink
from offices.models.ground import Entry
from offices.registers.entry_pages import Use, tells_cases, tells_uses

# The registers that a record may be about, as its columns call them.
COLUMNS = frozenset({"person", "household", "dwelling", "organization"})


def records_of(register: str, row: Entry, user: User) -> QuerySet[Record]:
    """Records about the entry, or with a field that refers to it, that he sees."""
    links = RecordLink.objects.filter(record=OuterRef("pk"), kind=register)
    about = Q(Exists(links.filter(target=row.uuid)))
    if register in COLUMNS:
        about |= Q(**{register: row.pk})
    return Record.objects.visible_to(user).filter(about)


@tells_uses
def uses(register: str, row: Entry, user: User) -> list[Use]:
    """Each module with how many of its records: two queries."""
    counted = records_of(register, row, user).order_by().values_list("module")
    many: dict[int, int] = dict(counted.annotate(Count("pk")))
    modules = Module.objects.filter(pk__in=many).select_related("published")
    return [
        Use(str(module), many[module.pk], _way(module, register, row))
        for module in modules
    ]


def _way(module: Module, register: str, row: Entry) -> str:
    return reverse("modules:list", args=[module.code])


@tells_cases
def cases(register: str, row: Entry, user: User) -> QuerySet[Any]:
    """Cases that were opened from such a record, or that it refers to."""
    rows = records_of(register, row, user)
    named = RecordLink.objects.filter(record__in=rows, kind="case").values("target")
    found = Case.objects.filter(Q(uuid__in=named) | Q(records__in=rows))
    return found.values("pk")
