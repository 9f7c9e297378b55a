"""工单: an order of the citizens' hotline 12345, and what is done on it.

An order is no subject of the engine: what moves is its case. The order keeps what the
hotline asks of each order alone, even where cases are merged: its clock, its replies
and its call-backs.
"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from accounts.roles import DESK, DISPOSES, SUPERVISES
from cases.models.assignment import Assignment
from cases.models.case import Case
from cases.models.order_rules import OrderKind
from cases.models.sent import SentTable
from govmap.lib.sealed import KeyedHashField, SealedField, TailField
from workflow.models import Deadline

DEADLINE_KIND = "order"
DEADLINE_NAME = "order_reply"
# Whose work the hotline's orders are: the desks, and who supervises them.
READS = DESK | SUPERVISES


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> Self:
        """The district all; a street's desk its own; a unit those it works on now."""
        if user.sees_district:
            return self
        desks = {post.unit_id for post in user.posts if post.role in READS}
        units = {post.unit_id for post in user.posts if post.role in DISPOSES}
        at_work = Assignment.objects.running().filter(
            case=OuterRef("case"), unit__in=units
        )
        return self.filter(Q(street__in=desks) | Q(Exists(at_work)))


class Order(models.Model):
    """One row of the hotline's sheet. Its texts are kept as the hotline wrote them."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    number = models.CharField(max_length=60, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="orders")
    # Where it belongs, and 首接单位: who received it first, answerable to the end.
    street = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    first_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.ForeignKey(OrderKind, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    imported_at = models.DateTimeField(default=timezone.now)
    # 保密, or a report on somebody 举报: nobody below the district learns who called.
    secret = models.BooleanField(default=False)

    # The sheet's columns, in its order.
    type = models.CharField(max_length=40, blank=True)
    class_path = models.CharField(max_length=200, blank=True)
    tags = models.CharField(max_length=400, blank=True)
    title = models.CharField(max_length=400, blank=True)
    content = models.TextField(blank=True)
    status = models.CharField(max_length=40, blank=True)
    caller = SealedField(default="", blank=True)
    phone = SealedField(default="", blank=True)
    district_name = models.CharField(max_length=60, blank=True)
    street_name = models.CharField(max_length=60, blank=True)
    result = models.TextField(blank=True)
    reply_text = models.TextField(blank=True)
    manner = models.CharField(max_length=60, blank=True)
    done_at = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=200, blank=True)
    solved = models.CharField(max_length=40, blank=True)
    satisfied = models.CharField(max_length=40, blank=True)
    nature = models.CharField(max_length=40, blank=True)
    community_name = models.CharField(max_length=100, blank=True)
    estate = models.CharField(max_length=200, blank=True)
    # {column: "number" or "date"} where the sheet's cell was not a text.
    forms = models.JSONField(default=dict)

    # What a list gives each of its rows.
    clock: Deadline | None
    is_replied: bool
    tail: str
    calls: int

    phone_hash = KeyedHashField(of="phone")
    phone_tail = TailField(of="phone")
    objects = OrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["street", "-id"], name="order_by_street"),
            models.Index(fields=["phone_hash"], name="order_by_caller"),
        ]

    def __str__(self) -> str:
        return self.number

    def deadline(self) -> Deadline | None:
        rows = Deadline.objects.filter(kind=DEADLINE_KIND, subject_id=self.pk)
        return rows.order_by("-pk").first()


class OrderSheet(SentTable):
    """A file of orders, or of the city's call-backs."""

    class What(models.TextChoices):
        ORDERS = "orders", _("work orders")
        CALL_BACKS = "callbacks", _("results of the city's call-backs")

    LOCK = 1

    what = models.CharField(max_length=10, choices=What, default=What.ORDERS)
    # The month that call-backs without one of their own count for.
    month = models.DateField(null=True, blank=True)


