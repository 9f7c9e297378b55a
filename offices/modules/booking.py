"""Sums of one record that are kept within another: an expense and its budget.

``within:amount:budget_item:left`` closes a step while the sum is greater than what the
record that it refers to has left; ``book:amount:budget_item:bookings`` adds a row to a
repeated group of that record, with the columns ``number``, ``sum`` and ``on``.
"""

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from govmap.lib.errors import BadInput
from offices.models.record import Record
from offices.modules.changes import keep_change
from offices.modules.definition import definition_of
from offices.modules.keeping import COLUMNS, index, put, values_of
from offices.modules.values import compute
from workflow import own_events, own_labels
from workflow.arguments import NAME
from workflow.effects import Doing, effect
from workflow.guards import Looking, guard

BOOKED = "record.booked"
own_labels.LABELS[BOOKED] = gettext_lazy("A sum was booked here")


class NothingToBook(BadInput):
    """Neither a sum nor a record that it could be booked in."""

    message = gettext_noop(
        "There is no sum to book, or no record to book it in: fill both in first."
    )


def _referred(values: dict[str, Any], name: str) -> str:
    return str(values.get(name) or "")


def _number(found: Any) -> float | None:
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number else None


@guard(
    "within",
    takes=(NAME, NAME, NAME),
    words=gettext_lazy("“%(one)s” is within “%(three)s” of “%(two)s”"),
)
def within(looking: Looking, field: str, ref: str, limit: str) -> str:
    """The number is not greater than that of the record that is referred to."""
    record = cast(Record, looking.subject)
    values = values_of(record)
    uuid = _referred(values, ref)
    other = Record.objects.filter(uuid=uuid).first() if uuid else None
    wanted = _number(values.get(field))
    left = _number(values_of(other).get(limit)) if other else None
    if wanted is None or left is None:
        return _("It is not known what is left for this: fill in what it refers to.")
    if wanted <= left:
        return ""
    return _("Only %(left)s is left for this.") % {"left": f"{left:,.2f}"}


@effect(
    "book",
    takes=(NAME, NAME, NAME),
    words=gettext_lazy("books “%(one)s” in “%(three)s” of “%(two)s”"),
)
def book(doing: Doing) -> None:
    """The other record gets a row, and an event of its own that says so.

    Raises NothingToBook.
    """
    record = cast(Record, doing.row)
    field, ref, group = doing.argument.split(":")
    values = values_of(record) | (doing.given.values.get("fields") or {})
    uuid, amount = _referred(values, ref), _number(values.get(field))
    rows = Record.objects.select_for_update().filter(uuid=uuid) if uuid else None
    other = rows.first() if rows is not None else None
    if other is None or amount is None:
        raise NothingToBook
    row = {
        "number": record.number,
        "sum": amount,
        "on": timezone.localdate(doing.moment).isoformat(),
    }
    _add(other, group, row, own_events.name_of("book", record.uuid, doing.argument))


def _add(other: Record, group: str, row: dict[str, Any], act_id: Any) -> None:
    definition = definition_of(other.version_id)
    before = values_of(other)
    after = {**before, group: [*before.get(group, []), row]}
    compute(definition, after)
    put(other, definition, after)
    other.changed_at = timezone.now()
    other.save(update_fields=[*COLUMNS, "changed_at"])
    index(other, definition, after)
    own_events.write(other, BOOKED, act_id, {"field": group, "number": row["number"]})
    keep_change(other, definition, before, after)
