"""Posts: who sees what follows from what is valid today."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from accounts.models import Membership, Unit, User


@pytest.fixture
def newcomer(db):
    return User.objects.create(username="newcomer", name="演示新人")


def post(user, role, *, days):
    """A post in the first street from now for so many days, or ended so many ago."""
    now = timezone.now()
    first, last = sorted([now, now + timedelta(days=days)])
    street = Unit.objects.get(code="110109001")
    valid = DateTimeTZRange(first, last)
    return Membership.objects.create(user=user, unit=street, role=role, valid=valid)


def test_a_post_that_ended_gives_nothing(newcomer, make_case):
    post(newcomer, "filer", days=-3)
    assert not newcomer.unit_ids


def test_a_running_post_shows_the_unit(newcomer):
    post(newcomer, "filer", days=3)
    assert newcomer.unit_ids == {Unit.objects.get(code="110109001").pk}


def test_the_same_post_cannot_run_twice_at_once(newcomer):
    post(newcomer, "filer", days=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        post(newcomer, "filer", days=5)


@pytest.mark.parametrize(
    "role", ["system", "security", "audit", "volunteer", "steward"]
)
def test_some_roles_see_no_cases_of_their_unit(newcomer, role):
    post(newcomer, role, days=3)
    assert not newcomer.unit_ids


@pytest.mark.parametrize(
    ("username", "sees"),
    [("supervisor", True), ("leader", True), ("audit", False), ("desk", False)],
)
def test_the_whole_district_is_for_those_who_supervise_it(people, username, sees):
    assert people[username].sees_district is sees
