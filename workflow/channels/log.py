"""The log of messages: filters, and a page of it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from govmap.lib.lists import ListFilters, ListPage, page_of
from workflow.models import Channel, Delivery, DeliveryItem

LATELY = timedelta(days=30)
State = Delivery.State


class Filters(ListFilters):
    """``state``, ``channel`` by its code, ``day`` on which the message was made."""

    NAMES = ("state", "channel", "day")
    CHOICES = {"state": State.values}

    def words(self) -> dict[str, str]:
        code = self.asked("channel")
        row = Channel.objects.filter(code=code).first() if code else None
        state = self.asked("state")
        return {
            "state": str(State(state).label) if state else "",
            "channel": str(row) if row else code,
            "day": self.asked("day"),
        }

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.asked("day"))
        except ValueError:
            return None


def found(filters: Filters) -> QuerySet[Delivery]:
    rows = Delivery.objects.all()
    if state := filters.asked("state"):
        rows = rows.filter(state=state)
    if code := filters.asked("channel"):
        rows = rows.filter(channel__code=code)
    if day := filters.day:
        zone = timezone.get_default_timezone()
        begins = datetime.combine(day, time.min, zone)
        rows = rows.filter(made_at__gte=begins, made_at__lt=begins + timedelta(days=1))
    return rows


def shown(rows: QuerySet[Delivery]) -> QuerySet[Any]:
    held = DeliveryItem.objects.filter(delivery=OuterRef("pk")).order_by()
    counted = held.values("delivery").annotate(number=Count("pk")).values("number")
    # Counted of the page's rows only: a join would count all before it cuts.
    notices = Coalesce(Subquery(counted), 0)
    return rows.select_related("person", "channel").annotate(notices=notices)


def log_page(filters: Filters) -> ListPage[Filters, Any]:
    """A page of messages, each with how many notices it holds."""
    rows = found(filters)
    return page_of(filters, rows, shown(rows))
