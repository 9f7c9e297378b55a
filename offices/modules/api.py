"""Modules and their records for other programs.

Each module says in ``/api/v1/modules/<code>/openapi/`` what its records are made of.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.models import Unit
from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from offices.models.module import Module
from offices.models.record import Record
from offices.modules.amending import amend
from offices.modules.definition import S1, definition_of
from offices.modules.keeping import values_of
from offices.modules.lists import ALL, MOST_SENT, Filters
from offices.modules.making import definition_now, make
from offices.modules.openapi import document
from offices.modules.opening import MayNotOpen, note_reading, openable
from offices.modules.rights import READ, grounds_of
from offices.modules.searching import note_search
from offices.modules.showing import masked, plain_text
from offices.modules.totals import totals_of
from offices.modules.views import seen_module
from workflow.act_api import (
    PlacedViewSet,
    SentSerializer,
    StorySerializer,
    made,
    uuid_of,
)
from workflow.acting import subject_for_act
from workflow.serializers import StateSerializer


class ModuleSerializer(serializers.ModelSerializer[Module]):
    """A module that the reader may read something of."""

    title = serializers.CharField(source="__str__", read_only=True)
    application = serializers.CharField(source="application.code", read_only=True)
    version = serializers.IntegerField(source="published.number", read_only=True)

    class Meta:
        model = Module
        fields: tuple[str, ...] = (
            *("code", "title", "application", "about", "owner", "ends_on"),
            *("guide_number", "version"),
        )


class WholeModuleSerializer(ModuleSerializer):
    """With its published definition, as a site package has it."""

    definition = serializers.JSONField(source="published.definition", read_only=True)

    class Meta(ModuleSerializer.Meta):
        fields = (*ModuleSerializer.Meta.fields, "definition")


class ModuleViewSet(ReadOnlyModelViewSet[Module]):
    """Modules of the six applications."""

    request: AuthedApiRequest
    serializer_class = ModuleSerializer
    queryset = Module.objects.none()
    lookup_field = "code"
    pagination_class = None

    def get_queryset(self) -> QuerySet[Module]:
        if getattr(self, "swagger_fake_view", False):
            return Module.objects.none()
        keys = [
            pk for pks in grounds_of(self.request.user, READ).values() for pk in pks
        ]
        rows = Module.objects.published().filter(pk__in=keys)
        return rows.select_related("application", "published")

    def get_serializer_class(self) -> Any:
        whole = self.action == "retrieve"
        return WholeModuleSerializer if whole else ModuleSerializer

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def openapi(self, request: Request, code: str) -> Response:
        """OpenAPI 3.1 of this module's records, made from its definition."""
        module = self.get_object()
        address = request.build_absolute_uri(f"/api/v1/modules/{module.code}/records/")
        return Response(document(definition_now(module), address))


