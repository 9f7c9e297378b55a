"""结案督查 抽查: by which rules closed cases are drawn, and what was drawn."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from cases.models.case import Case
from govmap.lib.history import kept
from govmap.lib.localized import localized
from workflow.models import Category


class SamplingRuleQuerySet(models.QuerySet["SamplingRule"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)


@kept
class SamplingRule(models.Model):
    """Of which closed cases, how many, how often, and until when they are looked at."""

    class Kind(models.TextChoices):
        CLOSINGS = "closings", _("cases closed")
        ON_SPOT = "on_spot", _("handled on the spot")
        REWORKS = "reworks", _("closed after repeated rework")
        SPECIAL = "special_closings", _("closed specially or by force")
        CALLBACKS = "callbacks", _("caller not satisfied, or not solved")

    class Every(models.TextChoices):
        DAY = "day", _("every day")
        WEEK = "week", _("every week")
        MONTH = "month", _("every month")

    class Per(models.TextChoices):
        NONE = "", _("without")
        STREET = "street", _("street")
        DEPARTMENT = "department", _("department")

    code = models.SlugField(max_length=40, unique=True)
    titles = models.JSONField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.CLOSINGS)
    # Of `Kind.REWORKS`: how often it was done over, at least.
    times = models.PositiveSmallIntegerField(default=2)
    # What it is narrowed to; a main class means all its subclasses.
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+"
    )
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    share = models.DecimalField(max_digits=5, decimal_places=2)  # per cent
    most = models.PositiveSmallIntegerField(default=0)  # of the share; 0: any number
    # On top of the share: at least so many of each unit that closed any.
    least = models.PositiveSmallIntegerField(default=0)
    per = models.CharField(max_length=12, choices=Per, blank=True)
    every = models.CharField(max_length=8, choices=Every, default=Every.DAY)
    days = models.PositiveSmallIntegerField(default=5)  # working days to look at it
    # Whoever of the centre takes it, instead of its being dealt out.
    pool = models.BooleanField(default=False)
    # Nothing that was closed before is drawn by itself.
    begins_on = models.DateField(default=timezone.localdate)
    retired = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    # Of the row of the site package that it was made from: loaded again, what the
    # administrator changed since stays.
    digest = models.CharField(max_length=64, blank=True, editable=False)
    objects = SamplingRuleQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code")
        constraints = [
            models.CheckConstraint(
                name="sampling_share_is_per_cent",
                condition=Q(share__gte=0, share__lte=100),
            ),
            models.CheckConstraint(
                name="sampling_least_is_of_units",
                condition=Q(least=0) | ~Q(per=""),
            ),
            models.CheckConstraint(
                name="sampling_gives_time", condition=Q(days__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)


class Draw(models.Model):
    """That a rule drew from what was closed in a period: once, whoever asks again."""

    append_only: ClassVar[bool] = True

    rule = models.ForeignKey(SamplingRule, models.PROTECT, related_name="draws")
    first_day = models.DateField()
    last_day = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    found = models.PositiveIntegerField()  # cases there were to draw from
    picked = models.PositiveIntegerField()

    class Meta:
        ordering = ("-drawn_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                "rule", "first_day", "last_day", name="a_period_is_drawn_once"
            ),
            models.CheckConstraint(
                name="draw_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.first_day} – {self.last_day}: {self.picked}"


class SampleQuerySet(models.QuerySet["Sample"]):
    def open(self) -> Self:
        return self.filter(standing__in=Sample.OPEN)

    def of(self, user: User) -> Self:
        return self.filter(supervisor=user)

    def drawn_in(self, first: date, last: date) -> Self:
        """Drawn on these days of the site's zone, both included."""
        return self.filter(
            drawn_at__gte=_midnight(first),
            drawn_at__lt=_midnight(last + timedelta(days=1)),
        )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


class Sample(models.Model):
    """One closing of one case that somebody of the centre looks at again.

    What comes of it follows the case's own moves (`cases.reviewing.following`).
    """

    class Standing(models.TextChoices):
        WAITING = "waiting", _("to be looked at")
        SEEN = "seen", _("looked at")
        UPHELD = "upheld", _("found good")
        SENT_BACK = "sent_back", _("sent back")

    OPEN = (Standing.WAITING, Standing.SEEN)

    uuid = models.UUIDField(unique=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="samples")
    seq = models.PositiveIntegerField()  # of the event that closed it
    closed_on = models.DateField()
    # Who had disposed of it, if anybody had.
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # None: in the pool, for one to take.
    supervisor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    standing = models.CharField(
        max_length=10, choices=Standing, default=Standing.WAITING
    )
    looked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objects = SampleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "seq", name="a_closing_is_sampled_once"),
            models.CheckConstraint(
                name="sample_is_decided_at_some_time",
                condition=Q(standing__in=("waiting", "seen"), decided_at__isnull=True)
                | Q(standing__in=("upheld", "sent_back"), decided_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["supervisor", "drawn_at"], name="sample_by_person"),
            models.Index(
                fields=["due_at"],
                condition=Q(decided_at__isnull=True),
                name="sample_open_by_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}: {self.standing}"

    @property
    def is_open(self) -> bool:
        return self.standing in self.OPEN

    # As lights are drawn of it (`govmap.lib.times.Limited`).
    paused_at = None

    @property
    def yellow_at(self) -> datetime:
        return self.drawn_at + 0.8 * (self.due_at - self.drawn_at)

    @property
    def met_at(self) -> datetime | None:
        return self.decided_at


class SampleReason(models.Model):
    """Why it was drawn: one row for each draw that hit it."""

    append_only: ClassVar[bool] = True

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="reasons")
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="reasons")
    # For one of the unit's own, beyond the share.
    for_unit = models.BooleanField(default=False)
    # How often it was done over, where the rule is about that.
    times = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint("sample", "draw", name="a_draw_hits_once")
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} ← {self.draw_id}"
