"""Quality figures: reckoned over a version's rows, shown against the one before."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Site
from layers.models import Feature, Layer, Region
from layers.versions import quality
from tests.layers import files
from tests.sites import package

OUT = package.OUTSIDE_DISTRICT


@pytest.fixture
def planning(db):
    return Layer.objects.select_related("published").get(code="planning")


@pytest.fixture
def officer(people, signed_in):
    return signed_in(people["chief_data_officer"])


def figures(layer):
    version = layer.published
    version.layer = layer
    return quality.of_version(version)


def bring_in(layer, tmp_path, name, rows):
    """The version that a file became."""
    return files.bring_in(layer, files.geojson(tmp_path / name, rows)).version


def test_a_whole_layer_is_complete(planning):
    said = figures(planning)
    assert said["rows"] == 6
    assert set(said["filled"].values()) == {6}
    assert (said["duplicates"], said["outside"]) == (0, 0)
    assert said == {name: planning.published.quality[name] for name in said}


@pytest.mark.parametrize("empty", [None, ""])
def test_null_and_empty_text_are_not_filled_and_zero_is(planning, empty):
    first, second, *_rest = Feature.objects.filter(layer=planning)
    for row, value in ((first, empty), (second, 0)):
        row.properties["容积率"] = value
        row.save(update_fields=["properties"])
    assert figures(planning)["filled"]["容积率"] == 5


def test_the_same_shape_under_two_keys_is_a_duplicate(planning):
    first, *rest = Feature.objects.filter(layer=planning)
    for row in rest[:2]:
        row.geometry = first.geometry
        row.save(update_fields=["geometry"])
    assert figures(planning)["duplicates"] == 2


def test_rows_beyond_the_district_are_outside(planning):
    row = Feature.objects.filter(layer=planning).first()
    row.geometry = f"SRID=4490;POINT({OUT[0]} {OUT[1]})"
    row.save(update_fields=["geometry"])
    assert figures(planning)["outside"] == 1


def test_without_a_district_nothing_is_said_of_outside(planning):
    Region.objects.filter(unit=Site.objects.get().district).delete()
    assert figures(planning)["outside"] is None


def test_field_names_may_be_anything(db):
    names = ['a"b', "100%", "%(layer)s", "x'); DROP"]
    schema = [{"name": name, "type": "string"} for name in names]
    layer = Layer.objects.select_related("published").get(code="planning")
    layer.schema = schema
    assert figures(layer)["filled"] == dict.fromkeys(names, 0)


def test_an_import_tells_what_it_repaired_and_refused(tmp_path, db):
    bow = {"type": "Polygon", "coordinates": [_bow_tie()]}
    rows = [
        *files.rows(3),
        {"编号": "N", "geometry": None},
        {"编号": "B", "用途": "住宅", "geometry": bow},
    ]
    said = bring_in(files.a_layer(), tmp_path, "f.geojson", rows).quality
    assert said["refused"] >= said["invalid"] >= 1
    assert said["repaired"] + said["invalid"] == 2
    assert said["filled"]["层数"] == 3


def _bow_tie():
    x, y = package.inside(1, 1, 1)
    step = 0.0001
    return [[x, y], [x + step, y + step], [x + step, y], [x, y + step], [x, y]]


@pytest.fixture
def grown(tmp_path, db):
    """A layer whose second version knows fewer uses and has a twin."""
    layer = files.a_layer()
    bring_in(layer, tmp_path, "a.geojson", files.rows(4))
    layer.refresh_from_db()
    _publish(layer)
    rows = files.rows(4)
    rows[0]["用途"] = None
    rows[1]["geometry"] = rows[0]["geometry"]
    bring_in(layer, tmp_path, "b.geojson", rows)
    return _publish(layer)


def _publish(layer):
    """Takes the newest version for published, however that is done elsewhere."""
    version = layer.versions.order_by("-pk").first()
    if version.number is None:
        version.number = layer.versions.exclude(number=None).count() + 1
        version.published_at = version.made_at
        version.save(update_fields=["number", "published_at"])
    layer.published = version
    layer.save(update_fields=["published"])
    return layer


def test_a_version_is_compared_with_the_one_before(grown):
    newest, before = grown.versions.order_by("-number")
    said = quality.compare(newest, before)
    (use,) = (one for one in said.fields if one.field["name"] == "用途")
    assert (use.share, use.before) == (75.0, 100.0)
    twins = next(one for one in said.figures if one.name == "duplicates")
    assert (twins.count, twins.difference) == (1, 1)


def test_the_layer_page_shows_bars_and_counts(grown, officer):
    page = officer.get(reverse("layers:layer", args=["buildings"])).content.decode()
    assert 'value="75.0"' in page and "完整率" in page
    assert "图形重复" in page and "+1" in page
    assert "区外" in page and "拒收" in page


def test_a_version_without_figures_says_when_they_come(planning, officer):
    planning.published.quality = {}
    planning.published.save(update_fields=["quality"])
    page = officer.get(reverse("layers:layer", args=["planning"])).content.decode()
    assert "统计出第一个版本后显示数据质量" in page


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_share_is_100_only_for_all(part, more):
    share = quality.share_of(part, part + more)
    assert 0 <= share <= 100
    assert (share == 100) == (more == 0 and part > 0)
