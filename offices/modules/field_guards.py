"""More of what procedures ask of the fields of a record, and how one is emptied."""

from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govmap.lib.sealed import Sealed
from offices.models.record import Record
from offices.models.record_trace import RecordChange
from offices.modules.definition import definition_of
from offices.modules.keeping import values_of
from workflow.arguments import NAME, NUMBER
from workflow.effects import Doing, effect
from workflow.guards import Looking, guard
from workflow.models import Remark


def _number(looking: Looking, name: str) -> float | None:
    """The number in a field, whatever its sensitivity; None where there is none."""
    record = cast(Record, looking.subject)
    kept = record.__dict__.setdefault("_field_guard_values", {})
    if record.events_count not in kept:
        kept.clear()
        kept[record.events_count] = values_of(record)
    found: Any = kept[record.events_count].get(name)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number else None


def _said(looking: Looking, name: str, number: str) -> dict[str, str]:
    record = cast(Record, looking.subject)
    one = definition_of(record.version_id).fields.get(name)
    return {"name": one.label if one else name, "number": number}


@guard(
    "at_least",
    takes=(NAME, NUMBER),
    words=gettext_lazy("“%(one)s” is %(two)s or more"),
)
def at_least(looking: Looking, name: str, number: str) -> str:
    """The field holds a number that is not smaller."""
    found = _number(looking, name)
    if found is not None and found >= int(number):
        return ""
    told = _said(looking, name, number)
    return _("This step is for “%(name)s” of %(number)s or more.") % told


@guard(
    "below",
    takes=(NAME, NUMBER),
    words=gettext_lazy("“%(one)s” is below %(two)s"),
)
def below(looking: Looking, name: str, number: str) -> str:
    """The field holds a number that is smaller."""
    found = _number(looking, name)
    if found is not None and found < int(number):
        return ""
    told = _said(looking, name, number)
    return _("This step is for “%(name)s” below %(number)s.") % told


@effect(
    "empty_record",
    words=gettext_lazy("everything that it says is erased: number and day stay"),
)
def empty_record(doing: Doing) -> None:
    """What must not be kept here goes: fields, what they were before, words of acts.

    The events stay, with who did what and when; the record keeps its number.
    """
    record = cast(Record, doing.row)
    doing.set(
        data={},
        personal=Sealed.of(""),
        sensitive=Sealed.of(""),
        words="",
        place=None,
        address="",
        part=None,
        case=None,
    )
    RecordChange.objects.filter(record=record).update(
        data={}, names=[], sealed=Sealed.of("")
    )
    record.keys.all().delete()
    record.links.all().delete()
    record.dues.all().delete()
    Remark.objects.filter(event__in=record.events()).delete()
