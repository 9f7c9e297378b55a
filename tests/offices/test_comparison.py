"""比对: only differences are asked, once, of who is there; numbers lie sealed."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Unit
from cases.tables import keeping
from offices.comparison import answering, jobs, reminding, running
from offices.comparison.rule import (
    CHANGED,
    DEAD,
    MOVED,
    NEW,
    SAME,
    Found,
    Held,
    Listed,
    differences,
    to_ask,
)
from offices.models import (
    ComparisonRound,
    ComparisonSource,
    ComparisonTask,
    LifeEvent,
    Person,
)
from offices.registers.finding import by_number
from offices.registers.permissions import NotYourGround
from offices.registers.reading import NoTask, check_opens
from tests.offices.conftest import number_of
from workflow.models import Notice
from workflow.notices import page_of

TITLES = ["姓名", "身份证号", "手机号", "现住址", "单元", "房号", "状态"]
BORN = date(1980, 5, 17)
FRESH = number_of(BORN, 901)

calm = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
keys = st.sampled_from([f"k{n}" for n in range(8)])
words = st.sampled_from(["", "甲", "乙"])
listed = st.builds(
    Listed,
    key=keys,
    fields=st.dictionaries(st.sampled_from(["name", "phone"]), words),
    content=st.sampled_from("abc"),
    is_dead=st.booleans(),
    has_left=st.booleans(),
)
held = st.builds(
    Held,
    key=keys,
    fields=st.dictionaries(st.sampled_from(["name", "phone"]), words),
    is_here=st.booleans(),
    absent=st.sampled_from(["", "absent 1"]),
)


@calm
@given(
    st.lists(listed, max_size=12),
    st.lists(held, max_size=8, unique_by=lambda row: row.key),
)
def test_every_key_is_in_exactly_one_class(said, have):
    found = differences(said, have)
    assert set(found) == {row.key for row in (*said, *have)}
    assert {one.kind for one in found.values()} <= {SAME, NEW, CHANGED, MOVED, DEAD}


@calm
@given(
    st.lists(listed, max_size=12),
    st.lists(held, max_size=8, unique_by=lambda r: r.key),
    st.randoms(),
)
def test_the_order_of_rows_does_not_matter(said, have, dice):
    # Two rows of one key and one content may differ in nothing else.
    said = list({(row.key, row.content): row for row in said}.values())
    mixed = sorted(said, key=lambda row: dice.random())
    assert differences(said, have) == differences(mixed, have[::-1])


@calm
@given(
    st.lists(listed, max_size=12),
    st.lists(held, max_size=8, unique_by=lambda row: row.key),
)
def test_the_same_list_twice_asks_nothing_new(said, have):
    found = differences(said, have)
    asked = [(key, one.kind, one.content) for key, one in found.items()]
    assert to_ask(found, asked) == {}


@calm
@given(listed)
def test_what_is_held_as_listed_is_the_same(row):
    told = Listed(row.key, row.fields, row.content)
    assert differences([told], [Held(row.key, row.fields)]) == {row.key: Found(SAME)}


@pytest.fixture
def source(people):
    return ComparisonSource.objects.create(
        code="police",
        name="派出所户籍名单",
        owner=Unit.objects.get(code="sanitation"),
        street=Unit.objects.get(code="110109001"),
        compared=["name", "phone", "address"],
        every_days=30,
    )


@pytest.fixture
def arrives(source, people):
    """A list comes and is taken; rows are dictionaries by title."""

    def come(*rows, take=True, by="steward"):
        book = openpyxl.Workbook()
        book.active.append(TITLES)
        for row in rows:
            book.active.append([row.get(title, "") for title in TITLES])
        file = io.BytesIO()
        book.save(file)
        file.seek(0)
        run = running.send(people[by], source, "a.xlsx", file, job=False)
        run = running.carry_out(run)
        assert run.may_be_taken, run.message
        return running.carry_out(running.take(run, job=False)) if take else run

    return come


def row(person=None, **more):
    said = {"姓名": "李四", "身份证号": FRESH, "手机号": "13900000777"}
    if person is not None:
        said = {"姓名": person.name, "身份证号": str(person.number)}
    return said | more


@pytest.fixture
def worker(people):
    """Where the list says no address, the street's desk looks after it."""
    return people["desk"]


def test_only_differences_are_asked(arrives, make_person):
    same, other = make_person("王一"), make_person("王二")
    run = arrives(row(same), row(other, 手机号="13911112222"), row())
    assert {name: run.counts[name] for name in (SAME, CHANGED, NEW)} == {
        SAME: 1, CHANGED: 1, NEW: 1,
    }  # fmt: skip
    asked = ComparisonTask.objects.get(kind=CHANGED)
    assert (asked.subject, asked.fields) == (other.uuid, ["phone"])
    assert asked.community_id == other.community_id


