"""Things about duty that tests need: a note of a unit, a number of its."""

from uuid import uuid4

from accounts.models import Unit, User
from workflow.models import Contact, Handover
from workflow.roster import handing


def note_of(unit: Unit, writer: str) -> Handover:
    """The one that waits, made at the first call."""
    user = User.objects.get(username=writer)
    return handing.waiting(unit.pk) or handing.write(unit, user, uuid=uuid4())


def contact_of(unit: Unit) -> Contact:
    row, _made = Contact.objects.get_or_create(
        unit=unit, post="值班室", phone="010-00000001"
    )
    return row
