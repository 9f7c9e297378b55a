"""A sheet comes in: looked through first, then each row an order and a case."""

from datetime import timedelta

import pytest

from cases.models import Case, Order, OrderClass, OrderSheet
from cases.orders import running
from cases.orders.loading import dump, put
from cases.tables import keeping
from govmap.lib.errors import BadInput, Conflict
from tests.cases.ordering import OTHER_STREET, book, hotline, look, order_of, row, take
from workflow.models import Category, Deadline


@pytest.fixture(autouse=True)
def process(db):
    hotline()


@pytest.fixture
def desk(people):
    return people["desk"]


def outcomes(sheet: OrderSheet) -> list[str]:
    return [line[2] for line in sheet.lines]


def test_looking_through_takes_nothing(desk):
    sheet = look(desk, book(row()))
    assert outcomes(sheet) == ["new"]
    assert not Order.objects.exists()


def test_an_order_becomes_a_case_of_the_hotline(desk):
    order = order_of(desk)
    assert order.case.process.code == "hotline"
    assert order.case.source == "hotline"
    assert order.case.street.name == order.street.name == "东街街道"


def test_the_same_order_twice_is_one_order_and_one_case(desk):
    take(desk, row())
    assert outcomes(take(desk, row())) == ["same"]
    assert (Order.objects.count(), Case.objects.count()) == (1, 1)


def test_twice_in_one_file_too(desk):
    sheet = take(desk, row(), row(), row(title="另一个标题"))
    assert sheet.counts == {"new": 1, "same": 1, "bad": 1}
    assert Case.objects.count() == 1


def test_the_hotlines_later_word_is_taken_and_kept_on_record(desk):
    order = order_of(desk)
    sheet = take(desk, row(status="回复完成", phone="13900001111"))
    order.refresh_from_db()
    assert (outcomes(sheet), order.status) == (["changed"], "回复完成")
    what = order.changes.get().what
    assert what["status"] == ["办理中", "回复完成"]
    assert "139" not in str(what["phone"])


def test_a_file_is_taken_once(desk):
    sheet = look(desk, book(row()))
    running.carry_out(running.take(sheet, desk, job=False))
    with pytest.raises(Conflict):
        running.take(sheet, desk, job=False)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"number": ""}, "编号"),
        ({"number": "9" * 61}, "过长"),
        ({"title": "", "content": " "}, "标题"),
        ({"district_name": "海淀区"}, "海淀区"),
        ({"street_name": "没有街道"}, "没有街道"),
        ({"street_name": OTHER_STREET}, "不是本街道"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(desk, change, reason):
    sheet = look(desk, book(row(**change)))
    assert outcomes(sheet) == ["bad"]
    assert reason in sheet.lines[0][3]


def test_refused_rows_come_back_with_the_reason(desk):
    sheet = take(desk, row(), row(number="GD2", street_name="没有街道"))
    text = b"".join(keeping.opened(keeping.refused_path(sheet))).decode("utf-8-sig")
    assert "GD2" in text
    assert "没有街道" in text
    assert "GD20261101001" not in text


def test_a_file_without_a_column_that_is_needed_is_refused(desk):
    sheet = look(desk, "工单编号,主要内容\n1,二\n".encode())
    assert sheet.status == OrderSheet.Status.FAILED
    assert "被反映街乡镇" in sheet.message


@pytest.mark.parametrize(
    ("content", "hours"),
    [
        ("家里燃气泄漏", 2),
        ("全楼停水", 24),
        ("没有垃圾桶", 7 * 24),
        ("加装电梯", 15 * 24),
    ],
)
def test_the_limit_is_natural_time_by_kind(desk, content, hours):
    order = order_of(desk, content=content)
    limit = order.deadline()
    assert limit is not None
    assert limit.due_at - order.received_at == timedelta(hours=hours)


def test_the_longest_known_class_counts(desk):
    heaped = Category.objects.get(kind="event", code="06036")
    litter = Category.objects.get(kind="event", code="06010")
    OrderClass.objects.create(path="城市管理", category=heaped)
    OrderClass.objects.create(path="城市管理->市容环境", category=litter)
    assert order_of(desk).case.category == litter


def test_an_unknown_class_is_left_to_the_desk(desk):
    order = order_of(desk, class_path="没有->见过")
    assert order.case.category.name == "热线待归类"


def test_an_address_that_is_found_places_the_case(desk):
    order = order_of(desk, estate="甲1街2号院2号楼")
    assert order.case.place is not None
    assert order.case.cell is not None


def test_an_address_of_another_street_places_nothing(desk):
    order = order_of(desk, estate="甲2街2号院2号楼")
    assert (order.case.place, order.case.edge) == (None, "no_place")


def test_the_district_takes_in_every_streets_orders(people):
    from accounts.models import Membership
    from govmap.lib.periods import SINCE_EVER

    centre = people["supervisor"]
    district = centre.memberships.get().unit
    Membership.objects.create(
        user=centre, unit=district, role="acceptor", valid=SINCE_EVER
    )
    sheet = take(centre, row(), row(number="GD2", street_name=OTHER_STREET))
    assert outcomes(sheet) == ["new", "new"]


def test_the_file_is_kept_sealed(desk):
    sheet = look(desk, book(row()))
    assert b"13812345678" not in keeping.path_of(sheet).read_bytes()


def test_a_finished_order_has_met_its_limit(desk):
    done = {"done_at": "2026-11-02 10:00:00", "reply_text": "已清理"}
    order = order_of(desk, **done)
    limit = Deadline.objects.get(kind="order", subject_id=order.pk)
    assert limit.met_at is not None


def test_the_rules_go_out_and_in_again(db):
    before = dump()
    put(before)
    assert dump() == before


def test_rules_that_are_none_change_nothing(db):
    before = dump()
    with pytest.raises(BadInput):
        put({"kinds": [{**before["kinds"][0], "limit": 99}, {"code": "x"}]})
    assert dump() == before


def test_another_worker_goes_on_where_one_was_killed(desk):
    sheet = running.take(look(desk, book(row(), row(number="GD2"))), desk, job=False)
    killed = {"status": "running", "report": {"done": 1}, "counts": {"new": 1}}
    OrderSheet.objects.update(**killed)
    done = running.carry_out(sheet)
    assert (done.status, done.counts) == ("done", {"new": 2})
    assert Order.objects.get().number == "GD2"


def test_a_cancelled_file_takes_nothing(desk):
    sheet = look(desk, book(row()))
    running.cancel(sheet, desk)
    with pytest.raises(Conflict):
        running.take(sheet, desk, job=False)
