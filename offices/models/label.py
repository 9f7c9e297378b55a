"""Labels: what somebody or a dwelling is served for, by whose word and how long."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from govmap.lib.history import kept
from offices.models.code import Code, SensitiveGroup
from offices.models.dwelling import Dwelling
from offices.models.person import Person


class LabelQuerySet(models.QuerySet["Label"]):
    def on(self, day: date | None = None) -> Self:
        """Those that hold on a day. A label ends by itself."""
        day = day or timezone.localdate()
        return self.filter(
            Q(since__isnull=True) | Q(since__lte=day),
            Q(until__isnull=True) | Q(until__gt=day),
        )

    def readable_by(self, user: User) -> Self:
        """Without sensitive groups, but for those open to one of his posts today."""
        open_to = SensitiveGroup.objects.open_to(user)
        return self.filter(Q(code__group__isnull=True) | Q(code__group__in=open_to))


@kept
class Label(models.Model):
    """One label of one person or one dwelling."""

    class Checked(models.TextChoices):
        CHECKED = "checked", _("verified")
        WAITING = "waiting", _("to be verified")
        DOUBTFUL = "doubtful", _("in doubt")

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="labels"
    )
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, blank=True, related_name="labels"
    )
    code = models.ForeignKey(
        Code,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("label"),
    )
    source_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source unit"),
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)  # not that day any more
    checked = models.CharField(
        _("verified"), max_length=8, choices=Checked, default=Checked.WAITING
    )
    objects = LabelQuerySet.as_manager()

    if TYPE_CHECKING:
        person_id: int | None
        dwelling_id: int | None
        code_id: int

    class Meta:
        ordering = ("code__order", "pk")
        indexes = [
            models.Index(fields=["code", "person"], name="label_by_code"),
        ]
        constraints = [
            models.CheckConstraint(
                name="label_is_on_a_person_or_a_dwelling",
                condition=Q(person__isnull=True, dwelling__isnull=False)
                | Q(person__isnull=False, dwelling__isnull=True),
            ),
            models.UniqueConstraint(
                *("person", "code"),
                condition=Q(until__isnull=True, person__isnull=False),
                name="person_has_a_label_once",
            ),
            models.UniqueConstraint(
                *("dwelling", "code"),
                condition=Q(until__isnull=True, dwelling__isnull=False),
                name="dwelling_has_a_label_once",
            ),
            models.CheckConstraint(
                name="label_ends_after_it_began",
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)
