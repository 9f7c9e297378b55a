"""What cannot wait, told aloud: an urgent case for the desk, a whistle for a unit."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.roles import DISPOSES
from cases.models import Case, Whistle, WhistleCall
from cases.waiting import waiting_for
from workflow.models import Process

FRESH = timedelta(minutes=10)  # what came before is no news


def is_urgent(case: Case) -> bool:
    """Marked so, or taken by a process for what is."""
    return case.urgent or bool(case.process.takes.get("urgent"))


def waits_for(case: Case, user: User) -> bool:
    """Whether the case's next usual step is this person's."""
    processes = Process.objects.filter(pk=case.process_id)
    waiting = waiting_for(processes, user.posts)
    if case.state_id not in waiting.states:
        return False
    return case.state_id in waiting.always or case.level in waiting.levels


def came_in(case: Case, user: User) -> bool:
    """Whether it came to this person's desk just now, and not by himself."""
    if not is_urgent(case) or not waits_for(case, user):
        return False
    moved = [row for row in case.events() if row.from_state != row.to_state]
    last = moved[-1] if moved else None
    if last is None or last.actor_id == user.pk:
        return False
    return last.recorded_at > timezone.now() - FRESH


def call_of(whistle: Whistle, user: User) -> WhistleCall | None:
    """The call of one of this person's units that nobody has signed for yet."""
    units = {post.unit_id for post in user.posts if post.role in DISPOSES}
    calls = WhistleCall.objects.filter(whistle=whistle, unit__in=units)
    waits = calls.filter(called_at__isnull=False, signed_at__isnull=True)
    found: WhistleCall | None = waits.select_related("unit").first()
    return found
