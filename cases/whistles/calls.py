"""What is wanted of each called unit, in words that processes use."""

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.models import User
from accounts.roles import DISPOSES
from cases.models import Whistle, WhistleCall

Wanting = Callable[[WhistleCall, datetime], bool]


def _may_be_marked(call: WhistleCall, now: datetime) -> bool:
    """Marks are wanted only where somebody asked for them, or it was late."""
    return call.whistle.marks_asked or call.is_late(now)


WANTS: dict[str, Wanting] = {
    "unsigned": lambda call, now: call.signed_at is None,
    "awaited": lambda call, now: call.arrived_at is None,
    "unwatched": lambda call, now: call.arrived_at is None and not call.supervised,
    "at_work": lambda call, now: bool(call.arrived_at) and call.reported_at is None,
    "unanswered": lambda call, now: call.reported_at is None,
    "to_mark": lambda call, now: not call.mark and _may_be_marked(call, now),
    "to_mark_back": lambda call, now: (
        not call.street_mark and _may_be_marked(call, now)
    ),
}


def calls_that(whistle: Whistle, what: str, now: datetime) -> list[WhistleCall]:
    """The calls of a blown whistle of which ``what`` holds."""
    wants = WANTS[what]
    found = [call for call in whistle.parts() if call.called_at]
    for call in found:
        call.whistle = whistle  # what is asked of it needs no query
    return [call for call in found if wants(call, now)]


def seen_only_just(call: WhistleCall, now: datetime, minutes: int) -> bool:
    """The street said so little ago that the unit is there that it may take it back.

    Not once the unit itself has reported back.
    """
    seen = call.seen_by_street and call.arrived_at and call.reported_at is None
    return bool(seen) and now - call.arrived_at <= timedelta(minutes=minutes)  # type: ignore[operator]


def own_calls(
    whistle: Whistle, what: str, by: User, now: datetime
) -> list[WhistleCall]:
    """As `calls_that`, of the units in which this person disposes."""
    units = {post.unit_id for post in by.posts if post.role in DISPOSES}
    return [call for call in calls_that(whistle, what, now) if call.unit_id in units]
