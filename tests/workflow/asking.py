"""Cases of the process in ``asking.json``: requests, stage limits, a suspension."""

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from accounts.models import User
from cases.intake import report
from cases.models import Case
from tests.cases.driving import litter
from tests.sites import package
from workflow.engine import act
from workflow.loading import load_processes
from workflow.models import Condition, Event, Process

DATA = Path(__file__).parent / "asking.json"


def load(folder: Path) -> Process:
    """Load the process; it becomes the default of cases."""
    shutil.copy(DATA, folder / "asking.json")
    list(load_processes(folder))
    return Process.objects.current("case")


def tell(people: dict[str, User]) -> Case:
    place = {"category": litter().pk, "place": list(package.inside(1, 1, 1))}
    return report(by=people["grid_worker"], uuid=uuid4(), evidence=place)[0]


def do(case: Case, verb: str, by: User, **evidence: Any) -> Event:
    return act(case, verb, by=by, act_id=uuid4(), evidence=evidence)


def at_work(people: dict[str, User]) -> Case:
    case = tell(people)
    condition = Condition.objects.get(category=litter()).pk
    do(case, "take", people["filer"], condition=condition, unit="sanitation")
    return Case.objects.get(pk=case.pk)


def begged(people: dict[str, User]) -> Case:
    case = at_work(people)
    do(case, "beg", people["handler"], note="雨天")
    return Case.objects.get(pk=case.pk)
