"""The page of an entry says how often it was visited, and leads there."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from offices.models.ground import Entry
from offices.registers.entries import MODELS
from offices.registers.entry_pages import Use, tells_uses
from offices.registers.permissions import can_keep
from offices.rounds.visiting import visits_of


@tells_uses
def visits(register: str, row: Entry, user: User) -> Iterable[Use]:
    if register not in MODELS or not can_keep(user, row):
        return []
    count = visits_of(row).count()
    url = reverse("rounds:visits", args=[register, row.uuid])
    return [Use(_("Visits"), count, url)] if count else []