class OrderChange(models.Model):
    """What changed in an order after its first import: written once."""

    append_only: ClassVar[bool] = True
    order = models.ForeignKey(Order, models.PROTECT, related_name="changes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # {column: [before, after]}; of sealed columns only that they changed.
    what = models.JSONField()

    def __str__(self) -> str:
        return f"{self.order_id} {self.at}"


class OrderReply(models.Model):
    """What was replied on one order; the last one goes back to the hotline."""

    append_only: ClassVar[bool] = True
    order = models.ForeignKey(Order, models.PROTECT, related_name="replies")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    result = models.TextField(blank=True)
    text = models.TextField()
    manner = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.order_id} {self.at}"


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def of_city(self) -> Self:
        return self.filter(origin=CallBack.Origin.CITY)

    def counting(self, month: object) -> Self:
        """The city's last word on each order in a month: what rates are made of."""
        rows = self.of_city().filter(month=month).order_by("order", "-pk")
        return self.filter(pk__in=rows.distinct("order").values("pk"))


class CallBack(models.Model):
    """回访: somebody asked the caller. Only the city's counts; written once."""

    append_only: ClassVar[bool] = True

    class Origin(models.TextChoices):
        CITY = "city", _("the city's call-back")
        OWN = "own", _("own visit")

    order = models.ForeignKey(Order, models.PROTECT, related_name="callbacks")
    origin = models.CharField(max_length=10, choices=Origin)
    # First day of the month that it counts for.
    month = models.DateField()
    visited_on = models.DateField(null=True, blank=True)
    contacted = models.BooleanField()
    solved = models.CharField(max_length=20, blank=True)
    satisfied = models.CharField(max_length=20, blank=True)
    # 剔除: the city leaves it out of all rates.
    excluded = models.BooleanField(default=False)
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    objects = CallBackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_the_city_excludes",
                condition=Q(excluded=False) | Q(origin="city"),
            ),
        ]
        indexes = [
            models.Index(fields=["month", "order"], name="callback_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.origin} {self.month}"


class Exclusion(models.Model):
    """剔除申请: the street asks the city to leave an order out of the rates.

    The result is what the city's next file says of the order.
    """

    class Ground(models.TextChoices):
        UNREASONABLE = "unreasonable", _("demand without a lawful basis")
        NOT_OURS = "not_ours", _("not within this unit's duty")
        DUPLICATE = "duplicate", _("same demand counted twice")
        CALLER_UNREACHABLE = "unreachable", _("caller cannot be reached")
        OTHER = "other", _("another reason")

    class Outcome(models.TextChoices):
        OPEN = "", _("waiting for the city")
        EXCLUDED = "excluded", _("left out")
        COUNTED = "counted", _("counted all the same")

    order = models.ForeignKey(Order, models.PROTECT, related_name="exclusions")
    ground = models.CharField(max_length=20, choices=Ground)
    text = models.CharField(max_length=400)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "order",
                condition=Q(outcome=""),
                name="one_open_exclusion_of_an_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.ground} {self.outcome}"


class Reveal(models.Model):
    """Who read a caller's name and phone, when and what for: written once."""

    append_only: ClassVar[bool] = True

    class Purpose(models.TextChoices):
        CONTACT = "call_caller", _("contact the caller")
        VERIFY = "find_facts", _("find the place or the facts")
        VISIT = "after_work", _("visit after the work")
        INSPECT = "inspection", _("inspection of the handling")

    order = models.ForeignKey(Order, models.PROTECT, related_name="reveals")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    purpose = models.CharField(max_length=20, choices=Purpose)

    def __str__(self) -> str:
        return f"{self.order_id} {self.by_id} {self.at}"


class OrderExport(models.Model):
    """Who took orders out, before they went the way of every export: written once."""

    append_only: ClassVar[bool] = True
    uuid = models.UUIDField(unique=True, default=uuid7)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=200)
    # The list's query string, how many orders, and whether callers were in it.
    query = models.CharField(max_length=1000, blank=True)
    rows = models.PositiveIntegerField()
    with_callers = models.BooleanField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.by_id} {self.at}: {self.rows}"
