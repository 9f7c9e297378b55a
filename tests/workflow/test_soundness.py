"""What a process may not promise, ask or leave to the system."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from tests.workflow import asking
from workflow.processes import Draft, faults, problems

ASKING = json.loads(asking.DATA.read_text("utf-8"))
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def data() -> dict[str, Any]:
    return copy.deepcopy(ASKING)


def move(data: dict[str, Any], verb: str) -> dict[str, Any]:
    return next(move for move in data["transitions"] if move["verb"] == verb)


def without(data: dict[str, Any], *verbs: str) -> None:
    kept = [move for move in data["transitions"] if move["verb"] not in verbs]
    data["transitions"] = kept


def call(verb: str, part: str, *texts: str) -> Change:
    return lambda data: move(data, verb).update({part: list(texts)})


def asks_where_nobody_answers(data: dict[str, Any]) -> None:
    move(data, "beg")["from"] = ["judged"]


def never_resumes(data: dict[str, Any]) -> None:
    move(data, "wake").update(effects=[])


def resumes_elsewhere(data: dict[str, Any]) -> None:
    never_resumes(data)
    move(data, "tell")["effects"].append("resume:disposal")


def ends_by_itself(data: dict[str, Any]) -> None:
    move(data, "nod").update(auto=True, who=[])


def asks_behind_the_answer(data: dict[str, Any]) -> None:
    move(data, "deny")["from"] = ["work", "judged"]
    move(data, "beg")["from"] = ["judged"]
    without(data, "shake")


UNSOUND: dict[str, tuple[Change, str]] = {
    "guard": (call("beg", "when", "sunny"), "guard “sunny” is none of"),
    "guard's arguments": (
        call("beg", "when", "fewer:more"),
        "“fewer:more” must be written “fewer:<request>:<number>”",
    ),
    "guard's number": (call("beg", "when", "fewer:more:x"), "“x” is no number"),
    "guard's limit": (
        call("beg", "when", "before_due:lunch"),
        "the limit “lunch” is none of: accept, disposal",
    ),
    "guard's request": (
        call("beg", "when", "fewer:cake:1"),
        "the request “cake” is none of: more",
    ),
    "effect's arguments": (
        call("mend", "effects", "stop"),
        "“stop” must be written “stop:<limit>”",
    ),
    "effect without arguments": (
        call("nod", "effects", "end_host:now"),
        "“end_host:now” must be written “end_host”",
    ),
    "no limit where one is promised": (
        call("take", "effects", "set_condition", "assign_host", "start:lunch"),
        "the limit “lunch” is none of: accept, disposal",
    ),
    "limit that never runs": (
        lambda d: d["limits"].update(lunch=d["limits"]["accept"]),
        "the limit “lunch” is promised but never runs",
    ),
    "limit that never ends": (
        call("take", "effects", "set_condition", "assign_host", "start:disposal"),
        "the limit “accept” runs and nothing ends it",
    ),
    "limit that is not started": (
        lambda d: (
            call("take", "effects", "stop:accept")(d),
            call("shake", "effects")(d),
        ),
        "“rest” from work: the limit “disposal” is never started",
    ),
    "pause without end": (never_resumes, "no move behind it resumes it"),
    "pause that ends elsewhere": (resumes_elsewhere, "no move behind it resumes it"),
    "grant of nothing": (
        lambda d: without(d, "beg"),
        "the request “more” is none of: nothing",
    ),
    "grant where nobody asks": (
        lambda d: move(d, "deny")["from"].append("told"),
        "“deny” from told: nobody could have asked for “more” there",
    ),
    "asked in vain": (
        asks_where_nobody_answers,
        "asks for “more” where nobody answers",
    ),
    "own grant": (
        lambda d: move(d, "allow")["who"][0].pop("not"),
        "who asked for “more” could grant it himself",
    ),
    "not who never asked": (
        lambda d: move(d, "allow")["who"][0].update({"not": "asker:cake"}),
        "no move has the effect “ask” of “asker:cake”",
    ),
    "opening that stays": (
        lambda d: move(d, "tell").pop("to"),
        "“tell” from the beginning: an opening move leads somewhere",
    ),
    "opening that waits": (
        call("tell", "when", "asked:more"),
        "nobody could have asked for “more” there",
    ),
    "leads where it begins": (
        lambda d: move(d, "urge").update(to="work"),
        "“urge” from work leads where it begins: leave out “to”",
    ),
    "nobody may act": (
        lambda d: move(d, "rest").update(who=[]),
        "“rest” from work: nobody may do it",
    ),
    "a machine's photo": (
        lambda d: move(d, "wake").update(
            evidence={"photos": {"required": True, "label": {"zh-hans": "照片"}}}
        ),
        "no machine has the evidence “photos”",
    ),
    "ends by itself": (ends_by_itself, "ends it by itself and unchecked"),
    "unknown fact": (
        lambda d: d.update(takes={"weather": "rain"}),
        "takes “weather”: what is known of a new subject is",
    ),
    "asked behind the answer": (
        asks_behind_the_answer,
        "“allow” from work: nobody could have asked for “more” there",
    ),
}


def test_the_process_itself_is_sound(data):
    assert faults(data) == []


@pytest.mark.parametrize("name", UNSOUND)
def test_an_unsound_process_is_refused(data, name):
    change, sentence = UNSOUND[name]
    change(data)
    found = list(problems(Draft(data)))
    assert any(sentence in line for line in found), found


MISSHAPEN: dict[str, Change] = {
    "not of nobody": lambda d: move(d, "allow")["who"][0].update({"not": "mother"}),
    "limit without label": lambda d: d["limits"]["accept"].pop("label"),
    "limit of no time": lambda d: d["limits"]["accept"].update(limit=0),
    "limit of no type": lambda d: d["limits"]["accept"].update(type="moons"),
    "guard": lambda d: move(d, "beg").update(when=["Sunny?"]),
    "priority": lambda d: d.update(priority="high"),
    "auto": lambda d: move(d, "wake").update(auto="yes"),
    "takes": lambda d: d.update(takes={"urgent": 3}),
}


@pytest.mark.parametrize("name", MISSHAPEN)
def test_a_misshapen_process_is_refused(data, name):
    MISSHAPEN[name](data)
    assert faults(data)


def test_an_entry_may_exclude_several_askers(data):
    move(data, "allow")["who"][0]["not"] = ["asker:more"]
    assert faults(data) == []


def test_what_the_system_does_needs_nobody(data):
    move(data, "wake")["who"] = []
    assert faults(data) == []
