"""The code on a part or at a shop: what it says of the place and of the class.

Each app to the right may know other codes; it registers who looks them up.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from cases.permissions import can_report
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest
from layers.models import Layer, Part
from layers.permissions import sees_register
from workflow.errors import MayNotAct
from workflow.models import Category

# A part's code has 17 digits (6 + 2 + 3 + 6), a body's 18 signs (GB 32100).
CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{17,18}(?![0-9A-Z])")
LONGEST = 300  # signs of what was scanned


class UnknownCode(NotFound):
    """Nothing here has this code."""

    message = gettext_noop(
        "Nothing with this code is in the register. Take a photo and choose the place"
        " and the class yourself."
    )


@dataclass(frozen=True)
class Scanned:
    """What a code is of. ``category``: a class's key, where it has one."""

    title: str
    place: Point
    category: int | None = None


Look = Callable[[str, User], Scanned | None]
LOOKS: list[Look] = []


def looks_up(look: Look) -> Look:
    """Register who knows a kind of code."""
    LOOKS.append(look)
    return look


def code_in(text: str) -> str:
    """The code within what was scanned or typed, as an address that holds it."""
    found = CODE.search(text[:LONGEST].upper())
    return found[0] if found else ""


def scanned(text: str, user: User) -> Scanned:
    """Raises UnknownCode (404)."""
    if code := code_in(text):
        for look in LOOKS:
            if found := look(code, user):
                return found
    raise UnknownCode


@looks_up
def part_of(code: str, user: User) -> Scanned | None:
    """A city part; where it lies is no secret, unless its layer is."""
    row = Part.objects.filter(code=code).first()
    if row is None or not sees_register(user, Layer.Feeds.PARTS):
        return None
    kind = Category.Kind.PART
    classes = Category.objects.choosable().filter(kind=kind, code=row.category_code)
    category = classes.values_list("pk", flat=True).first()
    return Scanned(row.name, row.geometry.point_on_surface, category)


class ScannedSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    lon = serializers.FloatField(source="place.x")
    lat = serializers.FloatField(source="place.y")
    category = serializers.IntegerField(allow_null=True)


def _asked(text: str, user: User) -> dict[str, Any]:
    if not can_report(user):
        raise MayNotAct
    return dict(ScannedSerializer(scanned(text, user)).data)


@login_required
@require_GET
@never_cache
def report_code(request: AuthedRequest) -> HttpResponse:
    """What the report page fills in for ``code``."""
    return JsonResponse(_asked(request.GET.get("code", ""), request.user))


class ScannedView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("code", str, required=True)],
        responses=ScannedSerializer,
    )
    def get(self, request: AuthedApiRequest) -> Response:
        """What a code on a part or at a shop is of."""
        return Response(_asked(request.query_params.get("code", ""), request.user))
