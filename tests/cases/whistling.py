"""A street leader, and whistles driven along their process as people would."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from accounts.models import Membership, Unit, User
from cases.models import Case, Whistle, WhistleCall
from cases.whistles.blowing import call
from tests.sites import package
from workflow.engine import act
from workflow.models import Event

CALLED = ["gardens", "sanitation"]


def street_leader(street: int = 1) -> User:
    """The leader of a street; the test site has none."""
    name = f"street_leader_{street}"
    user, made = User.objects.get_or_create(username=name, defaults={"name": name})
    if made:
        Membership.objects.create(
            user=user,
            unit=Unit.objects.get(code=f"110109{street:03d}"),
            role="leader",
            valid=DateTimeTZRange(timezone.now() - timedelta(days=90), None),
        )
    return User.objects.get(pk=user.pk)


def told(occasion: str = "demands", **more: Any) -> dict[str, Any]:
    """What a new whistle is told."""
    return {
        "occasion": occasion,
        "place": list(package.inside(1, 1, 1)),
        "address": "甲1街1号院",
        "departments": CALLED,
        "note": "多部门到场处置",
        **more,
    }


def blown(by: User | None = None, **more: Any) -> Whistle:
    """One that the street's leader blew himself."""
    happened_at = more.pop("happened_at", None)
    whistle, _event = call(
        by=by or street_leader(),
        uuid=uuid4(),
        evidence=told(**more),
        happened_at=happened_at,
    )
    return fresh(whistle)


def fresh(whistle: Whistle) -> Whistle:
    return Whistle.objects.get(pk=whistle.pk)


def do(whistle: Whistle, verb: str, by: User, at: Any = None, **given: Any) -> Event:
    return act(
        fresh(whistle), verb, by=by, act_id=uuid4(), evidence=given, happened_at=at
    )


def part(whistle: Whistle, code: str = "sanitation") -> WhistleCall:
    return WhistleCall.objects.get(whistle=whistle, unit__code=code)


def add_whistle(case: Case, by: User) -> Whistle:
    """An emergency of the case, blown at once by its street's desk."""
    evidence = told("emergency", origin=str(case.uuid))
    return call(by=by, uuid=uuid4(), evidence=evidence)[0]
