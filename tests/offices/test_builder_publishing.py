"""A draft is published, changed later, brought to its end, taken back."""

import pytest

from govmap.lib.errors import Conflict
from offices.builder import drafts, publishing
from offices.builder.checks import Check
from offices.builder.drafts import DraftThere, next_version
from offices.builder.said import BadStep
from offices.models import Module, ModuleVersion, Record
from offices.modules.definition import Definition, definition_of
from offices.modules.loading import BadDefinition, publish
from offices.modules.making import make
from offices.modules.rights import READ, ground_in
from offices.modules.versions import carry_all, differences
from tests.offices.building import (
    asking,
    began,
    changed,
    data_of,
    published,
)
from tests.sites import package

STREET, OFFICE = "110109001", package.OFFICE


@pytest.fixture
def head(people):
    return people["office_head"]


def test_a_street_s_module_needs_an_end(head):
    design = changed(asking(head), head, "base", ends_on="")
    with pytest.raises(BadDefinition, match="停用日期"):
        publishing.publish(design, head, revision=design.revision)


def test_nothing_asked_is_nothing_to_publish(head):
    check = Check(began(head), head)
    assert [one.part for one in check.problems] == ["fields"]


def test_who_designs_does_not_give_himself_the_sensitive(head, people):
    design = asking(head, "病史\n楼门号")
    key = "office_head@owner"
    design = changed(design, head, "rights", S3=[key])
    assert Check(design, head).of("rights")
    assert Check(design, people["steward"]).is_sound


def test_rights_stay_within_the_street(head, people):
    module = published(head)
    assert ground_in(people["office_clerk"], module, READ).streets
    assert not ground_in(people["leader"], module, READ)
    with pytest.raises(BadStep):
        changed(asking(head, title="其他"), head, "rights", read=["leader@district"])


def test_a_street_s_file_gives_the_district_nothing(head, people):
    data = data_of(asking(head))
    data |= {"code": "x_one", "title": {"zh-hans": "越界"}}
    data["rights"]["read"] = [{"role": "leader", "where": "district"}]
    with pytest.raises(BadDefinition, match="街道"):
        publish(data)


def test_others_of_the_same_post_elsewhere_see_nothing(head, people):
    data = data_of(asking(head))
    data |= {"code": "x_one", "title": {"zh-hans": "网格"}}
    data["rights"]["read"] = [{"role": "grid_worker", "where": "community"}]
    module = publish(data).module
    assert ground_in(people["grid_worker"], module, READ)
    assert not ground_in(people["outsider_worker"], module, READ)


def test_what_is_published_is_there_at_once(head, people, signed_in):
    module = published(head)
    client = signed_in(people["office_clerk"])
    for address in ("", "new/", "on-map/", "tables/", "about/"):
        assert client.get(f"/modules/{module.code}/{address}").status_code == 200
    assert client.get(f"/api/v1/modules/{module.code}/openapi/").status_code == 200
    assert module.code in client.get("/offices/").content.decode()


def entered(module, by, **fields):
    record, _event = make(
        module, by=by, uuid=module.versions.first().uuid, fields=fields
    )
    return record


def test_the_module_s_page_leads_its_builders_to_the_next_version(
    head, people, signed_in
):
    module = published(head)
    link = f'href="/offices/builder/m/{module.code}/"'
    about = f"/modules/{module.code}/about/"
    assert link in signed_in(head).get(about).content.decode()
    other = signed_in(people["grid_worker"]).get(about).content.decode()
    assert link not in other


def test_a_renamed_field_is_carried_and_a_lost_one_is_told(head):
    module = published(head)
    record = entered(module, head, f1="3门", f2="c1", f6="修路灯")
    design = next_version(module, head)
    changed(design, head, "field", name="f1", title="楼门牌号")
    design = changed(design, head, "drop", name="f6")
    new = Definition(design.version.definition)
    told = differences(definition_of(module.published_id), new)
    assert [(one.what, one.loses) for one in told] == [
        ("renamed", False),
        ("removed", True),
    ]
    publishing.publish(design, head, revision=design.revision)
    module.refresh_from_db()
    trial = carry_all(module, head)
    record.refresh_from_db()
    assert record.data == {"f1": "3门", "f2": "c1"}
    assert [row.lost for row in trial.troubled] == [["服务说明"]]


def test_a_code_is_never_given_again(head):
    module = published(head)
    design = next_version(module, head)
    changed(design, head, "drop", name="f6")
    changed(design, head, "add", lines="满意程度")
    assert "f7" in data_of(design)["schema"]["properties"]


def test_there_is_one_next_version(head):
    module = published(head)
    next_version(module, head)
    with pytest.raises(DraftThere):
        next_version(module, head)


def test_a_draft_is_thrown_away(head):
    design = asking(head)
    code = design.version.module.code
    drafts.discard(design, head)
    assert not Module.objects.filter(code=code).exists()


def test_throwing_the_next_version_away_leaves_the_module(head):
    module = published(head)
    drafts.discard(next_version(module, head), head)
    assert Module.objects.published().filter(pk=module.pk).exists()


def test_it_is_taken_back_once_nothing_is_open(head, people):
    module = published(head)
    record = entered(module, head, f1="3门")
    with pytest.raises(Conflict):
        publishing.take_back(module, head)
    Record.objects.filter(pk=record.pk).update(ended_at=record.created_at)
    publishing.take_back(module, head)
    state = ModuleVersion.objects.get(module=module).state
    assert state == "withdrawn"
    assert not ground_in(people["office_clerk"], module, READ)


def test_an_ended_module_takes_nothing_new(head):
    module = published(head)
    publishing.end(module, head)
    module.refresh_from_db()
    assert module.is_over and Module.objects.published().filter(pk=module.pk).exists()
