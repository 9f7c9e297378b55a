"""What of the cases a shift hands over, and what stays red."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from workflow.models import Deadline, Handover, HandoverMatter
from workflow.roster import handing, matters
from workflow.roster.matters import left_over

STREET = "110109001"


@pytest.fixture
def street(db):
    return Unit.objects.get(code=STREET)


def limits(case, **ahead):
    """All its limits are due so far ahead of now."""
    due = timezone.now() + timedelta(**ahead)
    rows = Deadline.objects.filter(kind="case", subject_id=case.pk)
    rows.update(started_at=due - timedelta(days=5), yellow_at=due, due_at=due)


def named(unit, user):
    note = handing.write(unit, user, uuid=uuid4())
    return {(row.source, row.number): row for row in note.matters.all()}


def test_overdue_soon_and_urgent_cases_are_named(make_case, people, street):
    late, soon, later = (make_case(phase="resolve") for _ in range(3))
    limits(late, hours=-2), limits(soon, hours=3), limits(later, days=9)
    urgent = make_case(phase="resolve")
    type(urgent).objects.filter(pk=urgent.pk).update(urgent=True)
    limits(urgent, hours=-1)
    found = named(street, people["desk"])
    assert set(found) == {
        ("overdue", late.number),
        ("soon", soon.number),
        ("urgent", urgent.number),  # once, under what presses most
    }


def test_another_streets_cases_are_not_named(make_case, people, street):
    limits(make_case(phase="dispatch", street=2), hours=-2)
    assert named(street, people["desk"]) == {}


def test_a_department_hands_over_what_it_disposes_of(make_case, people):
    case = make_case(phase="resolve")
    limits(case, hours=-2)
    limits(make_case(phase="dispatch"), hours=-2)
    found = named(Unit.objects.get(code="sanitation"), people["handler"])
    assert set(found) == {("overdue", case.number)}


def test_what_was_not_taken_over_stays_red_and_is_named_again(
    make_case, people, signed_in, street
):
    one, two = make_case(phase="resolve"), make_case(phase="resolve")
    limits(one, hours=-2), limits(two, hours=-1)
    rows = named(street, people["desk"])
    note = Handover.objects.get()
    handing.sign(note, people["filer"], [rows["overdue", one.number].pk])
    assert [row.number for row in left_over(street.pk)] == [two.number]
    page = signed_in(people["desk"]).get(reverse("roster:handovers"))
    assert two.number in page.content.decode()
    again = named(street, people["filer"])
    assert ("left", two.number) in again and ("overdue", one.number) in again


def test_only_the_last_signed_note_leaves_anything(
    make_case, people, street, django_assert_max_num_queries
):
    cases = [make_case(phase="resolve") for _ in range(3)]
    for case in cases:
        limits(case, hours=-2)
        named(street, people["desk"])
        handing.sign(Handover.objects.latest("pk"), people["filer"], [])
    with django_assert_max_num_queries(2):
        found = left_over(street.pk)
    assert {row.number for row in found} == {case.number for case in cases}
    named(street, people["desk"])
    last, rows = Handover.objects.latest("pk"), HandoverMatter.objects
    taken = rows.filter(handover=last).values_list("pk", flat=True)
    handing.sign(last, people["filer"], list(taken))
    assert left_over(street.pk) == []


def test_what_a_note_leaves_out_is_said_to_be_more(
    make_case, people, signed_in, street, monkeypatch
):
    monkeypatch.setattr(matters, "NAMED_MOST", 1)
    for _ in range(3):
        limits(make_case(phase="resolve"), hours=-2)
    named(street, people["desk"])
    where = reverse("roster:handover", args=[Handover.objects.get().uuid])
    page = signed_in(people["filer"]).get(where).content.decode()
    assert "另有至少 2 项未列出" in page


def test_who_takes_it_later_takes_it_off(make_case, people, street):
    limits(make_case(phase="resolve"), hours=-2)
    rows = named(street, people["desk"])
    note = handing.sign(Handover.objects.get(), people["filer"], [])
    assert handing.take(note, people["desk"], [row.pk for row in rows.values()]) == 1
    assert left_over(street.pk) == []


def test_what_is_closed_since_is_not_red(make_case, people, street, monkeypatch):
    case = make_case(phase="resolve")
    limits(case, hours=-2)
    named(street, people["desk"])
    handing.sign(Handover.objects.get(), people["filer"], [])
    done = next(s for s in case.process.states.all() if s.phase == "done")
    type(case).objects.filter(pk=case.pk).update(state=done)
    assert left_over(street.pk) == []


def test_a_note_asks_the_same_however_many_cases(
    make_case, people, street, django_assert_max_num_queries
):
    for _ in range(5):
        limits(make_case(phase="resolve"), hours=-2)
    with django_assert_max_num_queries(40):
        named(street, people["desk"])


def test_a_note_keeps_what_it_said(make_case, people, signed_in, street):
    case = make_case(phase="resolve")
    limits(case, hours=-2)
    named(street, people["desk"])
    text = signed_in(people["filer"]).get(
        reverse("roster:handover", args=[Handover.objects.get().uuid])
    )
    assert reverse("cases:case", args=[case.uuid]) in text.content.decode()
