"""比对 of households, dwellings and organisations; lists of a site package."""

import io
import json
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Unit
from govmap.lib.errors import BadInput
from govmap.lib.history import recorded
from offices.comparison import answering, carrying_out, loading, running
from offices.models import ComparisonSource, ComparisonTask, Dwelling, Household
from offices.registers import life
from offices.registers.permissions import NotYourGround
from tests.offices.conftest import STREET, number_of
from tests.offices.test_comparison import BORN

HEADS = ["户号", "户主姓名", "户主身份证号", "户籍地址", "单元", "房号"]
HEADS += ["与户主关系", "状态"]
DOORS = ["房屋地址", "单元", "房号", "是否出租", "面积", "房主", "状态"]


@pytest.fixture
def arrives(people):
    """A list about a register comes and is taken; rows are dictionaries by title."""

    def come(register, compared, titles, *rows, absence="listed"):
        source, _new = ComparisonSource.objects.update_or_create(
            code=register,
            defaults={
                **{"name": "演示名单", "register": register, "compared": compared},
                **{"owner": Unit.objects.get(code="sanitation"), "absence": absence},
                "street": Unit.objects.get(code=STREET),
            },
        )
        book = openpyxl.Workbook()
        book.active.append(titles)
        for row in rows:
            book.active.append([row.get(title, "") for title in titles])
        book.save(file := io.BytesIO())
        file.seek(0)
        run = running.send(people["steward"], source, "a.xlsx", file, job=False)
        run = running.carry_out(run)
        assert run.may_be_taken, run.message
        return running.carry_out(running.take(run, job=False))

    return come


@pytest.fixture
def homes(arrives):
    compared = ["head", "number", "address"]
    return lambda *rows: arrives("household", compared, HEADS, *rows)


@pytest.fixture
def doors(arrives):
    compared = ["is_rented", "area", "owner_name"]

    def come(*rows, **more):
        return arrives("dwelling", compared, DOORS, *rows, **more)

    return come


def home_row(person, **more):
    door = person.dwelling
    return {
        **{"户号": "H1", "户主姓名": person.name, "户主身份证号": str(person.number)},
        **{"户籍地址": door.building.address, "单元": door.unit, "房号": door.room},
        **more,
    }


def door_row(dwelling, **more):
    place = {"单元": dwelling.unit, "房号": dwelling.room}
    return {"房屋地址": dwelling.building.address, **place, **more}


def so(user, **more):
    with recorded(user):
        return answering.answer(ComparisonTask.objects.waiting().get(), user, "so")


def test_a_household_as_listed_asks_nothing(homes, make_person, make_household):
    make_household(head := make_person())
    run = homes(home_row(head), home_row(head, 与户主关系="妻", 户主姓名="李四"))
    assert run.counts == {"same": 1}, run.lines


def test_a_household_that_is_new_is_entered_with_its_head(homes, people, make_person):
    head = make_person()
    homes(home_row(head, 户号="H7"))
    so(people["desk"])
    home = Household.objects.get(number="H7")
    assert (home.head, home.dwelling) == (head, head.dwelling)
    assert home.source_unit.code == "sanitation"


def test_a_head_whom_nobody_knows_is_entered_too(homes, people, make_person):
    row = home_row(make_person(), 户号="H8", 户主姓名="赵六")
    homes(row | {"户主身份证号": number_of(BORN, 905)})
    so(people["desk"])
    head = Household.objects.get(number="H8").head
    assert (head.name, head.birth, head.dwelling) == ("赵六", BORN, None)


def test_a_household_that_moved_is_registered_elsewhere(
    homes, people, make_person, make_household, make_dwelling
):
    home = make_household(head := make_person())
    homes(home_row(head, 房号=make_dwelling("702").room))
    assert ComparisonTask.objects.get().fields == ["address"]
    so(people["community_worker"])
    home.refresh_from_db()
    assert home.dwelling.room == "702"


def test_another_head_is_arranged_by_a_person_first(
    homes, people, make_person, make_household
):
    make_household(make_person())
    other = make_person("李四")
    homes(home_row(other))
    with pytest.raises(carrying_out.ArrangeFirst):
        so(people["community_worker"])


def test_a_household_that_left_the_list_ends_and_its_people_stay(
    homes, people, make_person, make_household
):
    home = make_household(head := make_person())
    homes(home_row(head))
    homes(home_row(make_person("李四"), 户号="H2"))
    task = ComparisonTask.objects.get(kind="moved")
    with recorded(people["desk"]):
        answering.answer(task, people["desk"], "so")
    for row in (home, head):
        row.refresh_from_db()
    assert (home.state, head.state) == ("away", "here")
    assert not home.members.filter(until__isnull=True).exists()


