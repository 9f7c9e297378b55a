"""The five processes on the test site, and everybody who works by them."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from accounts.models import Membership, Unit, User
from cases.intake import report
from cases.models import Case
from govmap.lib.periods import SINCE_EVER
from tests.cases.driving import litter, photo_of
from tests.sites import package
from workflow.engine import act
from workflow.loading import load_processes
from workflow.models import Condition, Event, Transition

FOLDER = Path(__file__).parents[3] / "govmap" / "demo" / "processes"
CODES = ("street", "district", "hotline", "community", "emergency")
DATA = {
    code: json.loads((FOLDER / f"{code}.json").read_text("utf-8")) for code in CODES
}
STREET, DISTRICT = "110109001", package.DISTRICT
# Whom the small test site lacks.
MORE = {
    "district_acceptor": [(DISTRICT, "acceptor")],
    "district_filer": [(DISTRICT, "filer")],
    "district_dispatcher": [(DISTRICT, "dispatcher")],
    "street_leader": [(STREET, "leader")],
    "other_community_worker": [(f"{STREET}001", "community_worker")],
    "other_clerk": [("gardens", "unit_clerk")],
}
# Who tells a case of each process, and what makes it take the case.
TOLD = {
    "street": ("grid_worker", {}),
    "district": ("inspector", {}),
    "hotline": ("acceptor", {"source": "hotline", "note": "路灯不亮"}),
    "community": ("community_worker", {}),
    "emergency": ("grid_worker", {"urgent": "yes"}),
}


def load_all() -> None:
    list(load_processes(FOLDER))


def staff(people: dict[str, User]) -> dict[str, User]:
    """Those of the site, and who else works by the processes."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    found = {name: user for name, user in people.items() if user.posts}
    for name, held in MORE.items():
        user = User.objects.create(username=name, name=name)
        for unit, role in held:
            Membership.objects.create(
                user=user, unit=units[unit], role=role, valid=SINCE_EVER
            )
        found[name] = user
    return found


def tell(code: str, people: dict[str, User], **evidence: Any) -> Case:
    name, told = TOLD[code]
    given = {"category": litter().pk, "place": list(package.inside(1, 1, 1))}
    case, _event = report(
        by=people[name], uuid=uuid4(), evidence={**given, **told, **evidence}
    )
    assert case.process.code == code
    return case


def do(case: Case, verb: str, by: User, /, **evidence: Any) -> Event:
    """One act; what it cannot do without is given where nothing is said."""
    row = Case.objects.get(pk=case.pk)
    here = row.moves_from_here()
    move = next((move for move in here if move.verb == verb), None)
    given = {**(evidence_of(move, by) if move else {}), **evidence}
    return act(row, verb, by=by, act_id=uuid4(), evidence=given)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def evidence_of(move: Transition, user: User) -> dict[str, Any]:
    """Something of each kind that the move cannot do without."""
    return {
        name: _given(name, move, user)
        for name, spec in move.evidence.items()
        if spec.get("required")
    }


def _given(name: str, move: Transition, user: User) -> Any:
    match name:
        case "photos":
            return [str(photo_of(user))]
        case "reason":
            return move.reasons[0]["code"]
        case "condition":
            return Condition.objects.get(category=litter()).pk
        case "until":
            return "2027-01-31"
        case "case":
            return _other_case(user).number
    return {
        "category": litter().pk,
        "place": list(package.inside(1, 1, 1)),
        "street": "110109002",
        "source": "phone",
        "unit": "sanitation",
        "units": ["gardens"],
        "note": "说明",
    }[name]


def _other_case(user: User) -> Case:
    """One that runs, near by: what a merging needs."""
    person = User.objects.get(username="other_worker")
    place = {"category": litter().pk, "place": list(package.inside(1, 1, 2))}
    return report(by=person, uuid=uuid4(), evidence=place)[0]
