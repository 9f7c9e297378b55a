"""The style editor: proposed from the data, seen before it is saved, saved whole."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.models import Feature, Layer
from layers.style_editor import proposals
from layers.style_editor.forms import StyleDraft
from layers.style_editor.views import _saved
from tests.layers.decoding import decode
from tests.layers.fetching import place_of
from tests.layers.styles.test_style import RATIO, USE
from tests.sites import package

PAGE = reverse("layers:layer_style", args=["planning"])
PREVIEW = reverse("layers:style_preview", args=["planning"])
SPOT = place_of(*package.inside(1, 1, 1), 16)
TILE = reverse("layers:style_tile", args=["planning", SPOT.z, SPOT.x, SPOT.y])
LABELS = [{"field": "地块编号", "minzoom": 15, "size": 13, "strong": True}]
SOUND = {**USE, "label": LABELS}


@pytest.fixture
def planning(db):
    layer = Layer.objects.select_related("published").get(code="planning")
    layer.styles = [SOUND, RATIO]
    layer.save(update_fields=["styles"])
    return layer


@pytest.fixture
def officer(people, signed_in):
    return signed_in(people["chief_data_officer"])


def typed(client, **changes):
    """The page's form as a browser holds it, with changes."""
    context = client.get(PAGE, {"style": changes.pop("style", "use")}).context
    draft = context["draft"]
    forms = [draft.head, *draft.classes, *draft.labels]
    forms += [draft.classes.management_form, draft.labels.management_form]
    found = {field.html_name: field.value() for form in forms for field in form}
    found |= {"was": context["was"], **changes}
    return {
        name: "on" if value is True else value
        for name, value in found.items()
        if value is not None and value is not False
    }


def test_the_form_as_it_stands_saves_what_was_there(planning, officer):
    answer = officer.post(PAGE, typed(officer))
    planning.refresh_from_db()
    assert answer.url == f"{PAGE}?style=use"
    assert planning.styles[1] == RATIO
    shown = planning.styles[0]
    values = [{**row, "value": row["value"]} for row in shown["values"]]
    assert values == [
        {"value": "R2", "color": "#f6e27f"},
        {"value": "B1", "color": "#e2574c"},
    ]
    assert shown["label"] == LABELS
    assert shown["title"] == USE["title"]


@pytest.mark.parametrize("entry", [SOUND, RATIO])
def test_an_entry_goes_through_the_form_unharmed(planning, entry):
    first = StyleDraft.of_entry(planning, entry, "0")
    forms = [first.head, *first.classes, *first.labels]
    forms += [first.classes.management_form, first.labels.management_form]
    said = {field.html_name: field.value() for form in forms for field in form}
    posted = {
        name: value
        for name, value in said.items()
        if value is not None and value is not False
    }
    second = StyleDraft(planning, posted=posted)
    second.read()
    assert second.problems() == {}
    again = StyleDraft.of_entry(planning, second.entry(), "0")
    assert [row.initial for row in again.classes] == [
        row.initial for row in first.classes
    ]


