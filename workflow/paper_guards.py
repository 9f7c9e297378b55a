"""Guards about papers: a step waits until its paper was printed, or delivered."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.arguments import NAME
from workflow.guards import Looking, guard


@guard("printed", takes=(NAME,), words=gettext_lazy("the paper “%(one)s” was printed"))
def printed(looking: Looking, code: str) -> str:
    """A paper of the template was printed of the subject and is not void."""
    if code in looking.papers:
        return ""
    return _("Print the paper first that belongs to this step.")


@guard(
    "delivered",
    takes=(NAME,),
    words=gettext_lazy("the paper “%(one)s” was delivered"),
)
def delivered(looking: Looking, code: str) -> str:
    """It was printed, and how it was delivered 送达 is on record."""
    if looking.papers.get(code):
        return ""
    return _("Write down first how the paper of this step was delivered.")
