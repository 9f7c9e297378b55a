"""Registers as files: by rule, sealed without the right, and read back unchanged."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from govmap.lib.errors import DomainError
from offices.models import Building, Dwelling, Label, Person, SensitiveGroup
from offices.models.code import Code
from offices.registers import exporting as registers
from offices.registers import life
from offices.registers.importing import running
from tests.offices.modules import at_office
from workflow import export_files, export_loading, exporting
from workflow.models import Export, ExportRule

NAMES = registers.NAMES


@pytest.fixture
def head(people):
    """The head of an office of the first street: takes personal columns too."""
    return at_office("office_head", "livelihood")


def columns_of(user, name):
    right = exporting.right_of(user, name)
    return [one.name for one in right.columns(exporting.REGISTERS[name])]


def taken(user, name, query="", columns=None):
    """The bytes of a file with all columns that the person may take, as the job that
    was asked for makes it."""
    register = exporting.REGISTERS[name]
    row = exporting.ask(
        user, register, query=query, columns=columns or columns_of(user, name),
        purpose="季度核对", form="xlsx",
    )  # fmt: skip
    job = ProcrastinateJob.objects.get(args={"export": row.pk}, status="todo")
    app.tasks[job.task_name](**job.args)
    row.refresh_from_db()
    assert not row.trouble, row.trouble
    return export_files.path_of(row).read_bytes()


def table(data):
    """The header, and a row as a dictionary each, without the watermark."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    _mark, header, *rows, _last = book.active.iter_rows(values_only=True)
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def looked(user, register, data):
    run = running.send(user, register, "a.xlsx", io.BytesIO(data), job=False)
    return running.carry_out(run)


@pytest.fixture
def somebody(make_person):
    return make_person(
        "王小明", nation="01", education="20", needs="=1+1", native_place="北京",
        former_name="-明",
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES.values())
def test_only_a_rule_that_names_the_register_counts(name, people, head):
    ExportRule.objects.filter(register="").update(personal=True)
    ExportRule.objects.create(
        role="grid_worker", rows=9, rows_a_day=9, approve_above=9, personal=True
    )
    may = {user for user in people if exporting.right_of(people[user], name)}
    assert "desk" in may and exporting.right_of(head, name)
    assert not may & {"grid_worker", "community_worker", "leader", "supervisor"}


@pytest.mark.parametrize("name", NAMES.values())
def test_the_list_has_a_button_for_whoever_may(name, people, signed_in, head):
    page = f"/offices/{name}/?unit=x"
    said = f"/exports/new/?register={name}&amp;unit=x"
    assert said in signed_in(people["desk"]).get(page).content.decode()
    assert said in signed_in(head).get(page).content.decode()
    worker = signed_in(people["grid_worker"]).get(page).content.decode()
    assert "/exports/new/" not in worker


def test_who_may_not_is_refused(people, somebody, signed_in):
    page = "/exports/new/?register=people"
    client = signed_in(people["grid_worker"])
    sent = {"columns": ["name"], "purpose": "季度核对", "form": "xlsx"}
    assert client.get(page).status_code == client.post(page, sent).status_code == 403
    assert not Export.objects.exists()


def test_without_the_right_nothing_personal_can_be_taken(people, somebody, signed_in):
    desk = people["desk"]
    header, (row,) = table(taken(desk, "people"))
    assert not {"姓名", "证件号码", "电话", "出生日期", "标准地址"} & set(header)
    assert (row["学历"], row["社区"]) == ("大学本科教育", str(somebody.community))
    sent = {"columns": ["name", "number"], "purpose": "季度核对", "form": "xlsx"}
    answer = signed_in(desk).post("/exports/new/?register=people", sent)
    assert (answer.status_code, Export.objects.count()) == (400, 1)


def test_with_the_right_numbers_stand_in_the_file_as_text(head, somebody):
    somebody.refresh_from_db()
    _header, (row,) = table(taken(head, "people"))
    assert row["证件号码"] == somebody.number.open()
    assert row["电话"] == somebody.phone.open()
    assert (row["困难及诉求"], row["曾用名"]) == ("=1+1", "-明")


