"""查找案件: what finds a case, for whom, and what does not."""

import re
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.finding.narrowing import narrow, problem_with
from cases.finding.phones import (
    MayNotSearchPhones,
    NoPhone,
    NoPurpose,
    Outlived,
    search_phone,
    searched,
)
from cases.finding.terms import _Words, is_phone, phones_in, terms_of
from cases.models import Caller, Case, CaseTag, CaseWords, PhoneSearch, Tag
from cases.models.case import CaseQuerySet
from layers.finding.area import (
    MOST_CORNERS,
    BadArea,
    CrossedArea,
    LongArea,
    read_area,
    write_area,
)
from tests.cases.driving import evidence_for
from tests.cases.ordering import add_order, hotline, order_of
from tests.sites import package
from workflow.engine import act
from workflow.models import Event, Remark

PHONE = "13812345678"


def found(user, cases: CaseQuerySet | None = None, **values: str) -> set[str]:
    rows = Case.objects.visible_to(user) if cases is None else cases
    return {case.number for case in narrow(rows, values, user)}


@pytest.fixture
def desk(people):
    return people["desk"]


@pytest.fixture
def told(make_case):
    """A case with words of its own, and another beside it."""
    other = make_case(note="井盖破损无人管", address="府右街乙9号")
    case = make_case(note="楼前垃圾堆了三天", address="甲８号院 3号楼")
    assert case.number != other.number
    return case


@pytest.mark.parametrize(
    "text",
    [
        *("垃圾堆", "三天", "甲8号院", "甲8号", "甲8号院3号楼", "甲8号院三号楼"),
        *("三天 3号楼", "三天，甲8号"),
    ],
)
def test_words_of_the_description_and_the_address_find_it(desk, told, text):
    assert found(desk, q=text) == {told.number}


@pytest.mark.parametrize("text", ["垃圾井盖", "三天 井盖", "四天", "天三"])
def test_words_that_are_not_all_there_find_nothing(desk, told, text):
    assert found(desk, q=text) == set()


def test_a_class_is_found_by_name_and_by_initials(desk, told):
    assert told.number in found(desk, q="暴露")
    assert told.number in found(desk, q=told.category.initials[:3])


def test_a_number_is_found_from_its_beginning_and_by_its_end(desk, told):
    assert found(desk, q=told.number) == {told.number}
    assert found(desk, q=told.number[-7:]) == {told.number}
    assert told.number in found(desk, q=told.number[:12])
    assert found(desk, q=told.number[3:12]) == set()


def test_a_cell_is_found_by_its_code(desk, make_case):
    here, _there = make_case(cell=1), make_case(cell=2)
    assert found(desk, q=package.cell_code(1, 1, 1)) == {here.number}
    assert found(desk, cell=package.cell_code(1, 1, 1)) == {here.number}


def test_an_order_leads_to_its_case(desk, told):
    order = add_order(told, desk)
    assert found(desk, q=order.number) == {told.number}


def test_a_merged_case_is_found_by_its_own_number(desk, make_case, told):
    merged = make_case()
    Case.objects.filter(pk=merged.pk).update(merged_into=told)
    assert found(desk, q=merged.number) == {merged.number}


def test_another_street_finds_none_of_it(people, told):
    assert found(people["outsider"], q="垃圾堆") == set()


def test_a_new_class_and_a_new_address_are_found_at_once(desk, told):
    told.address = "槐柏树街1号"
    told.save(update_fields=["address"])
    assert found(desk, q="槐柏树") == {told.number}
    assert found(desk, q="甲8号") == set()
    assert found(desk, q="垃圾堆") == {told.number}


def test_what_is_erased_is_found_no_more(desk, told):
    first = Event.objects.of("case", told.uuid).first()
    Remark.objects.get(event=first).delete()
    assert found(desk, q="垃圾堆") == set()
    assert found(desk, q="3号楼") == {told.number}


def _file(case, by, note):
    evidence = {**evidence_for("file", by), "note": note}
    act(case, "file", by=by, act_id=uuid4(), evidence=evidence)


def test_what_was_said_later_is_found_too(desk, people, told):
    _file(told, desk, "已电话联系物业")
    assert found(desk, q="联系物业") == {told.number}
    assert found(desk, q="垃圾堆") == {told.number}
    later = Event.objects.of("case", told.uuid).last()
    Remark.objects.get(event=later).delete()
    assert found(desk, q="联系物业") == set()


def test_who_only_reports_finds_no_remark_of_others(people, make_case, desk):
    case = make_case(by="volunteer", note="楼前垃圾")
    _file(case, desk, "重复来电人")
    volunteer = people["volunteer"]
    assert found(volunteer, q="楼前垃圾") == {case.number}
    assert found(volunteer, q="重复来电") == set()


def test_an_index_leads_to_what_was_said_later(desk, told):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = CaseWords.objects.filter(_Words("物业", [], True).within(""))
        plan = rows.explain()
    assert "case_by_words_since" in plan and "case_by_words " in plan


