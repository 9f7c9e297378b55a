"""The catalogue's list: what it shows of a layer, its filters, and what is overdue."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from layers.catalogue.entries import days_late, due_of
from layers.models import Layer, Version

DATA = reverse("layers:data")
OVERDUE = reverse("layers:overdue")


@pytest.fixture
def officer(people, signed_in):
    return signed_in(people["chief_data_officer"])


def shown(client, **query):
    """The codes of the layers in the list."""
    page = client.get(DATA, query, headers={"HX-Request": "true"}).content.decode()
    codes = Layer.objects.values_list("code", flat=True)
    return {code for code in codes if f'href="/data/{code}/"' in page}


def make_late(code, *, days):
    """Its version was published a year ago and should have followed since."""
    layer = Layer.objects.get(code=code)
    then = timezone.now() - timedelta(days=365)
    Version.objects.filter(pk=layer.published_id).update(published_at=then)
    Layer.objects.filter(code=code).update(update_days=365 - days)
    return Layer.objects.select_related("published").get(code=code)


def test_a_row_tells_provider_steward_rows_update_and_quality(officer, people):
    Layer.objects.filter(code="grid").update(steward=people["steward"])
    page = officer.get(DATA).content.decode()
    for said in (
        "测试区",
        "演示steward",
        "内部",
        "100 %",
        timezone.now().strftime("%Y-"),
    ):
        assert said in page


def test_the_list_asks_few_questions(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert officer.get(DATA).status_code == 200


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"class": "places"}, {"addresses"}),
        ({"sensitivity": "public"}, {"regions"}),
        ({"provider": "nobody"}, set()),
        ({"q": "规划"}, {"planning"}),
        ({"q": "GRID"}, {"grid"}),
        ({"class": "frame", "sensitivity": "internal"}, {"grid"}),
        ({"class": "wrong"}, set()),
    ],
)
def test_filters_leave_what_fits(officer, query, codes):
    assert shown(officer, **query) == codes


def test_the_overdue_filter_leaves_what_is_late(officer):
    make_late("grid", days=3)
    assert shown(officer, overdue="1") == {"grid"}


def test_a_chip_knows_what_it_would_leave(officer):
    page = officer.get(DATA, {"class": "frame"}).content.decode()
    assert "?class=frame&amp;sensitivity=public" in page
    assert 'aria-label="取消筛选 框架要素"' in page


def test_nothing_found_says_what_to_do(officer):
    page = officer.get(DATA, {"q": "没有"}).content.decode()
    assert "没有符合条件的图层" in page
    assert "显示全部" in page


def test_a_layer_is_due_when_its_cycle_has_passed(db):
    layer = make_late("grid", days=3)
    assert days_late(due_of(layer)) == 3


def test_a_layer_without_a_cycle_is_never_due(db):
    layer = Layer.objects.select_related("published").get(code="grid")
    assert due_of(layer) is None


def test_a_layer_that_is_due_tomorrow_is_not_late(officer):
    make_late("grid", days=-1)
    assert "没有超期的图层" in officer.get(OVERDUE).content.decode()


def test_the_overdue_list_counts_days_by_provider(officer):
    make_late("grid", days=3)
    make_late("planning", days=40)
    page = officer.get(OVERDUE).content.decode()
    assert page.index("规划用地") < page.index("单元网格")
    assert ">40</span>" in page and ">3</span>" in page


def test_the_catalogue_counts_what_is_overdue(officer):
    make_late("grid", days=3)
    page = officer.get(DATA).content.decode()
    assert '超期未更新 <span class="number">1</span>' in page
    assert "超期 3 天" in page


def test_a_sensitive_layer_is_not_counted_for_others(people, signed_in):
    make_late("grid", days=3)
    Layer.objects.filter(code="grid").update(sensitivity="sensitive")
    worker = signed_in(people["grid_worker"])
    assert "单元网格" not in worker.get(OVERDUE).content.decode()


def test_only_stewards_are_offered_a_new_layer(people, signed_in):
    new = reverse("layers:layer_new")
    for name, offered in (("steward", True), ("desk", False)):
        page = signed_in(people[name]).get(DATA).content.decode()
        assert (new in page) == offered


def test_the_catalogue_speaks_english(officer):
    officer.cookies["django_language"] = "en"
    page = officer.get(DATA).content.decode()
    assert "Overdue" in page and "超期" not in page


def test_the_api_says_steward_cycle_due_and_quality(people, signed_in):
    late = make_late("planning", days=3)
    Layer.objects.filter(code="planning").update(steward=people["steward"])
    said = signed_in(people["desk"]).get("/api/v1/layers/planning/").json()
    assert said["steward"] == "steward"
    assert said["update_days"] == 362
    assert said["next_due"][:10] == due_of(late).astimezone().date().isoformat()
    assert said["quality"]["rows"] == 6
    # The plot ratio is sensitive: not even how many have one is told.
    assert set(said["quality"]["filled"]) == {"地块编号", "用地代码"}
