"""The classification and the calendar of a site package."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from govmap.lib.errors import BadInput
from workflow import calendar_loading, class_rows, classification
from workflow.clock import WorkCalendar
from workflow.models import Category, Condition, Crosswalk, Day, Standard
from workflow.pinyin import initials

CODE = "local-2026"
LITTER = ("event", "06010")


@pytest.fixture
def package(tmp_path: Path, db: None) -> Path:
    """One standard with one class of one subclass of three conditions."""
    standard = {"code": CODE, "title": {"zh-hans": "本地标准"}, "default": True}
    write_json(tmp_path / "standards.json", [standard])
    write(tmp_path / "categories.csv", class_rows.CATEGORY_COLUMNS, *CATEGORIES)
    conditions(tmp_path, "甲", "乙", "丙")
    return tmp_path


CATEGORIES = [
    (CODE, "event", "06", "", "市容环境", "City appearance"),
    (CODE, "event", "06010", "06", "暴露垃圾", "Exposed litter"),
]


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def write(path: Path, header: tuple[str, ...], *rows: tuple[str, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def condition(text: str, **cells: str) -> tuple[str, ...]:
    row = {"standard": CODE, "kind": LITTER[0], "category": LITTER[1], "text": text}
    row |= {"closing": "清除", "limit": "4", "limit_unit": "work_hours"}
    row |= {"department": "sanitation"}
    return tuple((row | cells)[name] for name in class_rows.CONDITION_COLUMNS)


def conditions(folder: Path, *texts: str, **cells: str) -> None:
    rows = [condition(text, **cells) for text in texts]
    write(folder / "conditions.csv", class_rows.CONDITION_COLUMNS, *rows)


def loaded() -> dict[str, tuple[int, int]]:
    """Order and id of each condition by its words."""
    rows = Condition.objects.filter(category__standard__code=CODE)
    return {row.text: (row.order, row.pk) for row in rows}


def test_the_classification_comes_in_whole(package):
    assert list(classification.load(package))[1:] == [
        "classes: 2",
        "conditions: 3, of 1 classes new or changed",
    ]
    row = Category.objects.get(standard__code=CODE, code="06010")
    assert (row.parent.code, row.initials) == ("06", "bllj")
    assert Condition.objects.filter(category=row).first().department.code == (
        "sanitation"
    )


def test_twice_is_once(package):
    list(classification.load(package))
    before = loaded()
    again = list(classification.load(package))
    assert again[-1] == "conditions: 3, of 0 classes new or changed"
    assert loaded() == before


def test_the_new_default_is_the_only_one(package):
    list(classification.load(package))
    assert [row.code for row in Standard.objects.filter(is_default=True)] == [CODE]


def test_conditions_keep_their_rows_when_they_change_places(package):
    list(classification.load(package))
    before = loaded()
    conditions(package, "丙", "丁", "甲")
    list(classification.load(package))
    after = loaded()
    assert [after[text][0] for text in "丙丁甲"] == [1, 2, 3]
    assert (after["丙"][1], after["甲"][1]) == (before["丙"][1], before["甲"][1])
    assert "乙" not in after


def test_a_limit_may_change(package):
    list(classification.load(package))
    conditions(package, "甲", "乙", "丙", limit="2", limit_unit="urgent_hours")
    list(classification.load(package))
    rows = Condition.objects.filter(category__standard__code=CODE)
    assert set(rows.values_list("limit", "limit_type")) == {(2, "urgent_hours")}


def test_a_condition_that_a_case_needs_stays(package, make_case):
    condition = Condition.objects.get(text="有暴露垃圾")
    make_case(phase="dispatch")
    code = condition.category.standard.code
    write_json(
        package / "standards.json",
        [{"code": code, "title": {"zh-hans": "标准"}, "default": True}],
    )
    write(
        package / "categories.csv",
        class_rows.CATEGORY_COLUMNS,
        *((code, *row[1:]) for row in CATEGORIES),
    )
    conditions(package, "别的", standard=code)
    assert "1 dropped ones kept" in list(classification.load(package))[-1]
    assert Condition.objects.get(pk=condition.pk).order == 2


def test_a_site_may_say_what_bare_hours_are(package):
    conditions(package, "甲", limit_unit="小时")
    standard = {"code": CODE, "title": {"zh-hans": "本地标准"}, "default": True}
    write_json(package / "standards.json", [standard | {"bare": {"hours": HOURS}}])
    list(classification.load(package))
    assert Condition.objects.get(category__standard__code=CODE).limit_type == HOURS


HOURS = "urgent_hours"


def test_a_condition_may_have_two_steps(package):
    row = dict(zip(class_rows.CONDITION_COLUMNS, condition("塌陷"), strict=True))
    more = ("5", "work_days", "修复", "某条例")
    header = (*class_rows.CONDITION_COLUMNS, *class_rows.CONDITION_MORE)
    write(package / "conditions.csv", header, (*row.values(), *more))
    list(classification.load(package))
    made = Condition.objects.get(category__standard__code=CODE)
    assert (made.second_limit, made.second_limit_type) == (5, "work_days")
    assert (made.second_closing, made.basis) == ("修复", "某条例")


def test_a_class_says_when_it_is_urgent_and_what_is_near(package):
    header = (*class_rows.CATEGORY_COLUMNS, "urgent", "photo", "radius", "tags")
    more = ("是", "no", "120", "突发事件；自定义")
    rows = [(*row, *more) for row in CATEGORIES]
    write(package / "categories.csv", header, *rows)
    list(classification.load(package))
    row = Category.objects.get(standard__code=CODE, code="06010")
    assert (row.urgent, row.photo, row.duplicate_radius) == (True, False, 120)
    assert row.tags == ["突发事件", "自定义"]


def test_what_a_table_leaves_out_stays_as_it_was_set(package):
    list(classification.load(package))
    rows = Category.objects.filter(standard__code=CODE)
    rows.update(urgent=True, duplicate_radius=7)
    list(classification.load(package))
    assert set(rows.values_list("urgent", "duplicate_radius")) == {(True, 7)}


def test_a_retired_class_is_offered_no_longer(package):
    list(classification.load(package))
    assert Category.objects.choosable().count() == 1
    header = (*class_rows.CATEGORY_COLUMNS, "retired")
    write(package / "categories.csv", header, *[(*r, "2026-07-01") for r in CATEGORIES])
    list(classification.load(package))
    assert not Category.objects.choosable().exists()
    rows = Condition.objects.in_use()
    assert not rows.filter(category__standard__code=CODE).exists()


def test_the_crosswalk_is_a_table(package):
    one, other = ("event", "06"), ("event", "06010")
    row = (CODE, *one, CODE, *other)
    write(package / "crosswalk.csv", class_rows.CROSSWALK_COLUMNS, row)
    assert "crosswalk: 1" in list(classification.load(package))
    walk = Crosswalk.objects.get()
    assert (walk.old.code, walk.new.code) == ("06", "06010")


def broken(name: str, *lines: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text("\n".join(lines), "utf-8")


HEAD = ",".join(class_rows.CATEGORY_COLUMNS)
FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no file": (lambda f: (f / "categories.csv").unlink(), "categories.csv is missing"),
    "no column": (broken("categories.csv", "standard,kind"), "line 1: column code"),
    "gbk": (
        lambda f: (f / "categories.csv").write_bytes("标准".encode("gbk")),
        "Save it as UTF-8",
    ),
    "cells": (broken("categories.csv", HEAD, f"{CODE},event,06"), "line 2: 3 cells"),
    "json": (broken("standards.json", "[", "{]"), "standards.json, line 2"),
    "no default": (
        lambda f: write_json(
            f / "standards.json", [{"code": CODE, "title": {"zh-hans": "x"}}]
        ),
        "exactly one standard",
    ),
    "no title": (
        lambda f: write_json(f / "standards.json", [{"code": CODE, "default": True}]),
        "standards.json",
    ),
    "standard": (
        broken("categories.csv", HEAD, "other,event,06,,名,name"),
        "line 2: standard “other”",
    ),
    "kind": (
        broken("categories.csv", HEAD, f"{CODE},beast,06,,名,name"),
        "line 2: kind “beast”",
    ),
    "twice": (
        broken("categories.csv", HEAD, *[f"{CODE},event,06,,名,name"] * 2),
        "line 3: event 06 is there twice",
    ),
    "no class": (
        broken("categories.csv", HEAD, f"{CODE},event,06010,06,名,name"),
        "line 2: class 06 is not there",
    ),
    "no name": (
        broken("categories.csv", HEAD, f"{CODE},event,06,,,name"),
        "line 2: name has 0 characters",
    ),
    "subclass": (lambda f: conditions(f, "甲", category="06"), "is no subclass"),
    "bare hours": (
        lambda f: conditions(f, "甲", limit_unit="hours"),
        "line 2: “hours” does not say how",
    ),
    "crosswalk": (
        lambda f: write(
            f / "crosswalk.csv",
            class_rows.CROSSWALK_COLUMNS,
            (CODE, "event", "06", CODE, "event", "07"),
        ),
        "line 2: class local-2026 event 07 is not in",
    ),
    "urgent": (
        broken("categories.csv", f"{HEAD},urgent", f"{CODE},event,06,,名,name,maybe"),
        "line 2: urgent “maybe” must be yes or no",
    ),
    "limit": (lambda f: conditions(f, "甲", limit="soon"), "limit “soon”"),
    "no limit": (lambda f: conditions(f, "甲", limit="0"), "limit “0”"),
    "department": (
        lambda f: conditions(f, "甲", department="navy"),
        "department “navy” is not in units.csv",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_its_file_and_line(package, name):
    spoil, sentence = FAULTS[name]
    spoil(package)
    with translation.override("en"), pytest.raises(BadInput) as refused:
        list(classification.load(package))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("暴露垃圾", "bllj"), ("行道树", "xds"), ("LED屏(大)", "ledpd"), ("", "")],
)
def test_initials_are_what_one_types(name, letters):
    assert initials(name) == letters


# The calendar

CALENDAR = {
    "slots": [["09:00", "17:00"]],
    "weekdays": [0, 1, 2, 3, 4],
    "holidays": {"2026-10-01": "off", "2026-10-11": "work"},
}


@pytest.fixture
def calendar(tmp_path: Path, db: None) -> Callable[..., str]:
    def load(**change: object) -> str:
        write_json(tmp_path / "calendar.json", CALENDAR | change)
        return calendar_loading.load(tmp_path / "calendar.json")

    return load


def test_the_calendar_is_as_the_file_says(calendar):
    calendar()
    current = WorkCalendar.current()
    assert not current.works(date(2026, 10, 1))
    assert current.works(date(2026, 10, 11))
    assert current.working_day.total_seconds() == 8 * 3600


def test_loading_the_calendar_again_changes_nothing(calendar):
    calendar()
    assert calendar() == "2 days, unchanged"


def test_a_corrected_calendar_is_used_at_once(calendar):
    calendar()
    assert not WorkCalendar.current().works(date(2026, 10, 1))
    calendar(holidays={"2026-10-02": "off"})
    assert WorkCalendar.current().works(date(2026, 10, 1))
    assert set(Day.objects.values_list("date", "works")) == {(date(2026, 10, 2), False)}


def test_the_calendar_costs_one_query(calendar, django_assert_num_queries):
    calendar()
    WorkCalendar.current()
    with django_assert_num_queries(1):
        WorkCalendar.current()


@pytest.mark.parametrize(
    "change",
    [
        {"slots": [["18:00", "08:00"]]},
        {"slots": None},
        {"slots": [["8", "12"]]},
        {"weekdays": []},
        {"weekdays": "all"},
        {"holidays": {"01.10.2026": "off"}},
        {"holidays": {"2026-10-01": "holiday"}},
        {"holidays": {"2026-10-01": ["off"]}},
        {"holidays": []},
    ],
)
def test_a_calendar_that_is_none_is_refused(calendar, change):
    with pytest.raises(BadInput, match=r"calendar\.json"):
        calendar(**change)
