"""A sample and an example of a case, as rows, for walks over every address."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from cases.models import Case, Example, Sample


def sample_of(case: Case) -> Sample:
    """It waits for the supervisor, and another of the case in the pool."""
    now = timezone.now()
    days = {"drawn_at": now, "due_at": now + timedelta(days=5)}
    days["closed_on"] = timezone.localdate()  # type: ignore[assignment]
    Sample.objects.get_or_create(case=case, seq=2, defaults=days)
    owner = {"supervisor": User.objects.get(username="supervisor")}
    made, _new = Sample.objects.get_or_create(
        case=case, seq=1, defaults={**days, **owner}
    )
    return made


def example_of(case: Case) -> Example:
    """The case is kept as typical."""
    Case.objects.filter(pk=case.pk).update(typical=True)
    made, _new = Example.objects.get_or_create(
        case=case,
        defaults={
            "title": "典型",
            "marked_by": User.objects.get(username="supervisor"),
            "marked_at": timezone.now(),
        },
    )
    return made
