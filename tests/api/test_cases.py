"""Cases over the API: listed, shown, reported, moved on."""

from uuid import uuid4

import pytest

from tests.cases.driving import litter, photo_of
from tests.sites import package

LIST = "/api/v1/cases/"


@pytest.fixture
def new_report(db):
    return {
        "uuid": str(uuid4()),
        "category": "event/06010",
        "place": package.inside(1, 1, 1),
        "note": "垃圾",
    }


def numbers(answer):
    return [row["number"] for row in answer[1]["results"]]


def test_a_list_holds_what_concerns_me_the_newest_first(call, make_case):
    first, second = make_case(), make_case()
    make_case(street=2)
    assert numbers(call("desk", LIST)) == [second.number, first.number]


def test_a_row_says_state_class_place_and_ground(call, make_case):
    case = make_case("resolve")
    (row,) = call("desk", LIST)[1]["results"]
    lon, lat = package.inside(1, 1, 1)
    assert row["state"] == {"code": "dispatched", "label": "待签收", "phase": "resolve"}
    assert row["category"] == {"code": "06010", "name": "暴露垃圾", "kind": "event"}
    assert row["place"] == {"type": "Point", "coordinates": [lon, lat]}
    assert (row["cell"], row["street"]["code"]) == (case.cell.code, "110109001")
    assert row["host"]["code"] == "sanitation"
    assert row["deadline"]["light"] == "green"


