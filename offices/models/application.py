"""六大应用: the six applications, as data."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from govmap.lib.history import kept
from govmap.lib.localized import localized


class ApplicationQuerySet(models.QuerySet["Application"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)


@kept
class Application(models.Model):
    """What belongs to one office of a street, made of modules."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    titles = models.JSONField()
    glyph = models.CharField(max_length=40, default="apps")
    # What the codes of its offices end in: each street has one of its own.
    office = models.CharField(max_length=30, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired = models.BooleanField(default=False)
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code")

    def __str__(self) -> str:
        return localized(self.titles)
