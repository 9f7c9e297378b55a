"""What somebody chose for his own pages, on whatever phone he signs in."""

from django.db import models
from django.db.models import Exists, Expression, IntegerField
from django.db.models.functions import Cast

from accounts.models import User
from workflow.context import brings


class OwnChoice(models.Model):
    """Of one person; who never chose has none."""

    person = models.OneToOneField(User, models.CASCADE, related_name="+")
    big_type = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.person}: {self.big_type}"


@brings("big_type")
def big_type(user: User) -> Expression:
    """Every page must know it, so it comes along with the site."""
    rows = OwnChoice.objects.filter(person=user, big_type=True)
    return Cast(Exists(rows), IntegerField())