FILTERS = [
    ("phase=resolve", True),
    ("phase=collect&phase=resolve", True),
    ("phase=collect", False),
    ("state=dispatched", True),
    ("state=closed", False),
    ("category=event/06010", True),
    ("category=part/06010", False),
    ("street=110109001", True),
    ("street=110109002", False),
    ("community=110109001001", True),
    ("cell=110109001001001", True),
    ("cell=110109001001002", False),
    ("host=sanitation", True),
    ("host=gardens", False),
    ("light=green", True),
    ("light=red", False),
    ("reported_after=2020-01-01T00:00:00Z", True),
    ("reported_before=2020-01-01T00:00:00Z", False),
    ("reported_after=2020-01-01T00:00:00-17:33", True),
    ("bbox=116,39,117,40", True),
    ("bbox=1,1,2,2", False),
    ("number=110109", True),
    ("number=9", False),
    ("mine=true", False),
    ("mine=false", True),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_a_list_is_narrowed(call, make_case, query, found):
    make_case("resolve")
    status, answer = call("desk", f"{LIST}?{query}")
    assert (status, bool(answer["results"])) == (200, found), answer


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("phase=nowhere", "phase"),
        ("light=blue", "light"),
        ("category=06010", "category"),
        ("reported_after=yesterday", "reported_after"),
        ("reported_after=0001-01-01T00:00:00%2B14:00", "reported_after"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=nan,1,2,3", "bbox"),
        ("bbox=3,1,2,3", "bbox"),
        ("limit=0", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("after=%00", "after"),
        ("after=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "after"),
        ("ordering=note", "ordering"),
        ("number=%00", "number"),
        ("cell=%00", "cell"),
    ],
)
def test_a_wrong_filter_is_named(call, query, field):
    status, answer = call("desk", f"{LIST}?{query}")
    assert (status, list(answer)) == (400, [field])


def test_pages_hold_each_case_once(call, make_case):
    made = [make_case().number for _ in range(5)]
    for ordering, wanted in (("-received", made[::-1]), ("received", made)):
        seen, address = [], f"{LIST}?limit=2&ordering={ordering}"
        while address:
            answer = call("desk", address)
            seen += numbers(answer)
            address = answer[1]["next"]
        assert seen == wanted


def test_a_case_of_another_street_is_not_there(call, make_case):
    case = make_case(street=2)
    for path in ("", "events/", "moves/"):
        assert call("desk", f"{LIST}{case.uuid}/{path}")[0] == 404


@pytest.mark.parametrize("uuid", ["1", "x" * 36, "%00", "00000000-0000-0000-0000"])
def test_what_is_no_uuid_is_not_there(call, uuid):
    assert call("desk", f"{LIST}{uuid}/")[0] == 404
    act = {"act_id": str(uuid4()), "verb": "file"}
    assert call("desk", f"{LIST}{uuid}/acts/", act)[0] == 404


def test_a_report_is_made_once(call, new_report):
    status, made = call("grid_worker", LIST, new_report)
    assert status == 201
    assert made["cell"] == package.cell_code(1, 1, 1)
    again = call("grid_worker", LIST, new_report)
    assert again[0] == 200
    assert again[1]["number"] == made["number"]


def test_evidence_may_stand_together(call, new_report):
    uuid = new_report.pop("uuid")
    status, _made = call("grid_worker", LIST, {"uuid": uuid, "evidence": new_report})
    assert status == 201
    assert call("grid_worker", LIST, {"uuid": uuid, **new_report})[0] == 200


def test_another_body_under_the_same_uuid_is_refused(call, new_report):
    call("grid_worker", LIST, new_report)
    status, answer = call("grid_worker", LIST, {**new_report, "note": "别的"})
    assert (status, answer["code"]) == (409, "ActReused")


def test_somebody_elses_uuid_is_not_there(call, new_report):
    call("grid_worker", LIST, new_report)
    assert call("other_worker", LIST, new_report)[0] == 404


def test_who_may_not_report_is_refused(call, new_report):
    status, answer = call("handler", LIST, new_report)
    assert (status, answer["code"]) == (403, "MayNotAct")


@pytest.mark.parametrize(
    "category",
    [lambda: litter().pk, lambda: {"kind": "event", "code": "06010"}],
)
def test_a_class_is_named_by_id_or_code(call, new_report, category):
    assert call("grid_worker", LIST, {**new_report, "category": category()})[0] == 201


def test_a_place_may_be_geojson(call, new_report):
    place = {"type": "Point", "coordinates": new_report["place"]}
    made = call("grid_worker", LIST, {**new_report, "place": place})[1]
    assert made["place"]["coordinates"] == list(new_report["place"])


BAD = [
    ("uuid", 3),
    ("uuid", "x"),
    ("happened_at", "soon"),
    ("category", "event/06999"),
    ("category", 10**30),
    ("category", True),
    ("category", [1]),
    ("category", {"kind": 1}),
    ("category", "\x00"),
    ("place", "ab"),
    ("place", [1]),
    ("place", ["1", "2"]),
    ("place", [181, 0]),
    ("place", [1, 2, 3, 4]),
    ("place", {"type": "Point", "coordinates": "ab"}),
    ("place", {"type": "Polygon", "coordinates": []}),
    ("place", 7),
    ("place", [10**400, 1]),
    ("photos", "x"),
    ("photos", [1]),
    ("photos", [str(uuid4())]),
    ("note", {"a": 1}),
    ("note", "x" * 2001),
    ("note", "\x00"),
    ("note", "\ud800"),
    ("address", [1]),
    ("mood", "good"),
    ("evidence", "x"),
    ("evidence", {"note": "x"}),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_bad_evidence_is_told(call, new_report, name, value):
    status, answer = call("grid_worker", LIST, {**new_report, name: value})
    assert (status, bool(answer)) == (400, True), answer


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff",
        b"[" * 100_000,
        b'{"uuid": NaN}',
        b'{"uuid": "00000000-0000-0000-0000-000000000000", "place": [1e999, 1]}',
    ],
)
def test_what_is_no_good_json_is_told(people, signed_in, text):
    client = signed_in(people["grid_worker"])
    answer = client.post(LIST, text, content_type="application/json")
    assert answer.status_code == 400


def act_on(case, verb, **evidence):
    body = {"act_id": str(uuid4()), "verb": verb, "evidence": evidence}
    return f"{LIST}{case.uuid}/acts/", body


def test_an_act_answers_its_event_again_and_again(call, make_case):
    address, body = act_on(make_case("resolve"), "sign")
    status, event = call("handler", address, body)
    assert (status, event["to_state"], event["label"]) == (200, "handling", "签收")
    assert call("handler", address, body) == (200, event)


def test_an_act_with_another_body_is_refused(call, make_case):
    address, body = act_on(make_case("resolve"), "sign")
    call("handler", address, body)
    answer = call("handler", address, {**body, "evidence": {"note": "x"}})
    assert (answer[0], answer[1]["code"]) == (409, "ActReused")


def test_somebody_elses_act_is_not_there(call, make_case):
    address, body = act_on(make_case("resolve"), "sign")
    call("handler", address, body)
    assert call("clerk", address, body)[0] == 404


def test_who_sent_a_case_back_is_answered_again(call, make_case):
    case = make_case("resolve")
    asked = act_on(case, "ask_return", reason="not_ours", note="不是")
    first = call("handler", *asked)
    assert (first[0], call("desk", *act_on(case, "return"))[0]) == (200, 200)
    address, body = asked
    assert call("handler", address, body) == first
    assert call("handler", address, {**body, "act_id": str(uuid4())})[0] == 404


def test_an_act_too_late_says_what_changed(call, make_case):
    address, body = act_on(make_case("resolve"), "sign")
    status, answer = call("handler", address, {**body, "after_event": 1})
    assert (status, answer["code"]) == (409, "ChangedMeanwhile")
    assert "派遣" in answer["changes"]


def test_a_wrong_act_is_refused(call, make_case):
    case = make_case("resolve")
    for name, verb, status in (
        ("desk", "sign", 403),
        ("outsider", "sign", 404),
        ("handler", "dispose", 409),
        ("handler", "fly", 400),
    ):
        assert call(name, *act_on(case, verb))[0] == status, (name, verb)


def test_missing_evidence_is_named(call, make_case):
    status, answer = call("filer", *act_on(make_case(), "file"))
    assert (status, answer["code"]) == (400, "MissingEvidence")
    assert "立案条件" in answer["detail"]


@pytest.mark.parametrize(
    "change",
    [
        {"act_id": "x"},
        {"act_id": 1},
        {"verb": ["file"]},
        {"verb": "x" * 41},
        {"after_event": -1},
        {"after_event": 10**12},
        {"after_event": "x"},
        {"evidence": "x"},
        {"evidence": [1]},
        {"evidence": {"condition": "x"}},
        {"evidence": {"condition": 10**18}},
        {"evidence": {"condition": {"category": "event/06010", "order": "x"}}},
        {"evidence": {"unit": "sanitation"}},
    ],
)
def test_a_bad_act_is_told(call, make_case, change):
    address, body = act_on(make_case(), "file")
    assert call("filer", address, {**body, **change})[0] == 400


def test_the_moves_are_those_open_to_me(call, make_case):
    case = make_case()
    status, moves = call("filer", f"{LIST}{case.uuid}/moves/")
    assert status == 200
    assert {"file", "refuse"} <= {move["verb"] for move in moves}
    (refuse,) = [move for move in moves if move["verb"] == "refuse"]
    reason = refuse["evidence"][0]
    assert reason["required"]
    assert reason["choices"]["duplicate"] == "重复上报"
    theirs = call("dispatcher", f"{LIST}{case.uuid}/moves/")[1]
    assert not {"file", "refuse"} & {move["verb"] for move in theirs}


def test_the_events_hold_note_and_photos(call, people, make_case):
    photo = photo_of(people["grid_worker"])
    case = make_case(photos=[str(photo)], note="一堆垃圾")
    status, (event,) = call("desk", f"{LIST}{case.uuid}/events/")
    assert (status, event["note"], event["seq"]) == (200, "一堆垃圾", 1)
    assert event["photos"][0]["uuid"] == str(photo)


def test_the_map_shows_cases_as_points(call, make_case):
    case = make_case("resolve")
    make_case(street=2)
    status, answer = call("desk", f"{LIST}geojson/?bbox=116,39,117,40")
    (feature,) = answer["features"]
    assert status == 200
    assert feature["id"] == str(case.uuid)
    assert feature["geometry"]["coordinates"] == list(package.inside(1, 1, 1))
    assert feature["properties"]["light"] == "green"


def test_a_list_of_fifty_is_few_queries(
    people, signed_in, make_case, django_assert_max_num_queries
):
    for _ in range(12):
        make_case("resolve")
    client = signed_in(people["desk"])
    with django_assert_max_num_queries(8):
        assert len(client.get(LIST).json()["results"]) == 12


@pytest.mark.parametrize("path", ["events/", "moves/", ""])
def test_a_case_is_few_queries(
    people, signed_in, make_case, django_assert_max_num_queries, path
):
    case = make_case("done")
    client = signed_in(people["desk"])
    with django_assert_max_num_queries(12):
        client.get(f"{LIST}{case.uuid}/{path}")
