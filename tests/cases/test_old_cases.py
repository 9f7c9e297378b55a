"""Old systems' cases: brought in by a job, read-only, counted in comparisons only."""

import io
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Unit
from cases.evaluation.board import table_of
from cases.evaluation.periods import YEAR, period_with
from cases.models import Axis, OldCase, OldImport, OldSystem, OldTotal, OldWord, Total
from cases.old import running, totals
from cases.old.words import matching
from cases.tables import keeping
from cases.tables.carrying import cancel
from govmap.lib.errors import Conflict
from tests.cases.driving import litter
from tests.sites import package
from workflow.models import Category, Crosswalk, Standard

HEADER = [
    *("任务号", "案件类型", "大类", "小类", "问题来源", "问题描述", "地址描述"),
    *("经度", "纬度", "所属街道", "处置部门", "当前环节", "归档类型", "上报时间"),
    *("立案时间", "处置截止时间", "捆绑处置截止时间", "处置完成时间", "结案时间"),
    *("返工次数", "举报人", "举报人电话", "核查意见"),
]
LON, LAT = package.inside(1, 1, 1)
USUAL = {
    **{"任务号": "2025110100001", "案件类型": "事件", "大类": "市容环境"},
    **{"小类": "暴露垃圾", "问题来源": "11", "问题描述": "门前垃圾，电话13812345678"},
    **{"地址描述": "甲1街1号院", "经度": str(LON), "纬度": str(LAT)},
    **{"所属街道": "东街街道办事处", "处置部门": "环卫中心", "当前环节": "101"},
    **{"归档类型": "正常结案", "上报时间": "2025-11-01 09:00:00"},
    **{"立案时间": "2025/11/1 10:00", "处置截止时间": "2025-11-02 10:00:00"},
    **{
        "捆绑处置截止时间": "2025-11-03 10:00:00",
        "处置完成时间": "2025-11-02 12:00:00",
    },
    **{"结案时间": "2025-11-04 08:00:00", "返工次数": "1", "举报人": "张三丰"},
    **{"举报人电话": "13812345678", "核查意见": "已清理"},
}


def export(*rows: dict[str, str], encoding: str = "gb18030") -> bytes:
    lines = [",".join(HEADER)]
    lines += [",".join(row.get(title, "") for title in HEADER) for row in rows]
    return "\r\n".join(lines).encode(encoding)


def row(**changes: str) -> dict[str, str]:
    return {**USUAL, **changes}


@pytest.fixture
def system(db):
    return OldSystem.objects.create(code="old", name="数字城管")


@pytest.fixture
def by(people):
    return people["supervisor"]


@pytest.fixture
def look(system, by):
    def look(*rows: dict[str, str], data: bytes = b"", **told) -> OldImport:
        sent = io.BytesIO(data or export(*rows))
        run = running.send(by, system, "旧系统.csv", sent, job=False, **told)
        return running.carry_out(run)

    return look


@pytest.fixture
def take(look, by):
    def take(*rows: dict[str, str], **told) -> OldImport:
        run = look(*rows, **told)
        return running.carry_out(running.take(run, by, job=False))

    return take


def test_looking_through_takes_nothing(look):
    run = look(row(), row(任务号=""))
    assert (run.status, run.counts) == ("looked", {"new": 1, "bad": 1})
    assert not OldCase.objects.exists()


def test_a_row_becomes_a_case_with_all_that_it_says(take, system):
    take(row())
    case = OldCase.objects.get()
    assert (case.category, case.street.name) == (litter(), "东街街道")
    assert (case.unit.code, case.source, case.phase) == (
        "sanitation",
        "hotline",
        "done",
    )
    assert (round(case.place.x, 6), case.line) == (round(LON, 6), 2)
    assert case.bundle_due_at is not None


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        *(("甲1街", True), ("门前垃圾 甲1街", True), ("2025110100001", True)),
        *(("00001", True), ("暴露", True), ("bllj", True), ("乙1街", False)),
        *(("13812345678", False), ("_%", False), ("\\", False)),
    ],
)
def test_the_words_that_find_a_case_find_an_old_one(take, text, finds):
    take(row())
    assert matching(OldCase.objects.current(), text).exists() is finds


