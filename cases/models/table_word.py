"""What incoming tables call things: the site's words for columns and values."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from govmap.lib.history import kept


class TableWordQuerySet(models.QuerySet["TableWord"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)


@kept
class TableWord(models.Model):
    """A word in a table that is sent, and what it means here.

    Of a column ``means`` is the name of our field; of a value it is the value that we
    keep. Retired, never deleted: a package that is loaded again does not bring back
    what the site took out of use.
    """

    class Table(models.TextChoices):
        ORDERS = "orders", _("order sheet")
        CALL_BACKS = "callbacks", _("call-backs")
        OLD = "old", _("cases of an old system")

    class Sort(models.TextChoices):
        COLUMN = "column", _("column")
        PERSONAL = "personal", _("personal column, left out")
        SECRET = "secret", _("makes an order secret")
        YES = "yes", _("yes")
        NO = "no", _("no")
        SOLVED = "solved", _("whether solved")
        SATISFIED = "satisfied", _("whether satisfied")
        MANNER = "manner", _("manner of handling")
        FINISHED = "finished", _("order is finished")
        NODE = "node", _("step that a case stands at")
        ENDING = "ending", _("way of closing")
        ORIGIN = "origin", _("source")
        KIND = "kind", _("part or event")

    table = models.CharField(max_length=10, choices=Table)
    sort = models.CharField(max_length=10, choices=Sort)
    word = models.CharField(max_length=60)
    means = models.CharField(max_length=60, blank=True)
    # What the site package said last: a row that the package changes is taken anew.
    packaged = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    objects = TableWordQuerySet.as_manager()

    class Meta:
        ordering = ("table", "sort", "order", "pk")
        constraints = [
            models.UniqueConstraint(
                "table", "sort", "word", name="table_word_means_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.means}" if self.means else self.word
