"""A module is data: what is asked of what, who may do what, by which procedure."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from govmap.lib.history import kept
from govmap.lib.localized import localized
from offices.models.application import Application


class ModuleQuerySet(models.QuerySet["Module"]):
    def published(self) -> Self:
        """Those that records are made of, in the order of their application."""
        rows = self.filter(published__isnull=False, application__retired=False)
        return rows.order_by("application__order", "order", "code")


@kept
class Module(models.Model):
    """A module as it stands now; what it asks is in its published version."""

    class About(models.TextChoices):
        PERSON = "person", _("a person")
        HOUSEHOLD = "household", _("a household")
        DWELLING = "dwelling", _("a dwelling")
        ORGANIZATION = "organization", _("an organisation")
        PART = "part", _("a part")
        PLACE = "place", _("a place")
        NONE = "none", _("nothing in the registers")

    code = models.SlugField(_("code"), max_length=24, unique=True)
    titles = models.JSONField()
    application = models.ForeignKey(Application, models.PROTECT, related_name="modules")
    about = models.CharField(max_length=20, choices=About)
    # The end of the code of each street's office, or the whole code of one unit.
    owner = models.CharField(max_length=40)
    # Of one street's own module: its records and rights do not go beyond this street.
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ends_on = models.DateField(null=True, blank=True)
    # Its number among the 34 of the guide of 2018.
    guide_number = models.PositiveSmallIntegerField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    published = models.ForeignKey(
        "offices.ModuleVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    objects = ModuleQuerySet.as_manager()

    if TYPE_CHECKING:
        street_id: int | None
        published_id: int | None

    class Meta:
        ordering = ("order", "code")

    def __str__(self) -> str:
        return localized(self.titles)

    @property
    def is_over(self) -> bool:
        """Past its last day nothing new is written into it."""
        return bool(self.ends_on and self.ends_on < timezone.localdate())


@kept
class ModuleVersion(models.Model):
    """What a module asked from one day on. Published it never changes.

    A record keeps the version that it was written by. A trigger refuses another
    definition under a number that was published.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    uuid = models.UUIDField(unique=True, default=uuid7)
    module = models.ForeignKey(Module, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # The same text, the same version: loading a package again makes none.
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("module", "-number")
        constraints = [
            models.UniqueConstraint(
                "module", "number", name="module_version_number_is_one"
            ),
            models.UniqueConstraint(
                "module",
                condition=Q(state="draft"),
                name="module_has_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} v{self.number}"
