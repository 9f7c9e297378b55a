"""What comes of a sample follows from what is done with its case, by whomever."""

from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.evaluation.rule import WORKING
from cases.models import Case, Sample
from workflow.effects import Doing, after, effect
from workflow.guards import Looking, guard
from workflow.models import Phase, Transition

FOUND_GOOD = "found_good"


@guard("sampled", words=gettext_lazy("it is drawn for review"))
def sampled(looking: Looking) -> str:
    """The case is drawn, and nobody has decided yet."""
    if Sample.objects.open().filter(case=looking.subject.pk).exists():
        return ""
    return _("This case is not drawn for review, or it was decided.")


@effect(FOUND_GOOD, words=gettext_lazy("finds the closing good"))
def found_good(doing: Doing) -> None:
    """Says of a move that stays that it finds the closing good."""


def outcome(move: Transition) -> str:
    """What the move makes of the case's open samples; nothing for most moves.

    To go from one end to another, as who supervises does, is to find it good.
    """
    if move.from_state is None or move.from_state.phase != Phase.DONE:
        return ""
    if move.to_state.phase in {*WORKING, Phase.COLLECT}:
        return Sample.Standing.SENT_BACK
    if not move.stays or FOUND_GOOD in move.effects:
        return Sample.Standing.UPHELD
    return ""


@after(Case.KIND)
def follow(doing: Doing) -> None:
    """One statement, and only for what was closed already."""
    if standing := outcome(doing.move):
        Sample.objects.open().filter(case=cast(Case, doing.row)).update(
            standing=standing, decided_at=doing.moment, decided_by=doing.by
        )