def test_what_a_list_says_of_a_dwelling_is_taken_over(doors, people, make_dwelling):
    dwelling = make_dwelling("101", is_empty=True)
    doors(door_row(dwelling, 是否出租="是", 面积="60", 房主="钱七"))
    assert set(ComparisonTask.objects.get().fields) == {
        "is_rented", "area", "owner_name",
    }  # fmt: skip
    so(people["community_worker"])
    dwelling.refresh_from_db()
    assert (dwelling.is_rented, dwelling.is_empty) == (True, False)
    assert (dwelling.area, dwelling.owner_name) == (Decimal(60), "钱七")
    again = doors(door_row(dwelling, 是否出租="是", 面积="60", 房主="钱七"))
    assert again.counts == {"same": 1}


def test_a_door_that_is_new_is_entered(doors, people, make_dwelling):
    doors(door_row(make_dwelling("101")) | {"房号": "909", "是否出租": "是"})
    so(people["desk"])
    made = Dwelling.objects.get(room="909")
    assert (made.is_rented, made.source_unit.code) == (True, "sanitation")


def test_a_door_that_no_list_has_is_asked_about(doors, people, make_dwelling):
    gone, there = make_dwelling("101"), make_dwelling("102")
    doors(door_row(there), absence="all")
    task = ComparisonTask.objects.get()
    assert (task.subject, str(task.kind_word)) == (gone.uuid, "疑似已不存在")
    so(people["community_worker"])
    gone.refresh_from_db()
    assert gone.state == "gone"


def test_a_door_that_nobody_knows_is_refused_with_the_reason(doors, make_dwelling):
    row = door_row(make_dwelling("101")) | {"房屋地址": "无此地址1号"}
    run = doors(row)
    assert run.counts == {"bad": 1} and "无此地址1号" in run.lines[0][3]


def test_an_organisation_that_left_the_list_is_asked_about(arrives, make_organization):
    shop = make_organization(code="91350100M000100Y43")
    titles = ["单位名称", "统一社会信用代码"]
    row = {"单位名称": "另一家", "统一社会信用代码": "91110000600037341L"}
    arrives("organization", ["name"], titles, row, absence="all")
    task = ComparisonTask.objects.get(kind="moved")
    assert (task.subject, str(task.kind_word)) == (shop.uuid, "疑似注销或迁出")


def test_only_people_die(homes, people, make_person, make_household):
    make_household(head := make_person())
    homes(home_row(head, 状态="死亡"))
    assert ComparisonTask.objects.get().kind == "moved"
    so(people["desk"])
    head.refresh_from_db()
    assert (head.state, Household.objects.get().state) == ("here", "away")


def test_whoever_stands_in_a_row_with_a_mistake_has_not_left(
    homes, people, make_person, make_household
):
    make_household(head := make_person())
    homes(home_row(head))
    run = homes(home_row(head, 户主身份证号="123"))
    assert run.counts == {"bad": 1} and not ComparisonTask.objects.exists()
    run = homes(home_row(head, 与户主关系="妻"))
    assert not ComparisonTask.objects.exists()
    run = homes(home_row(head, 与户主关系="妻"), home_row(head))
    assert run.counts == {"same": 1}, run.lines


def test_a_household_has_never_two_heads(homes, people, make_person, make_household):
    home = make_household(make_person())
    homes(home_row(home.dwelling.occupants.get(), 户主身份证号=number_of(BORN, 907)))
    with pytest.raises(carrying_out.ArrangeFirst):
        so(people["community_worker"])


def test_a_head_of_another_name_is_called_so(
    homes, people, make_person, make_household
):
    make_household(head := make_person())
    homes(home_row(head, 户主姓名="王晓明"))
    so(people["community_worker"])
    head.refresh_from_db()
    assert head.name == "王晓明"


def test_a_household_entered_since_is_not_entered_twice(
    homes, people, make_person, make_household
):
    homes(home_row(head := make_person()))
    make_household(head)
    with pytest.raises(carrying_out.EntryIsGone):
        so(people["desk"])
    assert Household.objects.count() == 1


def test_a_household_that_is_back_is_the_same_again(
    homes, people, make_person, make_household
):
    home = make_household(head := make_person())
    with recorded(people["desk"]):
        life.leave(head)
        life.end(home, people["desk"])
    homes(home_row(head))
    so(people["desk"])
    home.refresh_from_db()
    assert (home.state, home.head, Household.objects.count()) == ("here", head, 1)


