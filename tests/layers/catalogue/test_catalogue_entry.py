"""A catalogue entry made and changed: by whom, what is refused, and the record."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import Membership, Unit
from govmap.lib.errors import BadInput, Conflict, NotAllowed
from layers import loading
from layers.catalogue import entries
from layers.models import Layer, LayerChange
from tests.layers import files

NEW = reverse("layers:layer_new")
EDIT = reverse("layers:layer_edit", args=["buildings"])
FIELDS = ["编号", "用途", "层数"]


@pytest.fixture
def layer(db):
    return files.a_layer(styles=[])


@pytest.fixture
def officer(people):
    return people["chief_data_officer"]


@pytest.fixture
def steward(people):
    """A steward of the sanitation department alone."""
    user = people["nobody"]
    unit = Unit.objects.get(code="sanitation")
    valid = ("2020-01-01", None)
    Membership.objects.create(user=user, unit=unit, role="steward", valid=valid)
    return user


def sent(client, address, **changes):
    """Sends the page's form as it stands, with changes."""
    return client.post(address, {**posted(client, address), **changes})


def posted(client, address=EDIT):
    """The fields of the page's form as a browser holds them, by name."""
    context = client.get(address).context
    forms = [context["form"], *context["forms"].fields]
    forms.append(context["forms"].fields.management_form)
    found = {field.html_name: field.value() for form in forms for field in form}
    return {
        name: "on" if value is True else getattr(value, "pk", value)
        for name, value in found.items()
        if value is not None and value is not False
    }


def change(layer, by, **values):
    return entries.change(layer, values, by=by, seen=entries.last_change(layer))


def test_the_form_as_it_stands_changes_nothing(layer, officer, signed_in):
    before = Layer.objects.values().get(pk=layer.pk)
    sent(signed_in(officer), EDIT)
    after = Layer.objects.values().get(pk=layer.pk)
    # Titles of fields that had none are their names now.
    assert {**before, "schema": 0} == {**after, "schema": 0}
    assert [field["name"] for field in after["schema"]] == FIELDS


def test_a_chief_data_officer_makes_an_entry(officer, signed_in):
    more = {
        **{"code": "heritage", "title": "文物", "title_en": "Heritage"},
        **{"kind": "frame", "key": "编号", "update_days": "90"},
        **{"provider": Unit.objects.get(code="gardens").pk},
        **{"fields-0-name": "编号", "fields-0-title": "文物编号"},
    }
    answer = sent(signed_in(officer), NEW, **more)
    made = Layer.objects.get(code="heritage")
    assert answer.url == reverse("layers:layer", args=["heritage"])
    assert (made.title, made.update_days, made.steward) == ("文物", 90, officer)
    assert made.schema[0]["title"] == {"zh-hans": "文物编号"}


def test_a_steward_makes_entries_of_his_unit_only(steward, signed_in):
    page = signed_in(steward).get(NEW).content.decode()
    assert "环卫中心" in page and "园林中心" not in page
    gardens = Unit.objects.get(code="gardens")
    with pytest.raises(NotAllowed):
        entries.create({"code": "x", "provider": gardens}, by=steward)


def test_a_steward_changes_the_entries_of_his_unit_only(layer, steward, signed_in):
    client = signed_in(steward)
    assert sent(client, EDIT, title="环卫房屋").status_code == 302
    Layer.objects.update(provider=Unit.objects.get(code="gardens"))
    assert client.get(EDIT).status_code == 403
    layer.refresh_from_db()
    with pytest.raises(NotAllowed):
        change(layer, steward, minzoom=3)


@pytest.mark.parametrize(
    "values",
    [
        {"sensitivity": "public"},
        {"provider": "gardens"},
        {"schema": [{**files.FIELDS[0], "sensitivity": "public"}, *files.FIELDS[1:]]},
        {"schema": files.FIELDS[1:], "key": "用途"},
    ],
)
def test_only_the_chief_data_officer_opens_up(layer, steward, officer, values):
    closed = {**files.FIELDS[0], "sensitivity": "sensitive"}
    layer.schema = [closed, *files.FIELDS[1:]]
    layer.save(update_fields=["schema"])
    if "provider" in values:
        values = {"provider": Unit.objects.get(code="gardens")}
    with pytest.raises(BadInput, match="首席数据官"):
        change(layer, steward, **values)
    assert change(layer, officer, **values)


def test_a_steward_may_close_up(layer, steward):
    assert change(layer, steward, sensitivity="sensitive")


@pytest.mark.parametrize("values", [{"key": "用途"}, {"geometry": "point"}])
def test_key_and_geometry_stay_once_there_are_versions(
    layer, officer, tmp_path, values
):
    assert change(layer, officer, **values)
    change(layer, officer, key="编号", geometry="polygon")
    files.bring_in(layer, files.geojson(tmp_path / "f.geojson", files.rows(2)))
    with pytest.raises(BadInput, match="已有版本"):
        change(layer, officer, **values)


