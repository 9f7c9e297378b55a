"""The surveys that a phone has with it where there is no network."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases.field.pages import MOST, keep_page
from cases.field_ground import goes_out
from cases.models import Survey, SurveyItem


@keep_page("surveys:one", "cases/surveys/walk.html")
def kept(user: User) -> list[str]:
    """Without a network: those that run and have something left on his ground."""
    if not goes_out(user):
        return []
    left = SurveyItem.objects.on_ground_of(user).left()
    running = Survey.objects.running(timezone.localdate())
    rows = running.filter(pk__in=left.values("survey")).order_by("ends_on", "pk")
    found = rows.values_list("uuid", flat=True)[:MOST]
    return [reverse("surveys:one", args=[uuid]) for uuid in found]
