"""Patrols of the test site: every day, over two cells of the first community."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import Unit, User
from cases.models import Patrol
from cases.patrols.planning import Plan, plan
from tests.sites import package

CELLS = [package.cell_code(1, 1, 1), package.cell_code(1, 1, 2)]


def planned(by: User, **more: Any) -> Patrol:
    said: dict[str, Any] = {
        "title": "早间巡查",
        "cells": CELLS,
        "days": range(7),
        "times": 1,
        "starts_on": timezone.localdate().replace(day=1),
    }
    unit = Unit.objects.get(code="110109001")
    return plan(by, unit, uuid4(), Plan(**{**said, **more}))
