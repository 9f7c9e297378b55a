"""What a paper knows of a case."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import DESK, SUPERVISES
from cases.dossier import Dossier, whole
from cases.evaluation.rule import Rule, rule_of
from cases.models import Caller, Case, Mark
from cases.papers.samples import CASE
from govmap.lib.sealed import mask_name, mask_phone
from govmap.lib.times import span
from workflow.dossier import Step
from workflow.models import Attachment, PrintedPaper
from workflow.own_labels import INTERNAL
from workflow.papers.about import About, Found, Teller, register
from workflow.papers.filling import effects_done
from workflow.papers.masking import without_numbers
from workflow.papers.printing import MOST_AT_ONCE
from workflow.papers.shapes import Shape

PHOTO: Shape = {"uuid": _("the photo: write {{ photo.uuid|picture }}"),
                "caption": _("what it shows, and when")}  # fmt: skip
SAID: Shape = {
    "at": _("when"),
    "by": _("who"),
    "unit": _("of which unit"),
    "reason": _("reason chosen"),
    "text": _("what was said"),
}


@register
class CasePapers(About):
    """案卷 and whatever is printed of a case."""

    kind = Case.KIND
    title = _("case")
    unit_names = Case.RELATED_UNITS
    shape = {
        "case": {
            "number": _("number of the case"),
            "category": _("class"),
            "main": _("main class"),
            "process": _("process"),
            "state": _("where it stands"),
            "source": _("source"),
            "address": _("address"),
            "street": _("street"),
            "community": _("community"),
            "cell": _("grid cell"),
            "reported_at": _("when it was reported"),
            "reporter": _("who reported it"),
            "text": _("what was reported"),
            "urgent": _("whether it is urgent"),
            "supervised": _("whether it is under supervision"),
            "urged": _("how often it was urged"),
        },
        "condition": {
            "text": _("filing condition"),
            "closing": _("closing condition"),
            "limit": _("limit"),
        },
        "clock": {
            "name": _("which limit it is"),
            "due": _("when it is due"),
            "met": _("when it was met"),
            "over": _("how long it is overdue"),
        },
        "host": {
            "name": _("host unit"),
            "since": _("since when"),
            "signed": _("when it signed"),
        },
        "assistants": [_("an assisting unit")],
        "dispatch": SAID,
        "supervision": SAID,
        "result": SAID,
        "before": [PHOTO],
        "after": [PHOTO],
        "steps": [{"label": _("the step"), "role": _("in which role"), **SAID}],
        "papers": [
            {
                "number": _("number of a paper printed before"),
                "title": _("title of that paper"),
                "day": _("its day"),
                "to": _("to whom"),
                "void": _("whether it was voided"),
            }
        ],
        "caller": {
            "name": _("caller, masked; on papers of the house only"),
            "phone": _("the number, masked; on papers of the house only"),
        },
    }

    def find(self, key: str, user: User) -> Found | None:
        try:
            uuid = UUID(key)
        except ValueError:
            return None
        case = whole(Case.objects.visible_to(user), user).filter(uuid=uuid).first()
        return found_of(case) if case else None

    def facts(self, found: Found, teller: Teller) -> Mapping[str, Any]:
        return _facts(Dossier(found.subject, teller.user), teller)

    def sample(self) -> Mapping[str, Any]:
        return CASE

    def first(self, user: User) -> Found | None:
        rows = whole(Case.objects.visible_to(user), user)
        case = rows.filter(events_count__gt=2).order_by("-pk").first()
        return found_of(case) if case else None

    def of_day(self, user: User, day: date) -> Sequence[Found]:
        """Those dispatched that day in the streets that are the person's work."""
        marks = Mark.objects.filter(measure="dispatches", day=day, delta__gt=0)
        if not user.sees_district:
            marks = marks.filter(street__in=user.unit_ids)
        ids = marks.order_by("-case").values_list("case", flat=True).distinct()
        cases = whole(Case.objects.visible_to(user), user)
        rows = cases.filter(pk__in=list(ids[:MOST_AT_ONCE])).order_by("-pk")
        return [found_of(case) for case in rows]


def found_of(case: Case) -> Found:
    return Found(
        kind=Case.KIND,
        key=str(case.uuid),
        label=f"{case.number} {case.category}",
        subject=case,
        units=case.related_units,
        url=reverse("cases:case", args=[case.uuid]),
        phase=case.state.phase,
        effects=effects_done(case),
    )


