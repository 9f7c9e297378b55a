"""How a case's own kinds of evidence are read."""

import math
from typing import Any, cast
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from cases.dispatching import barred
from cases.models import Case, Source
from govmap.lib.geo import SRID
from workflow.evidence import Asked, numbers, read_text, reads
from workflow.models import Category, Condition

ADDRESS_MAX = 200  # characters
UNITS_MOST = 12


@reads("category", words=gettext_lazy("a class"))
def read_category(asked: Asked, raw: Any) -> tuple[Category, str]:
    """A subclass of the standard in force: its id, or its kind and code."""
    category = category_meant(cast(Case, asked.subject), raw)
    if category is None:
        raise asked.trouble(_("choose one of the list"))
    return category, f"{category.kind}/{category.code}"


def category_meant(case: Case, raw: Any) -> Category | None:
    """The class that an id, or kind and code, name; nothing where they name none.

    Kept with the case: what chooses its process asks first, then what reads the act.
    """
    try:
        named = _class(raw)
    except ValueError:
        return None
    kept: dict[str, Category | None] = case.__dict__.setdefault("_classes_meant", {})
    if repr(named) not in kept:
        kept[repr(named)] = Category.objects.choosable().filter(**named).first()
    return kept[repr(named)]


@reads("condition", words=gettext_lazy("a filing condition"))
def read_condition(asked: Asked, raw: Any) -> tuple[Condition, dict[str, Any]]:
    """A filing condition of the standard in force: its id, or category and order."""
    condition = _condition_meant(raw)
    if condition is None:
        raise asked.trouble(_("choose one of the list"))
    category = condition.category
    return condition, {
        "category": f"{category.kind}/{category.code}",
        "order": condition.order,
        "limit": condition.limit,
        "limit_type": condition.limit_type,
    }


def _condition_meant(raw: Any) -> Condition | None:
    try:
        named = _condition(raw)
    except ValueError:
        return None
    rows = Condition.objects.in_use().filter(category__standard__is_default=True)
    return rows.select_related("category").filter(**named).first()


@reads("unit", words=gettext_lazy("a department"))
def read_unit(asked: Asked, raw: Any) -> tuple[Unit, str]:
    """The code of a unit that disposes, and that may have this case."""
    code = raw.replace("\x00", "") if isinstance(raw, str) else ""
    units = Unit.objects.disposing().select_related("parent")
    unit = units.filter(code=code).first()
    if unit is None:
        raise asked.trouble(_("choose one of the list"))
    if why := barred(cast(Case, asked.subject), unit):
        raise asked.trouble(why)
    return unit, unit.code


@reads("units", words=gettext_lazy("assisting departments"))
def read_units(asked: Asked, raw: Any) -> tuple[list[Unit], list[str]]:
    """Codes of units that dispose, or one text of them with commas between."""
    codes = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(codes, list) or len(codes) > UNITS_MOST:
        raise asked.trouble(_("choose of the list"))
    units = [read_unit(asked, code)[0] for code in dict.fromkeys(map(str, codes))]
    return units, [unit.code for unit in units]


@reads("street", words=gettext_lazy("a street"))
def read_street(asked: Asked, raw: Any) -> tuple[Unit, str]:
    """The code of a street; another one, where the case has one already."""
    code = read_text(asked, raw)
    streets = Unit.objects.filter(kind=Unit.Kind.STREET)
    now = cast(Case, asked.subject).street_id
    unit = streets.exclude(pk=now).filter(code=code).first()
    if unit is None:
        raise asked.trouble(_("choose one of the list"))
    return unit, unit.code


@reads("source", words=gettext_lazy("where it comes from"))
def read_source(asked: Asked, raw: Any) -> tuple[str, str]:
    """The code of a source that is in use; any name where the site lists none."""
    code = read_text(asked, raw)
    listed = list(Source.objects.in_use().values_list("code", flat=True))
    if code not in listed if listed else not code.isidentifier():
        raise asked.trouble(_("choose one of the list"))
    return code, code


@reads("urgent", words=gettext_lazy("whether it cannot wait"))
def read_urgent(asked: Asked, raw: Any) -> tuple[bool, bool | None]:
    """Whether whoever reports it says that it cannot wait."""
    urgent = raw in (True, "yes", "true", "on", "1")
    return urgent, urgent or None


@reads("case", words=gettext_lazy("another case"))
def read_case(asked: Asked, raw: Any) -> tuple[Case, str]:
    """The number or the uuid of another case that the actor sees."""
    text = read_text(asked, raw)
    try:
        named = Q(uuid=UUID(text))
    except ValueError:
        named = Q(number=text)
    actor = User.objects.get(pk=asked.by_id)
    seen = Case.objects.visible_to(actor).exclude(pk=asked.subject.pk)
    other = seen.filter(named).first()
    if other is None:
        raise asked.trouble(_("no other case that you see has this number"))
    return other, other.number


@reads("place", words=gettext_lazy("a place on the map"))
def read_place(
    asked: Asked, raw: Any
) -> tuple[tuple[Point, float | None], list[float]]:
    """``[longitude, latitude]`` or with the accuracy in metres behind (CGCS2000).

    A GeoJSON point means the same.
    """
    if isinstance(raw, dict) and raw.get("type") == "Point":
        raw = raw.get("coordinates")
    try:
        longitude, latitude, *rest = numbers(raw)
    except (TypeError, ValueError) as error:
        raise asked.trouble(_("longitude and latitude")) from error
    if not (abs(longitude) <= 180 and abs(latitude) <= 90) or len(rest) > 1:
        raise asked.trouble(_("longitude and latitude"))
    accuracy = rest[0] if rest and math.isfinite(rest[0]) else None
    point = Point(round(longitude, 7), round(latitude, 7), srid=SRID)
    return (point, accuracy), [point.x, point.y]


@reads("address", words=gettext_lazy("an address"))
def read_address(asked: Asked, raw: Any) -> tuple[str, None]:
    text = read_text(asked, raw)
    if len(text) > ADDRESS_MAX:
        raise asked.trouble(_("at most %(count)s characters") % {"count": ADDRESS_MAX})
    return text, None


def _class(raw: Any) -> dict[str, Any]:
    """``17``, ``"event/06010"`` or ``{"kind": "event", "code": "06010"}``."""
    kind: Any
    code: Any
    if isinstance(raw, str) and "/" in raw:
        kind, code = raw.split("/", 1)
    elif isinstance(raw, dict):
        kind, code = raw.get("kind"), raw.get("code")
    else:
        return {"pk": _id(raw)}
    if not isinstance(kind, str) or not isinstance(code, str) or "\x00" in kind + code:
        raise ValueError(raw)
    return {"kind": kind, "code": code}


def _condition(raw: Any) -> dict[str, Any]:
    """``17`` or ``{"category": as above, "order": 1}``."""
    if not isinstance(raw, dict):
        return {"pk": _id(raw)}
    category = _class(raw.get("category"))
    named = {f"category__{name}": value for name, value in category.items()}
    return {**named, "order": _id(raw.get("order"))}


def _id(raw: Any) -> int:
    """A whole number, or the digits of one, as forms send it."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 20:
        return int(raw)
    raise ValueError(raw)
