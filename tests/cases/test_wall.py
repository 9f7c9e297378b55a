"""指挥大屏: whose wall shows what, that it is true, and that it names nobody."""

import json
from datetime import time, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Unit
from cases.evaluation import totals
from cases.evaluation.periods import period_with
from cases.models import Axis, Delta, OldTotal, WallLayout
from cases.wall import layout, loading
from cases.wall.board import board_of
from cases.wall.views import live_of
from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of
from layers.models import Layer
from tests.cases.ordering import add_order, call_back, hotline, order_of
from tests.cases.talking import comment_on
from tests.cases.whistling import blown
from tests.sites import package
from workflow.live import Message
from workflow.models import Deadline, Event, Shift, ShiftKind

STREET, OTHER = "110109001", "110109002"
API, LAYOUT = "/api/v1/wall/", "/api/v1/wall/layout/"
ONE = {"panel": "map", "x": 1, "y": 1, "w": 6, "h": 4}
TWO = {"panel": "today", "x": 7, "y": 1, "w": 3, "h": 4}


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def wall(people, signed_in):
    """What the API says of a unit's wall, now."""

    def read(name="supervisor", unit=""):
        cache.clear()
        return signed_in(people[name]).get(f"{API}?unit={unit}").json()

    return read


def counts(told):
    return {figure["name"]: figure["count"] for figure in told["today"]}


def scene(*panels, name="一", seconds=30):
    return {"name": name, "seconds": seconds, "panels": list(panels)}


def late(case):
    """Its limits ran out an hour ago."""
    hour = timezone.now() - timedelta(hours=1)
    rows = Deadline.objects.filter(kind="case", subject_id=case.pk)
    rows.update(started_at=hour, yellow_at=hour, due_at=hour)


# True figures


def test_the_figures_are_those_of_the_evaluation(make_case, wall):
    make_case("done")
    make_case("resolve", street=2)
    today = timezone.localdate()
    streets = Unit.objects.filter(kind=Unit.Kind.STREET).values_list("pk", flat=True)
    sums = totals.sums(Axis.AREA, streets, today, today)
    told = counts(wall())
    for name in ("reports", "filings", "dispatches", "closings"):
        assert told[name] == sum(row[name] for row in sums.values())
    assert told["filings"] == 2 and told["closings"] == 1


def test_what_is_overdue_counts_whatever_its_day(make_case, wall):
    late(make_case("resolve"))
    told = wall()
    assert counts(told)["overdue_open"] == 1
    assert [line["overdue"] for line in told["compared"] if line["unit"] == STREET] == [
        1
    ]
    assert [cell["light"] for cell in told["cells"]] == ["red"]


def test_a_figure_opens_to_as_many_cases_as_it_says(make_case, people, signed_in, wall):
    late(make_case("resolve"))
    make_case("done")
    client = signed_in(people["supervisor"])
    for figure in wall()["today"]:
        page = client.get(figure["page"])
        assert page.context["count"] == figure["count"], figure["name"]


def test_the_three_rates_are_the_citys(people, wall):
    hotline()
    order = order_of(people["desk"])
    assert wall("desk")["rates"] == {"month": None, "rates": []}
    month = timezone.localdate().replace(day=1)
    call_back(
        people["desk"], [order.number, "是", "解决", "不满意", "否", ""], month=month
    )
    told = wall("desk")["rates"]
    percents = {rate["name"]: rate["percent"] for rate in told["rates"]}
    assert percents == {"response": "100.00", "solved": "100.00", "satisfied": "0.00"}
    assert told["month"] == str(month)


def test_frequent_classes_open_to_the_search(make_case, people, signed_in, wall):
    make_case("resolve")
    make_case("dispatch")
    (row,) = wall("desk")["classes"]
    assert (row["title"], row["count"]) == ("暴露垃圾", 2)
    page = signed_in(people["desk"]).get(row["page"], follow=True)
    assert page.context["list"].count == 2


def test_the_trend_stands_beside_the_year_before(make_case, wall):
    case = make_case("resolve")
    today = timezone.localdate()
    before = period_with("day", today).last_year.first
    OldTotal.objects.create(day=before, street=case.street, measure="filings", amount=7)
    last = wall("desk")["trend"][-1]
    assert last == {"day": str(today), "count": 1, "before": 7}


