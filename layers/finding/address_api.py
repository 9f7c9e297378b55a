"""Addresses for other programs: found by text, and by place."""

from typing import Any

from django.contrib.gis.geos import Point
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.models import Unit, User
from accounts.roles import STEWARDS
from govmap.lib.api import AuthedApiRequest
from govmap.lib.paging import read_limit
from layers.addresses import finding
from layers.addresses.levels import parse
from layers.addresses.matching import CODES, LEVEL_CODES, Match
from layers.addresses.nearest import WITHIN, nearest
from layers.finding.places import building_at, ground_at, point
from layers.models import Address, Layer

USUAL, MOST = 12, 40
STREET, COMMUNITY = 9, 12  # digits of a cell's code


class AddressPartSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=LEVEL_CODES)
    text = serializers.CharField()


class StandardAddressSerializer(serializers.Serializer[Any]):
    """An address of the register; degrees of CGCS2000."""

    code = serializers.CharField()
    text = serializers.CharField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    cell = serializers.CharField(help_text="unit grid cell, or empty")
    street = serializers.CharField(help_text="the street's code, or empty")
    community = serializers.CharField(help_text="the community's code, or empty")


class FoundAddressSerializer(StandardAddressSerializer):
    """``score``: 0 to 100, how surely it is meant; 85 and alone is sure."""

    score = serializers.IntegerField()
    level = serializers.ChoiceField(choices=LEVEL_CODES)
    level_number = serializers.IntegerField(
        allow_null=True, help_text="of GB/T 37149-2018; null behind the building"
    )
    met = serializers.ListField(child=serializers.CharField())
    lacking = serializers.ListField(child=serializers.CharField())
    why = serializers.CharField(help_text="in words")


class FoundAddressesSerializer(serializers.Serializer[Any]):
    sure = serializers.BooleanField(help_text="the first is meant, nothing else may be")
    results = FoundAddressSerializer(many=True)


class NearAddressSerializer(StandardAddressSerializer):
    metres = serializers.FloatField()
    parts = AddressPartSerializer(many=True)


class NamedUnitSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class NamedFeatureSerializer(serializers.Serializer[Any]):
    layer = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()


class AddressNearSerializer(serializers.Serializer[Any]):
    """Where a place is; null where nothing is known of it."""

    addresses = NearAddressSerializer(many=True)
    building = NamedFeatureSerializer(allow_null=True)
    cell = NamedUnitSerializer(allow_null=True)
    community = NamedUnitSerializer(allow_null=True)
    street = NamedUnitSerializer(allow_null=True)


def layers_of(user: User) -> list[Layer]:
    return list(Layer.objects.visible_to(user).filter(published__isnull=False))


def register_seen(user: User) -> None:
    """Raises Http404 for whoever does not see the layer of addresses."""
    if not any(layer.feeds == Layer.Feeds.ADDRESSES for layer in layers_of(user)):
        raise Http404


class AddressViewSet(ViewSet):
    """The register of addresses, for whoever sees its layer."""

    lookup_field = "code"
    lookup_value_regex = r"[^/]+"

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, required=True, description="as people type it"),
            OpenApiParameter("limit", int, description=f"at most {MOST}"),
        ],
        responses=FoundAddressesSerializer,
    )
    def list(self, request: AuthedApiRequest) -> Response:
        """Addresses that a text may mean, the likeliest first, with a score."""
        register_seen(request.user)
        text = request.query_params.get("q", "").strip()
        if len(text) < 2:
            raise ValidationError({"q": [_("Type at least two signs.")]})
        most = read_limit(request, usual=USUAL, most=MOST)
        found = finding.find(text, most=most)
        answer = {
            "sure": finding.is_sure(found),
            "results": [said_of_match(one) for one in found],
        }
        return Response(FoundAddressesSerializer(answer).data)

    @extend_schema(
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH)],
        responses=StandardAddressSerializer,
    )
    def retrieve(self, request: AuthedApiRequest, code: str) -> Response:
        """One address by its code."""
        register_seen(request.user)
        for row in Address.objects.filter(code=code[:40].replace("\x00", "")):
            return Response(StandardAddressSerializer(said_of(row)).data)
        raise Http404

    @extend_schema(
        parameters=[
            OpenApiParameter("lon", float, required=True),
            OpenApiParameter("lat", float, required=True),
            OpenApiParameter("limit", int, description="addresses; usually 3"),
        ],
        responses=AddressNearSerializer,
    )
    @action(detail=False)
    def at(self, request: AuthedApiRequest) -> Response:
        """The nearest addresses of a place, its building, cell, community, street.

        Of registers that the reader does not see nothing is said.
        """
        place = _place(request)
        seen = layers_of(request.user)
        feeds = {layer.feeds for layer in seen}
        if not feeds & {Layer.Feeds.ADDRESSES, Layer.Feeds.CELLS, Layer.Feeds.REGIONS}:
            raise Http404
        most = read_limit(request, usual=3, most=20)
        answer = _here(place, seen, feeds, most, request.user)
        return Response(AddressNearSerializer(answer).data)


def _here(
    place: Point, seen: list[Layer], feeds: set[str], most: int, user: User
) -> dict[str, Any]:
    ground = ground_at(place, feeds - {Layer.Feeds.ADDRESSES})
    rows = (
        nearest(place, most=most, within=WITHIN)
        if Layer.Feeds.ADDRESSES in feeds
        else []
    )
    regions = {
        kind: {"code": region.unit.code, "name": str(region.unit)}
        for kind, region in ground.regions.items()
    }
    cell = ground.cell
    return {
        "addresses": [_near(row) for row in rows],
        "building": building_at(place, seen, sees_sensitive=user.has_role(*STEWARDS)),
        "cell": cell and {"code": cell.code, "name": cell.name},
        "community": regions.get(Unit.Kind.COMMUNITY),
        "street": regions.get(Unit.Kind.STREET),
    }


def _near(row: Address) -> dict[str, Any]:
    parts = [
        {"level": CODES[one.kind], "text": one.text}
        for one in parse(row.text).numbers
        if one.kind in CODES
    ]
    metres = round(getattr(row, "metres", 0.0), 1)
    return {**said_of(row), "metres": metres, "parts": parts}


def said_of(row: Address) -> dict[str, Any]:
    return _said(row.code, row.text, row.place.x, row.place.y, row.cell)


def said_of_match(one: Match) -> dict[str, Any]:
    row = one.row
    return {
        **_said(row.code, row.text, row.lon, row.lat, row.cell),
        "score": one.score,
        "level": one.code,
        "level_number": one.number,
        "met": one.met,
        "lacking": one.lacking,
        "why": one.why,
    }


def _said(code: str, text: str, lon: float, lat: float, cell: str) -> dict[str, Any]:
    said = {"code": code, "text": text, "lon": round(lon, 7), "lat": round(lat, 7)}
    return {
        **said,
        "cell": cell,
        "street": cell[:STREET],
        "community": cell[:COMMUNITY],
    }


def _place(request: AuthedApiRequest) -> Point:
    """Raises ValidationError."""
    found = []
    for name, most in (("lon", 180), ("lat", 90)):
        try:
            value = float(request.query_params.get(name, ""))
        except ValueError:
            value = float("nan")
        # NaN fails every comparison, and so is refused too.
        if not abs(value) <= most:
            raise ValidationError({name: [_("Degrees, please.")]})
        found.append(value)
    return point(*found)
