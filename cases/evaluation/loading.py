"""indicators.json: what a site is judged by, in and out again.

``{"persons": false, "appeal_days": n, "indicators": [...]}``; a part that the file
leaves out stays as it is, and the indicators, where they are there, are all of them.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.roles import Role
from cases.evaluation.formula import Formula
from cases.evaluation.measures import known_names
from cases.models import Axis, EvaluationSettings, Indicator
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json

NAME = "indicators.json"
USUAL = Path(__file__).with_name("usual.json")
KEYS = {
    *("axis", "role", "code", "title", "numerator", "denominator", "weight"),
    *("direction", "steps", "valid_from", "valid_to"),
}
LONGEST_LIST = 300


class BadIndicator(BadInput):
    """An indicator is not as it must be."""

    message = gettext_noop("Indicator “%(code)s”: %(why)s")


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Where a site brings no indicators the usual ones are taken.

    Raises BadInput that names the file and what to correct.
    """
    path = folder / NAME
    if path.exists():
        put(read_json(path))
    elif not Indicator.objects.exists():
        put(_known_only(read_json(USUAL)))
    progress(f"indicators: {Indicator.objects.count()}")


def _known_only(data: dict[str, Any]) -> dict[str, Any]:
    """Of the usual ones those whose limits the site's processes have."""
    known = known_names()
    rows = [
        row
        for row in data["indicators"]
        if {
            *Formula(row["numerator"]).names,
            *(Formula(row["denominator"]).names if row.get("denominator") else ()),
        }
        <= known
    ]
    return {**data, "indicators": rows}


@transaction.atomic
def put(data: Any) -> None:
    """Write what the file says. Raises BadInput; then nothing is changed."""
    if not isinstance(data, dict) or not isinstance(data.get("indicators", []), list):
        raise BadInput(f"{NAME}: an object with a list “indicators” is wanted.")
    _put_settings(data)
    if "indicators" not in data:
        return
    if len(data["indicators"]) > LONGEST_LIST:
        raise BadInput(f"{NAME}: at most {LONGEST_LIST} indicators.")
    known, kept = known_names(), set()
    for order, told in enumerate(data["indicators"], start=1):
        kept.add(_put_one(told, order, known))
    for row in Indicator.objects.exclude(pk__in=kept):
        row.delete()


def _put_settings(data: Mapping[str, Any]) -> None:
    row = EvaluationSettings.current()
    before = _settings_of(row)
    days = data.get("appeal_days", row.appeal_days)
    if type(days) is not int or not 0 <= days <= 90:
        raise BadInput(f"{NAME}: appeal_days must be a number from 0 to 90.")
    row.appeal_days = days
    if "persons" in data:
        _put_persons(row, data["persons"])
    if before != _settings_of(row) or row.pk is None:
        row.save()


def _settings_of(row: EvaluationSettings) -> tuple[Any, ...]:
    opened = (row.persons, row.persons_reason, row.persons_owner, row.persons_until)
    return (row.pk, row.appeal_days, *opened)


def _put_persons(row: EvaluationSettings, told: Any) -> None:
    """``false``, or ``{"reason", "owner" (sign-in name), "until"}``."""
    if told is False:
        row.persons = False
        return
    wanted = told if isinstance(told, dict) else {}
    owner = User.objects.filter(username=str(wanted.get("owner", ""))).first()
    reason, until = wanted.get("reason"), _day("persons", wanted.get("until"))
    if not isinstance(reason, str) or not reason or owner is None or until is None:
        raise BadInput(
            f"{NAME}: persons is false, or says reason, owner (a sign-in name) and"
            " until (2026-12-31)."
        )
    row.persons, row.persons_reason = True, reason[:300]
    row.persons_owner, row.persons_until = owner, until


