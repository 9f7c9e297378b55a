"""典型案例: a closed case that others can learn from."""

from typing import Self

from django.db import models
from uuid_utils.compat import uuid7

from accounts.models import User
from cases.models.case import Case
from govmap.lib.history import kept

TITLE_MAX, LESSON_MAX = 60, 1000  # characters


class ExampleQuerySet(models.QuerySet["Example"]):
    def shown(self) -> Self:
        """Those whose case is still marked, the last marked first."""
        rows = self.filter(case__typical=True)
        rows = rows.select_related("case__category", "case__street", "case__community")
        return rows.order_by("-marked_at", "-pk")


@kept
class Example(models.Model):
    """What a case is told as: never who called or reported it."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    case = models.OneToOneField(Case, models.PROTECT, related_name="example")
    title = models.CharField(max_length=TITLE_MAX)
    lesson = models.TextField(max_length=LESSON_MAX, blank=True)
    marked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()
    objects = ExampleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-marked_at"], name="example_by_time")]

    def __str__(self) -> str:
        return self.title
