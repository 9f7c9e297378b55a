"""The processes' pages: the diagram, the table, the file, and a new version."""

import copy
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from govmap.lib.history import changes_of
from tests.workflow import asking
from workflow.drafts import Draft
from workflow.models import Process
from workflow.process_changes import differences
from workflow.process_data import draft_of
from workflow.process_diagram import diagram_of
from workflow.process_words import moves_told

DATA = json.loads(asking.DATA.read_text("utf-8"))
LIST, NEW = "/rules/processes/", "/rules/processes/new/"


@pytest.fixture
def process(db, tmp_path):
    return asking.load(tmp_path)


@pytest.fixture
def system(db, signed_in):
    return signed_in(User.objects.get(username="system"))


@pytest.fixture
def newer():
    """The next version: one move less, one more, one otherwise, a new state."""
    data = copy.deepcopy(DATA) | {"version": 2}
    data["transitions"] = [m for m in data["transitions"] if m["verb"] != "unbeg"]
    moves = {move["verb"]: move for move in data["transitions"]}
    moves["urge"]["who"] = [{"role": "leader"}]
    shelved = {"code": "shelved", "phase": "done", "label": {"zh-hans": "搁置"}}
    data["states"].append(shelved)
    shelve = {"verb": "shelve", "from": ["work"], "to": "shelved"}
    effects = ["stop:disposal", "end_host"]
    data["transitions"].append({**moves["rest"], **shelve, "effects": effects})
    return data


def sent(client, data, **more):
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return client.post(NEW, {"text": text, **more})


def page(answer):
    return answer.content.decode()


# What is shown


def test_the_list_says_what_runs_on_each(process, people, system):
    asking.tell(people)
    rows = {row.code: count for row, count, _ in system.get(LIST).context["rows"]}
    assert (rows["asking"], rows["street"]) == (1, 0)


def test_the_list_takes_few_queries(process, system, django_assert_max_num_queries):
    system.get(LIST)
    with django_assert_max_num_queries(18):
        system.get(LIST)


def test_a_process_shows_its_states_moves_and_limits(process, system):
    shown = page(system.get(f"{LIST}asking/1/"))
    words = ["已告知", "申请延期", "受理", "15 分钟", "（申请人除外）", ">fewer"]
    assert [word in shown for word in words] == [True] * 5 + [False]


@pytest.mark.parametrize("path", ["asking/9/", "nothing/1/", f"asking/{10**12}/"])
def test_what_is_not_there_is_not_found(process, system, path):
    assert system.get(LIST + path).status_code == 404


def test_the_file_is_the_one_it_was_loaded_from(process, system):
    answer = system.get(f"{LIST}asking/1/export/")
    assert json.loads(answer.content) == DATA
    assert 'filename="asking-1.json"' in answer["Content-Disposition"]


def test_what_was_loaded_before_files_were_kept_is_told_by_its_rows(process):
    process.file.delete()
    again = draft_of(process)
    assert differences(Draft(DATA), again) == []
    assert {**again.data, "default": True} == DATA


# The diagram


def test_every_state_and_every_move_is_drawn_once():
    diagram, draft = diagram_of(Draft(DATA)), Draft(DATA)
    assert [box.code for box in diagram.boxes] == ["", *draft.phases]
    lines = [line for box in diagram.boxes for line in [*box.moves, *box.stays]]
    assert sorted(line.verb for line in lines) == sorted(
        move.spec["verb"] for move in draft.moves
    )
    assert len(diagram.arrows) == sum(not move.stays for move in draft.moves)


def test_boxes_do_not_lie_on_one_another():
    boxes = diagram_of(Draft(DATA)).boxes
    for box in boxes:
        for other in boxes:
            if box is not other and box.x == other.x:
                assert box.y + box.height < other.y or other.y + other.height < box.y


def test_a_state_stands_in_the_column_of_its_phase():
    places = {box.code: box.x for box in diagram_of(Draft(DATA)).boxes}
    assert places["told"] < places["work"] == places["still"] < places["judged"]
    assert places["judged"] < places["over"]


def test_who_is_told_in_words(db):
    allow = next(move for move in moves_told(Draft(DATA)) if move.verb == "allow")
    assert allow.who == [
        "所属街道的派遣员（申请人除外）",
        "主办部门的承办人（申请人除外）",
    ]


