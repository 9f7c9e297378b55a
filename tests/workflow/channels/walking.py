"""What the permission walk needs of channels: one of each, not in use."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from workflow.models import Channel, Delivery, Leave, NoticeRule


def arguments() -> dict[str, dict[str, Any]]:
    """By what a row is of. The leave is of somebody whom no row asks as."""
    channel, _made = Channel.objects.get_or_create(
        code="walk", defaults={"titles": {"zh-hans": "短信"}, "kind": "mail"}
    )
    rule, _made = NoticeRule.objects.get_or_create(
        what="x", role="", channel=channel, defaults={"in_use": False}
    )
    person, _made = User.objects.get_or_create(username="walk-away")
    now = timezone.now()
    message = {"person": person, "channel": channel, "made_at": now, "due_at": now}
    today = timezone.localdate()
    leave, _made = Leave.objects.get_or_create(
        person=person,
        begins_on=today,
        defaults={
            "stand_in": User.objects.exclude(pk=person.pk).earliest("pk"),
            "ends_on": today + timedelta(days=2),
            "made_by": person,
            "made_at": now,
        },
    )
    return {
        "channel": {"pk": channel.pk},
        "notice_rule": {"pk": rule.pk},
        "delivery": {"pk": (Delivery.objects.first() or make(message)).pk},
        "way": {"way": "phone"},
        "leave": {"pk": leave.pk},
    }


def make(fields: dict[str, Any]) -> Delivery:
    return Delivery.objects.create(state=Delivery.State.FAILED, **fields)
