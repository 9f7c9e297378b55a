"""The pages of the review, and what they cost."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Sample
from cases.reviewing import drawing
from workflow.engine import act
from workflow.models import Remark


def page(client, address="/review/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_opens_with_my_samples_and_why(make_sample, people, signed_in, make_case):
    make_case("done", street=2)
    sample = make_sample()
    Sample.objects.exclude(pk=sample.pk).update(supervisor=None)
    html = page(signed_in(people["supervisor"]))
    assert re.findall(r'id="row-([0-9a-f-]+)"', html) == [str(sample.case.uuid)]
    assert "全部：抽取 2/2 件" in html


def test_the_row_goes_when_it_is_decided(make_sample, people, signed_in):
    sample = make_sample()
    address = f"/review/cases/{sample.case.uuid}/row/"
    client = signed_in(people["supervisor"])
    assert client.get(address).status_code == 200
    act(sample.case, "confirm", by=people["supervisor"], act_id=uuid4())
    assert client.get(address).status_code == 204


def test_ten_samples_cost_as_many_queries_as_one(
    make_case, rule, today, people, signed_in
):
    client = signed_in(people["supervisor"])

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, "/review/?view=samples")
        return len(queries)

    make_case("done")
    drawing.draw(rule, today, today)
    one = cost()
    for _ in range(4):
        make_case("done")
    rule.pk, rule.code = None, "again"
    rule.save()
    drawing.draw(rule, today, today)
    assert Sample.objects.count() == 5
    assert cost() == one


def test_evidence_says_how_far_and_when(make_sample, people, signed_in):
    sample = make_sample()
    checked = sample.case.events().filter(actor=people["other_worker"]).get()
    Remark.objects.update_or_create(
        event=checked, defaults={"salt": "x", "position": [116.3105, 39.9035, 20.0]}
    )
    address = f"/review/cases/{sample.case.uuid}/"
    html = page(signed_in(people["supervisor"]), address)
    assert "核查人所在位置" in html
    assert "公里" in html or "米" in html
    # The same piece, asked for by somebody whose task it is not.
    other = signed_in(people["desk"])
    html = page(other, f"/cases/{sample.case.uuid}/pane/?as=review")
    assert "核查人所在位置" not in html


@pytest.mark.parametrize("name", ["desk", "handler", "system"])
def test_the_review_is_for_who_reviews(make_sample, people, signed_in, name):
    sample = make_sample()
    client = signed_in(people[name])
    assert client.get("/review/").status_code == 403
    assert client.get(f"/review/cases/{sample.case.uuid}/").status_code == 403
    assert client.get("/review/figures/").status_code == 403


def test_figures_are_ones_own_and_a_leader_sees_the_sum(
    make_sample, people, signed_in, make_supervisor
):
    make_sample()
    by = "/review/figures/?by=department"
    assert "环卫中心" in page(signed_in(people["supervisor"]), by)
    assert "环卫中心" not in page(signed_in(make_supervisor("second")), by)
    assert "环卫中心" in page(signed_in(people["leader"]), by)


@pytest.mark.parametrize(("figure", "seen"), [("drawn", True), ("good", False)])
def test_a_figure_opens_to_its_cases(make_sample, people, signed_in, figure, seen):
    sample = make_sample()
    address = f"/review/figures/cases/?figure={figure}"
    html = page(signed_in(people["supervisor"]), address)
    assert (sample.case.number in html) is seen


def test_the_rules_page_draws_for_a_supervisor_alone(
    make_case, rule, today, people, signed_in
):
    make_case("done")
    address = f"/rules/sampling/{rule.code}/"
    days = {"first": str(today), "last": str(today)}
    html = page(
        signed_in(people["system"]), f"{address}try/?first={today}&last={today}"
    )
    assert "抽取 1 件 / 共 1 件" in html
    assert not Sample.objects.exists()
    assert signed_in(people["system"]).post(f"{address}draw/", days).status_code == 403
    client = signed_in(people["supervisor"])
    assert client.post(f"{address}draw/", days).status_code == 302
    assert client.post(f"{address}draw/", days).status_code == 409
    assert Sample.objects.count() == 1