def test_an_index_answers_words_and_numbers(take):
    take(row())
    one = OldCase.objects.values().get()
    with connection.cursor() as cursor:
        # Rows that wait to be put in the index make it look slow.
        cursor.execute("SET LOCAL gin_pending_list_limit = '64kB'")
    # Of a few rows any index is as good as another.
    OldCase.objects.bulk_create(
        OldCase(**one | {"id": None, "number": f"9{number:012d}"})
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cases = OldCase.objects.current().order_by()
        said = matching(cases, "垃圾").explain()
        numbered = matching(cases, "0100001").explain()
    assert "old_by_words" in said and "Seq Scan" not in said
    assert "old_by_number_end" in numbered and "old_by_number_start" in numbered


def test_the_page_and_the_api_find_the_same(take, signed_in, by):
    take(row(), row(任务号="2025110100002", 地址描述="乙9号院"))
    client = signed_in(by)
    page = client.get("/old/?q=乙9号").content.decode()
    assert "2025110100002" in page and "2025110100001" not in page
    found = client.get("/api/v1/old-cases/?q=乙9号").json()["results"]
    assert [one["number"] for one in found] == ["2025110100002"]
    assert "/cases/search/?view=all&amp;q=" in page


def test_who_reported_is_dropped_and_said_so(take):
    run = take(row())
    case = OldCase.objects.get()
    said = f"{case.extra} {case.note}"
    assert "13812345678" not in said
    assert "张三丰" not in said
    assert case.extra == {"核查意见": "已清理"}
    assert run.report["dropped"] == ["举报人", "举报人电话"]


def test_the_same_file_again_changes_nothing(take):
    take(row())
    run = take(row())
    assert (run.counts, OldCase.objects.count()) == ({"same": 1}, 1)


def test_a_changed_row_stands_beside_the_first(take):
    take(row())
    run = take(row(当前环节="103"))
    assert run.counts == {"changed": 1}
    assert OldCase.objects.current().get().node == "103"
    assert OldCase.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"任务号": ""}, "任务号"),
        ({"上报时间": ""}, "为空"),
        ({"结案时间": "昨天"}, "昨天"),
        ({"返工次数": "-1"}, "-1"),
        ({"地址描述": "长" * 301}, "过长"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(look, change, reason):
    run = look(row(**change))
    assert run.counts == {"bad": 1}
    assert reason in run.lines[0][3]


def test_refused_rows_come_back_without_who_reported(look):
    run = look(row(任务号="X1"), row(任务号="X1", 小类="别的"))
    text = b"".join(keeping.opened(keeping.refused_path(run))).decode("utf-8-sig")
    assert "X1" in text
    assert "第 2 行" in text
    assert "张三丰" not in text


def test_an_old_edition_is_led_by_the_crosswalk(look, take):
    older = Standard.objects.create(code="2013", titles={"zh-hans": "旧"})
    main = Category.objects.create(
        standard=older, kind="event", code="02", name="市容环境"
    )
    old = Category.objects.create(
        standard=older, kind="event", code="0210", name="垃圾堆放", parent=main
    )
    Crosswalk.objects.create(old=old, new=litter())
    take(row(小类="垃圾堆放"))
    assert OldCase.objects.get().category == litter()


def test_what_is_not_mapped_is_listed_and_then_remembered(look, take, system):
    run = look(row(小类="没见过", 处置部门="旧环卫队"))
    run.refresh_from_db()
    assert run.report["unmapped"]["class"] == [["市容环境/没见过", 1]]
    assert run.report["unmapped"]["unit"] == [["旧环卫队", 1]]
    word = {"system": system, "sort": "class", "word": "市容环境/没见过"}
    OldWord.objects.create(**word, category=litter())
    take(row(小类="没见过"))
    assert OldCase.objects.get().category == litter()


def test_a_place_in_another_system_is_told_and_remembered(look, take, system):
    run = look(row(经度="0", 纬度="0"))
    assert run.report["crs"] == ""
    take(row(), crs="GCJ-02")
    system.refresh_from_db()
    assert system.crs == "GCJ-02"
    assert abs(OldCase.objects.get().place.x - LON) > 0.001


def test_nothing_of_it_can_be_rewritten(take):
    take(row())
    for statement in (
        "UPDATE cases_oldcase SET address = ''",
        "DELETE FROM cases_oldcase",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(statement)


def test_withdrawing_brings_back_what_it_replaced(take, by):
    take(row())
    second = take(row(当前环节="103"), row(任务号="2"))
    running.withdraw(second, by, "重复", job=False)
    running.take_out(second)
    assert OldCase.objects.current().get().node == "101"
    assert OldCase.objects.count() == 3
    assert totals.differences() == 0
    with pytest.raises(Conflict):
        running.withdraw(second, by, "再来", job=False)


def test_a_cancelled_import_writes_nothing(look):
    run = look(row())
    cancel(run)
    assert running.carry_out(run).status == "cancelled"
    assert not keeping.path_of(run).exists()


def test_a_file_without_a_needed_column_says_which(look):
    run = look(data="案件类型,小类\n事件,暴露垃圾\n".encode())
    assert run.status == "failed"
    assert "任务号" in run.message


def test_a_broken_file_says_so(look):
    run = look(data=b"PK\x03\x04 nothing")
    assert (run.status, bool(run.message)) == ("failed", True)


DAYS = st.integers(1, 28).map(lambda day: f"2025-11-{day:02d} 10:00:00")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "任务号": st.sampled_from("ABCDEF"),
            "上报时间": DAYS,
            "处置完成时间": st.one_of(st.just(""), DAYS),
            "结案时间": st.one_of(st.just(""), DAYS),
            "处置截止时间": st.one_of(st.just(""), DAYS),
            "返工次数": st.sampled_from(["", "0", "2"]),
            "小类": st.sampled_from(["暴露垃圾", "乱堆杂物", "没见过"]),
            "归档类型": st.sampled_from(["正常", "超时", "特殊结案", ""]),
        }
    ),
    max_size=5,
)