def _facts(dossier: Dossier, teller: Teller) -> dict[str, Any]:
    case, say = dossier.case, _Saying(teller.leaves)
    steps = [step for step in dossier.history if step.event.verb not in INTERNAL]
    host, done = dossier.host, dossier.after
    return {
        "case": _case(dossier, say),
        "condition": _condition(case),
        "clock": _clock(dossier),
        "host": {
            "name": host.unit.name if host else "",
            "since": host.assigned_at if host else "",
            "signed": host.signed_at if host else "",
        },
        "assistants": [part.unit.name for part in dossier.assistants],
        "dispatch": say.last(case, steps, lambda rule: rule.hosts),
        "supervision": say.last(case, steps, lambda rule: "supervisions" in rule.adds),
        "result": say.step(done) if done else {},
        "before": list(say.photos(dossier.photos, steps)),
        "after": list(say.photos(done.photos, [done])) if done else [],
        "steps": [say.step(step) for step in steps],
        "papers": list(_printed(case)),
        "caller": _caller(case, teller),
    }


class _Saying:
    """Says things as the paper may tell them."""

    def __init__(self, leaves: bool) -> None:
        self.leaves = leaves

    def text(self, text: str) -> str:
        return without_numbers(text) if self.leaves else text

    def name(self, name: str) -> str:
        return mask_name(name) if self.leaves else name

    def step(self, step: Step) -> dict[str, Any]:
        said = [step.unit, *getattr(step, "said", []), step.text]
        return {
            "at": step.event.happened_at,
            "by": self.name(step.actor),
            "unit": step.event.unit.name,
            "role": step.role,
            "label": step.label,
            "reason": step.reason,
            "text": self.text("；".join(part for part in said if part)),
        }

    def last(
        self, case: Case, steps: list[Step], is_meant: Callable[[Rule], bool]
    ) -> dict[str, Any]:
        """The last step by a move that counts as what is meant."""
        wanted = {
            (move.verb, move.from_state.code if move.from_state else "")
            for move in case.process.moves
            if is_meant(rule_of(move))
        }
        found = [s for s in steps if (s.event.verb, s.event.from_state) in wanted]
        if not found:
            return {}
        return {**self.step(found[-1]), "text": self.text(found[-1].text)}

    def photos(
        self, photos: Iterable[Attachment], steps: Sequence[Step]
    ) -> Iterable[dict[str, Any]]:
        by_event = {step.event.pk: step for step in steps}
        for photo in photos:
            step = by_event.get(photo.event_id or 0)
            moment = photo.taken_at or (step.event.happened_at if step else None)
            yield {
                "uuid": str(photo.uuid),
                "caption": _caption(step.label if step else "", moment),
            }


def _caption(label: str, moment: Any) -> str:
    said = f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
    return " ".join(part for part in (label, said) if part)


def _case(dossier: Dossier, say: _Saying) -> dict[str, Any]:
    case, category = dossier.case, dossier.case.category
    return {
        "number": case.number,
        "category": category.name,
        "main": category.parent.name if category.parent else "",
        "process": str(case.process),
        "state": case.state.label,
        "source": case.source_label,
        "address": case.address,
        "street": case.street.name,
        "community": case.community.name if case.community else "",
        "cell": case.cell.code if case.cell else "",
        "reported_at": case.reported_at,
        "reporter": say.name(dossier.reporter),
        "text": say.text(dossier.before.text if dossier.before else ""),
        "urgent": case.urgent,
        "supervised": case.supervised,
        "urged": case.urged,
    }


def _condition(case: Case) -> dict[str, Any]:
    rule = case.condition
    if rule is None:
        return {}
    then = f"，{rule.second_label}" if rule.second_label else ""
    return {
        "text": rule.text,
        "closing": rule.closing,
        "limit": f"{rule.limit_label}{then}",
    }


def _clock(dossier: Dossier) -> dict[str, Any]:
    """The limit that presses, or that of the disposal, which ended last."""
    running, limit = dossier.limits, dossier.clock
    if limit is None:
        return {}
    name = next((label for label, row in running if row.pk == limit.pk), "")
    late = limit.overtime if limit.met_at and limit.overtime else None
    return {
        "name": name,
        "due": limit.due_at,
        "met": limit.met_at,
        "over": span(late) if late else "",
    }


def _printed(case: Case) -> Iterable[dict[str, Any]]:
    rows = PrintedPaper.objects.listed().of(Case.KIND, str(case.uuid))
    for row in rows.order_by("pk"):
        yield {
            "number": row.number,
            "title": row.template.titles.get("zh-hans", ""),
            "day": row.printed_at,
            "to": row.to_name,
            "void": row.is_void,
        }


def _caller(case: Case, teller: Teller) -> dict[str, str]:
    """For the desk and who supervises it, masked; for departments there is none."""
    if teller.leaves or teller.post.role not in DESK | SUPERVISES:
        return {}
    row = Caller.objects.filter(case=case).first()
    if row is None:
        return {}
    return {
        "name": mask_name(row.name.open() if row.name else ""),
        "phone": mask_phone(row.phone.open() if row.phone else ""),
    }
