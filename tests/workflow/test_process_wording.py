"""Guards, effects, evidence and the checker's sentences, in people's words."""

import copy
import json
import re

import pytest
from django.utils import translation

from tests.workflow import asking
from workflow.arguments import PLACES
from workflow.drafts import Draft
from workflow.effects import EFFECTS, TAKES, WORDINGS
from workflow.evidence import READERS, WORDS
from workflow.guards import GUARDS
from workflow.process_words import effect_told, guard_told, moves_told
from workflow.processes import faults

DATA = json.loads(asking.DATA.read_text("utf-8"))
CHINESE = re.compile("[\u4e00-\u9fff]")
CALLS = {f"guard {name}": (one.wording, one.takes) for name, one in GUARDS.items()} | {
    f"effect {name}": (WORDINGS[name], TAKES[name]) for name in EFFECTS
}


def in_both(words) -> tuple[str, str]:
    told = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told.append(str(words))
    return told[0], told[1]


@pytest.mark.parametrize("name", CALLS)
def test_every_guard_and_effect_has_words_in_both_languages(name):
    wording, takes = CALLS[name]
    english, chinese = in_both(wording.words)
    assert english and CHINESE.search(chinese) and not CHINESE.search(english)
    known = dict.fromkeys(PLACES[: len(takes)], "x")
    assert english % known and chinese % known
    for word in wording.names.values():
        assert CHINESE.search(in_both(word)[1])


@pytest.mark.parametrize("name", READERS)
def test_every_sort_of_evidence_has_words_in_both_languages(name):
    english, chinese = in_both(WORDS[name])
    assert english and CHINESE.search(chinese)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("start:accept", "开始“受理”计时"),
        ("notify_role:x:host:handler", "通知主办部门的承办人"),
        ("dance:now", "dance:now"),
    ],
)
def test_an_effect_is_told_in_chinese(text, told):
    assert effect_told(Draft(DATA), text) == told


def test_a_guard_of_an_app_is_told_in_chinese():
    assert guard_told(Draft(DATA), "flag:urgent:no") == "“紧急”标记：否"
    assert guard_told(Draft(DATA), "level:district") == "由区级牵头"


def test_the_table_of_moves_says_nothing_as_it_is_written(people):
    for move in moves_told(Draft(DATA)):
        for words, written in [*move.guards, *move.effects]:
            assert words != written


FAULTS = {
    "names": lambda d: d["transitions"][1].update(effects=["sing"], when=["dance"]),
    "ways": lambda d: d["states"].append({**d["states"][0], "code": "limbo"}),
    "shape": lambda d: d.update(version=0, colour="red"),
    "types": lambda d: d["states"][0].update(label={"en": 3}, phase="limbo"),
    "limit": lambda d: d["limits"]["accept"].update(limit="soon", type="moons"),
    "code": lambda d: d["states"][0].update(code="Näh!"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_checker_speaks_chinese(name):
    data = copy.deepcopy(DATA)
    FAULTS[name](data)
    found = faults(data)
    assert found and all(CHINESE.search(line) for line in found), found
