"""The twelve modules as data: complete, sound, in both languages."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from offices.models import Module
from offices.modules import loading
from tests.offices.exploring import explored, moves_of
from tests.offices.twelve import DEMO, TWELVE, definitions, procedures
from workflow import processes
from workflow.loading import load_process

CHINESE = re.compile("[\u4e00-\u9fff]")
PAPERS = DEMO.parents[1] / "offices" / "papers" / "usual" / "papers.json"
GUIDE = Path(__file__).parents[3] / "shared" / "modules.md"
# General names, and what the guide puts into one word and a form into several, or what
# another part keeps (the engine relatives, papers their numbers, households theirs).
ELSEWHERE = {
    *("编号", "名称", "类型", "类别", "日期", "等级", "状态", "位置", "面积", "起止"),
    *("服务群众项目", "老党员或困难党员帮扶", "履行方式和期限", "是否实名", "文号"),
    *("送达", "终结", "起止点", "四类桶数", "大件和装修垃圾点", "计划和实际开竣工"),
    *("户号", "居住起止", "业主委员会或物业管理委员会", "合同期", "时间地点"),
    *("公示起止", "近亲属备案", "困补", "变更"),
}


def texts(data: Any) -> str:
    """All that a definition says in Chinese."""
    return json.dumps(data, ensure_ascii=False)


def titles(data: Any) -> list[dict[str, str]]:
    found = []
    if isinstance(data, dict):
        if "zh-hans" in data:
            found.append(data)
        for part in data.values():
            found += titles(part)
    if isinstance(data, list):
        for part in data:
            found += titles(part)
    return found


def test_each_of_the_twelve_is_there():
    numbers = {data["guide_number"] for data in definitions().values()}
    assert numbers == set(TWELVE)


@pytest.mark.parametrize("code", definitions())
def test_a_module_speaks_both_languages(code):
    for said in titles(definitions()[code]):
        assert CHINESE.search(said["zh-hans"]), said
        assert said["en"] and not CHINESE.search(said["en"]), said


@pytest.mark.parametrize("code", definitions())
def test_steps_fill_fields_that_are_there_by_moves_that_take_them(code):
    data = definitions()[code]
    moves = procedures()[data["process"]]["transitions"] if data["process"] else []
    takes = {one["verb"] for one in moves if "fields" in one.get("evidence", {})}
    fields = data["schema"]["properties"]
    assert set(data.get("steps", {})) == takes
    for names in data.get("steps", {}).values():
        assert names and set(names) <= set(fields)
        assert not any("x-computed" in fields[name] for name in names)


@pytest.mark.parametrize("code", definitions())
def test_guards_ask_of_fields_that_are_there(code):
    data = definitions()[code]
    if not data["process"]:
        return
    for move in procedures()[data["process"]]["transitions"]:
        for text in move.get("when", []):
            name, *told = text.split(":")
            if name in ("is", "not", "at_least", "below", "filled"):
                spec = data["schema"]["properties"][told[0]]
                assert name != "is" or told[1] in {*spec.get("enum", []), "yes", "no"}


@pytest.mark.parametrize("code", definitions())
def test_its_papers_are_among_the_usual_ones(code):
    data, usual = definitions()[code], json.loads(PAPERS.read_text("utf-8"))
    known = {row["code"] for row in usual["templates"]}
    wanted = set(data["papers"])
    if data["process"]:
        moves = procedures()[data["process"]]["transitions"]
        calls = [text.split(":") for one in moves for text in one.get("when", [])]
        needed = {told[1] for told in calls if told[0] in ("printed", "delivered")}
        assert needed <= wanted
    assert wanted <= known


@pytest.mark.parametrize("code", definitions())
def test_a_notice_posts_what_the_rule_names_and_is_taken_down(code):
    data = definitions()[code]
    moves = procedures().get(data["process"] or "", {}).get("transitions", [])
    posts = any("post_notice" in one.get("effects", []) for one in moves)
    assert posts == bool(data["notice"])
    if posts:
        limit = procedures()[data["process"]]["limits"]["notice"]
        assert (limit["limit"], limit["type"]) == (
            data["notice"]["days"],
            data["notice"]["kind"],
        )
        (down,) = [one for one in moves if one.get("when_over") == "notice"]
        assert "take_down_notice" in down["effects"]
        assert data["notice"]["phone"]


@pytest.mark.parametrize("code", procedures())
def test_a_limit_says_what_it_comes_from(code):
    limits = procedures()[code].get("limits", {})
    for name, limit in limits.items():
        assert "standing" in limit, name
        assert limit["standing"] == "custom" or "basis" in limit, name


@pytest.mark.parametrize("code", procedures())
def test_nobody_approves_what_he_applied_for(code):
    """A leader's decision out of a state of checking bars who made the record or
    worked on it."""
    data = procedures()[code]
    phases = {state["code"]: state["phase"] for state in data["states"]}
    for move in data["transitions"]:
        checks = any(phases.get(state or "") == "verify" for state in move["from"])
        if checks and move["who"] and "to" in move:
            roles = {who["role"] for who in move["who"]}
            assert move.get("barred") or not roles & {"leader", "office_head"}


@pytest.mark.parametrize("code", procedures())
def test_no_limit_is_left_running_and_every_move_can_be_done(code):
    data = procedures()[code]
    left = {state for state, _move in moves_of(data) if state}
    found = list(explored(data))
    for (state, running, _paused), _verb in found:
        assert state in left or not running, (state, running)
    done = {(at[0], verb) for at, verb in found if verb}
    assert done == {(state, move["verb"]) for state, move in moves_of(data) if state}


def test_sensitive_fields_of_relief_are_sealed_and_none_is_posted():
    data = definitions()["allowance"]
    fields = data["schema"]["properties"]
    for name in ("income_month", "members", "savings", "allowance", "survey_notes"):
        assert fields[name]["x-sensitivity"] == "S3"
    posted = [fields[name] for name in data["notice"]["items"]]
    assert all(one["x-sensitivity"] != "S3" for one in posted)


@pytest.mark.parametrize("number", TWELVE)
def test_every_field_that_the_guide_names_is_there(number):
    if not GUIDE.exists():
        pytest.skip("the guide's list of fields is not beside the repository")
    said = "".join(
        texts(data) for data in definitions().values() if data["guide_number"] == number
    )
    assert [name for name in named_in_guide(number) if name not in said] == []


def named_in_guide(number: int) -> list[str]:
    """The Chinese names in the list of fields of a module."""
    text = GUIDE.read_text("utf-8").split(f"\n### {number} ")[1].split("\n### ")[0]
    lines = [line for line in text.split("\n") if line.startswith("- ")]
    fields = lines[0].partition(":")[2]
    fields = re.sub(r"\b(ref|computed)\b", "", fields)
    names = re.split(r"[^\u4e00-\u9fff0-9“”]+", fields)
    return [name for name in names if CHINESE.search(name) and name not in ELSEWHERE]


def test_all_are_accepted_by_the_checker_together(db, tmp_path):
    for code in procedures():
        load_process(processes.read(DEMO / "processes" / f"{code}.json"))
    folder = tmp_path / "modules"
    folder.mkdir()
    for code, data in definitions().items():
        (folder / f"{code}.json").write_text(json.dumps(data), "utf-8")
    loading.load(tmp_path, lambda line: None)
    known = Module.objects.published().filter(code__in=definitions())
    assert known.count() == len(definitions())