def test_every_case_has_its_words(told):
    assert CaseWords.objects.count() == Case.objects.count()


@pytest.mark.parametrize(
    ("term", "yes"),
    [
        *((PHONE, True), ("+86 138-1234-5678", True), ("010-66035544", True)),
        *(("66035544", False), ("110109202611220001", False), ("垃圾", False)),
    ],
)
def test_a_phone_is_known_for_one(term, yes):
    assert is_phone(term) is yes


def test_a_phone_is_not_looked_for_as_words(desk, make_case):
    make_case(note=f"请回电{PHONE}")
    assert found(desk, q=PHONE) == set()
    assert found(desk, q=PHONE[:9]) == set()
    assert "用途" in problem_with({"q": PHONE}, desk)


@given(st.text(max_size=120))
def test_any_text_is_taken_apart(text):
    assert len(terms_of(text)) <= 6
    assert all(phones_in(phone) for phone in phones_in(text))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "%", "_", "\\", "'", "一", "\x00垃圾", "()", "---- 1234", "*" * 300]
)
def test_odd_text_breaks_nothing(desk, told, text):
    assert found(desk, q=text) <= {row.number for row in Case.objects.all()}


# ---- a caller's phone


@pytest.fixture
def called(told):
    Caller.objects.create(case=told, name="张三丰", phone=PHONE)
    return told


def test_a_search_by_phone_is_on_record_without_the_number(desk, called):
    made = search_phone("138 1234 5678", "answer", desk)
    assert (made.found, made.tail, made.by) == (1, "5678", desk)
    assert PHONE not in str(PhoneSearch.objects.values())
    assert found(desk, caller=str(made.uuid)) == {called.number}


def test_orders_are_found_by_phone_too(desk):
    hotline()
    order = order_of(desk)
    made = search_phone(PHONE, "same", desk)
    assert found(desk, caller=str(made.uuid)) == {order.case.number}


def test_a_secret_order_is_found_by_the_centre_alone(desk, people):
    hotline()
    order_of(desk, type="举报")
    assert search_phone(PHONE, "same", desk).found == 0
    assert search_phone(PHONE, "check", people["supervisor"]).found == 1


@pytest.mark.parametrize("name", ["handler", "grid_worker", "clerk", "system"])
def test_without_the_right_nothing_is_searched(people, called, name):
    with pytest.raises(MayNotSearchPhones):
        search_phone(PHONE, "answer", people[name])
    assert not PhoneSearch.objects.exists()


def test_it_wants_a_phone_and_a_purpose(desk):
    with pytest.raises(NoPhone):
        search_phone("12345", "answer", desk)
    with pytest.raises(NoPurpose):
        search_phone(PHONE, "", desk)


def test_a_search_is_nobody_elses_and_not_for_ever(desk, people, called, monkeypatch):
    made = search_phone(PHONE, "answer", desk)
    with pytest.raises(Outlived):
        searched(str(made.uuid), people["acceptor"])
    later = timezone.now() + timedelta(hours=13)
    monkeypatch.setattr("cases.finding.phones.timezone.now", lambda: later)
    assert found(desk, caller=str(made.uuid)) == set()
    assert problem_with({"caller": str(made.uuid)}, desk)


# ---- a drawn area

corners = st.lists(
    st.tuples(
        st.floats(-180, 180, allow_nan=False), st.floats(-90, 90, allow_nan=False)
    ),
    min_size=3,
    max_size=3,
    unique=True,
)


@given(corners)
def test_an_area_is_read_as_it_was_written(triangle):
    try:
        ring = read_area(write_area(triangle)).coords[0]
    except BadArea:
        return  # corners in one line are no area
    for (x, y), (lon, lat) in zip(triangle, ring, strict=False):
        assert (lon, lat) == (pytest.approx(x, abs=1e-5), pytest.approx(y, abs=1e-5))


@given(st.text(max_size=60))
def test_any_text_is_an_area_or_is_refused(text):
    with suppress(BadArea):
        assert read_area(text).valid


def test_a_crossed_or_long_area_says_so():
    bow = [(116.0, 39.0), (117.0, 40.0), (117.0, 39.0), (116.0, 40.0)]
    with pytest.raises(CrossedArea):
        read_area(write_area(bow))
    many = [(116 + n / 1000, 39 + n % 2 / 1000) for n in range(MOST_CORNERS + 1)]
    with pytest.raises(LongArea):
        read_area(write_area(many))


def test_an_area_holds_what_lies_in_it(desk, make_case):
    here, _there = make_case(cell=1), make_case(cell=4)
    x, y = package.inside(1, 1, 1)
    around = [(x + dx, y + dy) for dx, dy in ((-4e-4, -4e-4), (4e-4, -4e-4), (0, 4e-4))]
    area = write_area(around)
    assert read_area(area).covers(Point(x, y, srid=4490))
    assert found(desk, area=area) == {here.number}
    assert found(desk, area="x") == set()