def _put_one(told: Any, order: int, known: set[str]) -> int:
    values = checked(told, known)
    key = {name: values.pop(name) for name in ("axis", "role", "code", "valid_from")}
    values["order"] = order
    row = Indicator.objects.filter(**_matching(key)).first() or Indicator(**key)
    if row.pk is None or any(getattr(row, k) != v for k, v in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return row.pk


def _matching(key: dict[str, Any]) -> dict[str, Any]:
    if key["valid_from"] is None:
        key = {**key, "valid_from__isnull": True}
        del key["valid_from"]
    return key


def checked(told: Any, known: set[str]) -> dict[str, Any]:
    """The columns of one indicator. Raises BadInput that says what is wrong."""
    code = told.get("code") if isinstance(told, dict) else told
    if not isinstance(told, dict) or set(told) - KEYS:
        raise BadIndicator(code=code, why=f"known are {', '.join(sorted(KEYS))}.")
    if not isinstance(code, str) or not code.isidentifier() or len(code) > 40:
        raise BadIndicator(code=code, why="the code must be a word of letters.")
    axis, role = told.get("axis"), told.get("role", "")
    if axis not in Axis.values or (axis == Axis.POST) != bool(role):
        raise BadIndicator(
            code=code, why="axis: area, department, or post and then with a role."
        )
    if role and role not in Role.values:
        raise BadIndicator(code=code, why=f"there is no role {role}.")
    first, last = (_day(code, told.get(name)) for name in ("valid_from", "valid_to"))
    if first and last and last < first:
        raise BadIndicator(code=code, why="it ends before it begins.")
    return {
        **{"code": code, "axis": axis, "role": role, "valid_from": first},
        "valid_to": last,
        "titles": _titles(code, told.get("title")),
        **_formulas(code, told, known),
        **_weighing(code, told),
    }


def _titles(code: str, titles: Any) -> dict[str, str]:
    if (
        isinstance(titles, dict)
        and titles.get("zh-hans")
        and all(isinstance(text, str) and len(text) < 100 for text in titles.values())
    ):
        return titles
    raise BadIndicator(code=code, why='title: {"zh-hans": "…"} is wanted.')


def _formulas(code: str, told: dict[str, Any], known: set[str]) -> dict[str, str]:
    found = {}
    for name in ("numerator", "denominator"):
        text = told.get(name, "")
        if not isinstance(text, str) or (name == "numerator" and not text):
            raise BadIndicator(code=code, why=f"{name}: a formula is wanted.")
        found[name] = text.strip()
        if text.strip():
            try:
                Formula(text).check_names(known)
            except BadInput as error:
                raise BadIndicator(code=code, why=error.text) from error
    return found


def _weighing(code: str, told: dict[str, Any]) -> dict[str, Any]:
    weight, steps = told.get("weight", 0), told.get("steps", [])
    direction = told.get("direction", "up")
    if type(weight) is not int or not 0 <= weight <= 1000:
        raise BadIndicator(code=code, why="weight: a number from 0 to 1000.")
    if direction not in Indicator.Direction.values:
        raise BadIndicator(code=code, why="direction: up or down.")
    if not _are_steps(steps):
        raise BadIndicator(
            code=code, why="steps: [[up to, score], …, [null, score]], rising."
        )
    if weight and not told.get("denominator") and not steps:
        raise BadIndicator(code=code, why="a count that weighs needs steps.")
    return {"weight": weight, "direction": direction, "steps": steps}


def _are_steps(steps: Any) -> bool:
    if not isinstance(steps, list) or not all(
        isinstance(step, list) and len(step) == 2 for step in steps
    ):
        return False
    if not steps:
        return True
    limits = [most for most, _score in steps]
    scores = [score for _most, score in steps]
    if limits[-1] is not None or any(type(one) is not int for one in limits[:-1]):
        return False
    fits = all(type(one) is int and 0 <= one <= 100 for one in scores)
    return fits and limits[:-1] == sorted(set(limits[:-1]))


def _day(code: str, text: Any) -> date | None:
    if text in (None, ""):
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadIndicator(code=code, why="days are written as 2026-01-31.") from error


def dump() -> dict[str, Any]:
    """All of it, as a site package has it."""
    settings = EvaluationSettings.current()
    return {
        "persons": _persons_said(settings),
        "appeal_days": settings.appeal_days,
        "indicators": [dump_one(row) for row in Indicator.objects.order_by("order")],
    }


def _persons_said(row: EvaluationSettings) -> Any:
    if not row.persons or row.persons_owner is None:
        return False
    return {
        "reason": row.persons_reason,
        "owner": row.persons_owner.username,
        "until": str(row.persons_until),
    }


def dump_one(row: Indicator) -> dict[str, Any]:
    told = {
        **{"axis": row.axis, "role": row.role, "code": row.code, "title": row.titles},
        **{"numerator": row.numerator, "denominator": row.denominator},
        **{"weight": row.weight, "direction": row.direction, "steps": row.steps},
        "valid_from": str(row.valid_from or ""),
        "valid_to": str(row.valid_to or ""),
    }
    return {name: value for name, value in told.items() if value not in ("", [])}


def dumped() -> str:
    return json.dumps(dump(), ensure_ascii=False, indent=1)