def test_looking_through_asks_nobody(arrives):
    run = arrives(row(), take=False)
    assert run.report["asked"] == 1
    assert not ComparisonTask.objects.exists()


def test_no_number_of_a_list_is_in_the_database(arrives, source):
    run = arrives(row(), take=False)
    assert FRESH.encode() not in keeping.path_of(run).read_bytes()
    arrives(row())
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM offices_comparisontask t")
        said = str(cursor.fetchall())
    assert FRESH not in said
    assert "13900000777" not in said


def test_the_same_list_again_asks_nothing(arrives):
    arrives(row())
    assert arrives(row()).report["asked"] == 0
    assert ComparisonTask.objects.count() == 1


def test_what_was_answered_is_not_asked_until_the_list_changes(arrives, worker):
    arrives(row())
    answering.answer(ComparisonTask.objects.get(), worker, "not_so", reason="查无此人")
    assert arrives(row()).report["asked"] == 0
    assert arrives(row(手机号="13900000778")).report["asked"] == 1


def test_an_open_question_that_the_list_asks_otherwise_is_overtaken(arrives):
    arrives(row())
    arrives(row(手机号="13900000778"))
    answers = ComparisonTask.objects.order_by("pk").values_list("answer", flat=True)
    assert list(answers) == ["overtaken", ""]


def test_who_is_in_the_list_no_more_has_probably_left(arrives, make_person, worker):
    person = make_person()
    arrives(row(person))
    arrives(row())
    task = ComparisonTask.objects.get(kind=MOVED)
    assert task.subject == person.uuid
    answering.answer(task, worker, "so", on=timezone.localdate())
    person.refresh_from_db()
    assert person.state == "away"
    assert LifeEvent.objects.filter(subject=person.uuid, what="moved_out").exists()


def test_absence_is_asked_again_when_he_was_back_in_between(
    arrives, make_person, worker
):
    person = make_person()
    arrives(row(person))
    arrives(row())
    task = ComparisonTask.objects.get(kind=MOVED)
    answering.answer(task, worker, "not_so", reason="仍住在此")
    arrives(row(person), row())
    arrives(row())
    waiting = ComparisonTask.objects.waiting().filter(kind=MOVED)
    assert waiting.count() == 1


def test_absence_may_mean_nothing(arrives, source, make_person):
    ComparisonSource.objects.update(absence="nothing")
    source.refresh_from_db()
    arrives(row(make_person()))
    assert arrives(row()).counts.get(MOVED, 0) == 0


def test_everybody_of_the_ground_may_be_asked_for(arrives, source, make_person):
    ComparisonSource.objects.update(absence="all")
    source.refresh_from_db()
    person = make_person()
    arrives(row())
    assert ComparisonTask.objects.get(kind=MOVED).subject == person.uuid


def test_somebody_new_is_entered_with_the_list_as_source(
    arrives, worker, make_dwelling
):
    address = make_dwelling().building.address
    arrives(row(现住址=address, 单元="1", 房号="503"))
    answering.answer(ComparisonTask.objects.get(), worker, "so")
    person = Person.objects.get(by_number(FRESH))
    assert (person.name, person.birth, person.dwelling.room) == ("李四", BORN, "503")
    assert person.source_unit.code == "sanitation"


def test_what_differs_is_taken_over(arrives, people, make_person):
    person = make_person()
    arrives(row(person, 手机号="13911112222", 姓名="王晓明"))
    by = people["community_worker"]
    answering.answer(ComparisonTask.objects.get(), by, "so")
    person.refresh_from_db()
    assert (person.name, person.phone.open()) == ("王晓明", "13911112222")
    number = person.number.open()
    again = row(person, 手机号="13911112222", 身份证号=number)
    assert arrives(again).counts == {SAME: 1}


def test_the_list_may_say_that_somebody_died(arrives, worker, make_person):
    person = make_person()
    arrives(row(person, 状态="死亡"))
    answering.answer(ComparisonTask.objects.get(kind=DEAD), worker, "so")
    person.refresh_from_db()
    assert person.state == "dead"


def test_who_lives_elsewhere_in_the_list_has_left_here(
    arrives, make_person, make_dwelling
):
    person = make_person()
    arrives(row(person, 现住址=make_dwelling(street=2).building.address))
    assert ComparisonTask.objects.get().kind == MOVED


def test_not_so_needs_a_reason(arrives, worker):
    arrives(row())
    with pytest.raises(answering.NoReason):
        answering.answer(ComparisonTask.objects.get(), worker, "not_so")


def test_only_the_worker_of_the_ground_answers(arrives, people):
    arrives(row())
    task = ComparisonTask.objects.get()
    with pytest.raises(NotYourGround):
        answering.answer(task, people["outsider"], "so")