def test_an_organisation_that_is_back_is_here_again(arrives, people, make_organization):
    shop = make_organization(code="91350100M000100Y43")
    with recorded(people["desk"]):
        life.end(shop, people["desk"])
    titles = ["单位名称", "统一社会信用代码"]
    row = {titles[0]: shop.name, titles[1]: shop.code}
    arrives("organization", ["name"], titles, row)
    so(people["desk"])
    shop.refresh_from_db()
    assert (shop.state, shop.ended_on) == ("here", None)


def test_an_organisation_is_moved_to_nobody_elses_ground(
    people, make_organization, make_dwelling
):
    shop, far = make_organization(), make_dwelling(street=2)
    with pytest.raises(NotYourGround):
        carrying_out._move(shop, far, people["community_worker"], None)


def test_a_room_too_long_for_the_register_is_refused(doors, make_dwelling):
    run = doors(door_row(make_dwelling("101")) | {"房号": "9" * 200})
    assert run.counts == {"bad": 1} and "20" in run.lines[0][3]


@pytest.mark.parametrize("register", ["household", "dwelling"])
def test_the_page_of_a_difference_says_what_so_does(
    register, homes, doors, people, make_person, make_household, signed_in
):
    make_household(head := make_person())
    if register == "household":
        homes(home_row(head, 户主身份证号=number_of(BORN, 906)))
    else:
        doors(door_row(head.dwelling, 是否出租="是"))
    task = ComparisonTask.objects.get()
    page = reverse("comparison:task", args=[task.uuid])
    text = signed_in(people["desk"]).get(page).content.decode()
    assert "属实" in text and reverse(f"registers:{register}", args=[task.subject])
    assert text.count("comparison-mark") == 1


# Lists as a part of a site package.

LIST = {
    **{"code": "civil", "name": "民政名单", "owner": "sanitation"},
    **{"register": "dwelling", "street": STREET, "compared": ["use"], "every_days": 30},
}


def load(*rows, **more):
    loading.load_data({"lists": list(rows)}, name="comparisons.json", **more)


def test_a_package_brings_lists_and_gets_them_back(people):
    load(LIST)
    said = json.loads(json.dumps(loading.export()))
    assert said["lists"] == [LIST | {"absence": "listed", "answer_days": 10}]


def test_loading_again_leaves_what_a_person_changed(people):
    load(LIST)
    with recorded(people["steward"]):
        ComparisonSource.objects.update(name="改过的名单")
    load(LIST)
    assert ComparisonSource.objects.get().name == "改过的名单"
    load(LIST | {"every_days": 60})
    assert ComparisonSource.objects.get().name == "民政名单"


@pytest.mark.parametrize(
    "wrong",
    [
        {"owner": "nobody"},
        {"compared": ["number"]},
        {"register": "building"},
        {"code": "no code/at all"},
        {"code": "long" * 20},
        {"every_days": 99999},
        {"street": "sanitation"},
    ],
)
def test_a_list_that_cannot_be_is_refused_as_a_whole(people, wrong):
    with pytest.raises(BadInput):
        load(LIST | {"code": "fine"}, LIST | wrong)
    assert not ComparisonSource.objects.exists()


def test_the_page_gives_out_the_file_and_takes_it(people, signed_in):
    client = signed_in(people["steward"])
    load(LIST)
    file = client.get(reverse("comparison:sources-file"))
    ComparisonSource.objects.all().delete()
    sent = SimpleUploadedFile("comparisons.json", file.getvalue())
    answer = client.post(reverse("comparison:sources-take"), {"file": sent})
    assert answer.status_code == 302
    assert ComparisonSource.objects.get().register == "dwelling"


def test_a_new_list_offers_the_fields_of_its_register(people, signed_in):
    client = signed_in(people["steward"])
    page = reverse("comparison:source-new") + "?register=household"
    assert "户主证件号码" in client.get(page).content.decode()
    said = {
        **{"name": "户籍名单", "code": "homes", "absence": "nothing"},
        **{"owner": Unit.objects.get(code="sanitation").pk, "answer_days": 5},
        "compared": ["head"],
    }
    assert client.post(page, said).status_code == 302
    assert ComparisonSource.objects.get().register == "household"


def test_the_api_keeps_lists_too(people, signed_in):
    address = "/api/v1/comparison-sources/"
    client = signed_in(people["steward"])
    sent = LIST | {"compared": ["number"]}
    assert client.post(address, sent, "application/json").status_code == 400
    assert client.post(address, LIST, "application/json").status_code == 201
    page = f"{address}civil/"
    client.patch(page, {"register": "person", "retired": True}, "application/json")
    row = ComparisonSource.objects.get()
    assert (row.register, row.retired) == ("dwelling", True)
    desk = signed_in(people["desk"])
    assert desk.get(page).json()["name"] == "民政名单"
    assert desk.post(address, LIST, "application/json").status_code == 404
