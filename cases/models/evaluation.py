"""What is counted of cases, what is made of it, and what was published of that."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from accounts.roles import Role
from cases.models.case import Case
from govmap.lib.history import kept
from govmap.lib.localized import localized
from layers.models import GridCell
from workflow.models import Category

# Rows of `Mark` are written with every act. A checked reference would lock the row of
# the street against every other act of that street.
LOOSE: dict[str, Any] = {"db_constraint": False, "db_index": False, "related_name": "+"}


class Mark(models.Model):
    """One case counted once under one measure, or that taken back (``delta`` -1).

    Append-only, in the transaction of the act (`cases.evaluation.counting`): figures
    open to their cases by these rows. Class, cell and source are as known then.
    """

    append_only: ClassVar[bool] = True

    case = models.ForeignKey(Case, models.PROTECT, **LOOSE)
    seq = models.PositiveIntegerField()  # of the event that it came with
    day = models.DateField()  # in the site's zone
    measure = models.CharField(max_length=40)
    delta = models.SmallIntegerField()
    street = models.ForeignKey(Unit, models.PROTECT, **LOOSE)
    community = models.ForeignKey(Unit, models.PROTECT, null=True, **LOOSE)
    cell = models.ForeignKey(GridCell, models.PROTECT, null=True, **LOOSE)
    # The host at that time, if there was one.
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, **LOOSE)
    category = models.ForeignKey(Category, models.PROTECT, **LOOSE)
    source = models.CharField(max_length=20)
    person = models.ForeignKey(User, models.PROTECT, **LOOSE)  # who acted
    role = models.CharField(max_length=20)  # in which post

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="mark_by_case"),
            models.Index(fields=["street", "measure", "day"], name="mark_by_street"),
            models.Index(fields=["unit", "measure", "day"], name="mark_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.case_id}: {self.delta:+}"


class Delta(models.Model):
    """What a mark adds to the totals, until the roll-up has folded it into them."""

    day = models.DateField()
    measure = models.CharField(max_length=40)
    amount = models.IntegerField()
    street = models.ForeignKey(Unit, models.PROTECT, **LOOSE)
    community = models.ForeignKey(Unit, models.PROTECT, null=True, **LOOSE)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, **LOOSE)

    def __str__(self) -> str:
        return f"{self.day} {self.measure}: {self.amount:+}"


class Axis(models.TextChoices):
    """Whose figures: of the ground on which it happened, or of who disposed."""

    AREA = "area", _("area")
    DEPARTMENT = "department", _("department")
    POST = "post", _("post")


class Span(models.TextChoices):
    """What a total sums up, so that a year is twelve rows a measure."""

    DAY = "d", _("day")
    MONTH = "m", _("month")


class Total(models.Model):
    """The folded sum of one measure of one unit over a day or a month."""

    axis = models.CharField(max_length=10, choices=Axis)
    unit = models.ForeignKey(Unit, models.PROTECT, **LOOSE)
    span = models.CharField(max_length=1, choices=Span)
    first_day = models.DateField()
    measure = models.CharField(max_length=40)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "axis", "unit", "span", "first_day", "measure", name="total_is_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.first_day} {self.measure}: {self.amount}"


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def on(self, day: date) -> Self:
        """Those in force on the day, in their order."""
        rows = self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


@kept
class Indicator(models.Model):
    """One figure of an evaluation: a formula over measures, and what it weighs.

    With a denominator it is a rate in per cent, 0 to 100; without one a count, whose
    score ``steps`` say: ``[[100, 90], [200, 75], [null, 0]]`` is 90 up to 100.
    """

    class Direction(models.TextChoices):
        UP = "up", _("more is better")
        DOWN = "down", _("less is better")

    code = models.CharField(max_length=40)
    axis = models.CharField(max_length=10, choices=Axis)
    # Of a post's indicator: the role that is judged by it.
    role = models.CharField(max_length=20, choices=Role, blank=True)
    titles = models.JSONField()
    numerator = models.CharField(max_length=200)
    denominator = models.CharField(max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.UP)
    steps = models.JSONField(default=list, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ("axis", "role", "order", "code")
        constraints = [
            models.UniqueConstraint(
                "axis",
                "role",
                "code",
                "valid_from",
                name="indicator_is_one",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="indicator_ends_after_it_begins",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)


@kept
class EvaluationSettings(models.Model):
    """What else a site says of its evaluation: one row."""

    # Figures of single persons 岗位评价: off unless somebody answers for them, says
    # why, and until when.
    persons = models.BooleanField(default=False)
    persons_reason = models.CharField(max_length=300, blank=True)
    persons_owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    persons_until = models.DateField(null=True, blank=True)  # the last day
    appeal_days = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="figures_of_persons_have_an_owner_and_an_end",
                condition=Q(persons=False)
                | (
                    ~Q(persons_reason="")
                    & Q(persons_owner__isnull=False, persons_until__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.persons} {self.appeal_days}"

    @classmethod
    def current(cls) -> "EvaluationSettings":
        rows = cls.objects.select_related("persons_owner").order_by("pk")
        return rows.first() or cls()

    def shows_persons(self, day: date) -> bool:
        """Whether figures of persons may be shown on that day."""
        return self.persons and bool(self.persons_until and day <= self.persons_until)


class Publication(models.Model):
    """One period of the evaluation: shown for appeals first, then frozen."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    first_day = models.DateField()
    last_day = models.DateField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    appeals_until = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-last_day", "-first_day")
        constraints = [
            models.UniqueConstraint(
                "first_day", "last_day", name="publication_of_a_period_is_one"
            ),
            models.CheckConstraint(
                name="publication_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class PublishedFigure(models.Model):
    """One unit's result as it was published: never changed, whatever comes later."""

    append_only: ClassVar[bool] = True

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="figures")
    axis = models.CharField(max_length=10, choices=Axis)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    grade = models.CharField(max_length=1, blank=True)
    # [{code, title, formula, count, of, value, score, weight}]
    figures = models.JSONField()
    measures = models.JSONField()  # {measure: amount}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "publication", "axis", "unit", name="published_figure_is_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.publication} {self.unit}: {self.score}"


class CountAppeal(models.Model):
    """A unit objects to how a case was counted; what is granted is taken out again."""

    class Answer(models.TextChoices):
        OPEN = "", _("open")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")

    uuid = models.UUIDField(unique=True, default=uuid7)
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="appeals")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    measure = models.CharField(max_length=40)
    why = models.CharField(max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    decision = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # How many events the case had when it was granted.
    after_seq = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(
                "publication",
                "case",
                "unit",
                "measure",
                name="one_appeal_about_a_count",
            ),
            models.CheckConstraint(
                name="count_appeal_is_answered_at_some_time",
                condition=Q(answer="", decided_at__isnull=True)
                | (~Q(answer="") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.measure}: {self.answer or 'open'}"


class EvaluationReport(models.Model):
    """A printed report: asked for on the page, made by a job."""

    class Form(models.TextChoices):
        PDF = "pdf", "PDF"
        SHEET = "xlsx", "Excel"

    uuid = models.UUIDField(unique=True, default=uuid7)
    form = models.CharField(max_length=4, choices=Form)
    first_day = models.DateField()
    last_day = models.DateField()
    # What it compares with: the period before, or the same of last year.
    against = models.CharField(
        max_length=6,
        choices=[
            ("before", _("the period before")),
            ("year", _("the same period last year")),
        ],
        default="before",
    )
    # A street's own report; empty: the whole district's.
    street = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    size = models.PositiveIntegerField(default=0)  # bytes
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day} {self.form}"