def test_figures_stay_the_same_when_deltas_are_folded(make_case, wall):
    make_case("done")
    before = wall("desk")
    totals.fold()
    assert not Delta.objects.exists()
    after = wall("desk")
    assert [counts(before), before["trend"]] == [counts(after), after["trend"]]


# Whose wall


@pytest.mark.parametrize(
    ("name", "unit", "status"),
    [
        ("desk", STREET, 200),
        ("desk", OTHER, 404),
        ("desk", "110109", 404),
        ("desk", "no-such", 404),
        ("leader", OTHER, 200),
        ("supervisor", "", 200),
        ("supervisor", f"{STREET}001", 404),
        ("handler", STREET, 403),
        ("grid_worker", "", 403),
    ],
)
def test_each_looks_at_the_walls_of_his_own(name, unit, status, people, signed_in):
    client = signed_in(people[name])
    for address in ("/wall/", "/wall/panels/", API, LAYOUT):
        assert client.get(f"{address}?unit={unit}").status_code == status


def test_a_streets_wall_is_of_the_street_alone(make_case, wall):
    make_case("resolve")
    make_case("resolve", street=2)
    told = wall("desk")
    assert {line["unit"] for line in told["compared"]} == {
        f"{STREET}001",
        f"{STREET}002",
    }
    assert counts(told)["filings"] == 1
    assert {row["area"] for row in told["events"]} == {"东街第1社区"}
    assert len(told["cells"]) == 1


def test_what_no_move_did_is_nobodys_news(make_case, wall):
    case = make_case("collect")
    before = wall("desk")["events"]
    comment_on(case)
    assert wall("desk")["events"] == before


def test_the_clock_names_the_shift_and_nobody_in_it(people, wall):
    now = timezone.now()
    kind = ShiftKind.objects.create(
        code="all-day-long", titles={"zh-hans": "全天班"}, starts=time(0), ends=time(0)
    )
    ShiftKind.objects.exclude(pk=kind.pk).update(retired=True)
    assert wall("desk")["shift"].startswith("全天班 00:00")
    Shift.objects.create(
        unit=Unit.objects.get(code=STREET),
        kind=kind,
        day=timezone.localdate(now),
        person=people["desk"],
    )
    assert wall("desk")["shift"].startswith("全天班 00:00")


def test_the_districts_wall_compares_the_streets(make_case, wall):
    make_case("resolve", street=2)
    told = wall("leader")
    assert [line["unit"] for line in told["compared"]] == [OTHER, STREET]
    assert told["events"][0]["area"] == "西街街道 西街第1社区"


# What goes on


def test_the_ticker_speaks_the_words_of_the_process(make_case, wall):
    make_case("dispatch")
    told = wall("desk")["events"]
    assert [row["deed"] for row in told] == ["立案", "上报"]
    assert {row["what"] for row in told} == {"暴露垃圾"}


def test_a_whistle_stands_on_the_board_until_it_is_ended(wall):
    whistle = blown()
    (told,) = wall("desk")["whistles"]
    assert (told["uuid"], told["area"]) == (str(whistle.uuid), "东街第1社区")
    assert {call["step"] for call in told["calls"]} == {"called"}
    whistle.ended_at = timezone.now()
    whistle.save(update_fields=["ended_at"])
    assert wall("desk")["whistles"] == []


def targets(unit=STREET):
    cache.clear()
    return board_of(Unit.objects.get(code=unit)).map.targets


def test_the_map_flies_to_what_matters(make_case, people):
    urgent, red = make_case("collect"), make_case("resolve", cell=2)
    type(urgent).objects.filter(pk=urgent.pk).update(urgent=True)
    moment = timezone.now() - timedelta(minutes=2)
    rows = Deadline.objects.filter(kind="case", subject_id=red.pk, name="disposal")
    rows.update(started_at=moment, yellow_at=moment, due_at=moment)
    blown()
    assert {target.sort for target in targets()} == {"urgent", "red", "whistle"}
    assert targets(OTHER) == []


def test_what_is_old_is_no_reason_to_fly(make_case):
    late(make_case("resolve"))
    assert targets() == []


