"""Reading what is personal: each look is on record before it is shown."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, NotAllowed
from offices.models import Merging, Organization, Person, RegisterReading
from offices.models.ground import KEEPS, Entry
from offices.registers.life import register_of
from offices.registers.permissions import check_keeps, only_keeps_data

What, Purpose = RegisterReading.What, RegisterReading.Purpose
# What is sealed, and the field that keeps it.
SEALED = {What.NUMBER.value: "number", What.PHONE.value: "phone"}


class NoPurpose(BadInput):
    """Say what you need it for: your name and the purpose are kept."""

    message = gettext_noop(
        "Say what you need it for: your name and the purpose are kept."
    )


class NoTask(NotAllowed):
    """A data steward opens people for a task alone."""

    message = gettext_noop(
        "A data steward opens people for a task alone: to merge two entries, to mend"
        " what the quality board finds, or to answer what a list says otherwise."
    )


# Each says whether there is something to do about an entry that needs it opened.
Task = Callable[[Entry], bool]
TASKS: list[Task] = []


def gives_task(task: Task) -> Task:
    """Register what gives a data steward a task."""
    TASKS.append(task)
    return task


@gives_task
def is_to_be_merged(row: Entry) -> bool:
    waiting = Merging.objects.filter(granted__isnull=True)
    return waiting.filter(Q(stays=row.uuid) | Q(goes=row.uuid)).exists()


def check_opens(by: User, row: Entry) -> None:
    """Least privilege: lists and figures are masked, people opened for a task.

    Raises NoTask (403).
    """
    if not isinstance(row, Person) or not only_keeps_data(by):
        return
    if not any(task(row) for task in TASKS):
        raise NoTask


def note(
    by: User,
    what: str,
    *,
    row: Entry | None = None,
    register: str = "",
    purpose: str = "",
    said: str = "",
) -> RegisterReading:
    """A line in the log of readings. Raises NoTask (403)."""
    if row is not None and what == What.PAGE:
        check_opens(by, row)
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
    check_opens(by, row)
    if purpose not in Purpose.values or what not in SEALED:
        raise NoPurpose
    note(by, what, row=row, purpose=purpose, said=said)
    sealed: Any = getattr(row, SEALED[what])
    return str(sealed.open())
