"""Results of surveys as files: each survey is a register of `workflow.exporting`."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models import Survey, SurveyItem
from cases.surveys.fields import PHOTO, Field, fields_of
from govmap.lib.errors import NotFound
from govmap.lib.geojson import DIGITS
from workflow import exporting
from workflow.exporting import Column, Register

NAME = re.compile(r"^survey-(\d{1,9})$")


def name_of(survey: Survey) -> str:
    return f"survey-{survey.pk}"


def found_by_name(name: str) -> Register | None:
    match = NAME.match(name)
    survey = Survey.objects.filter(pk=int(match[1])).first() if match else None
    return register_of(survey) if survey else None


def register_of(survey: Survey) -> Register:
    """The register of one survey: its things with what was answered, no person."""
    asked = [one for one in fields_of(survey.fields) if one.kind != PHOTO]
    return Register(
        name=name_of(survey),
        title=survey.title,
        columns=(*_own_columns(), *(_column(field) for field in asked)),
        found=lambda user, _query: _found(survey, user),
        rows=_rows,
        words=lambda _user, _query: [],
        clean=lambda _query: "",
        page=lambda _query: reverse("surveys:results", args=[survey.uuid]),
        place=lambda row: row.point,
    )


def _found(survey: Survey, user: User) -> QuerySet[SurveyItem]:
    """Raises NotFound for who does not see the survey."""
    if not Survey.objects.visible_to(user).filter(pk=survey.pk).exists():
        raise NotFound
    return SurveyItem.objects.visible_to(user).filter(survey=survey).order_by("pk")


def _rows(rows: QuerySet[SurveyItem], most: int) -> Iterator[Any]:
    placed = rows.annotate(point=AsGeoJSON("place", precision=DIGITS))
    yield from placed.select_related("community", "street")[:most]


def _own_columns() -> tuple[Column, ...]:
    return (
        Column("key", _("Code"), lambda row: row.key),
        Column("title", _("Thing looked at"), lambda row: row.title),
        Column("community", _("Community"), lambda row: row.community or ""),
        Column("cell", _("Cell"), lambda row: row.cell),
        Column("done_at", _("Looked at"), lambda row: row.done_at),
    )


def _column(field: Field) -> Column:
    return Column(
        f"f_{field.code}",
        field.title,
        lambda row: field.words(row.answers.get(field.code)),
    )


exporting.families(found_by_name)
