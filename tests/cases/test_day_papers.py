"""值班日志 and 日报: what happened on a unit's day."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Unit
from cases import stand_ins
from cases.papers.day import KINDS, found_of, key_of
from cases.papers.day_figures import change
from tests.cases.papering import pages_of, template
from workflow.models import Shift, ShiftKind
from workflow.papers import about
from workflow.papers.errors import MayNotPrint
from workflow.papers.printing import print_paper


@pytest.fixture
def street(db):
    return Unit.objects.get(code="110109001")


def day_paper(user, unit, code, **answers):
    found = found_of(unit, timezone.localdate())
    return print_paper(template(code), found, user, uuid=uuid4(), sent=answers)


def test_a_report_has_the_figures_of_the_day(make_case, people, street):
    case = make_case(phase="resolve")
    text = "".join(pages_of(day_paper(people["desk"], street, "daily_report")))
    assert "上报案件 1 件" in text and case.category.name in text
    assert "环卫中心" in text and "东街第1社区" in text


def test_a_log_names_who_was_on_duty_and_who_stood_in(people, street):
    now = timezone.now()
    lasts = (now - timedelta(hours=1), now + timedelta(hours=8))
    away, by = people["dispatcher"], people["volunteer"]
    stand_ins.begin(away, by, stand_ins.DateTimeTZRange(*lasts), "")
    text = "".join(
        pages_of(day_paper(people["desk"], street, "duty_log", notes="平安"))
    )
    assert str(by) in text and f"代 {away}" in text and "平安" in text


def test_the_district_sums_up_its_streets(make_case, people):
    make_case(phase="resolve")
    make_case(street=2)
    whole = Unit.objects.get(code="110109")
    paper = day_paper(people["supervisor"], whole, "daily_report")
    assert "上报案件 2 件" in "".join(pages_of(paper))
    assert "东街街道" in paper.html and "西街街道" in paper.html


def test_another_street_prints_no_day_of_this(people, street):
    with pytest.raises(MayNotPrint):
        day_paper(people["outsider"], street, "daily_report")


@pytest.mark.parametrize(
    "key", ["x", "110109001:2026-13-01", "110109001001:2026-01-01"]
)
def test_what_is_no_day_is_not_found(people, key):
    assert about.KINDS["day"].find(key, people["desk"]) is None


def test_tomorrow_is_not_found(people, street):
    key = key_of(street, timezone.localdate() + timedelta(days=1))
    assert about.KINDS["day"].find(key, people["desk"]) is None


@pytest.mark.parametrize(
    ("now", "then", "said"), [(3, 2, "+1（+50.0%）"), (2, 2, "持平"), (1, 0, "+1")]
)
def test_a_change_is_said(now, then, said):
    assert change(now, then) == said


def test_a_day_costs_no_more_with_more_cases(
    make_case, people, street, django_assert_max_num_queries
):
    for _ in range(3):
        make_case(phase="resolve")
    with django_assert_max_num_queries(45):
        day_paper(people["desk"], street, "daily_report")
    assert Unit.Kind.STREET in KINDS


def test_a_log_names_who_was_on_duty_by_the_roster(people, street):
    kind = ShiftKind.objects.get(code="night")
    day = timezone.localdate()
    Shift.objects.create(
        unit=street, kind=kind, day=day, person=people["filer"], part="chief"
    )
    text = "".join(pages_of(day_paper(people["desk"], street, "duty_log")))
    assert f"{people['filer']}（夜班值班长）" in text
    assert str(people["dispatcher"]) not in text
