"""Outside layers over the API: what the pages have, with the same form and rights."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.models import Unit
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed
from layers.models import Layer, OutsideSource
from layers.outside.forms import OutsideForm, layer_initial, usual_provider
from layers.outside.permissions import can_add, can_keep
from layers.outside.trouble import WORDS
from layers.outside.trying import attempt
from layers.outside.views import kept, save
from workflow.rules_api import check

SOURCE = (
    *("protocol", "address", "names", "style", "matrix_set", "matrix", "system"),
    *("format", "version", "first", "last", "over", "attribution", "keep_hours"),
    "in_use",
)


class OutsideSerializer(serializers.ModelSerializer[OutsideSource]):
    """``secret`` is taken and never given; ``address`` is for those who keep it."""

    code = serializers.CharField(source="layer.code")
    title = serializers.CharField(source="layer.title", required=False)
    kind = serializers.ChoiceField(
        source="layer.kind", choices=Layer.Class.choices, required=False
    )
    provider = serializers.CharField(source="layer.provider.code", required=False)
    sensitivity = serializers.ChoiceField(
        source="layer.sensitivity", choices=Layer.Sensitivity.choices, required=False
    )
    secret = serializers.CharField(write_only=True, required=False, allow_blank=True)
    address = serializers.CharField(max_length=500)
    trouble = serializers.SerializerMethodField()
    well_at = serializers.DateTimeField(
        source="answered.well_at", read_only=True, default=None
    )

    class Meta:
        model = OutsideSource
        fields = (
            *("code", "title", "kind", "provider", "sensitivity", *SOURCE),
            *("secret", "secret_at", "trouble", "well_at"),
        )
        read_only_fields = ("secret_at",)
        extra_kwargs: ClassVar[dict[str, Any]] = {
            name: {"required": False} for name in SOURCE if name != "address"
        }

    def get_trouble(self, row: OutsideSource) -> str:
        answered = getattr(row, "answered", None)
        return str(WORDS[answered.trouble]) if answered and answered.trouble else ""

    def to_representation(self, row: OutsideSource) -> dict[str, Any]:
        said = super().to_representation(row)
        if not can_keep(self.context["request"].user, row.layer):
            said.pop("address")
        return said


class TriedOutsideSerializer(serializers.Serializer[Any]):
    """What the server answered; ``picture``: PNG as a data URL."""

    ok = serializers.BooleanField()
    said = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    zoom = serializers.IntegerField()
    milliseconds = serializers.IntegerField()
    picture = serializers.SerializerMethodField()

    def get_picture(self, tried: Any) -> str:
        return tried.data if tried.picture else ""


class OutsideViewSet(ReadOnlyModelViewSet[OutsideSource]):
    """Outside layers that one sees, lowest first."""

    request: AuthedApiRequest
    queryset = OutsideSource.objects.none()
    serializer_class = OutsideSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field = "layer__code"
    lookup_url_kwarg = "code"
    lookup_value_regex = r"[-\w]+"

    def get_queryset(self) -> QuerySet[OutsideSource]:
        if getattr(self, "swagger_fake_view", False):
            return OutsideSource.objects.none()
        seen = Layer.objects.visible_to(self.request.user)
        rows = OutsideSource.objects.filter(layer__in=seen)
        return rows.select_related("layer__provider__parent", "answered")

    @extend_schema(request=OutsideSerializer, responses={201: OutsideSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        if not can_add(request.user):
            raise NotAllowed
        row = self._keep(request, None)
        return Response(self.get_serializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(request=OutsideSerializer, responses=OutsideSerializer)
    def partial_update(self, request: AuthedApiRequest, code: str) -> Response:
        row = self._keep(request, kept(request.user, code))
        return Response(self.get_serializer(row).data)

    @extend_schema(request=None, responses=TriedOutsideSerializer)
    @action(detail=True, methods=["post"], url_path="try", url_name="try")
    def try_out(self, request: Request, code: str) -> Response:
        """Ask the source for the middle of the site, now."""
        tried = attempt(kept(self.request.user, code))
        return Response(TriedOutsideSerializer(tried).data)

    def _keep(self, request: AuthedApiRequest, row: OutsideSource | None) -> Any:
        """Raises ValidationError (400) with what the page's form says."""
        sent = request.data if isinstance(request.data, Mapping) else {}
        data = _now(row) | dict(sent)
        if isinstance(code := sent.get("provider"), str):
            data["provider"] = (
                Unit.objects.filter(code=code).values_list("pk", flat=True).first()
            )
        form = OutsideForm(data, user=request.user, instance=row)
        check(form)
        return save(form, request.user, request.META.get("REMOTE_ADDR", ""))


def _now(row: OutsideSource | None) -> dict[str, Any]:
    """What the form would show: of a new row the usual values."""
    of = row or OutsideSource()
    said = {name: getattr(of, name) for name in SOURCE}
    if row is None:
        usual = {"kind": Layer.Class.BASEMAP, "minzoom": 0, "visible": True}
        usual |= {"sensitivity": Layer.Sensitivity.INTERNAL, "title": ""}
        return {**said, **usual, "provider": usual_provider()}
    return {**said, **layer_initial(row.layer)}
