"""The order of the fields, their sections, and where each is shown: kept in step."""

from collections.abc import Iterable
from typing import Any

from offices.builder.kinds import title_of
from offices.modules.conditions import fields_of
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    DAY,
    FILE,
    IDENTITY,
    PHONE,
    PHOTO,
    REF,
    ROWS,
    S1,
    S3,
    TEXT,
    TRUTH,
    Definition,
    Field,
)
from offices.modules.field_soundness import FILTERS, NEVER_SORTED, NOT_LISTED
from offices.modules.indicators import conditions_of, summed_in

Data = dict[str, Any]
COLUMNS, CHOSEN = 5, 4  # that the system chooses itself
SORTED = {CHOICE, CHOICES, CODES, DAY, TRUTH}
EXACT = {TEXT, PHONE, IDENTITY}


def sections(data: Data) -> list[tuple[str, str]]:
    """(section, field) in the order of the form."""
    groups = Definition(data).groups
    return [(group.title, one.name) for group in groups for one in group.fields]


def put_sections(data: Data, order: Iterable[tuple[str, str]]) -> None:
    """Write the fields in this order; those of no section come last."""
    rows = list(order)
    before = {_zh(group): group for group in data.get("groups", ())}
    titles = dict.fromkeys(title for title, _name in rows if title)
    data["groups"] = [
        {
            **{k: v for k, v in before.get(title, {}).items() if k == "x-when"},
            "title": title_of(title, before.get(title, {}).get("title")),
            "fields": [name for section, name in rows if section == title],
        }
        for title in titles
    ]
    named = [name for group in data["groups"] for name in group["fields"]]
    rest = [name for section, name in rows if not section]
    properties = data["schema"]["properties"]
    data["schema"]["properties"] = {
        name: properties[name] for name in [*named, *rest] if name in properties
    }


def _zh(group: dict[str, Any]) -> str:
    return str(group["title"].get("zh-hans", ""))


def may_list(one: Field) -> bool:
    return one.level != S3 and one.kind not in NOT_LISTED and _is_sorted(one)


def may_filter(one: Field) -> bool:
    return one.level == S1 and one.kind in FILTERS and _is_sorted(one)


def may_search(one: Field) -> bool:
    return one.kind not in (PHOTO, FILE, ROWS, REF)


def may_label(one: Field) -> bool:
    return one.level == S1 and one.kind not in (PHOTO, FILE, ROWS) and _is_sorted(one)


def _is_sorted(one: Field) -> bool:
    return not any(word in one.label for word in NEVER_SORTED)


PLACES = {"list": may_list, "filters": may_filter, "search": may_search}


def show_by_itself(data: Data, name: str) -> None:
    """Put a new field where one would look for it."""
    one = Definition(data).fields[name]
    if may_list(one) and len(data["list"]) < COLUMNS:
        data["list"].append(name)
    if may_filter(one) and one.kind in SORTED and len(data["filters"]) < CHOSEN:
        data["filters"].append(name)
    if may_search(one) and one.kind in EXACT:
        data["search"].append(name)
    if one.kind == TEXT and may_label(one):
        data["symbol"].setdefault("label", name)


def arrange(data: Data) -> None:
    """Take out of lists, filters, search, label and steps what may not stand there."""
    fields = Definition(data | {"groups": []}).fields
    for place, may in PLACES.items():
        data[place] = [
            name
            for name in dict.fromkeys(data.get(place, ()))
            if name in fields and may(fields[name])
        ][:60]
    label = data.get("symbol", {}).get("label")
    if label and (label not in fields or not may_label(fields[label])):
        del data["symbol"]["label"]
    needed = data["schema"].get("required", ())
    data["schema"]["required"] = [
        name for name in needed if name in fields and not fields[name].expression
    ]
    for verb, names in data.get("steps", {}).items():
        data["steps"][verb] = [name for name in names if name in fields]
    for total in data.get("totals") or ():
        if total.get("left_of", "") not in fields:
            total.pop("left_of", None)
    sets = [[n for n in names if n in fields] for names in data.get("unique") or ()]
    if "unique" in data:
        data["unique"] = [names for names in sets if names]
    for step in data.get("flow") or ():
        names = step.get("fields", ())
        step["fields"] = [n for n in names if n in fields and not fields[n].expression]
    _groups(data, set(fields))


def _groups(data: Data, names: set[str]) -> None:
    for group in data.get("groups", ()):
        group["fields"] = [name for name in group["fields"] if name in names]
    data["groups"] = [group for group in data.get("groups", ()) if group["fields"]]


def forget(data: Data, name: str) -> None:
    """Take a field out of conditions, reminders and figures that ask for it."""
    for spec in data["schema"]["properties"].values():
        if name in fields_of(spec.get("x-when")):
            del spec["x-when"]
    for group in data.get("groups", ()):
        if name in fields_of(group.get("x-when")):
            del group["x-when"]
    data["reminders"] = [
        row for row in data.get("reminders", ()) if name not in _asked_of(row)
    ]
    data["indicators"] = [
        row for row in data.get("indicators", ()) if name not in _counted_by(row)
    ]
    notice = data.get("notice")
    if notice:
        notice["items"] = [one for one in notice["items"] if one != name]
        if not notice["items"]:
            data["notice"] = None


def _counted_by(row: dict[str, Any]) -> list[str]:
    asked = [name for one in conditions_of(row) for name in fields_of(one)]
    return [*asked, *summed_in(row)]


def _asked_of(row: dict[str, Any]) -> list[str]:
    return [
        str(row.get("field", "")),
        str(row.get("every", {}).get("from", "")),
        *fields_of(row.get("when")),
    ]