def test_a_time_that_must_pass_is_never_late(make_case, wall):
    case = make_case("resolve")
    moment = timezone.now() - timedelta(minutes=2)
    rows = Deadline.objects.filter(kind="case", subject_id=case.pk)
    rows.update(started_at=moment, yellow_at=moment, due_at=moment, waits=True)
    told = wall("desk")
    assert [(cell["light"], cell["count"]) for cell in told["cells"]] == [("green", 1)]
    assert told["news"] == []


def test_a_merged_case_is_on_the_map_no_more(make_case, wall):
    main, merged, overdue = (make_case("resolve") for _ in range(3))
    late(overdue)
    rows = type(main).objects.filter(pk__in=[merged.pk, overdue.pk])
    rows.update(merged_into=main)
    (cell,) = wall("desk")["cells"]
    assert (cell["count"], cell["overdue"]) == (1, 0)


# Nobody's data

PHONE, NAME, NOTE = "13812345678", "张三丰", "院里堆了三天没人清"
ADDRESS = "甲1街1号院7号楼302"


def test_no_persons_data_is_on_the_wall(make_case, people, signed_in):
    case = make_case("resolve", address=ADDRESS, note=f"{NOTE}，{NAME}{PHONE}")
    add_order(case, people["desk"])
    case.urgent = True
    case.save(update_fields=["urgent"])
    blown(address=ADDRESS, note=NOTE)
    names = [user.name for user in people.values()]
    for name in ("desk", "leader"):
        client = signed_in(people[name])
        for address in ("/wall/", "/wall/panels/", API, LAYOUT):
            text = client.get(address).content.decode()
            for planted in (PHONE, NAME, NOTE, ADDRESS, "甲1街", "堆了三天", *names):
                assert planted not in text, (address, planted)
    event = Event.objects.latest("pk")
    line = Message(event.pk, event.kind, str(event.subject_uuid)).encoded.decode()
    assert set(json.loads(line.split("data: ")[1])) == {"id", "kind", "uuid"}


def test_a_case_lies_in_its_cell_not_at_its_door(make_case, wall):
    lon, lat = package.inside(1, 1, 1)
    door = [lon + 0.0003, lat + 0.0003]
    make_case("resolve", place=door)
    (cell,) = wall("desk")["cells"]
    assert [cell["lon"], cell["lat"]] != door
    assert abs(cell["lon"] - lon) < 1e-6 and abs(cell["lat"] - lat) < 1e-6


# Cost


def test_queries_are_bounded_and_ten_walls_cost_one(
    make_case, people, signed_in, django_assert_max_num_queries
):
    for number in range(3):
        make_case("resolve", cell=number + 1)
    blown()
    client, second = signed_in(people["desk"]), signed_in(people["filer"])
    client.get("/wall/panels/")
    cache.clear()
    with django_assert_max_num_queries(40):
        client.get("/wall/panels/")
    with django_assert_max_num_queries(8):
        second.get("/wall/panels/")


def test_the_page_says_which_event_is_in_it(make_case, people, signed_in):
    make_case("collect")
    page = signed_in(people["desk"]).get("/wall/")
    assert f"/live/?after={Event.objects.last_id()}" in page.content.decode()


def test_the_clock_is_the_answers_and_not_the_boards(people):
    board = board_of(Unit.objects.get(code=STREET))
    first, second = live_of(board), live_of(board)
    assert first["at"] == second["at"] < first["now"] < second["now"]


def test_the_month_compared_is_told_anew(people, signed_in):
    page = signed_in(people["desk"]).get("/wall/panels/").content.decode()
    assert f'data-body="this_month">{timezone.localdate():%Y-%m}' in page


def test_the_page_names_no_layer_that_its_reader_does_not_see(people, signed_in):
    layer = Layer.objects.exclude(feeds="").first()
    client = signed_in(people["leader"])
    assert layer.code in client.get("/wall/").context["setup"]["hidden"]
    Layer.objects.filter(pk=layer.pk).update(sensitivity="sensitive")
    assert layer.code not in client.get("/wall/").context["setup"]["hidden"]


# Arranging


def test_the_command_centre_keeps_its_scenes(people, signed_in):
    client = signed_in(people["desk"])
    first = client.get(LAYOUT).json()
    assert first["is_usual"] and first["scenes"][0]["name"] == "总览"
    sent = {"version": first["version"], "scenes": [scene(ONE, TWO, name=" 早  会 ")]}
    kept = client.put(LAYOUT, sent, "application/json").json()
    assert kept["scenes"] == [scene(ONE, TWO, name="早 会")]
    seen = signed_in(people["leader"]).get(f"{LAYOUT}?unit={STREET}").json()
    assert seen["scenes"] == kept["scenes"]
    (change, *_more) = changes_of(WallLayout)
    assert change.by == people["desk"]
    assert client.delete(LAYOUT).json()["scenes"] == first["scenes"]