def test_look_values_labels_and_zooms_are_saved(planning, officer):
    changes = {
        **{"color": "water", "outline": "#112233 / #445566", "opacity": "0.5"},
        **{"width": "2.5", "dash": "4, 3", "minzoom": "12", "maxzoom": "19"},
        **{"classes-0-value": "R2 | R1", "classes-0-width": "4", "others": "on"},
        **{"other_color": "none", "labels-0-only": "R2", "labels-0-along": "on"},
    }
    officer.post(PAGE, typed(officer, **changes))
    planning.refresh_from_db()
    style = planning.styles[0]
    assert style["outline"] == {"light": "#112233", "dark": "#445566"}
    assert (style["opacity"], style["width"], style["dash"]) == (0.5, 2.5, [4, 3])
    assert style["values"][0]["value"] == ["R2", "R1"]
    assert style["other"] == {"color": None}
    assert style["label"][0] | {"only": ["R2"], "along": True} == style["label"][0]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("color", "reddish", "#rrggbb"),
        ("opacity", "7", "0 至 1"),
        ("classes-1-color", "#12", "#rrggbb"),
        ("classes-1-value", "R2", "已有分类"),
        ("labels-0-field", "无", "没有字段“无”"),
        ("labels-0-size", "99", "8 至 40"),
        ("maxzoom", "far", "0 至 24"),
        ("code", "用途", "小写字母"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_saved(
    planning, officer, name, value, said
):
    answer = officer.post(PAGE, typed(officer, **{name: value}))
    planning.refresh_from_db()
    assert answer.status_code == 400
    assert said in answer.context["draft"].errors[name]
    assert f'data-error="{name}"' in answer.content.decode()
    assert planning.styles == [SOUND, RATIO]


def test_a_new_style_stands_last_until_it_is_made_usual(planning, officer):
    new = officer.get(PAGE, {"new": "1"}).context["form"]["code"].value()
    fresh = {**typed(officer, style="ratio"), "was": "", "code": new, "title": "新"}
    officer.post(PAGE, fresh)
    planning.refresh_from_db()
    assert [style["code"] for style in planning.styles] == ["use", "ratio", new]
    officer.post(PAGE, {**typed(officer, style=new), "do": "first"})
    planning.refresh_from_db()
    assert [style["code"] for style in planning.styles] == [new, "use", "ratio"]


def test_a_style_is_deleted(planning, officer):
    officer.post(PAGE, typed(officer, style="ratio", do="delete"))
    planning.refresh_from_db()
    assert planning.styles == [SOUND]


def test_a_style_that_changed_meanwhile_is_not_overwritten(planning, officer):
    old = typed(officer, width="3")
    officer.post(PAGE, typed(officer, width="2"))
    answer = officer.post(PAGE, old)
    planning.refresh_from_db()
    assert answer.status_code == 409
    assert planning.styles[0]["width"] == 2


def test_rows_are_added_and_classes_proposed_without_saving(planning, officer):
    more = officer.post(PAGE, typed(officer, do="classes"))
    assert len(more.context["draft"].classes.forms) == 3
    labels = officer.post(PAGE, typed(officer, do="labels"))
    assert len(labels.context["draft"].labels.forms) == 2
    proposed = officer.post(PAGE, typed(officer, do="propose", palette="land_use"))
    rows = proposed.context["draft"].classes
    said = {row["value"].value(): row["color"].value() for row in rows}
    assert said["R2"] == "#f6e27f" and said["G1"] == "#8fc87a"
    planning.refresh_from_db()
    assert planning.styles == [SOUND, RATIO]


def test_a_script_gets_the_form_alone(planning, officer):
    answer = officer.post(
        PAGE, typed(officer, do="classes"), headers={"HX-Request": "true"}
    )
    assert answer.content.decode().startswith('<form id="style-form"')


def test_values_come_with_their_counts(planning):
    found, more = proposals.values_of(planning, "用地代码")
    assert ("R2", 2) in [(one.value, one.rows) for one in found]
    assert len(found) == 5 and not more


@pytest.mark.parametrize(
    ("method", "breaks"),
    [
        # 1.5 2 2.5 3 3.5 4
        ("equal", [1.5, 2.33, 3.16]),
        ("quantile", [1.5, 2, 3]),
        ("natural", [1.5, 2.5, 3.5]),
    ],
)
def test_breaks_are_reckoned_in_the_database(planning, method, breaks):
    found = proposals.breaks_of(planning, "容积率", method, 3)
    assert found == pytest.approx(breaks, abs=0.5)
    assert found[0] == 1.5 and found == sorted(found) and len(found) == 3


@pytest.mark.parametrize("method", proposals.METHODS)
def test_breaks_of_like_numbers_are_one(planning, method):
    for row in Feature.objects.filter(layer=planning):
        row.properties["容积率"] = 2
        row.save(update_fields=["properties"])
    assert set(proposals.breaks_of(planning, "容积率", method, 5)) == {2}


@pytest.mark.parametrize("method", proposals.METHODS)
def test_a_field_without_numbers_has_no_breaks(planning, method):
    assert proposals.breaks_of(planning, "用地代码", method, 5) == []


def test_natural_breaks_fall_into_the_gaps(planning):
    numbers = [1, 2, 50, 51, 900, 901]
    for row, number in zip(
        Feature.objects.filter(layer=planning), numbers, strict=True
    ):
        row.properties["容积率"] = number
        row.save(update_fields=["properties"])
    assert proposals.breaks_of(planning, "容积率", "natural", 3) == [1, 50, 900]


def test_nothing_to_propose_is_said(planning, officer):
    asked = typed(officer, do="propose", type="graduated", field="用地代码")
    assert "已发布的记录在此字段均无值" in officer.post(PAGE, asked).content.decode()


def test_the_preview_draws_what_is_typed_and_saves_nothing(planning, officer):
    asked = typed(officer, **{"classes-0-color": "#010203", "labels-0-field": "容积率"})
    said = officer.post(PREVIEW, asked).json()
    fill = next(one for one in said["document"]["layers"] if one["type"] == "fill")
    assert "#010203" in fill["paint"]["fill-color"]
    assert 'fill="#010203"' in said["legend"]
    (tiles,) = said["document"]["sources"]["planning"]["tiles"]
    assert "field=%E5%AE%B9%E7%A7%AF%E7%8E%87" in tiles and "labels=1" in tiles
    planning.refresh_from_db()
    assert planning.styles == [SOUND, RATIO]


def test_the_preview_is_light_or_dark(planning, officer):
    asked = typed(officer, type="simple", color="water")
    colours = []
    for theme in ("light", "dark"):
        said = officer.post(f"{PREVIEW}?theme={theme}", asked).json()
        fill = next(one for one in said["document"]["layers"] if one["type"] == "fill")
        colours.append(fill["paint"]["fill-color"])
    assert colours == ["#a8c7e0", "#1d3c55"]


def test_a_wrong_preview_says_where(planning, officer):
    said = officer.post(PREVIEW, typed(officer, **{"classes-0-color": "x"})).json()
    assert list(said["problems"]) == ["classes-0-color"]


def test_a_preview_tile_has_the_fields_asked_for(planning, officer):
    answer = officer.get(TILE, {"field": ["容积率", "nothing"]})
    assert answer["Cache-Control"] == "private, no-store"
    first, *_others = decode(answer.content)["planning"]
    assert set(first["properties"]) == {"容积率"}


def test_who_may_not_change_the_layer_gets_no_preview(planning, people, signed_in):
    desk = signed_in(people["desk"])
    assert desk.get(PAGE).status_code == 403
    assert desk.post(PREVIEW, {}).status_code == 403
    assert desk.get(TILE, {"field": "容积率"}).status_code == 403


def test_a_layer_without_styles_opens_with_its_usual_look(officer):
    layer = Layer.objects.get(code="planning")
    assert layer.styles == []
    page = officer.get(PAGE)
    assert page.context["form"]["code"].value() == "plain"
    assert _saved(layer)[0]["color"] == "building"


def test_a_sign_stands_on_points_and_in_the_legend(officer):
    address = reverse("layers:style_preview", args=["addresses"])
    head = {"code": "plain", "type": "simple", "color": "#1f5fae", "sign": "井"}
    rows = {"classes-TOTAL_FORMS": "0", "classes-INITIAL_FORMS": "0"}
    rows |= {"labels-TOTAL_FORMS": "0", "labels-INITIAL_FORMS": "0"}
    said = officer.post(address, head | rows | {"radius": "8"}).json()
    drawn = {one["type"]: one for one in said["document"]["layers"]}
    assert drawn["symbol"]["layout"]["text-field"] == "井"
    assert drawn["symbol"]["paint"]["text-color"] == "#ffffff"
    assert ">井</text>" in said["legend"]


def test_the_editor_asks_few_questions(
    planning, officer, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        assert officer.get(PAGE).status_code == 200
    asked = typed(officer)
    with django_assert_max_num_queries(8):
        assert officer.post(PREVIEW, asked).status_code == 200


def test_a_layer_without_a_schema_offers_what_its_rows_have(planning, officer):
    Layer.objects.filter(pk=planning.pk).update(schema=[], styles=[])
    page = officer.get(PAGE).content.decode()
    assert '<option value="用地代码"' in page


NAMES = st.sampled_from(
    [
        *("type", "field", "color", "code", "count", "do", "seen", "palette", "was"),
        *("classes-0-value", "classes-0-ORDER", "classes-0-color", "labels-0-field"),
        *("classes-TOTAL_FORMS", "labels-TOTAL_FORMS", "dash", "sign", "minzoom"),
    ]
)
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["x" * 300, "1e999", "nan", "-1", "9" * 30, "graduated", "propose", "labels", "\0"]
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.dictionaries(NAMES, TEXTS, max_size=4))
def test_whatever_is_sent_is_answered(planning, officer, said):
    sound = {**typed(officer), **said}
    assert officer.post(PREVIEW, sound).status_code == 200
    assert officer.post(PAGE, sound).status_code in {200, 302, 400, 409}
