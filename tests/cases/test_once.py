"""What comes in twice at once is kept once, and both are told the same."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Unit
from cases.feedback.sending import send
from cases.patrols.planning import Plan, plan
from cases.surveys.making import make
from tests.cases.patrolling import CELLS
from tests.cases.surveying import STREET, asked


def twice(act):
    together = Barrier(2)

    def one(_turn):
        try:
            together.wait(timeout=30)
            return act().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return set(pool.map(one, range(2)))


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_makes_one_of_each(people):
    desk, street = people["desk"], Unit.objects.get(code=STREET)
    uuid, rounds = uuid4(), Plan("巡查", CELLS, range(7), 1, timezone.localdate())
    for act in (
        lambda: send(desk, uuid=uuid, kind="other", text="不便"),
        lambda: plan(desk, street, uuid, rounds),
        lambda: make(desk, street, uuid, asked()),
    ):
        assert len(twice(act)) == 1
