"""The kinds of fields that are offered, and what each looks like in a definition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    COMPUTED,
    CREDIT,
    DAY,
    EMAIL,
    FILE,
    IDENTITY,
    LONG,
    MOMENT,
    NUMBER,
    PHONE,
    PHOTO,
    PLACE,
    REF,
    ROWS,
    TEXT,
    TIME,
    TRUTH,
    WHOLE,
    Field,
)

LABELS: Mapping[str, str | Promise] = {
    TEXT: _("one line of text"),
    LONG: _("several lines of text"),
    CHOICE: _("one of a list"),
    CHOICES: _("several of a list"),
    TRUTH: _("yes or no"),
    WHOLE: _("a whole number"),
    NUMBER: _("a number with a unit"),
    DAY: _("a day"),
    MOMENT: _("day and time"),
    TIME: _("a time of day"),
    PHONE: _("a telephone number"),
    PHOTO: _("photos"),
    FILE: _("files"),
    PLACE: _("a place on the map"),
    REF: _("an entry of a register"),
    CODES: _("a code list of the registers"),
    ROWS: _("a table of rows"),
    COMPUTED: _("worked out from others"),
    EMAIL: _("an e-mail address"),
    IDENTITY: _("an identity number"),
    CREDIT: _("a unified credit code"),
}
# Shown beside a field in the list of fields.
GLYPHS: Mapping[str, str] = {
    TEXT: "text-size",
    LONG: "align-left",
    CHOICE: "circle-check",
    CHOICES: "checkbox",
    TRUTH: "toggle-left",
    WHOLE: "number",
    NUMBER: "number",
    DAY: "calendar",
    MOMENT: "calendar-time",
    TIME: "clock",
    PHONE: "phone",
    PHOTO: "camera",
    FILE: "paperclip",
    PLACE: "map-pin",
    REF: "address-book",
    CODES: "list",
    ROWS: "table",
    COMPUTED: "calculator",
    EMAIL: "mail",
    IDENTITY: "id",
    CREDIT: "id",
}
BASES: Mapping[str, dict[str, Any]] = {
    TEXT: {"type": "string", "maxLength": 120},
    LONG: {"type": "string", "x-format": "text", "maxLength": 2000},
    PHONE: {"type": "string", "x-format": "phone"},
    IDENTITY: {"type": "string", "x-format": "id_number"},
    CREDIT: {"type": "string", "x-format": "credit_code"},
    EMAIL: {"type": "string", "format": "email"},
    TRUTH: {"type": "boolean"},
    WHOLE: {"type": "integer"},
    NUMBER: {"type": "number"},
    DAY: {"type": "string", "format": "date"},
    MOMENT: {"type": "string", "format": "date-time"},
    TIME: {"type": "string", "format": "time"},
    PHOTO: {"x-photo": True},
    FILE: {"x-file": True},
    PLACE: {"x-place": True},
}
# In a row of a table.
SIMPLE = frozenset({TEXT, WHOLE, NUMBER, DAY, TIME, TRUTH, CHOICE, PHONE})
# What a field says whatever its kind is.
ALWAYS = ("title", "x-help", "x-sensitivity", "x-when", "x-asked-because")
BOUNDS = ("minimum", "maximum", "x-unit")


@dataclass
class Given:
    """What was said of the kind of a field."""

    kind: str = TEXT
    options: list[str] = field(default_factory=list)
    unit: str = ""
    least: float | None = None
    most: float | None = None
    codes: str = ""
    ref: str = ""
    expression: str = ""
    columns: list["Column"] = field(default_factory=list)
    needed: bool = False


@dataclass
class Column:
    """A column of a table of rows."""

    title: str
    given: Given


def title_of(text: str, old: Any = None) -> dict[str, str]:
    """A Chinese title; the English one stays only as long as the Chinese one does."""
    if isinstance(old, dict) and old.get("zh-hans") == text:
        return dict(old)
    return {"zh-hans": text}


def spec_of(given: Given, old: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of a field of this kind; what is said whatever the kind stays."""
    kept = {key: old[key] for key in ALWAYS if key in old}
    same = Field("", old).kind == given.kind if old else False
    if given.kind in (CHOICE, CHOICES):
        return kept | _listed(given, old if same else {})
    if given.kind == CODES:
        return kept | {"x-codes": given.codes}
    if given.kind == REF:
        return kept | {"x-ref": given.ref or "person"}
    if given.kind == COMPUTED:
        unit = {"x-unit": given.unit} if given.unit else {}
        return kept | {"type": "number", "x-computed": given.expression} | unit
    if given.kind == ROWS:
        return kept | _rows(given, old if same else {})
    return kept | _plain(given, old if same else {})


def _plain(given: Given, old: Mapping[str, Any]) -> dict[str, Any]:
    numeric = given.kind in (WHOLE, NUMBER)
    said = (*ALWAYS, *BOUNDS) if numeric else ALWAYS
    rest = {key: old[key] for key in old if key not in said}
    found = {**BASES[given.kind], **rest}
    if numeric:
        if given.least is not None:
            found["minimum"] = given.least
        if given.most is not None:
            found["maximum"] = given.most
        if given.unit:
            found["x-unit"] = given.unit
    return found


def _listed(given: Given, old: Mapping[str, Any]) -> dict[str, Any]:
    """Choices keep their codes: by their words, else by their places."""
    before = Field("", old).choices if old else []
    codes: dict[str, Any] = {one.label: one.code for one in before}
    wanted = list(dict.fromkeys(given.options))
    if len(wanted) == len(before):
        for one, word in zip(before, wanted, strict=True):
            if one.label not in wanted and word not in codes:
                codes[word] = one.code
    taken = {str(code) for code in codes.values()}
    number = 0
    for word in wanted:
        while word not in codes:
            number += 1
            if f"c{number}" not in taken:
                codes[word] = f"c{number}"
    enum = [codes[word] for word in wanted]
    inner = {"type": "string", "enum": enum}
    if not all(isinstance(code, str) for code in enum):
        inner.pop("type")
    titles = _titles(old)
    labels = {
        str(codes[word]): title_of(word, titles.get(str(codes[word])))
        for word in wanted
    }
    if given.kind == CHOICE:
        return {**inner, "x-labels": labels}
    return {"type": "array", "items": inner, "x-labels": labels}


def _titles(old: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (
        old.get("x-labels") or old.get("items", {}).get("x-labels") or {}
    )
    return found


def _rows(given: Given, old: Mapping[str, Any]) -> dict[str, Any]:
    before = Field("rows", old).columns if old else {}
    by_title = {one.label: name for name, one in before.items()}
    order = list(before)
    wanted = [column.title for column in given.columns]
    if len(wanted) == len(order):
        for name, title in zip(order, wanted, strict=True):
            if before[name].label not in wanted:
                by_title.setdefault(title, name)
    properties: dict[str, Any] = {}
    needed: list[str] = []
    number = 0
    for column in given.columns:
        name = by_title.get(column.title, "")
        while not name or name in properties:
            number += 1
            name = "" if f"k{number}" in before else f"k{number}"
        spec = dict(old.get("items", {}).get("properties", {}).get(name, {}))
        titled = {"title": title_of(column.title, spec.get("title"))}
        properties[name] = spec_of(column.given, spec) | titled
        if column.given.needed:
            needed.append(name)
    items = {"type": "object", "properties": properties}
    return {
        "type": "array",
        "items": items | ({"required": needed} if needed else {}),
        "maxItems": int(old.get("maxItems", 50)),
    }
