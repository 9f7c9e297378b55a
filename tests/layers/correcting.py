"""Corrections made for a test, on the planning layer of the test site."""

from typing import Any
from uuid import uuid4

from accounts.models import Unit, User
from layers.corrections import following, sending
from layers.models import Correction, Layer, Version
from tests.sites import package
from workflow.engine import act
from workflow.models import Event

KEY = "XC-00"  # of the first plot, used as R2
PLACE = list(package.inside(1, 1, 1))


def planning(provider: str = "sanitation") -> Layer:
    """The layer, provided by a department, of which nobody of the site is steward."""
    layer = Layer.objects.select_related("provider", "published").get(code="planning")
    layer.provider = Unit.objects.get(code=provider)
    layer.save(update_fields=["provider"])
    return layer


def of_feature(key: str = KEY, **more: Any) -> dict[str, Any]:
    """What a phone sends of a plot."""
    return {
        "feature": {"layer": "planning", "key": key},
        "spot": PLACE,
        "reason": "values",
        **more,
    }


def of_lack(**more: Any) -> dict[str, Any]:
    return {
        "lacking": {"layer": "planning"},
        "spot": PLACE,
        "reason": "missing",
        **more,
    }


def send(by: User, **more: Any) -> Correction:
    evidence = more.pop("evidence", None) or of_feature(**more)
    return sending.report(by=by, uuid=uuid4(), evidence=evidence)[0]


def do(correction: Correction, verb: str, by: User, **evidence: Any) -> Event:
    """One act; the row is read anew afterwards."""
    event = act(correction, verb, by=by, act_id=uuid4(), evidence=evidence)
    correction.refresh_from_db()
    return event


def publish(version: Version, *, by: User, reviewer: User) -> Version:
    """Through its review, as two people do it, and what the worker does then."""
    act(version, "submit", by=by, act_id=uuid4(), evidence={})
    act(version, "publish", by=reviewer, act_id=uuid4(), evidence={})
    published = Version.objects.get(pk=version.pk)
    following.follow(published)
    return published
