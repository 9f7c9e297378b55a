"""Saying that an entry is still right (核对无误)."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import Conflict
from offices.models import LifeEvent, State
from offices.registers import life
from offices.registers.permissions import check_keeps


class HasEnded(Conflict):
    """Only an entry that is still there can be confirmed."""

    message = gettext_noop("Only an entry that is still there can be confirmed.")


@transaction.atomic
def confirm(row: Any, by: User) -> None:
    """All of it is still right. Raises HasEnded (409), NotYourGround (403)."""
    check_keeps(by, row)
    if row.state != State.HERE:
        raise HasEnded
    row.confirmed_at = timezone.now()
    row.save(update_fields=["confirmed_at"])
    life.note(row, LifeEvent.What.CONFIRMED, by, on=timezone.localdate())