class RecordSerializer(serializers.ModelSerializer[Record]):
    """A row of a list: internal values as they are, others left out."""

    state = StateSerializer(read_only=True)
    module = serializers.CharField(source="module.code", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    street = serializers.CharField(source="street.code", read_only=True)
    community = serializers.CharField(
        source="community.code", default=None, allow_null=True, read_only=True
    )
    fields_ = serializers.SerializerMethodField()

    class Meta:
        model = Record
        fields: tuple[str, ...] = (
            *("uuid", "number", "module", "version", "state", "street", "community"),
            *("address", "fields_", "created_at", "changed_at", "ended_at"),
            "events_count",
        )

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_fields_(self, record: Record) -> Any:
        return record.data

    def to_representation(self, instance: Record) -> Any:
        """``fields`` is a word of the framework's own, so it is named at the end."""
        found = super().to_representation(instance)
        found["fields"] = found.pop("fields_")
        return found


class TotalSerializer(serializers.Serializer[Any]):
    """What an entry comes to in another module, as its reader sees that."""

    code = serializers.CharField()
    title = serializers.CharField()
    value = serializers.FloatField()
    left = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()


class WholeRecordSerializer(StorySerializer, RecordSerializer):
    """One record with its story; what is personal or sensitive is masked."""

    masked = serializers.SerializerMethodField()
    totals = serializers.SerializerMethodField()

    class Meta:
        model = Record
        fields = (*RecordSerializer.Meta.fields, "masked", "totals", "events", "moves")

    @extend_schema_field(TotalSerializer(many=True))
    def get_totals(self, record: Record) -> Any:
        return TotalSerializer(
            totals_of(record, self.context["reader"]), many=True
        ).data

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_masked(self, record: Record) -> dict[str, str]:
        definition = definition_of(record.version_id)
        values = values_of(record, "S2", "S3")
        return {
            name: masked(definition.fields[name], value)
            for name, value in values.items()
            if name in definition.fields
        }


class WrittenSerializer(SentSerializer):
    """A new record. ``fields`` as the module's own schema says."""

    evidence = serializers.DictField(required=False)
    fields_ = serializers.DictField()
    street = serializers.SlugRelatedField(
        "code",
        queryset=Unit.objects.filter(kind=Unit.Kind.STREET),
        required=False,
    )
    community = serializers.SlugRelatedField(
        "code",
        queryset=Unit.objects.filter(kind=Unit.Kind.COMMUNITY),
        required=False,
    )

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and "fields" in data:
            data = {**data, "fields_": data["fields"]}
        return super().to_internal_value(data)


class AmendedSerializer(serializers.Serializer[Any]):
    """Fields as they shall be; those left out are emptied."""

    act_id = ClientUUIDField()
    after_event = serializers.IntegerField(required=False)
    fields_ = serializers.DictField()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and "fields" in data:
            data = {**data, "fields_": data["fields"]}
        return super().to_internal_value(data)


class PurposeSerializer(serializers.Serializer[Any]):
    purpose = serializers.CharField(min_length=2, max_length=200)


class SoughtSerializer(serializers.Serializer[Any]):
    """What may be somebody's number: it is sent, and stands in no address."""

    q = serializers.CharField(min_length=2, max_length=60)


MODULE = OpenApiParameter("module", str, OpenApiParameter.PATH)
SEARCH = OpenApiParameter("q", str, description="a number of a record, or words")


@extend_schema(parameters=[MODULE])
class RecordViewSet(PlacedViewSet):
    """Records of one module, those that its rights let the reader read."""

    model, whole = Record, WholeRecordSerializer
    queryset = Record.objects.none()
    serializer_class = RecordSerializer
    filter_backends = ()

    @property
    def module(self) -> Module:
        """Raises NotFound (404)."""
        return seen_module(self.request.user, self.kwargs["module"])

    def rows(self) -> Any:
        rows = Record.objects.listed().select_related("version")
        return rows.filter(module__code=self.kwargs.get("module", ""))

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return Record.objects.none()
        module = self.module
        rows = Record.objects.of_module(module, self.request.user)
        rows = rows.select_related("street", "community", "module", "version")
        if self.action not in ("list", "geojson"):
            return rows.select_related("creator")
        filters = Filters(self.request.GET, definition_now(module))
        if "view" not in self.request.GET:
            filters.values["view"] = "all"
        found: QuerySet[Any] = filters.apply(rows)
        return found

    def find_for_act(self, uuid: UUID, act_id: UUID | None) -> Any:
        rows = Record.objects.filter(module=self.module)
        rows = rows.select_related("street", "module", "creator")
        return subject_for_act(rows, uuid, act_id, self.request.user)

    def said_of(self, row: Record) -> dict[str, Any]:
        label = definition_of(row.version_id).label_field
        text = plain_text(label, row.data.get(label.name)) if label else ""
        return {"number": row.number, "phase": row.state.phase, "label": text}

    @extend_schema(parameters=[MODULE, SEARCH])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=SoughtSerializer, responses=RecordSerializer(many=True))
    @action(detail=False, methods=["post"], pagination_class=None)
    def find(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """Those with this number, phone or other whole value; the search is on
        record. The newest 200."""
        sent = SoughtSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        note_search(request.user, sent.validated_data["q"])
        asked = {"q": sent.validated_data["q"], "view": ALL}
        filters = Filters(asked, definition_now(self.module), sent=True)
        rows = filters.apply(self.get_queryset()).order_by("-pk")[:MOST_SENT]
        return Response(RecordSerializer(rows, many=True).data)

    @extend_schema(
        request=WrittenSerializer,
        responses={201: WholeRecordSerializer, 200: WholeRecordSerializer},
    )
    def create(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Write one. 201; sent again with the same uuid, 200."""
        module = self.module
        sent = WrittenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        fields = said.pop("fields_")
        record, event = make(module, by=request.user, fields=fields, **said)
        return Response(self._whole(record.uuid), made(event))

    @extend_schema(request=AmendedSerializer, responses=WholeRecordSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    def amend(self, request: AuthedApiRequest, uuid: str, **kwargs: Any) -> Response:
        """Correct fields outside of a step; sent again, the same answer."""
        found = get_object_or_404(self.get_queryset(), uuid=uuid_of(uuid))
        sent = AmendedSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        amend(found, by=request.user, fields=said.pop("fields_"), **said)
        return Response(self._whole(found.uuid))

    @extend_schema(request=PurposeSerializer, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"], pagination_class=None)
    def reveal(self, request: AuthedApiRequest, uuid: str, **kwargs: Any) -> Response:
        """All values that the reader's post may open, for a purpose; on record."""
        found = get_object_or_404(self.get_queryset(), uuid=uuid_of(uuid))
        sent = PurposeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        levels = openable(request.user, found)
        if not levels:
            raise MayNotOpen
        address = request.META.get("REMOTE_ADDR", "")
        purpose = sent.validated_data["purpose"]
        note_reading(request.user, found, levels, purpose, address)
        return Response({"fields": values_of(found, S1, *levels)})

    def _whole(self, uuid: UUID) -> Any:
        found = get_object_or_404(self.get_queryset(), uuid=uuid)
        return self.whole(found, context=self.get_serializer_context()).data
