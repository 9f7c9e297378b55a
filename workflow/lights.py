"""The limits of a list's rows, and the lights that it can be narrowed to."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from workflow.models import Deadline


def light_names() -> dict[str, str]:
    """The lights of limits that run, as a filter calls them."""
    return {
        "red": _("overdue"),
        "yellow": _("soon due"),
        "green": _("in good time"),
    }


def running_of(kind: str, light: str = "") -> QuerySet[Deadline]:
    """The limit that runs of the outer subject, in one light where one is named."""
    rows = Deadline.objects.in_light(light)
    return rows.filter(kind=kind, subject_id=OuterRef("pk"))


def in_light(rows: Any, light: str) -> Any:
    """Those subjects of which a limit stands in this light."""
    return rows.filter(Exists(running_of(rows.model.KIND, light)))


def add_last_limits(kind: str, rows: Iterable[Any]) -> None:
    """Give each row its last limit as ``clock``, or None: one query for all."""
    known = {row.pk: row for row in rows}
    for row in known.values():
        row.clock = None
    limits = Deadline.objects.filter(kind=kind, subject_id__in=list(known))
    for limit in limits.order_by("pk"):
        known[limit.subject_id].clock = limit
