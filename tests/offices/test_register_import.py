"""Sheets of registers: mapped, looked through, taken; once, sealed, on one's ground."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.tables import keeping
from cases.tables.cells import NUMBER, Cell
from govmap.lib.history import changes_of
from offices.models import (
    Dwelling,
    FieldOwner,
    Household,
    ImportMapping,
    LifeEvent,
    Member,
    Organization,
    Person,
    Proposal,
    RegisterImport,
    Residence,
    StagedRow,
)
from offices.registers.finding import by_number, find_people
from offices.registers.importing import jobs, running
from offices.registers.importing.columns import FIELDS, guess
from offices.registers.importing.values import Lists, NoDay, day_of, parser
from offices.registers.places import building_at, buildings_at, ground_at
from tests.offices.conftest import number_of

TITLES = ["姓名", "身份证号", "手机号", "现住址", "单元", "房号", "学历", "民族"]
ONE = number_of(date(1980, 5, 17), 101)
TWO = number_of(date(1991, 2, 3), 102)
CODE = "91350100M000100Y43"  # the example of GB 32100


@pytest.fixture
def place(make_dwelling):
    """The standard address of a building of the first street."""
    return make_dwelling().building.address


def row(name="王小明", number=ONE, phone="13900000001", **more):
    said = {"place": "", "unit": "1", "room": "502室", "school": "大学本科教育"} | more
    return [name, number, phone, *(said[one] for one in ("place", "unit", "room")),
            said["school"], "汉"]  # fmt: skip


def sheet(*rows, titles=TITLES):
    book = openpyxl.Workbook()
    for one in (titles, *rows):
        book.active.append(list(one))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def look(by, *rows, register="person", titles=TITLES, **told):
    file = sheet(*rows, titles=titles)
    run = running.send(by, register, "a.xlsx", file, job=False, **told)
    return running.carry_out(run)


def take(by, *rows, **told):
    run = look(by, *rows, **told)
    assert run.may_be_taken, run.message
    return running.carry_out(running.take(run, job=False))


@pytest.fixture
def worker(people):
    return people["community_worker"]


def test_a_sheet_is_only_looked_through_first(worker, place):
    run = look(worker, row(place=place))
    assert (run.counts, Person.objects.count()) == ({"new": 1}, 0)


def test_people_are_entered_as_by_hand(worker, place):
    run = take(worker, row(place=place))
    person = Person.objects.get(by_number(ONE))
    assert (run.status, run.counts) == ("done", {"new": 1})
    assert (person.birth, person.sex, person.nation) == (date(1980, 5, 17), "1", "01")
    assert (person.dwelling.unit, person.dwelling.room) == ("1单元", "502")
    assert person.dwelling.floor == 5
    assert person.address == person.dwelling.address
    assert person.community_id == person.dwelling.community_id
    assert Residence.objects.get(person=person).dwelling == person.dwelling
    told = LifeEvent.objects.get(subject=person.uuid)
    assert (told.by, told.community_id) == (worker, person.community_id)
    assert list(find_people(Person.objects.all(), "王小明", worker)) == [person]


def test_the_record_says_who_and_from_which_import(worker, place):
    run = take(worker, row(place=place))
    person = Person.objects.get()
    (change,) = changes_of(Person, row_id=person.pk)
    assert change.by == worker
    with connection.cursor() as cursor:
        cursor.execute("SELECT metadata->>'address' FROM pghistory_context")
        assert (running.address(run),) in cursor.fetchall()


def test_houses_are_made_together_where_each_lies(worker):
    codes = [f"110109001A{number}" for number in (1, 2, 3)]
    alone = building_at(codes[0], worker)
    made = buildings_at(codes, worker)
    assert [row.address_code for row in made] == codes[1:]
    for row in (alone, *made):
        ground = ground_at(row.place, worker)
        assert (row.cell, row.community) == (ground["cell"], ground["community"])
        told = LifeEvent.objects.get(subject=row.uuid)
        assert told.community_id == row.community_id


def test_numbers_lie_sealed_from_the_start(worker, place):
    run = look(worker, row(place=place), row(number="110105194912310021", place=place))
    path = keeping.path_of(run)
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM offices_stagedrow s")
        staged = " ".join(text for (text,) in cursor.fetchall())
    told = path.read_bytes() + keeping.refused_path(run).read_bytes()
    said = staged + str(run.lines) + str(run.report)
    for secret in (ONE, "13900000001", "110105194912310021"):
        assert secret not in said
        assert secret.encode() not in told
    assert Path(site.VAR) in path.parents


def test_the_same_file_twice_changes_nothing(worker, place):
    rows = [row(place=place), row("李四", TWO, "", place=place)]
    take(worker, *rows)
    names = ("pk", "changed_at", "number_hash", "phone_hash", "dwelling")
    before = list(Person.objects.order_by("pk").values(*names))
    assert take(worker, *rows).counts == {"same": 2}
    assert list(Person.objects.order_by("pk").values(*names)) == before
    assert LifeEvent.objects.filter(register="person").count() == 2


def test_a_corrected_file_changes_only_what_differs(worker, place):
    take(worker, row(place=place), row("李四", TWO, "", place=place))
    token = Person.objects.get(by_number(ONE)).number.token
    rows = [row(phone="13900000009", place=place), row("李四", TWO, "", place=place)]
    run = take(worker, *rows)
    person = Person.objects.get(by_number(ONE))
    assert run.counts == {"changed": 1, "same": 1}
    assert (person.phone.open(), person.number.token) == ("13900000009", token)
    assert run.lines[0][3] == "电话"


def test_an_empty_cell_changes_nothing(worker, place):
    take(worker, row(place=place))
    assert take(worker, row(phone="", school="", place=place)).counts == {"same": 1}
    again = row(phone="#N/A", school="#REF!", place=place)
    assert take(worker, again).counts == {"same": 1}


def test_a_name_that_a_formula_lost_is_asked_for(worker, place):
    assert look(worker, row(name="#VALUE!", place=place)).counts == {"bad": 1}


def test_the_owner_of_a_phone_is_asked(worker, make_person):
    make_person(by="desk", number=ONE, phone="13900000001", education="20")
    FieldOwner.objects.filter(code="contact").update(owner="city_office")
    titles = ["姓名", "身份证号", "手机号", "学历"]
    same = ["王小明", ONE, "13900000001", "10"]
    take(worker, same, titles=titles)
    assert not Proposal.objects.exists()
    run = take(worker, ["王小明", ONE, "13900000009", "20"], titles=titles)
    person, waits = Person.objects.get(), Proposal.objects.get()
    assert run.counts == {"changed": 1}
    assert (person.phone.open(), person.education) == ("13900000001", "20")
    assert (waits.field, waits.after.open()) == ("phone", "13900000009")


def test_who_lives_elsewhere_in_the_file_moves(worker, place):
    take(worker, row(place=place))
    run = take(worker, row(room="601", place=place))
    person = Person.objects.get()
    assert (run.counts, person.dwelling.room) == ({"changed": 1}, "601")
    assert Residence.objects.filter(person=person, until__isnull=True).count() == 1
    events = LifeEvent.objects.filter(subject=person.uuid)
    assert set(events.values_list("what", flat=True)) == {"entered", "moved_house"}


def test_what_is_wrong_is_said_and_comes_back_as_a_file(worker, place, signed_in):
    wrong = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")
    run = look(worker, row(number=wrong, place=place), row(place="无名路9号"))
    assert run.counts == {"bad": 2}
    answer = signed_in(worker).get(reverse("imports:refused", args=[run.uuid]))
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[1][1] == wrong
    assert "校验" in rows[1][-1] or "应" in rows[1][-1]
    assert "无名路9号" in rows[2][-1]


def test_the_corrected_refusals_can_be_sent_again(worker, place, signed_in):
    run = look(worker, row(place="无名路9号"))
    answer = signed_in(worker).get(reverse("imports:refused", args=[run.uuid]))
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    header, told = list(book.active.iter_rows(values_only=True))
    assert take(worker, [*told[:3], place, *told[4:]], titles=header).counts == {
        "new": 1
    }


def test_nobody_writes_on_anothers_ground(people, worker, make_dwelling):
    other = make_dwelling(street=2).building.address
    assert look(worker, row(place=other)).counts == {"bad": 1}
    take(people["outsider"], row(place=other))
    run = look(worker, row(place=make_dwelling().building.address))
    assert run.counts == {"bad": 1}
    assert "王" not in run.lines[0][3]


def test_who_keeps_no_register_sends_none(people, signed_in):
    answer = signed_in(people["handler"]).get(reverse("imports:imports"))
    assert answer.status_code == 404


def test_anothers_import_is_not_there(people, worker, place, signed_in):
    run = look(worker, row(place=place))
    page = reverse("imports:import", args=[run.uuid])
    assert signed_in(people["desk"]).get(page).status_code == 404


def test_two_rows_of_one_number_are_one(worker, place):
    run = look(worker, row(place=place), row(place=place), row("王小", place=place))
    assert run.counts == {"new": 1, "same": 1, "bad": 1}
    assert "2" in run.lines[0][3]


def test_who_may_be_the_same_is_held_back(worker, place):
    titles = ["姓名", "出生日期", "现住址", "房号"]
    take(worker, row(place=place))
    one = ["王小明", "1980年5月17日", place, "301"]
    held = look(worker, one, titles=titles)
    assert held.counts == {"bad": 1}
    assert take(worker, one, titles=titles, another=True).counts == {"new": 1}


def test_without_a_number_name_birth_and_door_are_the_key(worker, place):
    titles = ["姓名", "出生日期", "现住址", "房号"]
    one = ["赵明", "1950/1/2", place, "301"]
    take(worker, one, titles=titles)
    assert take(worker, one, titles=titles).counts == {"same": 1}


def test_a_column_that_is_not_known_is_asked_for(worker, place, signed_in):
    run = look(worker, ["王小明", ONE], titles=["称呼", "身份证号"])
    assert (run.status, run.report["lacking"]) == ("looked", ["姓名"])
    client = signed_in(worker)
    said = {"column-name": "称呼", "column-number": "身份证号", "keep_as": "派出所表"}
    client.post(reverse("imports:answer", args=[run.uuid]), said)
    again = running.carry_out(RegisterImport.objects.get(pk=run.pk))
    assert again.counts == {"new": 1}
    assert ImportMapping.objects.get().columns["name"] == "称呼"


def test_a_kept_mapping_serves_the_next_file(worker, signed_in):
    kept = ImportMapping.objects.create(
        register="person", name="a", unit=worker.posts[0].unit, kept_by=worker,
        columns={"name": "称呼"},
    )  # fmt: skip
    file = sheet(["王小明", ONE], titles=["称呼", "身份证号"])
    file.name = "a.xlsx"
    said = {"register": "person", "mapping": kept.pk, "file": file}
    signed_in(worker).post(reverse("imports:imports"), said)
    run = running.carry_out(RegisterImport.objects.get())
    assert run.counts == {"new": 1}


def test_csv_of_a_spreadsheet_is_read(worker, place):
    text = "\r\n".join(",".join(map(str, one)) for one in (TITLES, row(place=place)))
    file = io.BytesIO(text.encode("gbk"))
    run = running.send(worker, "person", "a.csv", file, job=False)
    assert running.carry_out(run).counts == {"new": 1}


def test_dwellings_are_known_by_their_door(worker, place):
    titles = ["房屋地址", "单元", "房间号", "面积", "是否出租", "出租用途"]
    told = {"register": "dwelling", "titles": titles}
    rows = [[place, "2", "301", "58.5", "是", "住房"], [place, "2", "302", "", "", ""]]
    assert take(worker, *rows, **told).counts == {"new": 2}
    rows[1][3] = "40平方米"
    assert take(worker, *rows, **told).counts == {"same": 1, "changed": 1}
    made = Dwelling.objects.get(unit="2单元", room="302")
    assert (made.area, made.floor, made.is_rented) == (40, 3, False)


def test_organisations_are_known_by_their_code(worker, place):
    titles = ["单位名称", "统一社会信用代码", "单位类型", "经营地址", "从业人数"]
    told = {"register": "organization", "titles": titles}
    one = ["演示商店", CODE, "企业", place, 12]
    assert take(worker, one, **told).counts == {"new": 1}
    assert take(worker, one, **told).counts == {"same": 1}
    assert take(worker, [*one[:4], 13], **told).counts == {"changed": 1}
    made = Organization.objects.get()
    assert (made.employees, made.building.address) == (13, place)


def test_households_come_with_their_members(worker, place):
    titles = ["户号", "与户主关系", *TITLES]
    rows = [
        ["H1", "户主", *row(place=place)],
        ["H1", "妻", *row("李四", TWO, place=place)],
    ]
    told = {"register": "household", "titles": titles}
    assert take(worker, *rows, **told).counts == {"new": 2}
    home = Household.objects.get()
    assert (home.number, home.head.name) == ("H1", "王小明")
    assert set(Member.objects.values_list("relation", flat=True)) == {"02", "12"}
    assert take(worker, *rows, **told).counts == {"same": 2}


def test_who_changes_his_household_leaves_the_other(worker, place):
    told = {"register": "household", "titles": ["户号", "与户主关系", *TITLES]}
    take(worker, ["H1", "户主", *row(place=place)], **told)
    assert take(worker, ["H2", "户主", *row(place=place)], **told).counts == {
        "changed": 1
    }
    assert Member.objects.get(until__isnull=True).household.number == "H2"
    assert Household.objects.get(number="H1").head is None


def test_a_killed_worker_goes_on_where_it_ended(worker, place, monkeypatch):
    monkeypatch.setattr(running, "PORTION", 1)
    run = look(worker, row(place=place), row("李四", TWO, place=place))
    running.take(run, job=False)
    write = running.RegisterSort._write

    def broken(self, values, report, number):
        if number == 2:
            raise OperationalError
        write(self, values, report, number)

    with monkeypatch.context() as patch:
        patch.setattr(running.RegisterSort, "_write", broken)
        with pytest.raises(OperationalError):
            running.carry_out(run)
    assert Person.objects.count() == 1
    assert running.carry_out(run).counts == {"new": 2}


def test_nothing_stays_of_a_sheet_that_ended(worker, place):
    run = take(worker, row(place=place))
    assert not StagedRow.objects.exists()
    assert not keeping.path_of(run).exists()


def test_a_sheet_that_nobody_takes_goes(worker, place):
    run = look(worker, row(place=place))
    RegisterImport.objects.update(ended_at="2020-01-01T00:00Z")
    assert jobs.sweep() == 1
    assert not StagedRow.objects.exists()
    assert not keeping.path_of(run).exists()


def test_the_page_says_what_each_row_does(worker, place, signed_in):
    run = look(worker, row(place=place))
    page = signed_in(worker).get(reverse("imports:import", args=[run.uuid]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "王*" in text
    assert ONE not in text


def test_each_register_has_an_empty_sheet(worker, signed_in):
    for register, fields in FIELDS.items():
        answer = signed_in(worker).get(reverse("imports:empty", args=[register]))
        book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
        titles = [cell.value for cell in next(book.active.iter_rows())]
        assert len(guess(register, titles)) == len(fields)


def test_another_program_sends_maps_and_takes(worker, place, signed_in):
    client = signed_in(worker)
    file = sheet(row(place=place))
    file.name = "a.xlsx"
    sent = client.post(
        "/api/v1/register-imports/", {"register": "person", "file": file}
    )
    run = RegisterImport.objects.get(uuid=sent.json()["uuid"])
    running.carry_out(run)
    here = f"/api/v1/register-imports/{run.uuid}/"
    assert client.get(here).json()["columns"]["number"] == "身份证号"
    assert client.post(f"{here}take/").json()["taking"]


WAYS = [
    *("{0}-{1:02}-{2:02}", "{0}/{1}/{2}", "{0}.{1}.{2}", "{0}年{1}月{2}日"),
    *("{0}{1:02}{2:02}", "{0}-{1:02}-{2:02} 00:00:00"),
]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(date(1800, 1, 1), date(2100, 12, 31)))
def test_days_are_read_as_people_write_them(day):
    for form in WAYS:
        assert day_of(form.format(day.year, day.month, day.day)) == day


@pytest.mark.parametrize(("text", "known"), [("29358", True), ("1980", False)])
def test_a_year_is_no_day(text, known):
    birth = next(one for one in FIELDS["person"] if one.name == "birth")
    read = parser(birth, Lists(()))
    if known:
        assert read(Cell(text, NUMBER)) == "1980-05-17"
    else:
        with pytest.raises(NoDay, match="1980-05-17"):
            read(Cell(text, NUMBER))


@given(st.text(max_size=12))
def test_what_names_no_day_is_none(text):
    day = day_of(text)
    assert day is None or str(day.year) in text
    assert Cell(text).text == text
