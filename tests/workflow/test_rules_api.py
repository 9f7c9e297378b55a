"""Rules over the API: the pages' rights, the pages' forms, the pages' record."""

import pytest
from django.utils import timezone

from accounts.models import Unit
from cases.models import SamplingRule, Source, StandIn, TableWord, Tag
from govmap.lib.history import changes_of
from workflow.models import (
    Category,
    Crosswalk,
    PaperOffice,
    PaperTemplate,
    Phrase,
    Standard,
)

pytestmark = pytest.mark.django_db
JSON = "application/json"
START = "/api/v1/"


@pytest.fixture
def system(signed_in, people):
    return signed_in(people["system"])


def post(client, path, **said):
    return client.post(f"{START}{path}", said, JSON)


def patch(client, path, **said):
    return client.patch(f"{START}{path}", said, JSON)


def rows(client, path):
    return client.get(f"{START}{path}").json()["results"]


def test_a_source_is_made_changed_and_put_out_of_use(system, people):
    made = post(system, "sources/", code="wechat", title="微信", desk=True)
    assert (made.status_code, made.json()["title_en"]) == (201, "")
    path = f"sources/{made.json()['id']}/"
    assert patch(system, path, title="微信小程序").json()["desk"] is True
    assert patch(system, path, retired=True).json()["retired"] is True
    row = Source.objects.get(code="wechat")
    assert (row.titles["zh-hans"], row.retired) == ("微信小程序", True)
    assert changes_of(Source, row_id=row.pk)[0].by == people["system"]


def test_the_form_of_the_page_refuses_by_field(system):
    first = Tag.objects.earliest("pk")
    answer = post(system, "tags/", code=first.code, title="")
    assert (answer.status_code, set(answer.json())) == (400, {"code", "title"})
    assert post(system, "tags/", code="x1", title=["a"]).status_code == 400


def test_who_may_not_change_learns_nothing(signed_in, people):
    desk = signed_in(people["desk"])
    assert rows(desk, "tags/")
    assert post(desk, "tags/", code="x1", title="标签").status_code == 404
    assert signed_in(people["handler"]).get(f"{START}tags/").status_code == 404


def test_a_word_of_a_table_is_added_and_retired(system):
    said = {"table": "orders", "sort": "column", "word": "单号", "means": "工单编号"}
    made = post(system, "table-words/", **said).json()
    assert made["means"] == "number"
    patch(system, f"table-words/{made['id']}/", retired=True)
    assert TableWord.objects.get(pk=made["id"]).retired


def test_a_pair_of_the_crosswalk_comes_and_goes(system):
    edition = Standard.objects.create(code="old", titles={"zh-hans": "旧标准"})
    rows_of = Category.objects.filter(code="06010", kind="event")
    new = rows_of.select_related("standard").get()
    Category.objects.create(standard=edition, kind="event", code="0110", name="垃圾")
    pair = {"old": "old event/0110", "new": f"{new.standard.code} event/06010"}
    assert post(system, "crosswalk/", **pair).status_code == 201
    assert post(system, "crosswalk/", **pair).status_code == 400
    (said,) = rows(system, "crosswalk/?from=old")
    assert {name: said[name] for name in pair} == pair
    assert system.delete(f"{START}crosswalk/{said['id']}/").status_code == 204
    assert not Crosswalk.objects.exists()


def test_somebody_stands_in_until_he_does_not(system):
    team, gardens = (Unit.objects.get(code=code) for code in ("team", "gardens"))
    now = timezone.now()
    said = {"begins": now.isoformat(), "ends": f"{now.year + 1}-01-31T00:00:00Z"}
    made = post(system, "stand-ins/", away=team.name, by=gardens.name, **said)
    assert (made.status_code, made.json()["by_unit"]) == (201, "gardens")
    ended = post(system, f"stand-ins/{made.json()['id']}/end/")
    assert ended.status_code == 204
    assert not StandIn.objects.filter(lasts__contains=timezone.now()).exists()


def test_a_desk_keeps_its_own_units_phrases_alone(signed_in, people):
    desk, other = (signed_in(people[name]) for name in ("desk", "outsider"))
    made = post(desk, "unit-phrases/", text="已转办", unit="110109001")
    path = f"unit-phrases/{made.json()['id']}/"
    assert patch(desk, path, text="已转相关科室").json()["unit"] == "110109001"
    assert patch(other, path, text="x").status_code == 404
    assert post(desk, "unit-phrases/", text="全区", unit=None).status_code == 400
    assert desk.delete(f"{START}{path}").status_code == 204
    assert Phrase.objects.get(pk=made.json()["id"]).retired_at


def test_a_paper_gets_a_new_version_and_back(system):
    code = PaperTemplate.objects.filter(in_use=True).earliest("pk").code
    before = system.get(f"{START}paper-templates/{code}/").json()
    made = patch(system, f"paper-templates/{code}/", title="新标题").json()
    assert (made["version"], made["body"]) == (before["version"] + 1, before["body"])
    used = f"paper-templates/{code}/versions/{made['version']}/use/"
    assert post(system, used, in_use=False).json()["in_use"] is False
    now = system.get(f"{START}paper-templates/{code}/").json()
    assert now["version"] == before["version"]
    versions = system.get(f"{START}paper-templates/{code}/versions/").json()
    assert len(versions) == made["version"]


def test_a_faulty_paper_is_refused(system):
    code = PaperTemplate.objects.earliest("pk").code
    answer = patch(system, f"paper-templates/{code}/", body="{{ no.such }}")
    assert (answer.status_code, list(answer.json())) == (400, ["body"])


def test_an_office_that_signs_is_changed(system):
    unit = Unit.objects.exclude(pk__in=PaperOffice.objects.values("unit"))
    code = unit.exclude(kind="community").first().code
    made = post(system, "paper-offices/", unit=code, short="某", signs_as="某办")
    path = f"paper-offices/{made.json()['id']}/"
    assert patch(system, path, phone="010-1").json()["signs_as"] == "某办"


def test_a_rule_of_sampling_is_kept_and_tried(system):
    rule = SamplingRule.objects.earliest("pk")
    path = f"sampling-rules/{rule.code}/"
    changed = patch(system, path, category="event/06010", street="110109001")
    assert changed.json()["category"] == "event/06010"
    assert patch(system, path, street="navy").status_code == 400
    days = "first=2026-01-01&last=2026-01-31"
    tried = system.get(f"{START}{path}trial/?{days}").json()
    assert tried == {"found": 0, "picked": 0, "fresh": 0}


def test_only_a_supervisor_draws(system, signed_in, people):
    path = f"sampling-rules/{SamplingRule.objects.earliest('pk').code}/draw/"
    days = {"first": "2026-01-01", "last": "2026-01-31"}
    assert post(system, path, **days).status_code == 403
    assert post(signed_in(people["supervisor"]), path, **days).status_code == 201


def test_lists_of_rules_cost_the_same_however_long(
    system, django_assert_max_num_queries
):
    for path in ("crosswalk", "stand-ins", "unit-phrases", "sampling-rules"):
        with django_assert_max_num_queries(6):
            rows(system, f"{path}/")
