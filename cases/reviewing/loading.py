"""sampling.json of a site package: the rules by which closed cases are drawn.

``{"rules": [{"code", "title", "kind", "share", ...}]}``; rules that the file leaves out
stay as they are. A site without any gets the usual ones. Loaded again, a rule that an
administrator changed meanwhile stays his, until the package says something else of it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import Unit
from cases.models import SamplingRule
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.models import Category

NAME = "sampling.json"
USUAL = Path(__file__).with_name("usual.json")
# name: (what it is where it is left out, the largest number)
NUMBERS = {"times": (2, 99), "most": (0, 9999), "least": (0, 999), "days": (5, 250)}
WORDS = {
    "kind": (SamplingRule.Kind, "closings"),
    "per": (SamplingRule.Per, ""),
    "every": (SamplingRule.Every, "day"),
}
FLAGS = ("pool", "retired")
KEYS = {
    *("code", "title", "share", "class", "street", "department", "begins_on"),
    *NUMBERS,
    *WORDS,
    *FLAGS,
}
MOST_RULES = 200


class BadRule(BadInput):
    """A rule of sampling is not as it must be."""

    message = gettext_noop("Sampling rule “%(code)s”: %(why)s")


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the rule and what to correct."""
    path = folder / NAME
    if path.is_file():
        put(read_json(path), by_package=True)
    elif not SamplingRule.objects.exists():
        put(read_json(USUAL), by_package=True)
    progress(f"sampling rules: {SamplingRule.objects.count()}")


@transaction.atomic
def put(data: Any, *, by_package: bool = False) -> int:
    """Write the rules; how many there were. Raises BadInput; then nothing is changed.

    ``by_package``: what was changed since the package was last loaded is not touched.
    """
    rows = data.get("rules") if isinstance(data, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST_RULES:
        raise BadInput(f'{NAME}: an object with a list "rules" is wanted.')
    for order, told in enumerate(rows, start=1):
        _put_one(told, order, by_package)
    return len(rows)


def _put_one(told: Any, order: int, by_package: bool) -> None:
    values = checked(told)
    code = values.pop("code")
    row = SamplingRule.objects.filter(code=code).first() or SamplingRule(code=code)
    digest = sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    if by_package:
        if row.pk and row.digest == digest:
            return
        values["digest"] = digest
    values["order"] = order
    if row.pk and all(getattr(row, name) == said for name, said in values.items()):
        return
    for name, said in values.items():
        setattr(row, name, said)
    row.save()


def checked(told: Any) -> dict[str, Any]:
    """The columns of one rule. Raises BadInput that says what is wrong."""
    code = told.get("code") if isinstance(told, dict) else told
    if not isinstance(told, dict) or set(told) - KEYS:
        raise BadRule(code=code, why=f"known are {', '.join(sorted(KEYS))}.")
    if not isinstance(code, str) or not code.isidentifier() or len(code) > 40:
        raise BadRule(code=code, why="the code must be a word of letters.")
    values: dict[str, Any] = {
        **{"code": code, "titles": _titles(code, told.get("title"))},
        **{name: bool(told.get(name)) for name in FLAGS},
        **_numbers(code, told),
        **_words(code, told),
        **_narrowed(code, told),
    }
    if told.get("begins_on"):
        values["begins_on"] = _day(code, told["begins_on"])
    if values["least"] and not values["per"]:
        raise BadRule(code=code, why='"least" needs "per": street or department.')
    return values


def _titles(code: str, titles: Any) -> dict[str, str]:
    good = isinstance(titles, dict) and titles.get("zh-hans")
    if good and all(isinstance(t, str) and len(t) < 100 for t in titles.values()):
        return dict(titles)
    raise BadRule(code=code, why='title: {"zh-hans": "…"} is wanted.')


def _numbers(code: str, told: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (usual, most) in NUMBERS.items():
        number = told.get(name, usual)
        if (
            type(number) is not int
            or not (1 if name == "days" else 0) <= number <= most
        ):
            raise BadRule(code=code, why=f"{name}: a number up to {most}.")
        found[name] = number
    try:
        found["share"] = Decimal(str(told.get("share", 0))).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise BadRule(code=code, why="share: per cent, 0 to 100.") from error
    if not 0 <= found["share"] <= 100:
        raise BadRule(code=code, why="share: per cent, 0 to 100.")
    return found


def _words(code: str, told: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, (choices, usual) in WORDS.items():
        word = told.get(name, usual)
        if word not in choices.values:
            known = ", ".join(value for value in choices.values if value)
            raise BadRule(code=code, why=f"{name}: one of {known}.")
        found[name] = word
    return found


def _narrowed(code: str, told: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"category": None, "street": None, "department": None}
    for name in ("street", "department"):
        if told.get(name):
            unit = Unit.objects.filter(code=str(told[name])).first()
            if unit is None or (unit.kind == Unit.Kind.STREET) != (name == "street"):
                raise BadRule(code=code, why=f"{name}: no unit “{told[name]}”.")
            found[name] = unit
    if told.get("class"):
        kind, _slash, number = str(told["class"]).partition("/")
        rows = Category.objects.filter(kind=kind, code=number)
        found["category"] = rows.order_by("-standard__is_default", "pk").first()
        if found["category"] is None:
            raise BadRule(code=code, why=f"class: no class “{told['class']}”.")
    return found


def _day(code: str, text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadRule(code=code, why="days are written as 2026-01-31.") from error


def dump() -> dict[str, Any]:
    """All of them, as a site package has them."""
    rows = SamplingRule.objects.select_related("category", "street", "department")
    return {"rules": [_said(row) for row in rows]}


def _said(row: SamplingRule) -> dict[str, Any]:
    share = row.share
    told: dict[str, Any] = {
        **{"code": row.code, "title": row.titles, "kind": row.kind},
        "share": int(share) if share == int(share) else float(share),
        **{name: getattr(row, name) for name in (*NUMBERS, *WORDS, *FLAGS)},
        "class": f"{row.category.kind}/{row.category.code}" if row.category else "",
        "street": row.street.code if row.street else "",
        "department": row.department.code if row.department else "",
        "begins_on": str(row.begins_on),
    }
    return {name: said for name, said in told.items() if said not in ("", False)}
