"""Cases of the system that was there before: read-only, with where they came from."""

from typing import Self

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.models.sent import SentTable
from govmap.lib.geo import SRID
from govmap.lib.history import kept
from workflow.models import Category, Phase


@kept
class OldSystem(models.Model):
    """A system whose cases are brought over, and what was said of its exports."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    # The coordinate system of its columns; {our field: its title} where names say less.
    crs = models.CharField(max_length=60, blank=True)
    columns = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


@kept
class OldWord(models.Model):
    """What a class or a unit of an old system is here; remembered for its next file."""

    class Sort(models.TextChoices):
        CLASS = "class", _("class")
        UNIT = "unit", _("unit")

    system = models.ForeignKey(OldSystem, models.PROTECT, related_name="words")
    sort = models.CharField(max_length=10, choices=Sort)
    # Of a class "大类/小类" as written, of a unit its name.
    word = models.CharField(max_length=200)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("sort", "word")
        constraints = [
            models.UniqueConstraint(
                "system", "sort", "word", name="old_word_means_one_thing"
            ),
            models.CheckConstraint(
                name="old_word_means_something",
                condition=Q(sort="class", category__isnull=False, unit__isnull=True)
                | Q(sort="unit", category__isnull=True, unit__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.category or self.unit}"


class OldImport(SentTable):
    """One export of an old system. Withdrawn as a whole, never deleted."""

    LOCK = 2

    system = models.ForeignKey(OldSystem, models.PROTECT, related_name="imports")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-pk",)


class OldCaseQuerySet(models.QuerySet["OldCase"]):
    def current(self) -> Self:
        """The last word of each case that was not withdrawn."""
        return self.filter(current=True)

    def visible_to(self, user: User) -> Self:
        """As cases are: the district all, others those of their area and their unit."""
        rows = self.current()
        if user.sees_district:
            return rows
        units = user.unit_ids
        return rows.filter(
            Q(street__in=units) | Q(community__in=units) | Q(unit__in=units)
        )


class OldCase(models.Model):
    """A case as an export had it. Only ``current`` ever changes, by a trigger."""

    class Ending(models.TextChoices):
        USUAL = "usual", _("closed as usual")
        LATE = "late", _("closed late")
        ERROR = "error", _("closed as an error")
        SPECIAL = "special", _("closed by special leave")

    system = models.ForeignKey(OldSystem, models.PROTECT, related_name="cases")
    run = models.ForeignKey(OldImport, models.PROTECT, related_name="cases")
    line = models.PositiveIntegerField()
    # Neither replaced by a later import nor withdrawn.
    current = models.BooleanField(default=True)
    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Category.Kind, blank=True)
    main_class = models.CharField(max_length=100, blank=True)
    sub_class = models.CharField(max_length=100, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=20, blank=True)  # the code of a `Source`
    note = models.TextField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    place = gis.PointField(srid=SRID, null=True)
    street_name = models.CharField(max_length=100, blank=True)
    community_name = models.CharField(max_length=100, blank=True)
    cell_code = models.CharField(max_length=40, blank=True)
    street = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    community = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    unit_name = models.CharField(max_length=100, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    # The step that it stood at, as written, and the phase that this is here.
    node = models.CharField(max_length=60, blank=True)
    phase = models.CharField(max_length=10, choices=Phase, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    reported_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # 捆绑处置截止时间: of all its steps together.
    bundle_due_at = models.DateTimeField(null=True)
    disposed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reworks = models.PositiveSmallIntegerField(null=True)
    returns = models.PositiveSmallIntegerField(null=True)
    extensions = models.PositiveSmallIntegerField(null=True)
    # Columns of the export that have no field here, by their titles.
    extra = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)  # of all that is said above
    objects = OldCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "system",
                "number",
                condition=Q(current=True),
                name="old_number_is_one_of_its_system",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "line"], name="old_by_run"),
            models.Index(fields=["system", "number", "-run"], name="old_by_number"),
            models.Index(fields=["-reported_at", "-id"], name="old_by_day"),
            models.Index(
                fields=["street", "-reported_at", "-id"], name="old_by_street"
            ),
            models.Index(fields=["unit", "-reported_at"], name="old_by_unit"),
            models.Index(fields=["category", "-reported_at"], name="old_by_class"),
        ]

    def __str__(self) -> str:
        return self.number


class OldTotal(models.Model):
    """How many old cases a measure counted on a day: for comparisons alone."""

    day = models.DateField()
    street = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    community = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    measure = models.CharField(max_length=40)
    amount = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "day",
                "street",
                "community",
                "unit",
                "category",
                "measure",
                name="old_total_is_one",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["street", "day"], name="old_total_by_street"),
            models.Index(fields=["unit", "day"], name="old_total_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure}: {self.amount}"
