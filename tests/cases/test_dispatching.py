"""Which department a case goes to, and why."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership, Unit
from cases.dispatching import Rulebook, barred, is_of_street, propose
from cases.models import Case, DispatchRule, Duty, StandIn
from cases.rule_tables import write_duties, write_rules
from govmap.lib.errors import BadInput
from govmap.lib.trial import refuse
from tests.cases.driving import litter
from tests.sites import package
from workflow.engine import act, moves_open_to
from workflow.errors import BadEvidence
from workflow.models import Category

STREET = "110109001"


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def rule(department: str, **about) -> DispatchRule:
    return DispatchRule.objects.create(department=unit(department), **about)


@pytest.fixture
def case(make_case) -> Case:
    return Case.objects.get(pk=make_case("dispatch").pk)


@pytest.fixture
def street_team(db) -> Unit:
    return Unit.objects.create(
        code="110109001-team", name="街道队", kind="team", parent=unit(STREET)
    )


def test_without_a_rule_it_is_the_department_of_the_condition(case):
    found = propose(case)
    assert (found.unit.code, found.rule) == ("sanitation", None)
    assert found.why


def test_without_rule_and_condition_nobody_is_guessed(make_case):
    assert propose(make_case("collect")).unit is None


def test_a_rule_goes_before_the_condition(case):
    made = rule("gardens", category=litter())
    found = propose(case)
    assert (found.unit.code, found.rule) == ("gardens", made)
    assert str(litter()) in found.why


@pytest.mark.parametrize("named", ["class", "street", "community", "cells"])
def test_the_more_specific_rule_wins(case, named):
    rule("gardens", category=litter().parent)
    more = {
        "class": {"category": litter()},
        "street": {"category": litter().parent, "street": case.street},
        "community": {"category": litter().parent, "community": case.community},
        "cells": {"category": litter().parent, "cells": [case.cell.code]},
    }[named]
    rule("team", **more)
    assert propose(case).unit.code == "team"


def test_a_subclass_goes_before_an_area(case):
    rule("team", category=litter().parent, cells=[case.cell.code])
    rule("gardens", category=litter())
    assert propose(case).unit.code == "gardens"


def test_a_rule_of_elsewhere_does_not_count(case):
    rule("team", street=unit("110109002"))
    rule("team", cells=[package.cell_code(2, 1, 1)])
    assert propose(case).rule is None


def test_a_retired_rule_does_not_count(case):
    rule("team", category=litter(), retired_at=timezone.localdate())
    assert propose(case).rule is None


def test_a_unit_that_stands_in_is_proposed_and_said(case):
    now = timezone.now()
    span = (now - timedelta(hours=1), now + timedelta(hours=1))
    StandIn.objects.create(unit=unit("sanitation"), by_unit=unit("team"), lasts=span)
    assert propose(case).unit.code == "team"
    assert propose(case, now + timedelta(hours=2)).unit.code == "sanitation"


def test_what_was_withdrawn_goes_to_the_department_above(case, street_team):
    duty = Duty.objects.create(
        code="W1", title="某事", kind="withdrawn", department=unit("gardens")
    )
    rule(street_team.code, category=litter(), duty=duty)
    assert propose(case).unit.code == "gardens"
    assert "某事" in barred(case, street_team)
    assert not barred(case, unit("gardens"))


def test_the_units_of_a_street_are_known_by_their_parents(street_team):
    assert is_of_street(street_team)
    assert is_of_street(unit(STREET))
    assert is_of_street(unit(f"{STREET}001"))
    assert not is_of_street(unit("sanitation"))


def test_a_proposal_costs_two_queries(case, django_assert_num_queries):
    rule("gardens", category=litter())
    row = Case.objects.select_related("category", "condition__department", "cell")
    found = row.get(pk=case.pk)
    with django_assert_num_queries(2):
        propose(found)


AREAS = st.fixed_dictionaries(
    {
        "category": st.sampled_from([None, "main", "sub"]),
        "cells": st.booleans(),
        "community": st.booleans(),
        "street": st.booleans(),
    }
)


@given(st.lists(AREAS, min_size=1, max_size=8))
def test_no_rule_that_fits_is_more_specific_than_the_one_taken(abouts):
    """Against the ranks written out."""
    main, street, community = Category(pk=1), Unit(pk=1), Unit(pk=2)
    sub = Category(pk=2, parent=main)
    case = Case(category=sub, street=street, community=community)
    case.cell = Case.cell.field.related_model(code="1" * 15)
    rules = [
        DispatchRule(
            pk=number,
            category={None: None, "main": main, "sub": sub}[about["category"]],
            cells=["1" * 15] if about["cells"] else [],
            community=community if about["community"] else None,
            street=street if about["street"] else None,
        )
        for number, about in enumerate(abouts)
    ]
    book = Rulebook({key: [r for r in rules if r.category_id == key] for key in KEYS})
    ranks = [
        (
            [None, "main", "sub"].index(a["category"]),
            a["cells"],
            a["community"],
            a["street"],
        )
        for a in abouts
    ]
    assert book.rule_for(case).pk == ranks.index(max(ranks))


KEYS = (None, 1, 2)

# Tables


def lines(columns: str, *rows: str) -> list[tuple[str, dict[str, str]]]:
    names = columns.split(",")
    cells = [dict(zip(names, row.split(","), strict=True)) for row in rows]
    return [(f"line {number}", row) for number, row in enumerate(cells, start=2)]


RULES = "kind,class,street,community,cells,department,duty"


def test_the_table_is_read_and_read_again_changes_nothing(db):
    write_duties(lines("code,title,kind", "J1,清扫保洁,基本履职"), refuse)
    rows = lines(RULES, f"event,06010,{STREET},,,team,J1", "event,06,,,,gardens,J1")
    write_rules(rows, refuse)
    before = list(DispatchRule.objects.values())
    write_rules(rows, refuse)
    assert list(DispatchRule.objects.values()) == before
    assert DispatchRule.objects.get(category=litter()).duty.code == "J1"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("event,88888,,,,team,", "88888"),
        ("event,06010,110109,,,team,", "110109"),
        ("event,06010,110109002,110109001001,,team,", "another street"),
        ("event,06010,,,123,team,", "15 digits"),
        ("event,06010,,,,navy,", "navy"),
        ("event,06010,,,,team,J9", "J9"),
        ("event,06010,,,,110109001,W1", "withdrawn"),
        ("event,06010,,,,team,", "list of duties"),
    ],
)
def test_a_rule_that_cannot_be_says_why(db, row, sentence):
    write_duties(lines("code,title,kind", "W1,某事,withdrawn"), refuse)
    with translation.override("en"), pytest.raises(BadInput, match=sentence):
        write_rules(lines(RULES, row), refuse)


# At the desk


def test_the_desk_is_told_why(case, people, signed_in):
    rule("gardens", category=litter())
    page = signed_in(people["dispatcher"]).get(f"/cases/{case.uuid}/")
    assert str(litter()) in page.content.decode().split("field-why")[1]


def test_what_was_withdrawn_cannot_be_sent_to_a_street(case, people, street_team):
    duty = Duty.objects.create(
        code="W1", title="某事", kind="withdrawn", department=unit("gardens")
    )
    rule("gardens", category=litter(), duty=duty)
    post = Membership.objects.get(user=people["team_handler"])
    Membership.objects.create(
        user=post.user, unit=street_team, role=post.role, valid=post.valid
    )
    with pytest.raises(BadEvidence) as refused:
        send(case, people["dispatcher"], street_team.code)
    assert "某事" in refused.value.text
    send(case, people["dispatcher"], "gardens")


def send(case, by, code: str):
    (move,) = [m for m in moves_open_to(case, by) if "unit" in m.evidence and m.primary]
    return act(case, move.verb, by=by, act_id=uuid4(), evidence={"unit": code})
