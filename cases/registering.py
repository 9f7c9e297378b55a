"""A case is registered at the desk, with whoever told of it sealed beside it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import DESK, DISPOSES
from cases.intake import report
from cases.models import Caller, CallerReading, Case, CaseTag, Tag
from govmap.lib.errors import NotAllowed
from govmap.lib.sealed import keyed_hashes

REPEATED = "repeated"  # the tag of a caller who is known


def register(
    *,
    by: User,
    uuid: UUID,
    evidence: dict[str, Any],
    happened_at: datetime | None,
    name: str = "",
    phone: str = "",
    tags: Iterable[Tag] = (),
) -> Case:
    """The new case; sent again, the same one, with nothing written twice.

    Raises what `cases.intake.report` does.
    """
    with transaction.atomic():
        case, event = report(
            by=by, uuid=uuid, evidence=evidence, happened_at=happened_at
        )
        if event.repeated:
            return case
        wanted = list(tags)
        if phone and calls_of(phone).exists():
            wanted += Tag.objects.filter(code=REPEATED)
        if name or phone:
            Caller.objects.create(case=case, name=name, phone=phone)
        CaseTag.objects.bulk_create(
            CaseTag(case=case, tag=tag) for tag in dict.fromkeys(wanted)
        )
    return case


def calls_of(phone: str) -> QuerySet[Caller]:
    """Earlier calls from this number, found by its hash; the newest first."""
    rows = Caller.objects.filter(phone_hash__in=keyed_hashes(phone))
    return rows.exclude(phone_hash="").order_by("-pk")


def earlier_calls(caller: Caller) -> QuerySet[Caller]:
    """The other calls of whoever called here, before or since."""
    if not caller.phone_hash:
        return Caller.objects.none()
    rows = Caller.objects.filter(phone_hash=caller.phone_hash)
    return rows.exclude(pk=caller.pk).order_by("-pk")


def may_read_caller(case: Case, reader: User) -> bool:
    """The desk of the case's street, and who handles it now; nobody else."""
    desk = {post.unit_id for post in reader.posts if post.role in DESK}
    hands = {post.unit_id for post in reader.posts if post.role in DISPOSES}
    hosts = case.related_units("host")
    return case.street_id in desk or not hosts.isdisjoint(hands)


def read_caller(case: Case, reader: User, purpose: str) -> dict[str, str]:
    """Name and number in the clear; who read them and what for is kept.

    Raises NotAllowed.
    """
    if not may_read_caller(case, reader):
        raise NotAllowed
    caller = Caller.objects.get(case=case)
    CallerReading.objects.create(caller=caller, by=reader, purpose=purpose)
    return {"name": caller.name.open(), "phone": caller.phone.open()}
