"""What moves of a whistle wait for, under the names that processes use."""

from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Whistle
from cases.whistles.calls import WANTS, calls_that, own_calls, seen_only_just
from workflow.arguments import NAME, NUMBER
from workflow.guards import Looking, guard

# What `calls.WANTS` asks, in words.
NAMES = {
    "unsigned": gettext_lazy("has not signed"),
    "awaited": gettext_lazy("is not there yet"),
    "unwatched": gettext_lazy("is not there yet and not supervised"),
    "at_work": gettext_lazy("is there and has not reported back"),
    "unanswered": gettext_lazy("has not reported back"),
    "to_mark": gettext_lazy("may be given a mark"),
    "to_mark_back": gettext_lazy("may give a mark"),
}


def _whistle(looking: Looking) -> Whistle:
    return cast(Whistle, looking.subject)


@guard(
    "own_call",
    takes=(NAME,),
    words=gettext_lazy("one's own unit was called: %(one)s"),
    names=NAMES,
)
def own_call(looking: Looking, what: str) -> str:
    """The unit of who looks was called, and ``what`` (of `calls.WANTS`) holds of it."""
    around = looking.around
    if own_calls(_whistle(looking), what, looking.by, around.moment):
        return ""
    return _("Of your unit this is not wanted now.")


@guard(
    "calls",
    takes=(NAME,),
    words=gettext_lazy("at least one called unit: %(one)s"),
    names=NAMES,
)
def calls(looking: Looking, what: str) -> str:
    """Of one of the called units at least ``what`` holds."""
    if calls_that(_whistle(looking), what, looking.around.moment):
        return ""
    return _("This is not wanted of any of the called units now.")


@guard(
    "no_calls",
    takes=(NAME,),
    words=gettext_lazy("no called unit: %(one)s"),
    names=NAMES,
)
def no_calls(looking: Looking, what: str) -> str:
    """Of none of the called units ``what`` holds."""
    found = calls_that(_whistle(looking), what, looking.around.moment)
    if not found:
        return ""
    return _("This is still wanted of units: %(count)s.") % {"count": len(found)}


@guard(
    "seen_within",
    takes=(NUMBER,),
    words=gettext_lazy("the street saw a unit there at most %(one)s minutes ago"),
)
def seen_within(looking: Looking, minutes: str) -> str:
    """A tap of the street that may still be taken back."""
    whistle, now = _whistle(looking), looking.around.moment
    if any(seen_only_just(call, now, int(minutes)) for call in whistle.parts()):
        return ""
    return _("This can be taken back within %(count)s minutes only.") % {
        "count": minutes
    }


@guard("marks_not_asked", words=gettext_lazy("marks were not asked for yet"))
def marks_not_asked(looking: Looking) -> str:
    """Nobody has asked both sides for their marks yet."""
    if _whistle(looking).marks_asked:
        return _("The marks were asked for already.")
    return ""


__all__ = [
    "WANTS",
    "calls",
    "marks_not_asked",
    "no_calls",
    "own_call",
    "seen_within",
]
