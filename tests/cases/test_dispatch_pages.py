"""The administrator's pages of duties, dispatch rules and stand-ins."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from cases.dispatch_trial import try_table
from cases.models import Case, DispatchRule, Duty, StandIn
from cases.rule_tables import duty_state, rule_state
from govmap.lib.history import changes_of
from tests.cases.driving import litter
from workflow.models import Notice

STREET = "110109001"


@pytest.fixture
def system(signed_in, people) -> Client:
    return signed_in(people["system"])


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def duty(**more) -> Duty:
    return Duty.objects.create(
        **{"code": "J1", "title": "清扫保洁", "kind": "basic"} | more
    )


def sent_rule(**more) -> dict[str, object]:
    if "duty" not in more:
        more["duty"] = Duty.objects.get_or_create(code="J9", kind="basic")[0].pk
    rule = {"category": litter().pk, "department": unit("team").pk, "cells": ""}
    return rule | more


def test_a_rule_names_its_item_of_the_list_of_duties(system):
    old = DispatchRule.objects.create(category=litter(), department=unit("team"))
    for address in (
        reverse("cases:dispatch_new"),
        reverse("cases:dispatch_rule", args=[old.pk]),
    ):
        answer = system.post(address, sent_rule(duty=""))
        assert answer.status_code == 400
        assert "履职事项" in str(answer.context["form"].errors["duty"])


def test_rules_from_before_are_listed_as_needing_one(system):
    old = DispatchRule.objects.create(category=litter(), department=unit("team"))
    DispatchRule.objects.create(department=unit("team"), duty=duty())
    page = system.get(reverse("cases:dispatch"), {"needs_duty": ""})
    assert list(page.context["rules"]) == [old]
    assert (page.context["needing"], "待补事项" in page.content.decode()) == (1, True)


def test_a_table_without_items_is_refused_and_leaves_old_rules(system):
    DispatchRule.objects.create(category=litter(), department=unit("team"))
    content = "kind,class,street,department,duty\nevent,06010,,{},\n"
    troubles = []
    for department in ("team", "gardens"):
        file = SimpleUploadedFile("x.csv", content.format(department).encode())
        seen = system.post(reverse("cases:dispatch_take"), {"file": file})
        troubles.append(len(seen.context["trial"].troubles))
    assert troubles == [0, 1]


def test_a_duty_is_kept_on_record(system, people):
    sent = {"code": "J1", "title": "清扫保洁", "kind": "basic", "basis": "某条例"}
    assert system.post(reverse("cases:duty_new"), sent).status_code == 302
    made = Duty.objects.get(code="J1")
    assert changes_of(Duty, row_id=made.pk)[0].by == people["system"]
    assert "清扫保洁" in system.get(reverse("cases:duties")).content.decode()


def test_who_does_a_withdrawn_duty_must_be_said(system):
    sent = {"code": "W1", "title": "某事", "kind": "withdrawn"}
    assert system.post(reverse("cases:duty_new"), sent).status_code == 400
    sent["department"] = unit("gardens").pk
    assert system.post(reverse("cases:duty_new"), sent).status_code == 302


def test_a_rule_is_made_and_taken_out_of_use(system):
    sent = sent_rule(duty=duty().pk, street=unit(STREET).pk)
    assert system.post(reverse("cases:dispatch_new"), sent).status_code == 302
    made = DispatchRule.objects.get()
    assert "清扫保洁" in system.get(reverse("cases:dispatch")).content.decode()
    system.post(reverse("cases:dispatch_retire", args=[made.pk]))
    assert not DispatchRule.objects.in_use().exists()


def test_a_rule_is_changed(system):
    made = DispatchRule.objects.create(category=litter(), department=unit("team"))
    url = reverse("cases:dispatch_rule", args=[made.pk])
    sent = sent_rule(department=unit("gardens").pk)
    assert system.post(url, sent).status_code == 302
    made.refresh_from_db()
    assert made.department.code == "gardens"


@pytest.mark.parametrize("trouble", ["twice", "cells", "withdrawn"])
def test_a_rule_that_cannot_be_is_refused(system, trouble):
    DispatchRule.objects.create(category=litter(), department=unit("gardens"))
    team = Unit.objects.create(
        code="s1", name="街道队", kind="team", parent=unit(STREET)
    )
    withdrawn = duty(kind="withdrawn", department=unit("gardens"))
    sent = {
        "twice": sent_rule(),
        "cells": sent_rule(cells="12 34"),
        "withdrawn": sent_rule(
            street=unit(STREET).pk, department=team.pk, duty=withdrawn.pk
        ),
    }[trouble]
    assert system.post(reverse("cases:dispatch_new"), sent).status_code == 400
    assert DispatchRule.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("duties", "编号,事项名称,类别\nJ1,清扫保洁,基本履职"),
        (
            "dispatch",
            f"kind,class,street,department,duty\nevent,06010,{STREET},team,K1",
        ),
    ],
)
def test_a_table_is_shown_then_taken_and_comes_out_again(system, name, content):
    url = reverse(f"cases:{name}_take")
    if name == "dispatch":
        duty(code="K1")
    duties = Duty.objects.count()
    file = SimpleUploadedFile("x.csv", content.encode("gb18030"))
    seen = system.post(url, {"file": file}).context
    assert (seen["trial"].added, seen["trial"].troubles) == (1, [])
    assert (Duty.objects.count(), DispatchRule.objects.count()) == (duties, 0)
    sent = {"rows": seen["rows"], "lines": seen["lines"], "keep": "1"}
    assert system.post(url, sent).status_code == 302
    before = duty_state(), rule_state()
    out = SimpleUploadedFile("y.csv", system.get(reverse(f"cases:{name}_file")).content)
    assert system.post(url, {"file": out}).context["trial"].changes == []
    assert (duty_state(), rule_state()) == before


def test_the_table_is_tried_on_past_cases(make_case, django_assert_max_num_queries):
    for cell in (1, 2):
        make_case("resolve", cell=cell)
    make_case("collect")
    DispatchRule.objects.create(
        category=litter(),
        cells=[Case.objects.first().cell.code],
        department=unit("team"),
    )
    with django_assert_max_num_queries(5):
        trial = try_table(Case.objects.all())
    assert (trial.cases, trial.same, trial.differing, trial.by_rule) == (2, 1, 1, 1)
    assert {(u.code, goes, went) for u, goes, went in trial.units} == {
        ("sanitation", 1, 2),
        ("team", 1, 0),
    }


def test_only_who_sees_cases_is_shown_which(system, signed_in, people, make_case):
    number = make_case("resolve").number
    DispatchRule.objects.create(category=litter(), department=unit("team"))
    url = reverse("cases:dispatch_try")
    assert number not in system.get(url).content.decode()
    assert number in signed_in(people["dispatcher"]).get(url).content.decode()
    assert number not in signed_in(people["outsider"]).get(url).content.decode()


# Stand-ins


def stand_in(client: Client, away: str, by: str):
    now = timezone.localtime()
    times = {"begins": now - timedelta(hours=1), "ends": now + timedelta(hours=8)}
    shown = {name: moment.strftime("%Y-%m-%dT%H:%M") for name, moment in times.items()}
    sent = {"away": away, "by": by, **shown}
    return client.post(reverse("cases:stand_in_new"), sent)


def test_a_person_who_stands_in_holds_the_posts_until_it_ends(system, people):
    assert stand_in(system, "filer", "grid_worker").status_code == 302
    assert {post.role for post in fresh(people["grid_worker"]).posts} == {
        "grid_worker",
        "filer",
    }
    system.post(reverse("cases:stand_in_end", args=[StandIn.objects.get().pk]))
    assert {p.role for p in fresh(people["grid_worker"]).posts} == {"grid_worker"}


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def test_nobody_stands_in_for_an_administrator(system, people):
    stand_in(system, "security", "grid_worker")
    assert {p.role for p in fresh(people["grid_worker"]).posts} == {"grid_worker"}


def test_a_unit_that_stands_in_is_told(system):
    assert stand_in(system, "sanitation", "team").status_code == 302
    assert "环卫中心" in system.get(reverse("cases:stand_ins")).content.decode()


@pytest.mark.parametrize(
    ("away", "by"),
    [
        ("sanitation", "sanitation"),
        ("navy", "team"),
        ("filer", "nobody-at-all"),
        ("filer", "team"),
        (STREET, "team"),
    ],
)
def test_a_stand_in_that_cannot_be_is_refused(system, away, by):
    assert stand_in(system, away, by).status_code == 400
    assert not StandIn.objects.exists()


def test_people_and_units_are_found_by_name_and_unit(system, people):
    url = reverse("cases:stand_in_find")
    found = system.get(url, {"q": "环卫"}).json()["found"]
    assert "环卫中心 (sanitation)" in found
    assert any(choice.endswith("(handler)") for choice in found)
    assert system.get(url, {"q": "no such one"}).json()["found"] == []


def test_what_was_chosen_of_the_list_is_taken(system, people):
    (choice,) = [
        one
        for one in system.get(
            reverse("cases:stand_in_find"), {"q": "grid_worker"}
        ).json()["found"]
        if one.endswith("(grid_worker)")
    ]
    assert stand_in(system, "filer", choice).status_code == 302
    assert StandIn.objects.get().by_person == people["grid_worker"]


def test_both_are_told_when_it_begins_and_when_it_ends(system, people):
    stand_in(system, "filer", "grid_worker")
    told = Notice.objects.filter(person__in=[people["filer"], people["grid_worker"]])
    assert sorted(told.values_list("what", flat=True)) == ["stands_in", "stood_in_for"]
    system.post(reverse("cases:stand_in_end", args=[StandIn.objects.get().pk]))
    assert told.filter(what="stand_in_ended").count() == 2


def test_what_is_over_stands_apart(system, people):
    stand_in(system, "filer", "grid_worker")
    page = system.get(reverse("cases:stand_ins"))
    assert len(page.context["stand_ins"]) == 1 and not page.context["over"]
    system.post(reverse("cases:stand_in_end", args=[StandIn.objects.get().pk]))
    page = system.get(reverse("cases:stand_ins"))
    assert not page.context["stand_ins"] and len(page.context["over"]) == 1
