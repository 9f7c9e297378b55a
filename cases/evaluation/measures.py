"""What is counted of a case, and what formulas may name.

A measure is kept by marks (`cases.models.Mark`); derived names are worked out from
them; the overdue are read from the limits themselves when somebody asks.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.evaluation.rule import rule_of
from cases.models import Case
from govmap.lib.localized import localized
from workflow.models import Process
from workflow.models.process import moves_of

Word = str | Promise

COUNTED: dict[str, Word] = {
    "reports": gettext_lazy("Cases reported"),
    "filings": gettext_lazy("Cases filed"),
    "filings_others": gettext_lazy("Filed, not found by collectors"),
    "refusals": gettext_lazy("Not filed"),
    "on_spot": gettext_lazy("Handled on the spot"),
    "mergers": gettext_lazy("Cases merged"),
    "dispatches": gettext_lazy("Cases dispatched"),
    "misdispatches": gettext_lazy("Sent to a wrong unit"),
    "returns_refused": gettext_lazy("Return asked for and refused"),
    "disposals": gettext_lazy("Cases disposed"),
    "disposals_late": gettext_lazy("Disposed late"),
    "reworks": gettext_lazy("Rework"),
    "closings": gettext_lazy("Cases closed"),
    "closings_late": gettext_lazy("Closed, disposed late"),
    "special_closings": gettext_lazy("Closed specially"),
    "annulments": gettext_lazy("Cases cancelled"),
    "reopenings": gettext_lazy("Reopened"),
    "extensions": gettext_lazy("Extended"),
    "suspensions": gettext_lazy("Cases suspended"),
    "supervisions": gettext_lazy("Under supervision"),
    "urgings": gettext_lazy("Urged"),
    "exemptions": gettext_lazy("Exempted"),
}
OVERDUE = "overdue_open"
# name: (title, measures that are added, measures that are taken off)
DERIVED: dict[str, tuple[Word, tuple[str, ...], tuple[str, ...]]] = {
    "due": (gettext_lazy("Cases due"), ("disposals", OVERDUE), ()),
    "disposals_in_time": (
        gettext_lazy("Disposed in time"),
        ("disposals",),
        ("disposals_late",),
    ),
    "closings_in_time": (
        gettext_lazy("Closed, disposed in time"),
        ("closings",),
        ("closings_late",),
    ),
}
# Of every limit of a process: how often it ended, and how often too late.
MET, LATE = "met_", "late_"


def limit_names() -> set[str]:
    """The names of the limits of every case process."""
    found = set(Case.LIMITS)
    for process in Process.objects.filter(kind=Case.KIND):
        found |= set(process.limits)
    return found


def known_names() -> set[str]:
    """All that a formula may name."""
    ended = {f"{head}{name}" for name in limit_names() for head in (MET, LATE)}
    return {*COUNTED, *DERIVED, OVERDUE, *ended}


def parts_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The measures that a name adds up, and those that it takes off."""
    if name in DERIVED:
        return DERIVED[name][1:]
    return (name,), ()


def title_of(name: str) -> str:
    """A measure in words; of a limit with the label that a process gives it."""
    if name == OVERDUE:
        return _("Overdue and not disposed")
    if name in DERIVED:
        return str(DERIVED[name][0])
    if name in COUNTED:
        return str(COUNTED[name])
    head = MET if name.startswith(MET) else LATE
    label = _limit_label(name.removeprefix(head))
    if head == LATE:
        return _("%(limit)s: too late") % {"limit": label}
    return _("%(limit)s: ended") % {"limit": label}


def _limit_label(name: str) -> str:
    for process in Process.objects.filter(kind=Case.KIND).order_by("-pk"):
        if name in process.limits:
            return localized(process.limits[name].get("label")) or name
    return name


def disposal_limits() -> set[str]:
    """The limits that end when a unit feeds back what it did."""
    found: set[str] = set()
    for pk in Process.objects.filter(kind=Case.KIND).values_list("pk", flat=True):
        for move in moves_of(pk):
            rule = rule_of(move)
            if "disposals" in rule.adds:
                found |= rule.stops
    return found
