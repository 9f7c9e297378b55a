"""通讯录: the official numbers of the units."""

from typing import Self

from django.db import models

from accounts.models import Unit
from govmap.lib.history import kept


class ContactQuerySet(models.QuerySet["Contact"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)


@kept
class Contact(models.Model):
    """A post of a unit and its official number; never a person's own."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contacts")
    post = models.CharField(max_length=60)
    phone = models.CharField(max_length=40)
    # Answered day and night 24小时.
    always = models.BooleanField(default=False)
    note = models.CharField(max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateField(null=True, blank=True)
    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(
                *("unit", "post", "phone"), name="number_of_a_post_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.post}"