def test_whoever_only_looks_arranges_nothing(people, signed_in):
    sent = {"version": 0, "scenes": [scene(ONE)]}
    for name in ("supervisor", "leader"):
        client = signed_in(people[name])
        for unit in ("", STREET):
            address = f"{LAYOUT}?unit={unit}"
            assert client.put(address, sent, "application/json").status_code == 403
            assert client.delete(address).status_code == 403
    assert not WallLayout.objects.exists()


def test_two_who_arrange_at_once_are_told(people, signed_in):
    sent = {"version": 0, "scenes": [scene(ONE)]}
    first, second = signed_in(people["desk"]), signed_in(people["filer"])
    assert first.put(LAYOUT, sent, "application/json").status_code == 200
    answer = second.put(LAYOUT, sent, "application/json")
    assert answer.status_code == 409 and "其他人" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("scenes", "word"),
    [
        ([], "1 至 8"),
        ([scene(ONE)] * 9, "1 至 8"),
        ([scene(ONE), scene(TWO)], "同名"),
        ([scene()], "没有面板"),
        ([scene(ONE, {**TWO, "x": 6})], "重叠"),
        ([scene(ONE, {**ONE, "y": 5})], "重复"),
        ([scene({**ONE, "x": 8})], "网格内"),
        ([scene({**ONE, "w": 1})], "不小于"),
        ([scene({**ONE, "h": True})], "不小于"),
        ([scene({**ONE, "panel": "people"})], "没有这个面板"),
        ([scene(ONE, seconds=3)], "停留时间"),
        ([scene(ONE, name=" ")], "1 至 12"),
        (["x"], "场景须有"),
    ],
)
def test_an_arrangement_that_makes_no_wall_is_refused(scenes, word):
    with pytest.raises(BadInput) as caught:
        layout.checked(scenes)
    assert word in caught.value.text


SPOTS = st.fixed_dictionaries(
    {
        "panel": st.sampled_from(sorted(layout.PANELS)),
        **{side: st.integers(0, 13) for side in ("x", "y", "w", "h")},
    }
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SPOTS, max_size=6))
def test_what_is_kept_never_overlaps_and_never_leaves_the_grid(spots):
    try:
        ((kept),) = layout.checked([scene(*spots)])
    except BadInput:
        return
    squares = [
        (one["x"] + dx, one["y"] + dy)
        for one in kept["panels"]
        for dx in range(one["w"])
        for dy in range(one["h"])
    ]
    assert len(squares) == len(set(squares))
    assert all(1 <= x <= 12 and 1 <= y <= 8 for x, y in squares)


def packaged(folder, *scenes):
    text = json.dumps({"walls": {STREET: list(scenes)}}, ensure_ascii=False)
    (folder / loading.NAME).write_text(text, "utf-8")
    loading.load(folder, print)


def kept_names():
    cases = layout.layout_of(Unit.objects.get(code=STREET)).scenes
    return [one["name"] for one in cases]


def test_a_package_brings_scenes_and_keeps_what_was_changed(db, people, tmp_path):
    packaged(tmp_path, scene(ONE, name="包"))
    assert kept_names() == ["包"]
    own = [scene(TWO, name="自")]
    layout.save(Unit.objects.get(code=STREET), own, version=1, by=people["desk"])
    packaged(tmp_path, scene(ONE, name="包"))
    assert kept_names() == ["自"]
    packaged(tmp_path, scene(ONE, name="新"))
    assert kept_names() == ["新"]


def test_a_package_that_makes_no_wall_is_named(db, tmp_path):
    with pytest.raises(BadInput, match=f"wall.json, {STREET}"):
        packaged(tmp_path, scene(ONE, TWO, {**TWO, "panel": "rates"}))


@pytest.mark.parametrize("screen", ["scenes", "wide"])
def test_the_usual_scenes_are_ones_that_could_be_kept(screen):
    assert layout.checked(layout.usual(screen)) == layout.usual(screen)
