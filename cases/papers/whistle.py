"""What a paper knows of a whistle."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models import Whistle
from cases.papers.samples import WHISTLE
from cases.whistles.dossier import Dossier
from govmap.lib.sealed import mask_name
from workflow.papers.about import About, Found, Teller, register
from workflow.papers.filling import effects_done
from workflow.papers.masking import without_numbers


@register
class WhistlePapers(About):
    kind = Whistle.KIND
    title = _("whistle")
    unit_names = Whistle.RELATED_UNITS
    shape = {
        "whistle": {
            "number": _("number of the whistle"),
            "occasion": _("what it is blown for"),
            "state": _("where it stands"),
            "street": _("street"),
            "community": _("community"),
            "address": _("where to come"),
            "appear_by": _("by when"),
            "blown_at": _("when it was blown"),
            "ended_at": _("when it was over"),
            "case": _("number of its case"),
            "text": _("what it is about"),
        },
        "calls": [
            {
                "unit": _("a called unit"),
                "sign_by": _("by when it must sign"),
                "appear_by": _("by when it must be there"),
                "signed_at": _("when it signed"),
                "arrived_at": _("when it was there"),
                "reported_at": _("when it reported back"),
                "result": _("what came of it"),
            }
        ],
        "steps": [
            {
                "at": _("when"),
                "by": _("who"),
                "unit": _("of which unit"),
                "label": _("the step"),
                "text": _("what was said"),
            }
        ],
    }

    def find(self, key: str, user: User) -> Found | None:
        try:
            uuid = UUID(key)
        except ValueError:
            return None
        rows = Whistle.objects.visible_to(user).listed()
        row = rows.filter(uuid=uuid).first()
        return _found(row) if row else None

    def facts(self, found: Found, teller: Teller) -> Mapping[str, Any]:
        return _facts(Dossier(found.subject, teller.user), teller.leaves)

    def sample(self) -> Mapping[str, Any]:
        return WHISTLE

    def first(self, user: User) -> Found | None:
        rows = Whistle.objects.visible_to(user).listed()
        row = rows.filter(blown_at__isnull=False).order_by("-pk").first()
        return _found(row) if row else None


def _found(whistle: Whistle) -> Found:
    return Found(
        kind=Whistle.KIND,
        key=str(whistle.uuid),
        label=f"{whistle.number} {whistle.occasion}",
        subject=whistle,
        units=whistle.related_units,
        url=reverse(Whistle.PAGE, args=[whistle.uuid]),
        phase=whistle.state.phase,
        effects=effects_done(whistle),
    )


def _facts(dossier: Dossier, leaves: bool) -> dict[str, Any]:
    row = dossier.whistle
    named = ("appear_by", "blown_at", "ended_at", "address", "number")
    times = ("sign_by", "appear_by", "signed_at", "arrived_at", "reported_at")
    return {
        "whistle": {
            **{name: getattr(row, name) for name in named},
            "occasion": str(row.occasion),
            "state": row.state.label,
            "street": row.street.name,
            "community": row.community.name if row.community else "",
            "case": dossier.case.number if dossier.case else "",
            "text": _plain(dossier.before.text, leaves),
        },
        "calls": [
            {
                **{name: getattr(one.call, name) for name in times},
                "unit": one.call.unit.name,
                "result": one.result,
            }
            for one in dossier.rows
        ],
        "steps": [
            {
                "at": step.event.happened_at,
                "by": mask_name(step.actor) if leaves else step.actor,
                "unit": step.event.unit.name,
                "label": step.label,
                "text": _plain(step.text, leaves),
            }
            for step in dossier.history
        ],
    }


def _plain(text: str, leaves: bool) -> str:
    return without_numbers(text) if leaves else text
