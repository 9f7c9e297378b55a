"""到期提醒: days that fields of a record name, counted on the homes, told once."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Unit, User
from offices.models.record import Record, RecordDue
from offices.models.visit import VisitTick
from offices.modules.conditions import holds
from offices.modules.definition import Definition, Reminder, definition_of
from offices.modules.rights import WRITE, ground_of
from workflow import notices
from workflow.clock import months_later

AT_ONCE = 500
SAYING = "record_due"
notices.says(SAYING, _("%(what)s: %(subject)s, by %(day)s"))


def moved(day: date, span: Mapping[str, Any], sign: int = 1) -> date:
    """The day so many days, months and years after (or before)."""
    months = int(span.get("months", 0)) + 12 * int(span.get("years", 0))
    if months:
        day = months_later(day, sign * months)
    return day + sign * timedelta(days=int(span.get("days", 0)))


def days_of(
    one: Reminder, values: Mapping[str, Any], *, visited: date | None = None
) -> tuple[date, date] | None:
    """From when it reminds, and by when it is due; None where no day is known.

    What comes again is counted from the last visit, where that is later.
    """
    spec = one.spec
    if not holds(spec.get("when"), values):
        return None
    if every := spec.get("every"):
        days = [_day(values.get(every["from"])), visited]
        known = [day for day in days if day is not None]
        if not known:
            return None
        due = moved(max(known), every)
    else:
        found = _day(values.get(str(spec.get("field"))))
        if found is None:
            return None
        due = moved(found, spec["after"]) if "after" in spec else found
    return moved(due, spec.get("before", {}), -1), due


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def set_dues(record: Record, definition: Definition, values: Mapping[str, Any]) -> None:
    """The record's days, as its values now are; what has ended reminds of nothing."""
    wanted: dict[str, tuple[date, date]] = {}
    if record.ended_at is None:
        visited = _visited(record, definition)
        for one in definition.reminders:
            if days := days_of(one, values, visited=visited.get(one.code)):
                wanted[one.code] = days
    there = {row.code: row for row in record.dues.all()}
    gone = [row.pk for code, row in there.items() if code not in wanted]
    if gone:
        RecordDue.objects.filter(pk__in=gone).delete()
    for code, (remind_on, due_on) in wanted.items():
        row = there.get(code)
        if row and (row.remind_on, row.due_on) == (remind_on, due_on):
            continue
        RecordDue.objects.update_or_create(
            record=record,
            code=code,
            defaults={
                "module": record.module,
                "street": record.street,
                "community": record.community,
                "remind_on": remind_on,
                "due_on": due_on,
                "told_at": None,
            },
        )


def _visited(record: Record, definition: Definition) -> dict[str, date]:
    """The day of the last visit that answered each reminder."""
    if not definition.data.get("visit"):
        return {}
    rows = VisitTick.objects.filter(record=record).values_list("code")
    return dict(rows.annotate(last=Max("visit__on")))


def tell(today: date | None = None) -> int:
    """Tell of each day that has come near, once; returns how many. For the job."""
    day = today or timezone.localdate()
    told = 0
    while rows := list(
        RecordDue.objects.filter(told_at__isnull=True, remind_on__lte=day)
        .select_related("record__module", "record__street")
        .order_by("pk")[:AT_ONCE]
    ):
        for row in rows:
            told += _tell(row)
    return told


@transaction.atomic
def _tell(row: RecordDue) -> int:
    marked = RecordDue.objects.filter(pk=row.pk, told_at__isnull=True)
    if not marked.update(told_at=timezone.now()):
        return 0
    definition = definition_of(row.record.version_id)
    found = [one for one in definition.reminders if one.code == row.code]
    if not found:
        return 0
    entries = found[0].spec.get("who") or definition.rights(WRITE)
    return notices.notify(
        row.record,
        SAYING,
        people=people_for(row.record, entries),
        key=f"due/{row.record.uuid}/{row.code}/{row.due_on}",
        data={
            "title": found[0].spec["title"],
            "what": found[0].title,
            "day": row.due_on.isoformat(),
        },
    )


def people_for(record: Record, entries: list[dict[str, Any]]) -> list[int]:
    """Who holds a post today that one of the entries means for this record."""
    units = {record.street_id, record.community_id, *record.owners}
    posts = Membership.objects.valid_at(timezone.now()).filter(
        role__in={entry["role"] for entry in entries}, user__is_active=True
    )
    near = posts.filter(unit__in=units - {None}) | posts.filter(
        unit__kind__in=(Unit.Kind.DISTRICT, Unit.Kind.DEPARTMENT)
    )
    ids = set(near.values_list("user_id", flat=True))
    owner = record.module.owner
    return [
        user.pk
        for user in User.objects.filter(pk__in=ids)
        if ground_of(user, entries, owner).covers(record, user)
    ]
