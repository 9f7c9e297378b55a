"""Before a survey ends the units are told that have something left of it."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import DESK
from cases.field_ground import GOES_OUT
from cases.models import Survey
from workflow import notices

AHEAD = timedelta(days=3)
notices.says("survey_ends", _("A survey ends on %(day)s and is not finished"))


def remind(today: date) -> int:
    """Tell once of each survey that ends in three days; returns of how many."""
    rows = Survey.objects.running(today).filter(
        ends_on__lte=today + AHEAD, reminded_on__isnull=True
    )
    return sum(_remind(pk, today) for pk in list(rows.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int, today: date) -> bool:
    survey = Survey.objects.select_for_update().get(pk=pk)
    survey.reminded_on = today
    survey.save(update_fields=["reminded_on"])
    left = survey.items.left().values_list("community", flat=True)
    communities = set(left.distinct()) - {None}
    if not communities:
        return False
    posts = {(unit, str(role)) for unit in communities for role in GOES_OUT}
    posts |= {(survey.unit_id, str(role)) for role in DESK}
    notices.notify(
        None,
        "survey_ends",
        posts=posts,
        key=f"survey_ends/{survey.uuid}",
        data={
            "subject": survey.title,
            "day": survey.ends_on.isoformat(),
            "page": reverse("surveys:one", args=[survey.uuid]),
        },
    )
    return True
