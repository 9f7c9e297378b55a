"""What events are called that no move of a process made, and who hears of them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from workflow.models import Event, Scope, Subject

RECOMPUTED, WENT_ON = "clock.recomputed", "clock.went_on"
# No verb of a process has a point in it.
LABELS: dict[str, str | Promise] = {
    RECOMPUTED: _("Time limit worked out anew"),
    WENT_ON: _("Time limit runs again"),
}
# Of these those that only who works on the subject hears of: on no paper, to nobody
# who merely reported it.
INTERNAL: set[str] = set()


def label_of(verb: str) -> str:
    """The verb itself where it is none of these."""
    return str(LABELS.get(verb, verb))


def works_on(user: User, subject: Subject) -> bool:
    """Whether it is the work of one of the person's units; to have reported it is not
    enough. At most one query."""
    if user.sees_district:
        return True
    rows = Scope.objects.filter(kind=subject.KIND, subject_id=subject.pk)
    return rows.filter(holder__in=user.unit_ids).exists()


def heard_by(reader: User, subject: Subject, events: list[Event]) -> list[Event]:
    """The events without the internal ones, where these are not for this reader."""
    if all(event.verb not in INTERNAL for event in events):
        return events
    if works_on(reader, subject):
        return events
    return [event for event in events if event.verb not in INTERNAL]
