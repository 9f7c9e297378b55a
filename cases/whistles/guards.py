"""What moves of a whistle wait for, under the names that processes use."""

from typing import cast

from django.utils.translation import gettext as _

from cases.models import Whistle
from cases.whistles.calls import WANTS, calls_that, own_calls
from workflow.arguments import NAME
from workflow.guards import Looking, guard


def _whistle(looking: Looking) -> Whistle:
    return cast(Whistle, looking.subject)


@guard("own_call", takes=(NAME,))
def own_call(looking: Looking, what: str) -> str:
    """The unit of who looks was called, and ``what`` (of `calls.WANTS`) holds of it."""
    around = looking.around
    if own_calls(_whistle(looking), what, looking.by, around.moment):
        return ""
    return _("Of your unit this is not wanted now.")


@guard("calls", takes=(NAME,))
def calls(looking: Looking, what: str) -> str:
    """Of one of the called units at least ``what`` holds."""
    if calls_that(_whistle(looking), what, looking.around.moment):
        return ""
    return _("This is not wanted of any of the called units now.")


@guard("no_calls", takes=(NAME,))
def no_calls(looking: Looking, what: str) -> str:
    """Of none of the called units ``what`` holds."""
    found = calls_that(_whistle(looking), what, looking.around.moment)
    if not found:
        return ""
    return _("This is still wanted of units: %(count)s.") % {"count": len(found)}


@guard("marks_not_asked")
def marks_not_asked(looking: Looking) -> str:
    """Nobody has asked both sides for their marks yet."""
    if _whistle(looking).marks_asked:
        return _("The marks were asked for already.")
    return ""


__all__ = ["WANTS", "calls", "marks_not_asked", "no_calls", "own_call"]
