"""Several workers at once, on connections of their own; and how they are woken."""

from collections import Counter

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.workflow.streams import in_threads
from workflow import notices
from workflow.channels import jobs, routing, sending
from workflow.channels.waking import CARRY
from workflow.models import Delivery, DeliveryItem, Notice

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = {"title": {"zh-hans": "请尽快处置"}}
MANY = 12


@pytest.fixture
def told(people, rule, reached):
    """A dozen notices of the handler's that wait to be carried."""
    rule()
    reached(people["handler"])
    for number in range(MANY):
        notices.notify(
            None, "x", people=[people["handler"].pk], key=f"k{number}", data=TITLE
        )


def waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=CARRY, status="todo").count()


def test_four_workers_send_each_message_once(told, gateway):
    in_threads(*[routing.route_all] * 4)
    assert DeliveryItem.objects.count() == MANY
    in_threads(*[sending.send_due] * 4)
    keys = Counter(request.headers["Idempotency-Key"] for request in gateway.got)
    assert len(keys) == MANY and set(keys.values()) == {1}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_four_workers_make_one_digest(people, rule, channel, reached, gateway):
    rule(channel=channel(digest_at=["08:30"]), gathered=True)
    reached(people["handler"])
    routing.AT_ONCE, kept = 2, routing.AT_ONCE
    try:
        for _ in range(MANY):
            notices.notify(None, "x", people=[people["handler"].pk], data=TITLE)
        in_threads(*[routing.route_all] * 4)
    finally:
        routing.AT_ONCE = kept
    assert Delivery.objects.count() == 1 and DeliveryItem.objects.count() == MANY


def test_telling_wakes_one_job_after_the_commit(told, people):
    before = waiting_jobs()
    with transaction.atomic():
        for _ in range(3):
            notices.notify(None, "x", people=[people["handler"].pk], data=TITLE)
    assert (before, waiting_jobs()) == (1, 1)


def test_what_is_rolled_back_is_told_to_nobody(people, rule, reached, gateway):
    rule()
    reached(people["handler"])
    with pytest.raises(RuntimeError), transaction.atomic():
        notices.notify(None, "x", people=[people["handler"].pk], data=TITLE)
        raise RuntimeError
    jobs.carry_notices(0)
    assert not gateway.got and not Notice.objects.filter(what="x").exists()


def test_the_job_carries_what_waits_and_asks_for_more(told, gateway, monkeypatch):
    monkeypatch.setattr(sending, "RUN_SECONDS", 0)
    jobs.carry_notices(0)
    assert not gateway.got and waiting_jobs() == 1
    monkeypatch.undo()
    jobs.carry_notices(0)
    assert len(gateway.got) == MANY
