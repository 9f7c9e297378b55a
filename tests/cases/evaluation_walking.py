"""Random histories by real acts, for the figures to be compared with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import Unit, User
from cases.evaluation import reports
from cases.models import Case, CountAppeal, EvaluationReport, Publication
from cases.openings import opening_for
from govmap.lib.errors import DomainError
from tests.cases.driving import litter, photo_of
from tests.sites import package
from workflow.engine import act, begin, moves_open_to
from workflow.models import Condition, Transition

WALKERS = [
    *("clerk", "handler", "other_worker", "filer", "dispatcher", "supervisor"),
    *("grid_worker", "outsider", "inspector"),
]
GIVEN = {
    "unit": "sanitation",
    "units": ["gardens"],
    "note": "说明",
    "position": [*package.inside(1, 1, 1), 12.0],
    "street": "110109002",
    "limit": 1,
    "source": "hotline",
}


MADE = {"photos", "reason", "condition", "category", "place", "until", "case"}
KNOWN = MADE | set(GIVEN)


def wanted(move: Transition) -> set[str]:
    return {name for name, spec in move.evidence.items() if spec.get("required")}


def evidence_of(move: Transition, user: User, moment: datetime) -> dict[str, Any]:
    """Something of each kind that the move cannot do without."""
    made = {
        "photos": lambda: [str(photo_of(user))],
        "reason": lambda: move.reasons[0]["code"],
        "condition": lambda: Condition.objects.get(category=litter()).pk,
        "category": lambda: litter().pk,
        "place": lambda: list(package.inside(1, 1, 1)),
        "until": lambda: str(timezone.localdate(moment) + timedelta(days=2)),
        "case": lambda: Case.objects.order_by("pk")[0].number,
    }
    return {
        name: made[name]() if name in made else GIVEN[name] for name in wanted(move)
    }


def tell(by: User, moment: datetime) -> Case:
    """A case that was told at that moment."""
    draft = Case(uuid=uuid4(), reporter=by, reported_at=moment)
    evidence = {"category": litter().pk, "place": list(package.inside(1, 1, 1))}
    draft.process, opening = opening_for(draft, by, evidence)
    begin(
        draft,
        opening.verb,
        by=by,
        act_id=draft.uuid,
        evidence=evidence,
        happened_at=moment,
    )
    return draft


def wander(case: Case, people: dict[str, User], steps: Any, moment: datetime) -> None:
    """Each step: (who begins to be asked, which of his moves, hours since the last).

    Whoever is first found to have something to do, does it; two times of three what
    leads on, so that the walk comes to its end and back.
    """
    for start, number, hours in steps:
        case = Case.objects.get(pk=case.pk)
        moment += timedelta(hours=hours)
        asked = (people[name] for name in (*WALKERS[start:], *WALKERS[:start]))
        able = ((user, open_to(case, user, on=number % 3 > 0)) for user in asked)
        user, moves = next((pair for pair in able if pair[1]), (None, []))
        if user is None:
            return
        move = moves[number // 3 % len(moves)]
        evidence = evidence_of(move, user, moment)
        try:
            act(
                case,
                move.verb,
                by=user,
                act_id=uuid4(),
                evidence=evidence,
                happened_at=moment,
            )
        except DomainError:
            continue


def open_to(case: Case, user: User, *, on: bool) -> list[Transition]:
    """His moves; ``on``: only those that lead on, by a good check or a failed one.

    Those are passed over that want something which is not made here.
    """
    moves = [move for move in moves_open_to(case, user) if wanted(move) <= KNOWN]
    return [move for move in moves if move.primary or move.barred] if on else moves


def publication_of() -> Publication:
    """Last month, open for appeals for ever."""
    today = timezone.localdate()
    last = today.replace(day=1) - timedelta(days=1)
    made, _new = Publication.objects.get_or_create(
        first_day=last.replace(day=1),
        last_day=last,
        defaults={
            "opened_by": User.objects.get(username="supervisor"),
            "opened_at": timezone.now(),
            "appeals_until": timezone.now() + timedelta(days=300),
        },
    )
    return made


def appeal_of(case: Case) -> CountAppeal:
    """The street objects to how the case is counted."""
    made, _new = CountAppeal.objects.get_or_create(
        publication=publication_of(),
        case=case,
        unit=case.street,
        measure="filings",
        defaults={
            "why": "x",
            "asked_by": User.objects.get(username="desk"),
            "asked_at": timezone.now(),
        },
    )
    return made


def report_of(street: Unit) -> EvaluationReport:
    """The street's own, made and on disk."""
    today = timezone.localdate()
    made, new = EvaluationReport.objects.get_or_create(
        street=street,
        first_day=today,
        last_day=today,
        form=EvaluationReport.Form.SHEET,
        defaults={
            "asked_by": User.objects.get(username="supervisor"),
            "asked_at": timezone.now(),
        },
    )
    if new:
        reports.make(made)
    return made
