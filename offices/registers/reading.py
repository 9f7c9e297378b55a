"""Reading what is personal: each look is on record before it is shown."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from offices.models import Organization, Person, RegisterReading
from offices.models.ground import KEEPS, Entry
from offices.registers.life import register_of
from offices.registers.permissions import check_keeps

What, Purpose = RegisterReading.What, RegisterReading.Purpose
# What is sealed, and the field that keeps it.
SEALED = {What.NUMBER.value: "number", What.PHONE.value: "phone"}


class NoPurpose(BadInput):
    """Say what you need it for: your name and the purpose are kept."""

    message = gettext_noop(
        "Say what you need it for: your name and the purpose are kept."
    )


def note(
    by: User,
    what: str,
    *,
    row: Entry | None = None,
    register: str = "",
    purpose: str = "",
    said: str = "",
) -> RegisterReading:
    """A line in the log of readings."""
    post = next((post for post in by.posts if post.role in KEEPS), None)
    return RegisterReading.objects.create(
        register=register_of(row) if row else register,
        subject=row.uuid if row else None,
        what=what,
        purpose=purpose,
        note=said[:100],
        by=by,
        unit=post.unit if post else None,
        role=post.role if post else "",
    )


@transaction.atomic
def reveal(
    row: Person | Organization, what: str, by: User, *, purpose: str, said: str = ""
) -> str:
    """The whole number or phone, after it is written down who read it and what for.

    Raises NoPurpose (400), NotYourGround (403).
    """
    check_keeps(by, row)
    if purpose not in Purpose.values or what not in SEALED:
        raise NoPurpose
    note(by, what, row=row, purpose=purpose, said=said)
    sealed: Any = getattr(row, SEALED[what])
    return str(sealed.open())
