"""A list that should have come: its owner and the stewards are told, once."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import STEWARDS
from offices.models import ComparisonSource
from workflow import notices

SAYING = "comparison_late"
notices.says(SAYING, _("The list “%(subject)s” should have come by %(day)s"))


def remind(today: date | None = None) -> int:
    """Tell of each list that is overdue; how many lists. Again it tells nobody."""
    day = today or timezone.localdate()
    late = ComparisonSource.objects.in_use().filter(due_on__lt=day, told_on=None)
    return sum(_tell(row, day) for row in late)


@transaction.atomic
def _tell(row: ComparisonSource, day: date) -> int:
    rows = ComparisonSource.objects.filter(pk=row.pk, told_on=None)
    if row.due_on is None or not rows.update(told_on=day):
        return 0
    posts = Membership.objects.valid_at(timezone.now()).filter(user__is_active=True)
    told = posts.filter(unit=row.owner_id) | posts.filter(role__in=STEWARDS)
    notices.notify(
        None,
        SAYING,
        people=set(told.values_list("user_id", flat=True)),
        key=f"comparison/{row.pk}/{row.due_on}",
        data={
            "subject": row.name,
            "day": row.due_on.isoformat(),
            "page": reverse("comparison:rounds"),
        },
    )
    return 1
