"""A supervisor more, rules, and cases that were closed yesterday."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from accounts.models import Membership, Unit, User
from cases.models import Sample, SamplingRule
from cases.reviewing import drawing
from tests.sites import package


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Draws think that it is tomorrow, so that what is closed now is of a day over."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(drawing, "today", lambda: tomorrow)
    return tomorrow - timedelta(days=1)


@pytest.fixture
def make_supervisor(db: None) -> Any:
    """Another supervisor of the centre."""

    def make(name: str) -> User:
        user = User.objects.create_user(name, password=package.PASSWORD)
        Membership.objects.create(
            user=user,
            unit=Unit.objects.get(kind=Unit.Kind.DISTRICT),
            role="supervisor",
            valid=DateTimeTZRange(timezone.now() - timedelta(days=9), None),
        )
        return user

    return make


@pytest.fixture
def rule(db: None) -> SamplingRule:
    """All that was closed in a day; the only rule in use."""
    SamplingRule.objects.update(retired=True)
    return SamplingRule.objects.create(
        code="every_closing", titles={"zh-hans": "全部"}, share=100
    )


@pytest.fixture
def make_sample(make_case: Any, rule: SamplingRule, today: Any) -> Any:
    """A closed case that was drawn for the supervisor."""

    def make(**more: Any) -> Sample:
        case = make_case("done", **more)
        drawing.draw(rule, today, today)
        return Sample.objects.get(case=case)

    return make
