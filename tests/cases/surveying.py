"""Surveys of the test site: its four cells, a short form of every kind."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.models import Unit, User
from cases.models import Survey
from cases.surveys.making import Asked, make
from layers.models import Part
from tests.sites import package

COMMUNITY = "110109001001"
STREET = "110109001"
FIELDS = [
    {"title": "是否完好", "kind": "yes_no", "required": True},
    {"title": "数量", "kind": "number"},
    {"title": "状况", "kind": "choice", "choices": ["好", "一般", "差"]},
    {"title": "说明", "kind": "text"},
    {"title": "照片", "kind": "photo"},
]


def asked(**more: Any) -> Asked:
    today = timezone.localdate()
    said: dict[str, Any] = {
        "title": "井盖普查",
        "purpose": "区城管委部署",
        "what": Survey.What.CELLS,
        "starts_on": today,
        "ends_on": today + timedelta(days=10),
        "fields": FIELDS,
        "communities": [COMMUNITY],
    }
    return Asked(**{**said, **more})


def begun(by: User, **more: Any) -> Survey:
    """A survey of the four cells of the first community."""
    return make(by, Unit.objects.get(code=STREET), uuid4(), asked(**more))


def put_parts(count: int = 3, community: int = 1) -> list[Part]:
    """Manhole covers in the first cell of a community of street 1."""
    lon, lat = package.inside(1, community, 1)
    return [
        Part.objects.create(
            code=f"1101090100100{community}{number:03d}",
            category_code="01001",
            name="供水井盖",
            geometry=Point(lon + number * 1e-6, lat, srid=4490),
            cell=package.cell_code(1, community, 1),
        )
        for number in range(count)
    ]
