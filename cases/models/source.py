"""Where cases come from, and the marks that the desk gives them: the site's words."""

from typing import Self

from django.db import models

from govmap.lib.history import kept
from govmap.lib.localized import localized


class WordQuerySet(models.QuerySet["Word"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)


class Word(models.Model):
    """A code that cases keep, and what people call it. Retired, never deleted."""

    code = models.CharField(max_length=20, unique=True)
    titles = models.JSONField()
    order = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)
    objects = WordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("order", "code")

    def __str__(self) -> str:
        return localized(self.titles)


@kept
class Source(Word):
    """来源: field, hotline, walk-in, media …; ``Case.source`` holds its code."""

    # Chosen at the desk's intake; the others come with the way a report came in.
    desk = models.BooleanField(default=False)
    # Somebody called or came: the desk asks for the name and the number.
    caller = models.BooleanField(default=False)


@kept
class Tag(Word):
    """A mark that cases are counted by: 七有五性, 每月一题, 未诉先办 …"""
