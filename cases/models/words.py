"""What a case is found by: its address, what was told of it, and its class."""

from django.db import models

from cases.models.case import Case
from workflow.models import Category


class CaseWords(models.Model):
    """Written by triggers alone, in the transaction that changes what it is made of.

    A table of its own, for cases change with every act and their words hardly ever.
    """

    case = models.OneToOneField(
        Case,
        models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="words",
    )
    category = models.ForeignKey(
        Category, models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    # Address | first remark, each as `search_form` makes it.
    form = models.TextField(default="")
    # What was said of it since, each after a |; for whose work cases are.
    later = models.TextField(db_default="")

    def __str__(self) -> str:
        return f"{self.case_id}"
