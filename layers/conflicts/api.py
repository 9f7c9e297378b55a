"""Conflicts as GeoJSON, for other programs."""

from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import (
    DIGITS,
    MEDIA_TYPE,
    FeatureCollectionSerializer,
    FeatureSerializer,
    bbox_of,
    collection_answer,
    feature,
    feature_answer,
)
from govmap.lib.paging import cursor_of, read_cursor, read_limit
from layers.models import Conflict, OverlayRule

USUAL, MOST = 200, 2000
GROUND = AsGeoJSON("geometry", precision=DIGITS)


class ConflictViewSet(ViewSet):
    """Where layers disagree about the same ground: what stands, the newest first."""

    lookup_field = "uuid"
    lookup_value_regex = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    @extend_schema(
        parameters=[
            OpenApiParameter("rule", str, description="the rule's code"),
            OpenApiParameter("street", str, description="the street's code"),
            OpenApiParameter("state", str, enum=Conflict.State.values),
            OpenApiParameter("bbox", str, description="west,south,east,north"),
            OpenApiParameter("limit", int, description=f"at most {MOST}"),
            OpenApiParameter("after", str, description="as `next` of an answer has it"),
        ],
        responses={(200, MEDIA_TYPE): FeatureCollectionSerializer},
    )
    def list(self, request: AuthedApiRequest) -> HttpResponse:
        limit = read_limit(request, usual=USUAL, most=MOST)
        rows = _narrowed(Conflict.objects.visible_to(request.user).standing(), request)
        if after := request.query_params.get("after"):
            rows = rows.filter(pk__lt=read_cursor(after))
        page = list(_told(rows).order_by("-pk")[: limit + 1])
        following = None
        if len(page) > limit:
            mark = cursor_of(page[limit - 1].pk)
            here = request.build_absolute_uri()
            following = replace_query_param(here, "after", mark)
        return collection_answer(map(_feature, page[:limit]), following)

    @extend_schema(
        parameters=[OpenApiParameter("uuid", str, OpenApiParameter.PATH)],
        responses={(200, MEDIA_TYPE): FeatureSerializer},
    )
    def retrieve(self, request: AuthedApiRequest, uuid: str) -> HttpResponse:
        rows = Conflict.objects.visible_to(request.user).filter(uuid=uuid)
        for row in _told(rows):
            return feature_answer(_feature(row))
        raise Http404


def _narrowed(
    rows: QuerySet[Conflict], request: AuthedApiRequest
) -> QuerySet[Conflict]:
    """What the address asks for. Raises ValidationError for a state of no conflict."""
    asked = {
        name: text.replace("\x00", "")
        for name in ("rule", "street", "state")
        if (text := request.query_params.get(name))
    }
    if asked.get("state", Conflict.State.OPEN) not in Conflict.State.values:
        choices = ", ".join(Conflict.State.values)
        raise ValidationError({"state": [_("One of: %s.") % choices]})
    if "state" in asked:
        rows = rows.filter(state=asked["state"])
    if "rule" in asked:
        found = OverlayRule.objects.filter(code=asked["rule"])
        rows = rows.filter(rule__in=list(found.values_list("pk", flat=True)))
    if "street" in asked:
        rows = rows.filter(street__code=asked["street"])
    if box := bbox_of(request):
        rows = rows.filter(geometry__bboverlaps=box)
    return rows


def _told(rows: QuerySet[Conflict]) -> QuerySet[Conflict]:
    related = rows.select_related("rule__left", "rule__right", "street")
    return related.defer("geometry").annotate(ground=GROUND)


def _feature(row: Conflict) -> str:
    rule = row.rule
    said: dict[str, Any] = {
        "rule": rule.code,
        "rule_title": rule.title,
        "relation": rule.relation,
        "left": {"layer": rule.left.code, "key": row.left_key},
        "right": {"layer": rule.right.code, "key": row.right_key or None},
        "measure": round(row.measure, 2) if rule.has_measure else None,
        "unit": rule.unit,
        "left_value": row.left_value or None,
        "right_value": row.right_value or None,
        "street": row.street.code if row.street else None,
        "state": row.state,
        "found_at": row.found_at,
        "gone_at": row.gone_at,
    }
    return feature(str(row.uuid), row.ground, said)  # type: ignore[attr-defined]