@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(ROWS, st.booleans()), min_size=1, max_size=3))
def test_the_kept_sums_are_those_of_a_recount(people, files):
    with transaction.atomic():
        system, _made = OldSystem.objects.get_or_create(code="sums", name="合计")
        for rows, withdrawn in files:
            sent = io.BytesIO(export(*(row(**one) for one in rows), row(任务号="Z")))
            by = people["supervisor"]
            run = running.send(by, system, "a.csv", sent, job=False, at_once=True)
            run = running.carry_out(run)
            assert run.status == "done", run.message
            if withdrawn:
                running.withdraw(run, by, "x", job=False)
                running.take_out(run)
        assert totals.differences() == 0
        transaction.set_rollback(True)


def test_a_recount_mends_what_was_lost(take):
    take(row())
    OldTotal.objects.filter(measure="reports").delete()
    assert totals.recount() > 0
    assert totals.differences() == 0


def test_old_cases_count_in_what_is_compared_with_only(take):
    take(row(), row(任务号="2"))
    street = Unit.objects.get(code="110109001")
    period = period_with("month", date(2026, 11, 1))
    result = _result(street, period)
    assert (result.before.measures["reports"], result.before.with_old) == (2, True)
    assert result.measures.get("reports", 0) == 0
    in_old_days = _result(street, period_with("month", date(2025, 11, 1)))
    assert in_old_days.measures.get("reports", 0) == 0


def test_from_the_first_day_here_old_cases_count_no_more(take):
    take(row(), row(任务号="2", 上报时间="2025-11-20 08:00:00"))
    street = Unit.objects.get(code="110109001")
    about = {"axis": Axis.AREA, "unit": street, "measure": "reports", "amount": 5}
    for span, day in (("d", 10), ("m", 1)):
        Total.objects.create(span=span, first_day=date(2025, 11, day), **about)
    result = _result(street, period_with("month", date(2026, 11, 1)))
    assert result.before.measures["reports"] == 6


def _result(street, period):
    units = [street, *Unit.objects.filter(parent=street)]
    table = table_of(Axis.AREA, units, period, timezone.now(), against=YEAR)
    return table.results[0]
