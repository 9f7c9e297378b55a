"""导出: what is taken out of the system, by whom, what for, and by whose leave."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from accounts.roles import SUPERVISES, Role
from govmap.lib.history import kept

# Who keeps the system or audits it reads the whole record of exports, no file.
KEEPS_RECORD = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDIT})


class ExportRuleQuerySet(models.QuerySet["ExportRule"]):
    def in_use(self) -> Self:
        return self.filter(in_use=True)


@kept
class ExportRule(models.Model):
    """What one role may take out of one register."""

    # Empty: of every register that has no rule of its own for the role.
    register = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20, choices=Role)
    rows = models.PositiveIntegerField()  # of one file
    rows_a_day = models.PositiveIntegerField()
    # With more rows than this somebody else has to agree.
    approve_above = models.PositiveIntegerField()
    # Names of columns that may be taken; empty: all that are not personal.
    columns = models.JSONField(default=list, blank=True)
    # Personal columns too; never who called.
    personal = models.BooleanField(default=False)
    # Decides on what others of the unit, or of units below it, ask for.
    approves = models.BooleanField(default=False)
    keep_days = models.PositiveSmallIntegerField(default=7)
    in_use = models.BooleanField(default=True)
    # The row of the site package that it was last taken from.
    loaded = models.JSONField(default=dict, blank=True)
    objects = ExportRuleQuerySet.as_manager()

    class Meta:
        ordering = ("register", "role")
        constraints = [
            models.UniqueConstraint(
                "register", "role", name="export_rule_of_a_role_is_one"
            ),
            models.CheckConstraint(
                name="export_rule_lets_a_day_hold_a_file",
                condition=Q(rows_a_day__gte=F("rows")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register or '*'}: {self.get_role_display()}"


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the units that one supervises, or of all."""
        if user.has_role(*KEEPS_RECORD):
            return self
        heads = {post.unit for post in user.posts if post.role in SUPERVISES}
        if any(unit.kind == Unit.Kind.DISTRICT for unit in heads):
            return self
        ids = [unit.pk for unit in heads]
        below = Q(unit__in=ids) | Q(unit__parent__in=ids)
        return self.filter(Q(by=user) | below)

    def undecided(self) -> Self:
        return self.filter(needs_approval=True, decided_at__isnull=True)


class Export(models.Model):
    """One file that somebody asked for. The row stays when the file is gone."""

    class Form(models.TextChoices):
        XLSX = "xlsx", _("Excel workbook")
        CSV = "csv", _("CSV (UTF-8)")
        GBK = "gbk", _("CSV (GBK)")
        GEOJSON = "geojson", _("GeoJSON")
        # Of layers.
        GPKG = "gpkg", _("GeoPackage")
        SHP = "shp", _("Shapefile (UTF-8)")
        SHP_GBK = "shp-gbk", _("Shapefile (GBK)")
        PARQUET = "parquet", _("GeoParquet")
        DXF = "dxf", _("DXF (CAD)")

    class Stand(models.TextChoices):
        """How far it has come; read from the columns, kept nowhere."""

        ASKED = "asked", _("waits for approval")
        REFUSED = "refused", _("not approved")
        MAKING = "making", _("is being made")
        FAILED = "failed", _("could not be made")
        READY = "ready", _("ready")
        REMOVED = "removed", _("file deleted")

    uuid = models.UUIDField(unique=True, default=uuid7)
    register = models.CharField(max_length=40)
    form = models.CharField(max_length=10, choices=Form)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    asked_at = models.DateTimeField(default=timezone.now)
    purpose = models.CharField(max_length=200)
    # The list it was taken from: as an address says it, and in words.
    query = models.TextField(blank=True)
    words = models.JSONField(default=list)
    columns = models.JSONField()  # names, in their order
    expected = models.PositiveIntegerField()  # rows when it was asked for
    most = models.PositiveIntegerField()  # rows that the file may hold
    keep_days = models.PositiveSmallIntegerField()

    needs_approval = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=200, blank=True)  # why

    made_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(null=True, blank=True)
    is_cut = models.BooleanField(default=False)  # there was more than it may hold
    size = models.PositiveIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    trouble = models.CharField(max_length=200, blank=True)
    keep_until = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                name="export_is_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("by")),
            ),
            models.CheckConstraint(
                name="export_needs_its_approval",
                condition=Q(needs_approval=False)
                | Q(made_at__isnull=True)
                | Q(decided_at__isnull=False, refused=""),
            ),
        ]
        indexes = [
            models.Index(fields=["by", "asked_at"], name="export_by_person"),
            models.Index(
                fields=["keep_until"],
                condition=Q(removed_at__isnull=True, made_at__isnull=False),
                name="export_to_remove",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What stands in the file and in the record."""
        day = timezone.localtime(self.asked_at)
        return f"DC{day:%Y%m%d}-{self.pk or 0:06d}"

    @property
    def stand(self) -> "Export.Stand":
        if self.removed_at:
            return self.Stand.REMOVED
        if self.made_at:
            return self.Stand.READY
        if self.refused:
            return self.Stand.REFUSED
        if self.needs_approval and not self.decided_at:
            return self.Stand.ASKED
        return self.Stand.FAILED if self.trouble else self.Stand.MAKING

    def is_kept_at(self, moment: datetime) -> bool:
        """Whether its file may still be fetched."""
        kept_until = self.keep_until
        return self.stand == self.Stand.READY and bool(
            kept_until and kept_until > moment
        )


class ExportDownload(models.Model):
    """Somebody fetched a file: written once."""

    append_only: ClassVar[bool] = True
    export = models.ForeignKey(Export, models.PROTECT, related_name="downloads")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=60, blank=True)  # of the network

    def __str__(self) -> str:
        return f"{self.export_id} {self.by_id} {self.at}"