# ---- days and all the rest


def test_days_are_of_the_report_or_of_the_end(desk, make_case):
    opened, closed = make_case(), make_case("done")
    today = str(timezone.localdate())
    before = str(timezone.localdate() - timedelta(days=1))
    assert found(desk, **{"from": today}) == {opened.number, closed.number}
    assert found(desk, to=before) == set()
    ended = {"dates": "ended", "from": today, "to": today}
    assert found(desk, **ended) == {closed.number}
    assert found(desk, dates="ended", to=before) == set()


@pytest.mark.parametrize(
    "values",
    [
        *({"category": "event/06010"}, {"category": "event/06"}),
        *({"source": "field"}, {"process": "street"}, {"host": "sanitation"}),
        *({"level": "street"}, {"tag": "七有五性"}, {"street": "110109001"}),
    ],
)
def test_each_filter_finds_it_and_another_value_does_not(desk, make_case, values):
    case = make_case("resolve")
    tag, _new = Tag.objects.get_or_create(code="七有五性", defaults={"titles": {}})
    CaseTag.objects.create(case=case, tag=tag)
    assert found(desk, **values) == {case.number}
    ((name, _value),) = values.items()
    assert found(desk, **{name: "none/such"}) == set()


def test_what_was_late_is_found_and_what_is_urgent(desk, make_case):
    late, _other = make_case("resolve"), make_case()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workflow_deadline SET started_at = now() - interval '3 days',"
            " yellow_at = now() - interval '2 days', due_at = now() - interval '1 day'"
            " WHERE subject_id = %s AND met_at IS NULL",
            [late.pk],
        )
    Case.objects.filter(pk=late.pk).update(urgent=True)
    assert found(desk, late="yes") == {late.number} == found(desk, urgent="yes")


# ---- the pages


def test_the_page_shows_list_chips_and_area(desk, signed_in, told):
    html = signed_in(desk).get("/cases/search/?view=all&q=三天&late=yes")
    assert "超过时限" in html.content.decode()
    page = signed_in(desk).get("/cases/search/?view=all&q=三天").content.decode()
    assert re.findall(r'id="row-([0-9a-f-]+)"', page) == [str(told.uuid)]


def test_without_a_view_it_opens_with_all(desk, signed_in):
    answer = signed_in(desk).get("/cases/search/?q=三天")
    assert answer.status_code == 302 and "view=all" in answer["Location"]


def test_a_phone_in_the_box_moves_to_its_own_field(desk, signed_in, called):
    page = signed_in(desk).get(f"/cases/search/?view=all&q={PHONE}").content.decode()
    field = re.search(r'<input[^>]*name="phone"[^>]*>', page)
    assert field and PHONE in field[0]
    assert 'name="q" value=""' in page
    assert not PhoneSearch.objects.exists()


def test_a_phone_is_searched_by_post(desk, signed_in, called):
    sent = {"phone": PHONE, "purpose": "answer"}
    answer = signed_in(desk).post("/cases/search/phone/", sent)
    assert PHONE not in answer["Location"]
    page = signed_in(desk).get(answer["Location"]).content.decode()
    assert str(called.uuid) in page and "按电话" in page
    assert (
        signed_in(desk).post("/cases/search/phone/", {"phone": "1"}).status_code == 400
    )


def test_the_desk_says_what_it_cannot_read(desk, signed_in):
    page = signed_in(desk).get("/desk/?view=all&area=xyz").content.decode()
    assert "无法识别" in page


def test_the_search_costs_few_queries(desk, signed_in, make_case):
    for _ in range(3):
        make_case("resolve", note="楼前垃圾")
    client = signed_in(desk)
    client.get("/cases/search/?view=all&q=垃圾")
    with CaptureQueriesContext(connection) as queries:
        client.get("/cases/search/?view=all&q=垃圾")
    assert len(queries) <= 15, "\n".join(query["sql"] for query in queries)


def test_old_systems_are_one_click_away(desk, signed_in):
    html = signed_in(desk).get("/cases/search/?view=all&q=垃圾&from=2025-01-01")
    assert (
        'href="/old/?q=%E5%9E%83%E5%9C%BE&amp;from=2025-01-01"' in html.content.decode()
    )


def test_the_api_has_the_same(desk, signed_in, called):
    client = signed_in(desk)
    sent = {"phone": PHONE, "purpose": "answer"}
    made = client.post("/api/v1/phone-searches/", sent, "application/json").json()
    for query in (f"caller={made['caller']}", "q=三天", "late=false"):
        rows = client.get(f"/api/v1/cases/?{query}").json()["results"]
        assert called.number in {row["number"] for row in rows}
    assert client.get("/api/v1/cases/?area=xyz").status_code == 400
