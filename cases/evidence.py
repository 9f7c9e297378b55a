"""How a case's own kinds of evidence are read."""

import math
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from accounts.models import Unit
from govmap.lib.geo import SRID
from workflow.evidence import Asked, reads
from workflow.models import Category, Condition

ADDRESS_MAX = 200  # characters


@reads("category")
def read_category(asked: Asked, raw: Any) -> tuple[Category, str]:
    """The id of a subclass of the standard in force."""
    category = Category.objects.choosable().filter(pk=_id(asked, raw)).first()
    if category is None:
        raise asked.trouble(_("choose one of the list"))
    return category, f"{category.kind}/{category.code}"


@reads("condition")
def read_condition(asked: Asked, raw: Any) -> tuple[Condition, dict[str, Any]]:
    """The id of a filing condition of the standard in force."""
    rows = Condition.objects.filter(category__standard__is_default=True)
    condition = rows.select_related("category").filter(pk=_id(asked, raw)).first()
    if condition is None:
        raise asked.trouble(_("choose one of the list"))
    category = condition.category
    return condition, {
        "category": f"{category.kind}/{category.code}",
        "order": condition.order,
        "limit": condition.limit,
        "limit_type": condition.limit_type,
    }


@reads("unit")
def read_unit(asked: Asked, raw: Any) -> tuple[Unit, str]:
    """The code of a unit that disposes."""
    unit = Unit.objects.disposing().filter(code=str(raw)).first()
    if unit is None:
        raise asked.trouble(_("choose one of the list"))
    return unit, unit.code


@reads("place")
def read_place(
    asked: Asked, raw: Any
) -> tuple[tuple[Point, float | None], list[float]]:
    """``[longitude, latitude]`` or with the accuracy in metres behind (CGCS2000)."""
    try:
        longitude, latitude, *rest = (float(number) for number in raw)
    except (TypeError, ValueError) as error:
        raise asked.trouble(_("longitude and latitude")) from error
    if not (abs(longitude) <= 180 and abs(latitude) <= 90) or len(rest) > 1:
        raise asked.trouble(_("longitude and latitude"))
    accuracy = rest[0] if rest and math.isfinite(rest[0]) else None
    point = Point(round(longitude, 7), round(latitude, 7), srid=SRID)
    return (point, accuracy), [point.x, point.y]


@reads("address")
def read_address(asked: Asked, raw: Any) -> tuple[str, None]:
    text = str(raw).replace("\x00", "").strip()
    if len(text) > ADDRESS_MAX:
        raise asked.trouble(_("at most %(count)s characters") % {"count": ADDRESS_MAX})
    return text, None


def _id(asked: Asked, raw: Any) -> int:
    try:
        return int(raw)
    except (TypeError, ValueError) as error:
        raise asked.trouble(_("choose one of the list")) from error
