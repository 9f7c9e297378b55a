"""Conditions of a definition over the rows of records, as the database asks them."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from offices.models.record import Record, RecordDue
from offices.modules.conditions import EMPTY, TODAY
from offices.modules.definition import CHOICES, Definition
from workflow.models import Deadline, Phase, Process
from workflow.models.process import states_of


def late_limits() -> QuerySet[Deadline]:
    """Of the outer record: limits that run beyond their time."""
    return Deadline.objects.running().filter(
        kind=Record.KIND,
        subject_id=OuterRef("pk"),
        due_at__lt=timezone.now(),
        paused_at__isnull=True,
        waits=False,
    )


def limits_today() -> QuerySet[Deadline]:
    """Of records: limits that run and end before this day does, or have ended."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    ends = timezone.make_aware(datetime.combine(tomorrow, time.min))
    return Deadline.objects.running().filter(
        kind=Record.KIND, due_at__lt=ends, paused_at__isnull=True, waits=False
    )


def where(condition: Mapping[str, Any], definition: Definition) -> Q:
    """The condition over `Record`; its fields are internal, the checker sees to it."""
    if not condition:
        return Q()
    if "all" in condition:
        found = Q()
        for one in condition["all"]:
            found &= where(one, definition)
        return found
    if "any" in condition:
        found = Q(pk__in=[])
        for one in condition["any"]:
            found |= where(one, definition)
        return found
    for name, function in STANDS.items():
        if name in condition:
            return function(condition[name])
    return _field(condition, definition)


def _field(condition: Mapping[str, Any], definition: Definition) -> Q:
    name = condition["field"]
    if "filled" in condition:
        there = Q(data__has_key=name)
        return there if condition["filled"] else ~there
    if "in" in condition:
        found = Q(pk__in=[])
        for value in condition["in"]:
            found |= _is(name, value, definition)
        return found
    for word, lookup in (("before", "lt"), ("after", "gt")):
        if word in condition:
            text = condition[word]
            day = timezone.localdate().isoformat() if text == TODAY else text
            return Q(**{f"data__{name}__{lookup}": day})
    if condition.get("is") in EMPTY:
        return ~Q(data__has_key=name)
    return _is(name, condition["is"], definition)


def _is(name: str, value: Any, definition: Definition) -> Q:
    many = definition.fields[name].kind == CHOICES
    return Q(data__contains={name: [value] if many else value})


def _phase(value: str) -> Q:
    processes = Process.objects.filter(kind=Record.KIND)
    states = [
        state.pk
        for row in processes
        for state in states_of(row.pk)
        if state.phase == Phase(value)
    ]
    return Q(state__in=states)


def _late(value: bool) -> Q:
    """A limit runs beyond its time, or ran so when it ended; exempted ones do not."""
    met = Deadline.objects.filter(
        kind=Record.KIND,
        subject_id=OuterRef("pk"),
        met_at__gt=F("due_at"),
        waits=False,
        exempted_at__isnull=True,
    )
    late = Q(Exists(late_limits())) | Q(Exists(met))
    return late if value else ~late


def _overdue(value: bool) -> Q:
    days = RecordDue.objects.filter(
        record=OuterRef("pk"), due_on__lt=timezone.localdate()
    )
    return Q(Exists(days)) if value else ~Q(Exists(days))


STANDS = {
    "phase": _phase,
    "ended": lambda value: Q(ended_at__isnull=not value),
    "late": _late,
    "overdue": _overdue,
}