def test_the_page_asks_for_a_purpose(head, somebody, signed_in):
    page, sent = "/exports/new/?register=people", {"columns": ["name"], "form": "xlsx"}
    client = signed_in(head)
    assert client.post(page, {**sent, "purpose": ""}).status_code == 400
    assert client.post(page, {**sent, "purpose": "季度核对"}).status_code == 302
    assert Export.objects.get().by == head


def test_many_people_need_anothers_leave(head, make_person):
    ExportRule.objects.filter(register="people").update(approve_above=1)
    make_person()
    make_person("李四")
    row = exporting.ask(
        head, exporting.REGISTERS["people"], query="", columns=["name"],
        purpose="季度核对", form="xlsx",
    )  # fmt: skip
    assert row.stand == Export.Stand.ASKED


def test_people_read_back_are_the_same(head, make_person, make_dwelling, somebody):
    make_person("李四", number="", birth="1950-01-02", dwelling=make_dwelling("301"))
    make_person("赵五", dwelling=None, kind="floating", came_on="2020-03-04")
    before = list(Person.objects.order_by("pk").values("pk", "changed_at", "dwelling"))
    run = looked(head, "person", taken(head, "people"))
    assert run.counts == {"same": 3}, run.lines
    run = running.carry_out(running.take(run, job=False))
    assert run.counts == {"same": 3}
    after = Person.objects.order_by("pk").values("pk", "changed_at", "dwelling")
    assert list(after) == before


def test_households_read_back_are_the_same(head, make_household, make_person, people):
    one, two = make_person("王小明"), make_person("李四")
    home = make_household(one)
    life.join(two, home, "12", people["community_worker"])
    data = taken(head, "households")
    assert [row["与户主关系"] for row in table(data)[1]] == ["户主", "妻"]
    run = looked(head, "household", data)
    assert run.counts == {"same": 2}, run.lines


def test_dwellings_read_back_are_the_same(head, make_dwelling):
    make_dwelling("101", area="58.50", is_rented=True, owner_name="赵明")
    make_dwelling("-1-5", is_empty=True)
    run = looked(head, "dwelling", taken(head, "dwellings"))
    assert run.counts == {"same": 2}, run.lines


def test_organisations_read_back_are_the_same(head, make_organization):
    make_organization(code="91350100M000100Y43", employees=12, has_party=True)
    make_organization("槐荫茶社", established_on="2001-02-03")
    run = looked(head, "organization", taken(head, "organizations"))
    assert run.counts == {"same": 2}, run.lines


def test_a_door_that_would_be_read_as_another_is_left_out(head, somebody):
    Dwelling.objects.filter(pk=somebody.dwelling_id).update(unit="1")
    run = looked(head, "person", taken(head, "people"))
    assert (run.counts, Building.objects.count()) == ({"same": 1}, 1)


def test_who_lives_on_anothers_ground_is_masked(
    head, people, make_person, make_household
):
    one = make_person("王小明")
    make_household(one)
    away = make_person("李大四", by="outsider", dwelling=None)
    Person.objects.filter(pk=one.pk).update(
        community=away.community, street=away.street
    )
    _header, (row,) = table(data := taken(head, "households"))
    assert (row["姓名"][0], row["证件号码"], row["出生日期"]) == ("王", None, None)
    assert row["姓名"] != "王小明"
    assert looked(head, "household", data).counts == {"bad": 1}


def test_a_steward_opens_nobody_even_by_rule(people, somebody):
    ExportRule.objects.create(
        register="people", role="steward", personal=True, rows=9, rows_a_day=9,
        approve_above=9,
    )  # fmt: skip
    _header, (row,) = table(taken(people["steward"], "people"))
    assert (row["姓名"], row["电话"]) == (str(somebody), None)