def test_an_answer_is_given_once(arrives, people, worker):
    arrives(row())
    task = ComparisonTask.objects.get()
    by = people["desk"]
    answering.answer(task, by, "not_so", reason="查无此人")
    with pytest.raises(answering.IsAnswered):
        answering.answer(task, by, "so")


def test_who_could_not_be_reached_is_answered_later(arrives, people):
    arrives(row())
    task = ComparisonTask.objects.get()
    by = people["desk"]
    answering.answer(task, by, "unreached", reason="三次无人应门")
    answering.answer(task, by, "so")
    assert ComparisonTask.objects.get().answer == "so"


def test_the_owner_gets_the_result(arrives, people, signed_in):
    run = arrives(row())
    task = ComparisonTask.objects.get()
    answering.answer(task, people["desk"], "not_so", reason="查无此人")
    page = reverse("comparison:result", args=[run.uuid])
    answer = signed_in(people["handler"]).get(page)
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    told = list(book.active.iter_rows(values_only=True))[1]
    assert told[0] == FRESH
    assert "查无此人" in told
    assert signed_in(people["other_handler"]).get(page).status_code == 404


def test_the_owner_sees_no_task_and_no_register(arrives, people, signed_in):
    arrives(row())
    client = signed_in(people["handler"])
    task = ComparisonTask.objects.get()
    assert client.get(reverse("comparison:rounds")).status_code == 200
    assert client.get(reverse("comparison:task", args=[task.uuid])).status_code == 404
    assert client.get(reverse("comparison:tasks")).status_code == 404


def test_the_page_puts_list_and_register_side_by_side(
    arrives, make_person, worker, signed_in
):
    person = make_person()
    arrives(row(person, 手机号="13911112222"))
    task = ComparisonTask.objects.get()
    text = (
        signed_in(worker)
        .get(reverse("comparison:task", args=[task.uuid]))
        .content.decode()
    )
    assert "••••2222" in text
    assert f"••••{person.phone_tail}" in text
    assert person.number not in text


def test_a_list_of_tasks_costs_the_same_however_long(
    arrives, worker, signed_in, django_assert_max_num_queries
):
    arrives(*(row(姓名=f"李{n}", 身份证号=number_of(BORN, 700 + n)) for n in range(30)))
    client = signed_in(worker)
    client.get(reverse("comparison:tasks"))
    with django_assert_max_num_queries(16):
        answer = client.get(reverse("comparison:tasks"))
    assert answer.content.decode().count("comparison-row") >= 30


def test_an_answer_is_sent_from_the_page(arrives, worker, signed_in):
    arrives(row())
    task = ComparisonTask.objects.get()
    page = reverse("comparison:answer", args=[task.uuid])
    client = signed_in(worker)
    assert client.post(page, {"said": "not_so"}).status_code == 400
    said = {"said": "not_so", "reason": "查无此人"}
    assert client.post(page, said).status_code == 302
    assert ComparisonTask.objects.get().answered_by == worker


def test_an_arrival_that_is_late_is_reminded_of_once(source, people):
    ComparisonSource.objects.update(due_on=timezone.localdate() - timedelta(2))
    assert reminding.remind() == 1
    assert reminding.remind() == 0
    told = Notice.objects.get(person=people["handler"])
    assert page_of(told) == "/offices/comparisons/rounds/"


def test_a_department_finds_its_lists_before_there_are_any(people, signed_in):
    client = signed_in(people["handler"])
    assert "/offices/comparisons/rounds/" in client.get("/tasks/").content.decode()
    page = client.get("/offices/comparisons/rounds/")
    assert "还没有名单到达" in page.content.decode()


def test_a_steward_opens_whom_a_list_asks_about(arrives, people, make_person):
    person = make_person()
    with pytest.raises(NoTask):
        check_opens(people["steward"], person)
    arrives(row(person, 手机号="13900009999"))
    assert check_opens(people["steward"], person) is None


def test_a_list_that_nobody_takes_is_cancelled(source, people):
    run = ComparisonRound.objects.create(
        source=source, by=people["steward"], name="一", status="looked"
    )
    rows = ComparisonRound.objects.filter(pk=run.pk)
    assert jobs.sweep() == 0
    rows.update(ended_at=timezone.now() - timedelta(days=7))
    assert jobs.sweep() == 1
    assert rows.get().status == "cancelled"


def test_a_steward_keeps_the_sources(people, signed_in):
    said = {
        **{"name": "民政名单", "code": "civil", "register": "person"},
        **{"owner": Unit.objects.get(code="sanitation").pk, "absence": "nothing"},
        **{"answer_days": 5, "compared": ["name"]},
    }
    answer = signed_in(people["steward"]).post(reverse("comparison:source-new"), said)
    assert answer.status_code == 302
    assert ComparisonSource.objects.get().answer_days == 5
    page = signed_in(people["desk"]).get(reverse("comparison:sources"))
    assert page.status_code == 404
