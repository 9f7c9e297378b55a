"""Papers: what they are made from, their numbers, and what was printed."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from govmap.lib.history import kept
from govmap.lib.localized import localized


class PaperSize(models.TextChoices):
    A4 = "A4", _("A4 upright")
    A4_ACROSS = "A4 landscape", _("A4 across")
    A5 = "A5", _("A5 upright")
    A3_ACROSS = "A3 landscape", _("A3 across")


class PaperTemplateQuerySet(models.QuerySet["PaperTemplate"]):
    def current(self) -> Self:
        """The newest version in use of each code."""
        newest = (
            PaperTemplate.objects.filter(in_use=True)
            .order_by("code", "-version")
            .distinct("code")
        )
        return self.filter(pk__in=newest.values("pk")).order_by("order", "code")


@kept
class PaperTemplate(models.Model):
    """One version of a paper's template. Only ``in_use`` ever changes.

    ``who``: as a process says it, ``[{"role", "at"}]``: a holder of the role in a unit
    that the subject names so; his unit issues the paper. ``phases`` and ``effects``:
    when it is offered; empty means always. ``asks``: what is asked for when it is
    printed, ``[{"name", "label", "kind", "required", "usual"}]``.
    """

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField()
    titles = models.JSONField()
    about = models.CharField(max_length=20)  # the kind of what it is about
    phases = models.JSONField(default=list, blank=True)
    effects = models.JSONField(default=list, blank=True)
    who = models.JSONField(default=list)
    # The subject's name for the unit that it is addressed to; empty: to nobody.
    to = models.CharField(max_length=20, blank=True)
    # It is handed to others: names and numbers in it are masked.
    leaves = models.BooleanField(default=False)
    # Those of a day may be printed together.
    many = models.BooleanField(default=False)
    size = models.CharField(max_length=20, choices=PaperSize, default=PaperSize.A4)
    # As {unit}城管派〔{year}〕{serial}号; empty: it has no number.
    number_rule = models.CharField(max_length=80, blank=True)
    asks = models.JSONField(default=list, blank=True)
    body = models.TextField()
    in_use = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)
    # Of the row of a site package that it was made from; empty: made here.
    digest = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    objects = PaperTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code", "-version")
        constraints = [
            models.UniqueConstraint("code", "version", name="paper_version_is_one"),
        ]

    def __str__(self) -> str:
        return localized(self.titles) or self.code

    @property
    def roles(self) -> set[str]:
        return {one["role"] for one in self.who}


@kept
class PaperOffice(models.Model):
    """What a unit calls itself on paper, and where it is reached."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="paper_office")
    short = models.CharField(_("in numbers"), max_length=30)  # 西长安街
    signs_as = models.CharField(_("signs as"), max_length=80)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)

    class Meta:
        ordering = ("unit__code",)

    def __str__(self) -> str:
        return self.signs_as


class PaperSerial(models.Model):
    """The last serial of a paper of a unit's year. Never used twice."""

    code = models.CharField(max_length=40)  # of the template
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "code", "unit", "year", name="paper_serial_of_a_year_is_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.unit_id} {self.year}: {self.last}"


class PaperBatch(models.Model):
    """Papers that were printed together, as one file."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    template = models.ForeignKey(PaperTemplate, models.PROTECT, related_name="+")
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return str(self.uuid)


class PrintedPaperQuerySet(models.QuerySet["PrintedPaper"]):
    def visible_to(self, user: User) -> Self:
        """The unit's that issued it, the unit's that it is for, and the district's."""
        if user.sees_district:
            return self
        units = user.unit_ids
        return self.filter(Q(unit__in=units) | Q(to_unit__in=units))

    def listed(self) -> Self:
        """Without its text, which may be long."""
        rows = self.defer("html", "template__body")
        return rows.select_related("template", "unit", "to_unit", "printed_by")

    def of(self, kind: str, key: str) -> Self:
        return self.filter(kind=kind, key=key)


class PrintedPaper(models.Model):
    """A paper that was printed. What it says never changes; it may be voided 作废."""

    uuid = models.UUIDField(unique=True)  # made by the client: sent twice, one paper
    template = models.ForeignKey(PaperTemplate, models.PROTECT, related_name="printed")
    kind = models.CharField(max_length=20)  # of what it is about
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)  # what that is called
    number = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)  # of the template
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # that issued it
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField(null=True, blank=True)
    to_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_name = models.CharField(max_length=120, blank=True)
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    html = models.TextField()  # what it says, filled in
    batch = models.ForeignKey(
        PaperBatch, models.PROTECT, null=True, blank=True, related_name="papers"
    )
    # The file that was made of it: kept, so that the same comes out again.
    made_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)  # bytes
    trouble = models.CharField(max_length=80, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_reason = models.CharField(max_length=200, blank=True)
    objects = PrintedPaperQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                "code",
                "unit",
                "year",
                "serial",
                condition=Q(serial__isnull=False),
                name="paper_number_is_used_once",
            ),
            models.CheckConstraint(
                name="paper_has_number_and_serial",
                condition=Q(serial__isnull=True, number="")
                | (Q(serial__isnull=False) & ~Q(number="")),
            ),
            models.CheckConstraint(
                name="paper_is_voided_by_somebody_for_a_reason",
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | (
                    Q(voided_at__isnull=False, voided_by__isnull=False)
                    & ~Q(void_reason="")
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "key", "-id"], name="paper_by_subject"),
            models.Index(fields=["unit", "-id"], name="paper_by_unit"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.template} {self.label}"

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def delivered(self) -> "PaperDelivery | None":
        """The last word of how it was delivered; no query where that was fetched."""
        rows = list(self.deliveries.all())
        return rows[-1] if rows else None


class PaperReprint(models.Model):
    """That a paper came out again 重印."""

    append_only: ClassVar[bool] = True

    paper = models.ForeignKey(PrintedPaper, models.PROTECT, related_name="reprints")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.paper_id} {self.at}"


class PaperDelivery(models.Model):
    """How a paper reached whom it was for 送达; the last word counts."""

    class How(models.TextChoices):
        HANDED = "handed", _("handed over")
        LEFT = "left", _("left with a witness")
        POSTED = "posted", _("sent by post")
        ENTRUSTED = "entrusted", _("delivered by another body")
        ONLINE = "online", _("sent electronically")
        ANNOUNCED = "announced", _("by public notice")

    append_only: ClassVar[bool] = True

    paper = models.ForeignKey(PrintedPaper, models.PROTECT, related_name="deliveries")
    how = models.CharField(_("manner"), max_length=12, choices=How)
    day = models.DateField(_("day"))
    received_by = models.CharField(_("signed for by"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_how_display()} {self.day}"
