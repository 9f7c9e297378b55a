"""Making a survey: what lies in its area becomes something to tick off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point, Polygon
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from cases.errands import tell_errand
from cases.field_ground import units_to_plan_for
from cases.models import Survey, SurveyItem
from cases.surveys.fields import checked
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.once import queue_behind_same
from layers.models import Feature, GridCell, Layer, Part
from layers.permissions import sensitive_fields

MOST_ITEMS = 5000
# What a feature is called by, where its layer has such a field.
NAMES = ("name", "名称", "NAME", "title")


class NothingThere(BadInput):
    """Nothing of this class lies in the area. Choose another class or a wider area."""

    message = gettext_noop(
        "Nothing of this class lies in the area. Choose another class or a wider area."
    )


class TooManyThings(BadInput):
    """More than 5,000 things lie there. Choose a smaller area, or make two surveys."""

    message = gettext_noop(
        "More than 5,000 things lie there. Choose a smaller area, or make two surveys."
    )


class BadDays(BadInput):
    """The last day lies before the first, or is over already."""

    message = gettext_noop("The last day lies before the first, or is over already.")


class NotYourArea(BadInput):
    """The area lies outside the ground of your unit."""

    message = gettext_noop("The area lies outside the ground of your unit.")


@dataclass
class Asked:
    """What somebody wants to know. Codes of communities and cells narrow the area."""

    title: str
    purpose: str
    what: str
    starts_on: date
    ends_on: date
    fields: Any
    class_code: str = ""
    layer: str = ""  # its code
    area: Polygon | None = None
    communities: Sequence[str] = field(default_factory=tuple)
    cells: Sequence[str] = field(default_factory=tuple)


Thing = tuple[str, str, Point, str]  # key, title, place, code of the cell


@transaction.atomic
def make(by: User, unit: Unit, uuid: UUID, asked: Asked) -> Survey:
    """Keep the survey with everything in its area; sent again, the same.

    Raises NotAllowed (403), NotFound (404), and BadInput for what cannot be asked.
    """
    if unit.pk not in {one.pk for one in units_to_plan_for(by)}:
        raise NotAllowed
    queue_behind_same(uuid)
    if done := Survey.objects.filter(uuid=uuid).first():
        if done.made_by_id != by.pk:
            raise NotFound
        return done
    if asked.ends_on < max(asked.starts_on, timezone.localdate()):
        raise BadDays
    cells = cells_of(unit, asked)
    survey = Survey(
        uuid=uuid,
        title=asked.title.strip(),
        purpose=asked.purpose.strip(),
        unit=unit,
        what=asked.what,
        class_code=asked.class_code if asked.what == Survey.What.PARTS else "",
        layer=_layer(asked, by),
        area=asked.area,
        places={"communities": [*asked.communities], "cells": [*asked.cells]},
        fields=checked(asked.fields),
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        made_by=by,
    )
    things = list(_things(survey, cells))
    if not things:
        raise NothingThere
    if len(things) > MOST_ITEMS:
        raise TooManyThings
    survey.save()
    _write(survey, things, cells)
    grounds = {cells[cell].community_id for _key, _title, _place, cell in things}
    tell_errand(survey.uuid, grounds | {unit.pk})
    return survey


def cells_of(unit: Unit, asked: Asked) -> dict[str, GridCell]:
    """The cells valid now in which it is looked for, by code. Raises NotYourArea."""
    rows = GridCell.objects.valid_at(timezone.now()).select_related("community")
    if unit.kind == Unit.Kind.STREET:
        rows = rows.filter(community__parent=unit)
    if asked.communities:
        rows = rows.filter(community__code__in=asked.communities)
    if asked.cells:
        rows = rows.filter(code__in=asked.cells)
    if asked.area is not None:
        rows = rows.filter(geometry__intersects=asked.area)
    found = {cell.code: cell for cell in rows.defer("geometry")}
    if not found:
        raise NotYourArea
    return found


def _layer(asked: Asked, by: User) -> Layer | None:
    if asked.what != Survey.What.FEATURES:
        return None
    layer = Layer.objects.visible_to(by).filter(code=asked.layer).first()
    if layer is None or layer.sensitivity == Layer.Sensitivity.SENSITIVE:
        raise BadInput(_("Choose the layer whose features are to be looked at."))
    return layer


def _things(survey: Survey, cells: dict[str, GridCell]) -> Iterator[Thing]:
    """At most one more than is taken, so that too many are known as too many."""
    if survey.what == Survey.What.CELLS:
        return _cells(cells)
    rows = _parts(survey) if survey.what == Survey.What.PARTS else _features(survey)
    rows = rows.filter(cell__in=list(cells))
    if survey.area is not None:
        rows = rows.filter(geometry__intersects=survey.area)
    placed = rows.annotate(at=PointOnSurface("geometry")).defer("geometry")
    names = _names(survey.layer)
    return (_thing(row, names) for row in placed.order_by("pk")[: MOST_ITEMS + 1])


def _cells(cells: dict[str, GridCell]) -> Iterator[Thing]:
    rows = GridCell.objects.filter(pk__in=[cell.pk for cell in cells.values()])
    placed = rows.annotate(at=PointOnSurface("geometry")).defer("geometry")
    for row in placed.order_by("code")[: MOST_ITEMS + 1]:
        title = row.name or _("Cell %(code)s") % {"code": row.code}
        yield row.code, title, row.at, row.code


def _parts(survey: Survey) -> QuerySet[Any]:
    if not survey.class_code:
        raise BadInput(_("Choose the class of the parts to be looked at."))
    return Part.objects.filter(category_code=survey.class_code)


def _features(survey: Survey) -> QuerySet[Any]:
    assert survey.layer_id, "a layer was chosen"
    rows = Feature.objects.current().of_layers([survey.layer_id])
    return rows.defer("mercator")


def _names(layer: Layer | None) -> list[str]:
    """Of the fields that whoever goes out may read too."""
    hidden = sensitive_fields(layer) if layer else set()
    return [name for name in NAMES if name not in hidden]


def _thing(row: Any, names: list[str]) -> Thing:
    if isinstance(row, Part):
        return row.code, str(row), row.at, row.cell  # type: ignore[attr-defined]
    named = (str(row.properties.get(name) or "") for name in names)
    title = next(filter(None, named), row.key)
    return row.key, title[:120], row.at, row.cell


def _write(survey: Survey, things: list[Thing], cells: dict[str, GridCell]) -> None:
    SurveyItem.objects.bulk_create(
        [
            SurveyItem(
                survey=survey,
                key=key,
                title=title[:120],
                place=place,
                cell=cell,
                community=cells[cell].community,
                street_id=cells[cell].community.parent_id,
            )
            for key, title, place, cell in things
        ],
        batch_size=500,
    )
