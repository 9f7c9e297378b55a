"""Code lists of GB/T 31000 and of the standards that it names, as a site's data."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from govmap.lib.history import kept
from govmap.lib.localized import localized

# GB/T 31000 numbers the groups 01 to 06; no office opens this one (regulations on the
# prevention of AIDS, article 39).
NEVER = "05"


@kept
class CodeList(models.Model):
    """One list: what a field of a register may hold."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    titles = models.JSONField()
    # What it is taken from, such as GB/T 2261.1; empty: the site's own.
    standard = models.CharField(_("standard"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("order", "code")

    def __str__(self) -> str:
        return localized(self.titles)


class CodeQuerySet(models.QuerySet["Code"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)

    def closed_to(self, user: User) -> Self:
        """Of sensitive groups that are off, or not for this reader."""
        groups = SensitiveGroup.objects.open_to(user)
        return self.filter(group__isnull=False).exclude(group__in=groups)


@kept
class Code(models.Model):
    """One value of a list. It is retired, never deleted: entries hold its code."""

    list = models.ForeignKey(CodeList, models.PROTECT, related_name="codes")
    code = models.CharField(_("code"), max_length=16)
    titles = models.JSONField()
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # Of a label: the sensitive group whose switch must be open before it is used.
    group = models.ForeignKey(
        "offices.SensitiveGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="codes",
        verbose_name=_("sensitive group"),
    )
    # Of a label: its colour where dwellings and maps are coloured by it, as #rrggbb.
    color = models.CharField(_("colour"), max_length=7, blank=True)
    retired_at = models.DateField(null=True, blank=True)
    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code")
        constraints = [
            models.UniqueConstraint("list", "code", name="code_stands_once_in_a_list"),
        ]

    def __str__(self) -> str:
        return localized(self.titles)


class SensitiveGroupQuerySet(models.QuerySet["SensitiveGroup"]):
    def open_on(self, day: object) -> Self:
        return self.filter(opened_on__lte=day, until__gte=day)

    def open_to(self, user: User) -> list["SensitiveGroup"]:
        """Those open today that one of the person's posts may read."""
        rows = self.open_on(timezone.localdate())
        return [group for group in rows if user.has_role(*group.readers)]


@kept
class SensitiveGroup(models.Model):
    """A group of people that is off until its department opens it in writing."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    titles = models.JSONField()
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # Who may open it, in words: the department that the law names.
    competent = models.CharField(_("competent department"), max_length=100, blank=True)
    # Whose posts read it while it is open, as codes of accounts/roles.py.
    readers = models.JSONField(default=list)
    document = models.CharField(_("document number"), max_length=100, blank=True)
    department = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    opened_on = models.DateField(_("open from"), null=True, blank=True)
    until = models.DateField(_("open until"), null=True, blank=True)
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = SensitiveGroupQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code")
        constraints = [
            models.CheckConstraint(
                name="group_is_opened_in_writing_and_for_a_time",
                condition=Q(opened_on__isnull=True, until__isnull=True)
                | (
                    ~Q(document="")
                    & Q(
                        department__isnull=False,
                        opened_on__isnull=False,
                        until__gte=models.F("opened_on"),
                    )
                ),
            ),
            models.CheckConstraint(
                name="this_group_is_never_opened",
                condition=~Q(code=NEVER) | Q(opened_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)
