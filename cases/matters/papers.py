"""What a paper knows of a conference: for 会议纪要, in the site's own form."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.matters.dossier import ConferenceDossier
from cases.models import AgendaItem, Conference, MatterTask
from workflow.papers.about import About, Found, Teller, register
from workflow.papers.filling import effects_done
from workflow.papers.masking import without_numbers

AT = datetime(2026, 3, 12, 1, 30, tzinfo=UTC)
SAMPLE: dict[str, Any] = {
    "conference": {
        "number": "H1101022026031200001",
        "title": "示例围墙权属会商",
        "state": "已召开",
        "host": "示例街道",
        "begins_at": AT,
        "venue": "示例街道三层会议室",
        "online": "示例会议号",
        "chair": "示例甲",
        "minutes": "会议听取了情况汇报，逐项形成决议。",
        "ended_at": AT,
    },
    "invited": [{"unit": "示例部门", "answer": "参会", "answered_at": AT}],
    "agenda": [
        {
            "number": "Y1101022026031000001",
            "title": "示例小区围墙拆除",
            "result": "已议定",
            "decision": "由牵头单位核定权属后拆除。",
            "lead": "示例部门",
            "assisting": "示例协办单位",
            "until": date(2026, 4, 30),
            "work_days": "15",
            "done_when": "围墙拆除、路面恢复",
        }
    ],
}


@register
class ConferencePapers(About):
    kind = Conference.KIND
    title = _("conference")
    unit_names = Conference.RELATED_UNITS
    shape = {
        "conference": {
            "number": _("number of the conference"),
            "title": _("its title"),
            "state": _("where it stands"),
            "host": _("who called it"),
            "begins_at": _("when it is held"),
            "venue": _("where it is held"),
            "online": _("how to join from afar"),
            "chair": _("who is in the chair"),
            "minutes": _("minutes of a conference"),
            "ended_at": _("when it was over"),
        },
        "invited": [
            {
                "unit": _("an invited unit"),
                "answer": _("whether it comes"),
                "answered_at": _("when it answered"),
            }
        ],
        "agenda": [
            {
                "number": _("number of the matter"),
                "title": _("its title"),
                "result": _("what came of it"),
                "decision": _("what is decided"),
                "lead": _("the unit that leads"),
                "assisting": _("units that assist"),
                "until": _("the last day"),
                "work_days": _("or within how many working days"),
                "done_when": _("what counts as done"),
            }
        ],
    }

    def find(self, key: str, user: User) -> Found | None:
        try:
            uuid = UUID(key)
        except ValueError:
            return None
        row = Conference.objects.visible_to(user).listed().filter(uuid=uuid).first()
        return _found(row) if row else None

    def facts(self, found: Found, teller: Teller) -> Mapping[str, Any]:
        return _facts(ConferenceDossier(found.subject, teller.user), teller.leaves)

    def sample(self) -> Mapping[str, Any]:
        return SAMPLE

    def first(self, user: User) -> Found | None:
        rows = Conference.objects.visible_to(user).listed()
        row = rows.filter(held_at__isnull=False).order_by("-pk").first()
        return _found(row) if row else None


def _found(conference: Conference) -> Found:
    return Found(
        kind=Conference.KIND,
        key=str(conference.uuid),
        label=str(conference),
        subject=conference,
        units=conference.related_units,
        url=reverse(Conference.PAGE, args=[conference.uuid]),
        phase=conference.state.phase,
        effects=effects_done(conference),
    )


def _facts(dossier: ConferenceDossier, leaves: bool) -> dict[str, Any]:
    row = dossier.conference
    named = (
        *("number", "title", "begins_at", "venue", "online", "chair"),
        "ended_at",
    )
    return {
        "conference": {
            **{name: getattr(row, name) for name in named},
            "state": row.state.label,
            "host": row.host.name,
            "minutes": without_numbers(row.minutes) if leaves else row.minutes,
        },
        "invited": [
            {
                "unit": part.invitation.unit.name,
                "answer": part.answer,
                "answered_at": part.invitation.answered_at,
            }
            for part in dossier.parts
        ],
        "agenda": [_item(item) for item in dossier.agenda],
    }


def _item(item: AgendaItem) -> dict[str, Any]:
    said: dict[str, Any] = {
        "number": item.matter.number,
        "title": item.matter.title,
        "result": item.get_result_display(),
    }
    decision = item.decision  # type: ignore[attr-defined]
    if decision is None:
        return said
    assisting = [
        task.unit.name
        for task in decision.tasks.all()
        if task.part == MatterTask.Part.ASSIST
    ]
    return {
        **said,
        "decision": decision.text,
        "lead": decision.lead.name,
        "assisting": _t(", ").join(assisting),
        "until": decision.until,
        "work_days": str(decision.work_days or ""),
        "done_when": decision.done_when,
    }
