"""The pages of whistles: who finds what there, and what they cost."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import Whistle, WhistleCall, WhistleOccasion
from cases.whistles import loading
from cases.whistles.figures import calls_for, figures, in_month
from tests.cases.whistling import blown, do, fresh, part, street_leader
from workflow.models import Notice

pytestmark = pytest.mark.django_db
LIST, NEW = "/whistles/", "/whistles/new/"
MOMENT = datetime(2026, 11, 3, 2, tzinfo=UTC)


def form(**more):
    return {
        **{"uuid": str(uuid4()), "occasion": "demands", "place": "116.3005,39.9035"},
        **{"address": "甲街1号", "departments": ["sanitation", "gardens"]},
        **{"within": "60", "note": "请到场", **more},
    }


def tap(whistle, code, **more):
    said = {"verb": "attend", "act_id": str(uuid4()), "called": code}
    return {**said, "after_event": whistle.events_count, **more}


def test_a_department_finds_what_it_is_called_to(people, signed_in):
    whistle = blown()
    page = signed_in(people["handler"]).get(LIST).content.decode()
    assert str(whistle.uuid) in page
    other = signed_in(people["team_handler"]).get(LIST).content.decode()
    assert str(whistle.uuid) not in other
    assert "No whistle here" in other or "没有进行中的吹哨" in other


def test_a_department_not_called_finds_no_page(people, signed_in):
    address = reverse("whistles:whistle", args=[blown().uuid])
    assert signed_in(people["team_handler"]).get(address).status_code == 404


def test_the_form_blows_one_by_the_leader(people, signed_in):
    answer = signed_in(street_leader()).post(NEW, form())
    whistle = Whistle.objects.get()
    assert answer["Location"] == reverse("whistles:whistle", args=[whistle.uuid])
    assert whistle.blown_at and len(whistle.parts()) == 2


def test_the_form_says_what_lacks(people, signed_in):
    said = form(departments=[], place="", address="", within="at", appear_by="")
    answer = signed_in(people["dispatcher"]).post(NEW, said)
    assert answer.status_code == 422
    assert answer.content.decode().count("field-error") == 3


def test_from_a_case_its_host_is_proposed(people, signed_in, make_case):
    case = make_case("resolve")
    page = signed_in(people["dispatcher"]).get(f"{NEW}?case={case.uuid}")
    assert page.context["form"]["departments"].value() == ["sanitation"]
    assert [unit.code for unit in page.context["form"].proposed] == ["sanitation"]


def test_the_case_offers_a_whistle_and_shows_its_own(people, signed_in, make_case):
    case = make_case("resolve")
    address = reverse("cases:case", args=[case.uuid])
    client = signed_in(people["dispatcher"])
    assert f"{NEW}?case={case.uuid}" in client.get(address).content.decode()
    client.post(NEW, form(case=str(case.uuid)))
    made = reverse("whistles:whistle", args=[Whistle.objects.get().uuid])
    assert made in client.get(address).content.decode()


def test_one_tap_says_that_a_unit_is_there(people, signed_in):
    whistle = blown()
    client = signed_in(people["grid_worker"])
    address = reverse("whistles:whistle", args=[whistle.uuid])
    assert client.get(address).content.decode().count("data-tap") == 2
    sent = client.post(f"{address}acts/", tap(whistle, "gardens"))
    assert sent.status_code == 302
    page = client.get(address).content.decode()
    assert (page.count("data-tap"), page.count("误点，撤回")) == (2, 1)


def test_two_units_at_once_are_no_conflict(people, signed_in):
    whistle = blown()
    address = reverse("whistles:act", args=[whistle.uuid])
    client = signed_in(people["dispatcher"])
    for code in ("gardens", "sanitation"):
        assert client.post(address, tap(whistle, code)).status_code == 302


def test_opening_it_reads_its_notices(people, signed_in):
    whistle = blown()
    signed_in(people["handler"]).get(reverse("whistles:whistle", args=[whistle.uuid]))
    assert not Notice.objects.filter(person=people["handler"], read_at=None).exists()


def test_a_notice_of_lateness_leads_to_the_whistle(people, signed_in):
    whistle = blown()
    call = part(whistle)
    notice = Notice.objects.create(
        person=people["supervisor"], what="ladder", kind="whistle_call",
        subject_id=call.pk, subject_uuid=call.uuid, made_at=MOMENT,
    )  # fmt: skip
    answer = signed_in(people["supervisor"]).get(f"/notices/{notice.pk}/")
    assert answer["Location"].endswith(reverse("whistles:whistle", args=[whistle.uuid]))


def test_filters_find_the_late_and_the_occasion(people, signed_in):
    late, other = blown(), blown(occasion="key_work")
    WhistleCall.objects.filter(whistle=late).update(appear_by=late.blown_at)
    client = signed_in(people["supervisor"])
    for query, wanted in (("late=1", late), ("occasion=key_work", other)):
        rows = client.get(f"{LIST}?{query}").context["list"].rows
        assert [row.pk for row in rows] == [wanted.pk]


def story(people):
    """Two whistles of November: A to both units, B to one of them; hand-counted."""
    november = {"happened_at": None}
    first, second = blown(**november), blown(departments=["gardens"])
    do(first, "arrive", people["handler"])
    do(first, "report_back", people["handler"], reason="solved", note="好")
    calls = WhistleCall.objects.order_by("pk")
    minutes = [
        (first, "sanitation", 10),
        (first, "gardens", 40),
        (second, "gardens", 20),
    ]
    for whistle, code, after in minutes:
        came = MOMENT + timedelta(minutes=after)
        calls.filter(whistle=whistle, unit__code=code).update(
            called_at=MOMENT, sign_by=MOMENT + timedelta(minutes=15), signed_at=came,
            appear_by=MOMENT + timedelta(minutes=30), arrived_at=came,
        )  # fmt: skip


def numbers(row):
    return (row.calls, row.signings, row.arrivals, row.answers, row.minutes)


def test_figures_are_as_counted_by_hand(people):
    story(people)
    rows = in_month(calls_for(people["supervisor"]), MOMENT.date().replace(day=1))
    units = {row.unit.code: numbers(row) for row in figures(rows, "unit")}
    assert units == {"gardens": (2, 0, 1, 0, 30.0), "sanitation": (1, 1, 1, 1, 10.0)}
    (street,) = figures(rows, "whistle__street")
    assert numbers(street) == (3, 1, 2, 1, 20.0)


def test_a_figure_opens_to_its_whistles(people, signed_in):
    story(people)
    query = "view=all&month=2026-11&figure=arrivals&unit=gardens"
    found = signed_in(people["supervisor"]).get(f"{LIST}?{query}").context["list"]
    assert len(found.rows) == 1
    assert (
        signed_in(people["supervisor"])
        .get("/whistles/figures/?month=2026-11")
        .context["any"]
    )


def test_figures_of_another_month_are_empty(people):
    story(people)
    rows = in_month(calls_for(people["supervisor"]), MOMENT.date().replace(month=10))
    assert figures(rows, "unit") == []


def test_a_department_sees_its_own_figures_only(people):
    story(people)
    rows = figures(calls_for(people["handler"]), "unit")
    assert [row.unit.code for row in rows] == ["sanitation"]


@pytest.mark.parametrize(("count", "queries"), [(1, 12), (4, 12)])
def test_the_list_costs_the_same_with_more_rows(
    people, signed_in, django_assert_max_num_queries, count, queries
):
    for _number in range(count):
        blown()
    client = signed_in(people["handler"])
    client.get(LIST)
    with django_assert_max_num_queries(queries):
        client.get(LIST, headers={"X-Requested-With": "fetch"})


def test_the_page_of_one_is_cheap(people, signed_in, django_assert_max_num_queries):
    whistle = blown()
    client = signed_in(people["dispatcher"])
    address = reverse("whistles:whistle", args=[whistle.uuid])
    client.get(address)
    with django_assert_max_num_queries(26):
        client.get(address)


def test_occasions_go_out_and_come_in_again(people, signed_in):
    client = signed_in(people["system"])
    data = json.loads(client.get("/rules/whistles/whistles.json").content)
    assert data == loading.dump()
    data["occasions"][0]["minutes"] = 90
    sent = SimpleUploadedFile("whistles.json", json.dumps(data).encode())
    assert client.post("/rules/whistles/take/", {"file": sent}).status_code == 302
    assert WhistleOccasion.objects.get(code="demands").minutes == 90


def test_a_change_of_an_occasion_is_on_record(people, signed_in):
    client = signed_in(people["system"])
    said = {"title": "群众诉求", "minutes": "45", "sign_minutes": "5", "order": "1"}
    assert client.post("/rules/whistles/demands/", said).status_code == 302
    (change,) = client.get("/rules/whistles/").context["changes"][:1]
    assert (change.by, change.what["minutes"]) == (people["system"], (120, 45))


def test_the_api_lists_and_draws_the_open_ones(people, signed_in):
    whistle = blown()
    client = signed_in(people["handler"])
    row = client.get("/api/v1/whistles/").json()["results"][0]
    assert (row["number"], len(row["calls"])) == (whistle.number, 2)
    points = client.get("/api/v1/whistles/geojson/").json()["features"]
    assert points[0]["id"] == str(whistle.uuid)
    do(whistle, "end_unanswered", people["dispatcher"], reason="done")
    assert client.get("/api/v1/whistles/geojson/").json()["features"] == []
    assert fresh(whistle).ended_at
