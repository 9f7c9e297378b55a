"""A survey, a patrol and a complaint of each side, for walks over every endpoint."""

from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from accounts.models import User
from cases.feedback.sending import send
from cases.models import Case
from cases.patrols.planning import Plan, plan
from cases.surveys.making import make
from tests.cases.surveying import asked

PEOPLE = {"own": ("desk", "grid_worker"), "foreign": ("outsider", "outsider_worker")}


def arguments(case: Case, side: str) -> dict[str, dict[str, Any]]:
    """What the addresses need, on the ground of the case."""
    desk, worker = (User.objects.get(username=name) for name in PEOPLE[side])
    assert case.community and case.cell
    said = asked(communities=[case.community.code])
    survey = make(desk, case.street, uuid4(), said)
    today = timezone.localdate()
    rounds = Plan("巡查", [case.cell.code], range(7), 6, today)
    patrol = plan(desk, case.street, uuid4(), rounds)
    row = send(worker, uuid=uuid4(), kind="other", text="不便")
    item = {"uuid": survey.uuid, "item": survey.items.earliest("pk").uuid}
    return {
        "survey": {"uuid": survey.uuid},
        "survey_item": item,
        "survey_photo": {**item, "photo": UUID(int=0)},
        "patrol": {"uuid": patrol.uuid},
        "feedback": {"uuid": row.uuid},
        "track_worker": {"key": "nobody"},
        "part": {"code": "11010901001000001"},
    }
