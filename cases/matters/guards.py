"""What moves of matters, conferences and tasks wait for, by the names processes use."""

from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.flags import LEVELS
from cases.models import Conference, Matter, MatterTask
from workflow.arguments import NAME
from workflow.guards import Looking, guard


@guard(
    "matter_level",
    takes=(NAME,),
    words=gettext_lazy("%(one)s leads it"),
    names=LEVELS,
)
def matter_level(looking: Looking, level: str) -> str:
    """The community, the street or the district leads it."""
    if cast(Matter, looking.subject).level == level:
        return ""
    return _("Another level leads this matter now.")


@guard("conference_held", words=gettext_lazy("the conference was held"))
def conference_held(looking: Looking) -> str:
    """The conference on whose agenda it stands was held."""
    conference = cast(Matter, looking.subject).conference
    if conference and conference.held_at:
        return ""
    return _("The conference was not held yet: note first that it was.")


@guard("no_part_in_tasks", words=gettext_lazy("no unit of the actor's carries it out"))
def no_part_in_tasks(looking: Looking) -> str:
    """Who executes what was decided does not end the matter."""
    units = {post.unit_id for post in looking.by.posts}
    if units.isdisjoint(cast(Matter, looking.subject).related_units("executing")):
        return ""
    return _("Your unit carries out what was decided: somebody else ends the matter.")


@guard("not_executing", words=gettext_lazy("the actor's unit does not carry it out"))
def not_executing(looking: Looking) -> str:
    """Who executes a task does not check it, whatever other post he holds."""
    units = {post.unit_id for post in looking.by.posts}
    if cast(MatterTask, looking.subject).unit_id not in units:
        return ""
    return _("Your unit carries this out: somebody else checks it.")


@guard("agenda_done", words=gettext_lazy("every matter was decided or put off"))
def agenda_done(looking: Looking) -> str:
    """Of each matter on the agenda it is said what came of it."""
    items = cast(Conference, looking.subject).agenda()
    left = [item for item in items if not item.result]
    if not left:
        return ""
    return _("Decide or put off every matter first: %(count)s left.") % {
        "count": len(left)
    }


@guard("minuted", words=gettext_lazy("the minutes are written"))
def minuted(looking: Looking) -> str:
    """There are minutes."""
    if cast(Conference, looking.subject).minutes:
        return ""
    return _("Write the minutes first.")
