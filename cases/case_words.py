"""How a case's limits, requests and links are said on its page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import Case, CaseLink
from govmap.lib.localized import localized
from workflow.models import Process, Request


def limit_label(process: Process, name: str) -> str:
    """What is limited, in the process's words or in those of every case."""
    spec = process.limits.get(name)
    if spec:
        return localized(spec["label"])
    return {"disposal": _("Disposal"), "repair": _("Repair")}.get(name, name)


@dataclass(frozen=True)
class Asked:
    """An open request in words: who asked for what, when and why."""

    what: str
    by: str
    at: datetime
    reason: str

    @classmethod
    def of(cls, row: Request, process: Process) -> "Asked":
        asking = [move for move in process.moves if f"ask:{row.what}" in move.effects]
        reasons = dict(choice for move in asking for choice in move.reason_choices())
        return cls(
            what=asking[0].label if asking else row.what,
            by=str(row.asked_by),
            at=row.asked_at,
            reason=reasons.get(row.given.get("reason", ""), ""),
        )


@dataclass(frozen=True)
class Link:
    """Another case that this one belongs together with."""

    word: str
    case: Case
    seen: bool  # whether the reader may open it


def links_of(case: Case, reader: User) -> list[Link]:
    """Two queries where there are links, else one."""
    rows = CaseLink.objects.of(case).filter(ended_at=None)
    rows = rows.select_related("case__category", "other__category").order_by("pk")
    found = [
        (_word(row, case), row.other if row.case_id == case.pk else row.case)
        for row in rows
    ]
    if not found:
        return []
    seen = set(
        Case.objects.visible_to(reader)
        .filter(Q(pk__in=[other.pk for _word, other in found]))
        .values_list("pk", flat=True)
    )
    return [Link(word, other, other.pk in seen) for word, other in found]


def _word(link: CaseLink, case: Case) -> str:
    mine = link.case_id == case.pk
    return {
        CaseLink.Why.DUPLICATE: _("The same trouble as"),
        CaseLink.Why.MERGED: _("Merged into") if mine else _("Takes in"),
        CaseLink.Why.SPLIT: _("Split off from") if mine else _("Of it was split off"),
    }[CaseLink.Why(link.why)]
