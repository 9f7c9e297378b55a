"""Rows of the classification's tables, as a site writes them, read one by one.

Whatever is wrong raises BadInput without saying where: who reads knows the line.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_noop

from accounts.models import Unit
from govmap.lib.errors import BadInput
from workflow.models import Category, Condition, Standard
from workflow.models.clock import LimitType
from workflow.pinyin import initials

CATEGORY_COLUMNS = ("standard", "kind", "code", "parent", "name", "name_en")
# Columns that a table may have besides: column -> field.
CATEGORY_MORE = {
    "local": "is_local",
    "urgent": "urgent",
    "photo": "photo",
    "radius": "duplicate_radius",
    "hours": "duplicate_hours",
    "tags": "tags",
    "retired": "retired_at",
}
CONDITION_COLUMNS = (
    *("standard", "kind", "category", "text", "closing"),
    *("limit", "limit_unit", "department"),
)
CONDITION_MORE = ("second_limit", "second_unit", "second_closing", "basis")
CROSSWALK_COLUMNS = ("from", "from_kind", "from_code", "to", "to_kind", "to_code")
LONGEST_LIMIT = 1000  # of whatever unit; more is a slip of the pen
WIDEST, LONGEST = 5_000, 24 * 365  # metres and hours of a duplicate

# (code of the standard, kind, code): codes of parts and of events overlap.
Key = tuple[str, str, str]
YES = {"yes": True, "1": True, "true": True, "是": True}
NO = {"": False, "no": False, "0": False, "false": False, "否": False}
KINDS = {"部件": Category.Kind.PART, "事件": Category.Kind.EVENT, "事项": "event"}
# How city tables write the limits whose way of running they say …
UNITS = {
    "紧急工作时": LimitType.URGENT_HOURS,
    "紧急工作日": LimitType.URGENT_DAYS,
    "工作时": LimitType.WORK_HOURS,
    "工作日": LimitType.WORK_DAYS,
    "自然日": LimitType.NATURAL_DAYS,
}
# … and those whose way they leave to the site.
BARE = {
    **dict.fromkeys(("hours", "小时", "时"), "hours"),
    **dict.fromkeys(("days", "天", "日"), "days"),
}
# What a site may say that a bare one means.
CHOICES = {
    "hours": (LimitType.WORK_HOURS, LimitType.URGENT_HOURS),
    "days": (LimitType.WORK_DAYS, LimitType.NATURAL_DAYS, LimitType.URGENT_DAYS),
}
WORDS = {
    **{"标准": "standard", "类型": "kind", "小类代码": "category"},
    **{"立案条件": "text", "结案条件": "closing", "处置时限": "limit"},
    **{"时限类型": "limit_unit", "处置部门": "department", "法律依据": "basis"},
    **{"二次时限": "second_limit", "二次时限类型": "second_unit"},
    **{"二次结案条件": "second_closing"},
}


class BareLimit(BadInput):
    """“%(unit)s” does not say how the limit runs. Say it for the whole file."""

    message = gettext_noop(
        "“%(unit)s” does not say how the limit runs. Say it for the whole file."
    )


def wrong(message: str, **details: Any) -> BadInput:
    return BadInput(message, **details)


def fits(model: type[models.Model], name: str, text: str, least: int = 1) -> str:
    """The text, if the field holds it."""
    most = model._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
    if not least <= len(text) <= most:
        raise wrong(
            gettext_noop(
                "%(name)s has %(count)s characters; it must have %(least)s to %(most)s."
            ),
            name=name, count=len(text), least=least, most=most,
        )  # fmt: skip
    return text


def key_of(row: Mapping[str, str], code: str, standards: Any) -> Key:
    if row["standard"] not in standards:
        raise wrong(
            gettext_noop("standard “%(code)s” is not in standards.json."),
            code=row["standard"],
        )
    kind = str(KINDS.get(row["kind"], row["kind"]))
    if kind not in Category.Kind.values:
        raise wrong(gettext_noop("kind “%(kind)s” must be part or event."), kind=kind)
    return row["standard"], kind, code


def whole(name: str, text: str, most: int, least: int = 1) -> int:
    """Raises BadInput for what is no whole number within the bounds."""
    # Longer than nine digits is above every bound, and slow to read.
    sound = text.isascii() and text.isdigit() and len(text) < 10
    if sound and least <= int(text) <= most:
        return int(text)
    raise wrong(
        gettext_noop(
            "%(name)s “%(text)s” must be a whole number from %(least)s to %(most)s."
        ),
        name=name, text=text, least=least, most=most,
    )  # fmt: skip


def yes(name: str, text: str) -> bool:
    word = (YES | NO).get(text.lower())
    if word is None:
        raise wrong(
            gettext_noop("%(name)s “%(text)s” must be yes or no."), name=name, text=text
        )
    return word


def day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise wrong(
            gettext_noop("%(name)s “%(text)s” must be a day as 2026-07-01, or empty."),
            name=name, text=text,
        ) from error  # fmt: skip


def tags(text: str) -> list[str]:
    """Marks of a class, parted by semicolons or 、."""
    parts = text.replace("；", ";").replace("、", ";").split(";")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def category_of(row: Mapping[str, str], standard: Standard, key: Key) -> Category:
    """A class without its parent; columns that the table lacks keep their usual."""
    made = Category(
        standard=standard,
        kind=key[1],
        code=fits(Category, "code", key[2]),
        name=fits(Category, "name", row["name"]),
        name_en=fits(Category, "name_en", row["name_en"], least=0),
        initials=initials(row["name"])[:60],
    )
    for column in ("local", "urgent", "photo"):
        if column in row:
            setattr(made, CATEGORY_MORE[column], yes(column, row[column]))
    if row.get("radius"):
        made.duplicate_radius = whole("radius", row["radius"], WIDEST, least=0)
    if row.get("hours"):
        made.duplicate_hours = whole("hours", row["hours"], LONGEST, least=0)
    made.tags = tags(row.get("tags", ""))
    made.retired_at = day("retired", row.get("retired", ""))
    return made


class ConditionRows:
    """Reads conditions against what is there; ``answers`` go before the site's own."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        rows = Category.objects.filter(parent__isnull=False).order_by()
        keys = rows.values_list("standard__code", "kind", "code", "pk")
        self.subclasses = {(std, kind, code): pk for std, kind, code, pk in keys}
        self.bare = dict(Standard.objects.values_list("code", "bare"))
        self.units = dict(Unit.objects.values_list("code", "pk"))
        self.answers = dict(answers or {})
        self.asked: dict[str, int] = {}  # bare units that nobody decided, how often

    def read(self, row: Mapping[str, str]) -> Condition:
        """A condition without its order."""
        key = key_of(row, row["category"], self.bare)
        if (category := self.subclasses.get(key)) is None:
            raise wrong(
                gettext_noop(
                    "%(kind)s %(code)s of %(standard)s is no subclass. Add it to"
                    " categories.csv or correct the code."
                ),
                kind=key[1], code=key[2], standard=key[0],
            )  # fmt: skip
        made = Condition(
            category_id=category,
            text=fits(Condition, "text", row["text"]),
            closing=fits(Condition, "closing", row["closing"], least=0),
            limit=whole("limit", row["limit"], LONGEST_LIMIT),
            limit_type=self._type(row["limit_unit"], key[0]),
            basis=fits(Condition, "basis", row.get("basis", ""), least=0),
            department_id=self._department(row["department"]),
        )
        if row.get("second_limit"):
            made.second_limit = whole(
                "second_limit", row["second_limit"], LONGEST_LIMIT
            )
            made.second_limit_type = self._type(row.get("second_unit", ""), key[0])
            closing = row.get("second_closing", "")
            made.second_closing = fits(Condition, "second_closing", closing, least=0)
        return made

    def _department(self, code: str) -> int | None:
        if code and code not in self.units:
            raise wrong(
                gettext_noop("department “%(code)s” is not in units.csv."), code=code
            )
        return self.units.get(code)

    def _type(self, text: str, standard: str) -> str:
        """How bare hours or days run is the site's own decision, never guessed."""
        if text in BARE:
            unit = BARE[text]
            decided = self.answers.get(unit) or self.bare[standard].get(unit, "")
            if decided in CHOICES[unit]:
                return decided
            self.asked[unit] = self.asked.get(unit, 0) + 1
            raise BareLimit(unit=text)
        found = UNITS.get(text, text)
        if found not in LimitType.values:
            known = ", ".join(LimitType.values)
            raise wrong(
                gettext_noop("limit_unit “%(text)s” must be one of %(known)s."),
                text=text, known=known,
            )  # fmt: skip
        return str(found)