# A new version


def test_differences_name_states_and_moves(newer):
    found = {(d.deed, d.name) for d in differences(Draft(DATA), Draft(newer))}
    assert {("added", "shelved"), ("removed", "unbeg ← work")} < found
    assert {("added", "shelve ← work"), ("changed", "urge ← told")} < found


def test_a_version_is_looked_at_before_it_is_taken(process, system, newer):
    answer = sent(system, newer)
    assert "shelve ← work" in page(answer)
    assert not Process.objects.filter(code="asking", version=2).exists()


def test_a_taken_version_is_what_new_cases_begin_with(process, system, newer, people):
    answer = sent(system, newer, keep="1", in_use="on")
    assert answer.url == f"{LIST}asking/2/"
    assert Process.objects.current("case").version == 2
    assert asking.tell(people).process.version == 2


def test_a_version_may_wait(process, system, newer):
    sent(system, newer, keep="1")
    assert Process.objects.current("case").version == 1
    system.post(f"{LIST}asking/2/use/", {"what": "use"})
    assert Process.objects.current("case").version == 2


def test_the_usual_one_is_not_put_out_of_use(process, system):
    answer = system.post(f"{LIST}asking/1/use/", {"what": "retire"})
    assert answer.status_code == 409
    assert Process.objects.current("case") == process


def test_another_may_become_the_usual_one(process, system):
    street = Process.objects.filter(code="street").latest("version")
    system.post(f"{LIST}street/{street.version}/use/", {"what": "default"})
    assert Process.objects.current("case") == street
    assert system.post(f"{LIST}asking/1/use/", {"what": "retire"}).status_code == 302
    codes = [row.code for row in Process.objects.newest("case")]
    assert "asking" not in codes


def test_who_took_a_version_is_on_record(process, system, newer):
    sent(system, newer, keep="1", in_use="on")
    row = Process.objects.get(code="asking", version=2)
    changes = changes_of(Process, row_id=row.pk)
    assert {change.by.username for change in changes} == {"system"}
    assert sorted(change.deed for change in changes) == ["insert", "update"]


def unsound(data):
    data["transitions"][2]["effects"].append("sing")
    return data


UNTAKEN = {
    "no JSON": lambda data: "{",
    "too deep": lambda data: "[" * 100_000,
    "no process": lambda data: [],
    "an old version": lambda data: data | {"version": 1},
    "the code of another kind": lambda data: data | {"code": "correction"},
    "a letter that cannot be kept": lambda data: data | {"title": {"zh-hans": "\0"}},
    "unsound": unsound,
}


@pytest.mark.parametrize("made", UNTAKEN.values(), ids=UNTAKEN)
def test_what_is_wrong_is_said_and_nothing_is_taken(process, system, newer, made):
    answer = sent(system, made(newer), keep="1")
    assert (answer.status_code, len(answer.context["problems"])) == (400, 1)
    assert Process.objects.filter(code="asking").count() == 1


def test_a_file_may_be_sent(process, system, newer):
    file = SimpleUploadedFile("new.json", json.dumps(newer).encode("utf-8"))
    assert "shelve ← work" in page(system.post(NEW, {"file": file}))


def test_a_file_of_another_encoding_is_refused(process, system):
    file = SimpleUploadedFile("new.json", "流程".encode("gbk"))
    assert system.post(NEW, {"file": file}).status_code == 400


# The API


def test_the_api_gives_a_process_by_its_kind_or_its_code(process, system):
    for name in ("case", "asking"):
        told = system.get(f"/api/v1/processes/{name}/").json()
        assert (told["code"], told["limits"]["accept"]["limit"]) == ("asking", 15)
    beg = next(move for move in told["transitions"] if move["verb"] == "beg")
    assert beg["stays"]
    assert beg["when"] == ["before_due:disposal", "fewer:more:2", "not_asked:more"]


def test_the_api_gives_the_file(process, system):
    assert system.get("/api/v1/processes/asking/export/").json() == DATA
    assert system.get("/api/v1/processes/asking/export/?version=9").status_code == 404


def test_the_api_takes_a_version(process, system, newer):
    body = {"process": newer}
    answer = system.post("/api/v1/processes/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    again = system.post("/api/v1/processes/", body, content_type="application/json")
    assert (again.status_code, len(again.json()["problems"])) == (400, 1)