@pytest.fixture
def sensitive(head, somebody):
    """A label of a group that is open to the head of the office, and a plain one."""
    group = SensitiveGroup.objects.exclude(code="05").first()
    today = timezone.localdate()
    SensitiveGroup.objects.filter(pk=group.pk).update(
        opened_on=today, until=today, readers=["office_head"], document="示例1号",
        department=somebody.street, written_by=head,
    )  # fmt: skip
    code = Code.objects.filter(group=group).first()
    plain = Code.objects.filter(list__code="label", group=None).first()
    for one in (code, plain):
        Label.objects.create(person=somebody, code=one)
    return code, plain


def test_sensitive_labels_are_in_no_file(head, sensitive):
    code, plain = sensitive
    header, (row,) = table(taken(head, "people"))
    assert row["服务标签"] == str(plain)
    assert str(code) not in f"{header}{row}"


def test_no_file_is_narrowed_by_a_sensitive_label(head, sensitive, signed_in):
    code, plain = sensitive
    with pytest.raises(registers.NotByGroup):
        taken(head, "people", f"label={code.code}")
    page = signed_in(head).get(f"/exports/new/?register=people&label={code.code}")
    assert page.status_code == 400
    assert len(table(taken(head, "people", f"label={plain.code}"))[1]) == 1


def test_a_whole_number_narrows_no_file(head, somebody):
    somebody.refresh_from_db()
    with pytest.raises(registers.NotByNumber):
        taken(head, "people", f"q={somebody.number.open()}")
    assert not Export.objects.exists()


def test_a_file_holds_what_the_list_shows(head, make_person):
    make_person("王小明")
    make_person("李四", kind="floating")
    make_person("赵五", by="outsider", dwelling=None)
    _header, rows = table(taken(head, "people"))
    assert [row["姓名"] for row in rows] == ["李四", "王小明"]
    _header, rows = table(taken(head, "people", "kind=floating"))
    assert [row["姓名"] for row in rows] == ["李四"]
    assert Export.objects.latest("pk").words == ["人口类型：流动人口"]


def test_nobody_without_ground_takes_anything(people, somebody):
    ExportRule.objects.create(
        register="people", role="handler", rows=9, rows_a_day=9, approve_above=9
    )
    with pytest.raises(DomainError):
        taken(people["handler"], "people", columns=["kind"])


@pytest.mark.parametrize("name", NAMES.values())
def test_rows_cost_the_same_however_many(
    name, head, make_person, make_household, make_organization, make_dwelling
):
    register, counts = exporting.REGISTERS[name], []
    for number in range(3):
        person = make_person(dwelling=make_dwelling(f"{number}01"))
        make_household(person, number=f"H{number}")
        make_organization(f"演示{number}")
        with CaptureQueriesContext(connection) as queries:
            for row in register.rows(register.found(head, ""), 10):
                assert [one.read(row) for one in register.columns]
        counts.append(len(queries))
    # The first time the reader's posts are read, and kept.
    assert counts[1] == counts[2] <= 6


def test_the_api_has_it_too(head, somebody, signed_in):
    sent = {"register": "people", "columns": ["name"], "purpose": "季度核对"}
    answer = signed_in(head).post(
        "/api/v1/exports/", {**sent, "form": "xlsx"}, "application/json"
    )
    assert (answer.status_code, answer.json()["register"]) == (201, "people")


def test_the_rule_of_a_register_has_its_own_columns(people, signed_in):
    rule = ExportRule.objects.get(register="people", role="office_head")
    page = signed_in(people["system"]).get(f"/rules/exports/{rule.pk}/")
    assert page.status_code == 200
    named = dict(page.context["form"]["columns"].field.choices)
    assert "registration_address" in named and "reported_at" not in named


def test_loading_leaves_the_administrators_rule(db, tmp_path):
    ExportRule.objects.filter(register="people").update(rows=7)
    ExportRule.objects.filter(register="dwellings").delete()
    export_loading.load(tmp_path / "exports.json")
    assert ExportRule.objects.get(register="people", role="office_head").rows == 7
    assert ExportRule.objects.filter(register="dwellings").count() == 4
