"""The list of orders: filtered, paged, each row with its clock and its caller's calls.

Every list starts from a queryset that somebody scoped by `visible_to`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases.models import Order, OrderKind, OrderReply
from cases.models.order import DEADLINE_KIND, OrderQuerySet
from cases.orders.classing import fallback_id
from cases.orders.clock import add_clocks
from cases.orders.permissions import can_see_tail, is_centre
from cases.orders.rates import FIGURES, behind
from govmap.lib.sealed import keyed_hashes, normalised
from workflow.models import Deadline
from workflow.models.clock import LIGHTS

PAGE = 50
COUNTED = 1000  # beyond this a count says "1,000+"
PHONE_LEAST = 7  # digits from which a search may mean a phone
# Calls of one number within so many days are repeated ones.
REPEAT_DAYS = 90
REPLIED, WAITING = "answered", "waiting"


def parse_month(text: str) -> date | None:
    """2026-11 as its first day."""
    try:
        return date.fromisoformat(f"{text[:7]}-01") if text else None
    except ValueError:
        return None


class OrderFilters:
    """What the address of the list asks for; saved in the address."""

    NAMES = (
        "light",
        "done",
        "kind",
        "street",
        "open",
        "repeat",
        "month",
        "figure",
        "q",
    )

    def __init__(self, params: QueryDict, user: User) -> None:
        self.user = user
        self.values = {
            name: params.get(name, "").replace("\x00", "").strip()[:100]
            for name in self.NAMES
            if params.get(name, "").strip()
        }
        after = params.get("after", "")
        short = after.isascii() and after.isdigit() and len(after) < 19
        self.after = int(after) if short else 0

    def asked(self, name: str) -> str:
        return self.values.get(name, "")

    def address(self, **changes: str) -> str:
        """The query string of the same list with something else."""
        values = {**self.values, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

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
        if (month := parse_month(self.asked("month"))) and self.asked("figure"):
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

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The filters that are on, each with the address of the list without it."""
        words = {
            "light": {
                "red": _("overdue"),
                "yellow": _("soon due"),
                "green": _("in good time"),
            }.get(self.asked("light"), ""),
            "done": {REPLIED: _("replied to"), WAITING: _("to be replied to")}.get(
                self.asked("done"), ""
            ),
            "kind": _titled(OrderKind.objects.filter(code=self.asked("kind"))),
            "street": _titled(Unit.objects.filter(code=self.asked("street"))),
            "open": _("to be classified"),
            "repeat": _("repeated callers"),
            "figure": f"{self.asked('month')} {_figure_words(self.asked('figure'))}",
            "q": f"“{self.asked('q')}”",
        }
        return [
            {"word": word, "without": self.address(**{name: ""})}
            for name, word in words.items()
            if self.asked(name) and word.strip()
        ]


def means_phone(text: str) -> bool:
    """Whether a search may mean a caller's number."""
    digits = normalised(text)
    return digits.isdigit() and len(digits) >= PHONE_LEAST


def _titled(rows: QuerySet[Unit] | QuerySet[OrderKind]) -> str:
    row = rows.first()
    return str(row) if row else ""


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
class OrderList:
    """One page of the list."""

    filters: OrderFilters
    orders: list[Order]
    count: int
    more: str = ""
    streets: list[Unit] = field(default_factory=list)
    kinds: list[OrderKind] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"


def list_orders(seen: OrderQuerySet, filters: OrderFilters) -> OrderList:
    """A page of what was scoped, the newest first."""
    found = filters.apply(seen)
    rows = found.select_related("kind", "street", "case__category").order_by("-pk")
    rows = rows.defer("content", "reply_text", "result", "caller", "phone")
    page = list(
        (rows.filter(pk__lt=filters.after) if filters.after else rows)[: PAGE + 1]
    )
    more = ""
    if len(page) > PAGE:
        page = page[:PAGE]
        more = f"{filters.address()}&after={page[-1].pk}"
    count = found[: COUNTED + 1].count() if more or filters.after else len(page)
    dress(page, filters.user)
    return OrderList(
        filters,
        page,
        count,
        more,
        streets=streets_of(filters.user),
        kinds=list(OrderKind.objects.all()),
    )


def dress(orders: list[Order], user: User) -> None:
    """What a row shows besides: clock, whether replied, calls, last four digits."""
    add_clocks(orders)
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
