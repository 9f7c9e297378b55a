"""What events are called that no move of a process made."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RECOMPUTED, WENT_ON = "clock.recomputed", "clock.went_on"
# No verb of a process has a point in it.
LABELS: dict[str, str | Promise] = {
    RECOMPUTED: _("Time limit worked out anew"),
    WENT_ON: _("Time limit runs again"),
}
# Of these those that are told to nobody outside: on no paper, to no reporter.
INTERNAL: set[str] = set()


def label_of(verb: str) -> str:
    """The verb itself where it is none of these."""
    return str(LABELS.get(verb, verb))
