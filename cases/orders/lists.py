"""The list of orders: filtered, paged, each row with its clock and its caller's calls.

Every list starts from a queryset that somebody scoped by `visible_to`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases.models import Order, OrderKind, OrderReply
from cases.models.order import DEADLINE_KIND, OrderQuerySet
from cases.orders.classing import fallback_id
from cases.orders.permissions import can_see_tail, is_centre
from cases.orders.rates import FIGURES, behind
from govmap.lib.lists import ListFilters, ListPage, named, page_of
from govmap.lib.sealed import keyed_hashes, normalised
from govmap.lib.times import month_of
from workflow.lights import add_last_limits, light_names
from workflow.models import Deadline
from workflow.models.clock import LIGHTS

PHONE_LEAST = 7  # digits from which a search may mean a phone
# Calls of one number within so many days are repeated ones.
REPEAT_DAYS = 90
REPLIED, WAITING = "answered", "waiting"


class OrderFilters(ListFilters):
    """What the address of the list asks for; saved in the address."""

    NAMES = (
        *("light", "done", "kind", "street", "open", "repeat", "month", "figure", "q"),
    )

    def __init__(self, params: QueryDict, user: User) -> None:
        super().__init__(params)
        self.user = user

    def apply(self, orders: OrderQuerySet) -> QuerySet[Order]:
        found = orders.filter(self._conditions())
        if self.asked("light") in LIGHTS:
            limits = Deadline.objects.in_light(self.asked("light"))
            mine = limits.filter(kind=DEADLINE_KIND, subject_id=OuterRef("pk"))
            found = found.filter(Exists(mine))
        if self.asked("done") in {REPLIED, WAITING}:
            replies = Exists(OrderReply.objects.filter(order=OuterRef("pk")))
            answered = replies | ~Q(reply_text="")
            found = found.filter(
                answered if self.asked("done") == REPLIED else ~answered
            )
        if self.asked("repeat"):
            found = found.filter(phone_hash__in=_callers_again())
        if (month := month_of(self.asked("month"))) and self.asked("figure"):
            rows = behind(self.asked("figure"), month)
            found = found.filter(pk__in=rows.values("order"))
        return found

    def _conditions(self) -> Q:
        wanted = Q()
        if self.asked("kind"):
            wanted &= Q(kind__code=self.asked("kind"))
        if self.asked("street"):
            wanted &= Q(street__code=self.asked("street"))
        if self.asked("open"):
            wanted &= Q(case__category=fallback_id())
        if self.asked("q"):
            wanted &= self._matches(self.asked("q"))
        return wanted

    def _matches(self, text: str) -> Q:
        """Number or title; or the whole of a phone, by its hash."""
        found = Q(number__startswith=text) | Q(title__icontains=text)
        if means_phone(text):
            phone = Q(phone_hash__in=keyed_hashes(text))
            # To find a secret order by a phone would give its caller away.
            found |= phone if is_centre(self.user) else phone & Q(secret=False)
        return found

    def words(self) -> dict[str, str]:
        done = {REPLIED: _("replied to"), WAITING: _("to be replied to")}
        figure = _figure_words(self.asked("figure"))
        return {
            "light": light_names().get(self.asked("light"), ""),
            "done": done.get(self.asked("done"), ""),
            "kind": named(OrderKind.objects.all(), self.asked("kind")),
            "street": named(Unit.objects.all(), self.asked("street")),
            "open": _("to be classified"),
            "repeat": _("repeated callers"),
            "figure": f"{self.asked('month')} {figure}".strip(),
            "q": f"“{self.asked('q')}”",
        }


def means_phone(text: str) -> bool:
    """Whether a search may mean a caller's number."""
    digits = normalised(text)
    return digits.isdigit() and len(digits) >= PHONE_LEAST


def _figure_words(figure: str) -> str:
    return {
        "results": _("called back"),
        "excluded": _("left out"),
        "counted": _("counted"),
        "contacted": _("contacted"),
        "uncontacted": _("not contacted"),
        "asked": _("asked whether solved"),
        "solved": _("solved"),
        "unsolved": _("not solved"),
        "judged": _("judged"),
        "satisfied": _("satisfied"),
        "unsatisfied": _("not satisfied"),
    }.get(figure if figure in FIGURES else "", "")


def _callers_again() -> QuerySet[Order, Any]:
    since = timezone.now() - timedelta(days=REPEAT_DAYS)
    rows = Order.objects.filter(received_at__gte=since, secret=False)
    again = rows.exclude(phone_hash="").values("phone_hash")
    return again.annotate(often=Count("pk")).filter(often__gt=1).values("phone_hash")


@dataclass
class OrderList(ListPage[OrderFilters, Order]):
    """One page of the list, and what it may be narrowed to."""

    streets: list[Unit] = field(default_factory=list)
    kinds: list[OrderKind] = field(default_factory=list)

    @property
    def orders(self) -> list[Order]:
        return self.rows


def list_orders(seen: OrderQuerySet, filters: OrderFilters) -> OrderList:
    """A page of what was scoped, the newest first."""
    found = filters.apply(seen)
    rows = found.select_related("kind", "street", "case__category")
    rows = rows.defer("content", "reply_text", "result", "caller", "phone")
    page = page_of(filters, found, rows)
    dress(page.rows, filters.user)
    return OrderList(
        filters,
        page.rows,
        page.count,
        page.more,
        streets=streets_of(filters.user),
        kinds=list(OrderKind.objects.all()),
    )


def dress(orders: list[Order], user: User) -> None:
    """What a row shows besides: clock, whether replied, calls, last four digits."""
    add_last_limits(DEADLINE_KIND, orders)
    ids = [order.pk for order in orders]
    replied = set(
        OrderReply.objects.filter(order__in=ids).values_list("order", flat=True)
    )
    calls = calls_of(orders)
    for order in orders:
        order.is_replied = order.pk in replied or bool(
            order.clock and order.clock.met_at
        )
        shown = can_see_tail(user, order)
        order.tail = order.phone_tail if shown else ""
        order.calls = calls.get(order.phone_hash, 1) if shown else 1


def calls_of(orders: Iterable[Order]) -> dict[str, int]:
    """How many orders each caller made of late, by the hash of the phone."""
    hashes = {order.phone_hash for order in orders if order.phone_hash}
    since = timezone.now() - timedelta(days=REPEAT_DAYS)
    rows = Order.objects.filter(phone_hash__in=hashes, received_at__gte=since)
    counts = rows.values("phone_hash").annotate(often=Count("pk"))
    return {row["phone_hash"]: row["often"] for row in counts}


def streets_of(user: User) -> list[Unit]:
    """The streets that the list may be narrowed to, where there is a choice."""
    rows = Unit.objects.filter(kind=Unit.Kind.STREET)
    if not user.sees_district:
        rows = rows.filter(pk__in=user.unit_ids)
    return list(rows.order_by("code"))
