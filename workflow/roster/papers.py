"""What a paper knows of a note of a shift: for 交接班记录, numbered as papers are."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from workflow.models import Handover, HandoverMatter, Phase
from workflow.papers.about import About, Found, Teller, register
from workflow.roster.matters import order_of, title_of

KIND = "handover"
UNIT = "unit"
AT = datetime(2026, 3, 12, 0, 5, tzinfo=UTC)
SAMPLE: dict[str, Any] = {
    "handover": {
        "unit": "示例街道网格化中心",
        "day": date(2026, 3, 11),
        "shift": "夜班",
        "hours": "20:00–次日08:00",
        "remarks": "电话线路已报修，维修人员九点到。",
        "written_by": "示例甲",
        "written_at": AT,
        "signed_by": "示例乙",
        "signed_at": AT,
        "count": "1",
        "unnamed": "",
    },
    "matters": [
        {
            "why": "紧急案卷",
            "number": "110101202603110001",
            "label": "示例路面塌陷",
            "place": "示例胡同12号",
            "due": AT,
            "taken_by": "示例乙",
            "taken_at": AT,
        }
    ],
}


@register
class HandoverPapers(About):
    kind = KIND
    title = _("note of a shift")
    unit_names = frozenset({UNIT})
    shape = {
        "handover": {
            "unit": _("whose shift it was"),
            "day": _("the day of the shift"),
            "shift": _("which shift"),
            "hours": _("from when to when"),
            "remarks": _("remarks of the shift"),
            "written_by": _("who handed over"),
            "written_at": _("when he signed"),
            "signed_by": _("who took over"),
            "signed_at": _("when he signed for it"),
            "count": _("how many matters it names"),
            "unnamed": _("how many more there were"),
        },
        "matters": [
            {
                "why": _("why it is named"),
                "number": _("its number"),
                "label": _("what it is"),
                "place": _("where it lies"),
                "due": _("when it is due"),
                "taken_by": _("who took it over"),
                "taken_at": _("when he took it over"),
            }
        ],
    }

    def find(self, key: str, user: User) -> Found | None:
        try:
            uuid = UUID(key)
        except ValueError:
            return None
        row = Handover.objects.visible_to(user).listed().filter(uuid=uuid).first()
        return _found(row) if row else None

    def facts(self, found: Found, teller: Teller) -> Mapping[str, Any]:
        return facts_of(found.subject)

    def sample(self) -> Mapping[str, Any]:
        return SAMPLE

    def first(self, user: User) -> Found | None:
        rows = Handover.objects.visible_to(user).listed()
        row = rows.filter(signed_at__isnull=False).order_by("-pk").first()
        return _found(row) if row else None


def _found(note: Handover) -> Found:
    """A paper of it is printed once both have signed."""
    return Found(
        kind=KIND,
        key=str(note.uuid),
        label=str(note),
        subject=note,
        units=lambda name: {note.unit_id} if name == UNIT else set(),
        url=reverse("roster:handover", args=[note.uuid]),
        phase=Phase.DONE if note.signed_at else Phase.VERIFY,
    )


def facts_of(note: Handover) -> dict[str, Any]:
    rows = list(note.matters.select_related("taken_by"))
    rows.sort(key=lambda row: order_of(row.source))
    return {
        "handover": {
            "unit": note.unit.name,
            "day": note.day,
            "shift": str(note.kind or ""),
            "hours": note.kind.hours if note.kind else "",
            "remarks": note.remarks,
            "written_by": str(note.written_by),
            "written_at": note.written_at,
            "signed_by": str(note.signed_by or ""),
            "signed_at": note.signed_at,
            "count": str(len(rows)),
            "unnamed": str(note.unnamed or ""),
        },
        "matters": [_matter(row) for row in rows],
    }


def _matter(row: HandoverMatter) -> dict[str, Any]:
    return {
        "why": title_of(row.source),
        "number": row.number,
        "label": row.label,
        "place": row.place,
        "due": row.due_at,
        "taken_by": str(row.taken_by or ""),
        "taken_at": row.taken_at,
    }
