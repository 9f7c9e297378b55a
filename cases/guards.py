"""What must hold of a case for a move, by the names that processes use."""

from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.flags import LEVELS, MARKS, YES
from cases.models import Assignment, Case
from workflow.arguments import NAME
from workflow.guards import Looking, guard


@guard("level", takes=(NAME,), words=gettext_lazy("%(one)s leads it"), names=LEVELS)
def at_level(looking: Looking, level: str) -> str:
    """The community, the street or the district leads it."""
    if cast(Case, looking.subject).level == level:
        return ""
    return _("Another level leads this case now.")


@guard(
    "flag",
    takes=(NAME, NAME),
    words=gettext_lazy("marked as %(one)s: %(two)s"),
    names=MARKS,
)
def flag(looking: Looking, name: str, wanted: str) -> str:
    """A mark of the case (urgent, supervised, typical) is set: ``yes`` or ``no``."""
    if bool(getattr(looking.subject, name)) is (wanted == YES):
        return ""
    return _("The case is marked so already.")


@guard("assisted", words=gettext_lazy("a unit assists"))
def assisted(looking: Looking) -> str:
    """Some unit helps the host."""
    if looking.subject.related_units(Assignment.Part.ASSIST):
        return ""
    return _("No other unit helps in this case.")


@guard(
    "own_part",
    takes=(NAME,),
    words=gettext_lazy("one's own unit assists and has not yet %(one)s"),
    names={"signed": gettext_lazy("signed for it"), "done": gettext_lazy("fed back")},
)
def own_part(looking: Looking, wanted: str) -> str:
    """The person's unit helps and has not yet ``signed`` or ``done`` its part."""
    units = {post.unit_id for post in looking.by.posts}
    for part in cast(Case, looking.subject).assignments.all():
        mine = part.part == Assignment.Part.ASSIST and part.unit_id in units
        if mine and part.ended_at is None and getattr(part, f"{wanted}_at") is None:
            return ""
    return _("Your unit has done this already.")