def test_what_cannot_be_is_said_beside_its_field(layer, officer, signed_in):
    wrong = {
        **{"title": "", "minzoom": "18", "maxzoom": "9", "update_days": "often"},
        **{"fields-1-name": "编号", "fields-2-codes": "没有等号"},
    }
    answer = sent(signed_in(officer), EDIT, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "请填写图层名称" in page
    assert "请填 1 至 3650 之间的数" in page
    assert "每行应写作“值 = 名称”：“没有等号”不符合" in page
    assert not LayerChange.objects.filter(layer=layer).exists()


def test_zooms_keys_and_twins_are_refused(layer, officer, signed_in):
    wrong = {"minzoom": "18", "maxzoom": "9", "key": "无", "fields-1-name": "编号"}
    page = sent(signed_in(officer), EDIT, **wrong).content.decode()
    assert "最大级别小于最小级别" in page
    assert "请在属性项中增加“无”" in page
    assert "“编号”重复" in page


def test_a_field_that_a_style_reads_stays(layer, officer):
    styles = [{"code": "use", "type": "simple", "label": {"field": "用途"}}]
    change(layer, officer, styles=styles)
    with pytest.raises(BadInput, match="请先修改样式"):
        change(layer, officer, schema=[files.FIELDS[0]])


def test_a_field_that_a_register_needs_stays(officer):
    grid = Layer.objects.get(code="grid")
    Layer.objects.filter(pk=grid.pk).update(fields={"name": "名称"})
    with pytest.raises(BadInput, match="名录由“名称”生成"):
        change(grid, officer, schema=grid.schema[:1])


def test_attributes_are_added_taken_out_and_put_in_order(layer, officer, signed_in):
    client = signed_in(officer)
    more = client.post(EDIT, {**posted(client), "do": "add"})
    assert len(more.context["forms"].fields.forms) == 4
    rows = {
        **posted(client),
        **{"fields-TOTAL_FORMS": "4", "fields-3-name": "产权", "fields-3-ORDER": "1"},
        **{"fields-0-ORDER": "2", "fields-1-ORDER": "3", "fields-2-DELETE": "on"},
        "fields-3-codes": "1 = 公房 = Public\n2 = 私产",
    }
    client.post(EDIT, rows)
    layer.refresh_from_db()
    assert [field["name"] for field in layer.schema] == ["产权", "编号", "用途"]
    codes = {"1": {"zh-hans": "公房", "en": "Public"}, "2": {"zh-hans": "私产"}}
    assert layer.schema[0]["codes"] == codes


@pytest.mark.parametrize("code", ["buildings", "new", "overdue", "outside"])
def test_a_code_is_taken_once_and_not_where_a_page_stands(
    layer, officer, signed_in, code
):
    page = sent(signed_in(officer), NEW, code=code).content.decode()
    assert "此编码已被使用" in page


def test_who_changed_what_when_is_on_record(layer, officer, signed_in):
    client = signed_in(officer)
    sent(client, EDIT, title="新房屋", update_days="30")
    change_of = LayerChange.objects.get(layer=layer)
    said = {row["field"]: (row["before"], row["after"]) for row in change_of.what}
    assert change_of.by == officer
    assert said["update_days"] == (None, 30)
    page = client.get(reverse("layers:layer", args=["buildings"])).content.decode()
    assert "目录变更记录" in page and "演示chief_data_officer" in page


def test_saving_the_same_again_records_nothing(layer, officer):
    assert change(layer, officer, minzoom=9)
    assert change(layer, officer, minzoom=9) is None
    assert layer.changes.count() == 1


def test_what_changed_meanwhile_is_not_overwritten(layer, officer, signed_in):
    client = signed_in(officer)
    old = posted(client)
    change(layer, officer, minzoom=9)
    answer = client.post(EDIT, {**old, "minzoom": "3"})
    layer.refresh_from_db()
    assert answer.status_code == 409
    assert layer.minzoom == 9
    with pytest.raises(Conflict):
        entries.change(layer, {"minzoom": 3}, by=officer, seen=0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE layers_layerchange SET by_id = NULL",
        "DELETE FROM layers_layerchange",
        "TRUNCATE layers_layerchange",
    ],
)
def test_the_record_cannot_be_rewritten(layer, officer, statement):
    change(layer, officer, minzoom=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)
    assert layer.changes.count() == 1


def test_a_site_package_leaves_what_people_changed(layer, officer):
    change(layer, officer, minzoom=9)
    entries.install("buildings", {"minzoom": 4, "maxzoom": 17})
    layer.refresh_from_db()
    assert (layer.minzoom, layer.maxzoom) == (9, 17)
    assert layer.changes.first().by is None


def test_a_package_loaded_again_changes_nothing(db, site_folder):
    before = LayerChange.objects.count()
    loading.load(site_folder, lambda line: None)
    assert LayerChange.objects.count() == before


def test_the_pages_ask_few_questions(
    layer, officer, signed_in, django_assert_max_num_queries
):
    client = signed_in(officer)
    with django_assert_max_num_queries(15):
        assert client.get(EDIT).status_code == 200
