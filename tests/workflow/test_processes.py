"""A process from a site package: what is refused, and what loading it does."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from govmap.lib.errors import BadInput
from workflow import processes
from workflow.loading import load_processes
from workflow.models import Process
from workflow.processes import Draft, problems

ROOT = Path(__file__).resolve().parents[2]
LOOP = json.loads((Path(__file__).parent / "loop.json").read_text("utf-8"))
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def data() -> dict[str, Any]:
    return copy.deepcopy(LOOP)


def move(data: dict[str, Any], verb: str) -> dict[str, Any]:
    return next(move for move in data["transitions"] if move["verb"] == verb)


def state(data: dict[str, Any], code: str) -> dict[str, Any]:
    return next(state for state in data["states"] if state["code"] == code)


def without(data: dict[str, Any], *verbs: str) -> None:
    data["transitions"] = [
        move for move in data["transitions"] if move["verb"] not in verbs
    ]


def without_end(data: dict[str, Any]) -> None:
    without(data, "refuse")
    move(data, "close").update(to="handling")


def another_state(data: dict[str, Any]) -> None:
    data["states"].append({**state(data, "filed"), "code": "limbo"})


def test_every_process_of_the_demonstration_is_sound():
    for path in (ROOT / "govmap/demo/processes").glob("*.json"):
        assert processes.read(path).moves


UNSOUND: dict[str, tuple[Change, str]] = {
    "kind": (lambda d: d.update(kind="tale"), "kind “tale” is none of"),
    "role": (lambda d: move(d, "file")["who"][0].update(role="king"), "role “king”"),
    "unit": (lambda d: move(d, "file")["who"][0].update(at="moon"), "“at” must be"),
    "person": (
        lambda d: move(d, "pass")["who"].append({"role": "grid_worker", "is": "mayor"}),
        "“is” must be one of reporter",
    ),
    "effect": (lambda d: move(d, "file")["effects"].append("sing"), "effect “sing”"),
    "evidence": (
        lambda d: move(d, "file")["evidence"].update(poem={"label": {"zh-hans": "诗"}}),
        "evidence “poem” is none of",
    ),
    "reasons": (lambda d: move(d, "fail").pop("reasons"), "need one another"),
    "reason asked for": (
        lambda d: move(d, "fail")["evidence"].pop("reason"),
        "need one another",
    ),
    "reason twice": (
        lambda d: move(d, "fail")["reasons"].append(move(d, "fail")["reasons"][0]),
        "reason “not_solved” is there twice",
    ),
    "state twice": (
        lambda d: d["states"].append(state(d, "filed")),
        "state “filed” is there twice",
    ),
    "move twice": (
        lambda d: d["transitions"].append(move(d, "file")),
        "“file” from reported is there twice",
    ),
    "unknown state": (
        lambda d: move(d, "file").update(to="nowhere"),
        "state “nowhere” is named by a move",
    ),
    "opening": (lambda d: without(d, "report"), "no move opens the process"),
    "opening effect": (
        lambda d: move(d, "report").update(effects=[]),
        "needs the effect “open_case”",
    ),
    "opening effect later": (
        lambda d: move(d, "file").update(effects=["open_case"]),
        "belongs to opening moves",
    ),
    "unreachable": (another_state, "state “limbo” cannot be reached"),
    "dead end": (lambda d: without(d, "close"), "state “checked” cannot be left"),
    "no end": (
        without_end,
        "no way leads from state “reported”",
    ),
    "own judge": (
        lambda d: (
            move(d, "pass")["who"].append({"role": "handler", "at": "host"}),
            move(d, "pass").pop("barred"),
        ),
        "handler could judge what he disposed himself",
    ),
    "nobody judged": (
        lambda d: move(d, "pass").update(barred=["collect"]),
        "“close” from checked ends it though nobody",
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_an_unsound_process_is_refused(data, name):
    change, sentence = UNSOUND[name]
    change(data)
    assert any(sentence in found for found in problems(Draft(data)))


MISSHAPEN: dict[str, tuple[Change, str]] = {
    "nobody may act": (lambda d: move(d, "file").update(who=[]), "who"),
    "no label": (lambda d: move(d, "file").pop("label"), "label"),
    "no Chinese": (lambda d: state(d, "filed").update(label={"en": "x"}), "zh-hans"),
    "phase": (lambda d: state(d, "filed").update(phase="limbo"), "phase"),
    "barred phase": (lambda d: move(d, "pass").update(barred=["lunch"]), "barred"),
    "misspelt": (lambda d: move(d, "pass").update(bared=["resolve"]), "bared"),
    "version": (lambda d: d.update(version="two"), "version"),
    "no states": (lambda d: d.update(states=[]), "states"),
}


@pytest.mark.parametrize("name", MISSHAPEN)
def test_a_misshapen_process_is_refused_by_its_path(data, name, tmp_path):
    change, sentence = MISSHAPEN[name]
    change(data)
    path = tmp_path / "case.json"
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput, match=sentence) as refused:
        processes.read(path)
    assert "case.json" in refused.value.text


def test_all_faults_are_named_at_once(data):
    move(data, "file")["who"][0]["role"] = "king"
    move(data, "close")["effects"] = ["sing"]
    assert len(list(problems(Draft(data)))) == 2


# Loading


@pytest.fixture
def load(tmp_path: Path, db: None) -> Callable[..., list[str]]:
    def write_and_load(*drafts: dict[str, Any]) -> list[str]:
        for path in tmp_path.glob("*.json"):
            path.unlink()
        for number, draft in enumerate(drafts):
            (tmp_path / f"{number}.json").write_text(json.dumps(draft))
        return list(load_processes(tmp_path))

    return write_and_load


def test_a_version_is_loaded_once(load, data):
    data["version"] = 7
    assert "9 states" in load(data)[0]
    assert load(data) == ["process loop version 7: unchanged"]


def test_a_loaded_version_never_changes(load, data):
    load(data)
    state(data, "filed")["label"]["en"] = "Another word"
    with pytest.raises(BadInput, match="Raise the version to 2"):
        load(data)


def test_a_new_version_becomes_the_default(load, data):
    load(data)
    load(data | {"version": 2})
    assert Process.objects.current("case").version == 2


def test_an_old_package_does_not_take_the_default_back(load, data):
    load(data | {"version": 2})
    load(data)
    assert Process.objects.current("case").version == 2


def test_a_package_puts_its_default_in_use_again(load, data):
    load(data)
    rows = Process.objects.filter(code="loop")
    rows.update(is_default=False, in_use=False)
    load(data)
    assert Process.objects.current("case").code == "loop"


def test_another_process_may_become_the_default(load, data):
    other = data | {"code": "other"}
    load(data | {"default": False}, other)
    assert Process.objects.current("case").code == "other"


def test_there_are_not_two_defaults(load, data):
    with pytest.raises(BadInput, match="loop, other all call themselves"):
        load(data, data | {"code": "other"})


def test_a_form_shows_its_fields_in_the_order_of_the_file(load, data):
    load(data | {"version": 2})
    (opening,) = [
        move
        for move in Process.objects.current("case").moves
        if move.from_state_id is None
    ]
    names = [field["name"] for field in opening.fields()]
    assert names == list(move(data, opening.verb)["evidence"])


def test_moves_are_as_the_file_says(load, data):
    load(data | {"version": 2})
    rows = Process.objects.current("case").moves
    assert [(row.verb, row.effects, row.who) for row in rows] == [
        (move["verb"], move.get("effects", []), move["who"])
        for move in data["transitions"]
    ]
