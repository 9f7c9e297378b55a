"""Guards about limits that stand still or have run out."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.arguments import LIMIT, PAUSE
from workflow.guards import Looking, guard


@guard(
    "over",
    takes=(LIMIT,),
    words=gettext_lazy("the time of “%(one)s” has run out"),
)
def over(looking: Looking, name: str) -> str:
    """The limit was begun, does not stand still and its last moment has passed.

    What must not be done before a term is over (a forced demolition before review
    and suit) waits for this.
    """
    limit = looking.limit(name)
    label = looking.subject.process.limit_label(name)
    if limit is None:
        return _("The time of “%(name)s” does not run.") % {"name": label}
    if limit.paused_at:
        return _("The time of “%(name)s” stands still.") % {"name": label}
    if looking.around.moment >= limit.due_at:
        return ""
    return _("The time of “%(name)s” has not run out yet.") % {"name": label}


@guard(
    "paused_for",
    takes=(LIMIT, PAUSE),
    words=gettext_lazy("the limit “%(one)s” stands still for “%(two)s”"),
)
def paused_for(looking: Looking, name: str, why: str) -> str:
    """The limit stands still for that named reason."""
    limit = looking.limit(name)
    if limit and limit.paused_at and limit.paused_for == why:
        return ""
    label = looking.subject.process.pause_label(why)
    return _("The time limit does not stand still for “%(why)s”.") % {"why": label}
