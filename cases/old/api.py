"""Old cases for other programs: read, and exports of an old system taken in."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases.filters import reported
from cases.models import OldCase, OldImport, OldSystem
from cases.models.old_case import OldCaseQuerySet
from cases.old import running
from cases.old.forms import OldFileForm
from cases.old.permissions import can_import_old
from cases.old.words import matching
from cases.tables import carrying
from cases.tables.api import SentTableSerializer, SentTableViewSet
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed
from govmap.lib.history import recorded
from govmap.lib.paging import KeysetPagination


class OldCaseSerializer(serializers.ModelSerializer[OldCase]):
    """A case of a system that was there before; nothing of it can be acted on."""

    system = serializers.CharField(source="system.code")
    category = serializers.CharField(source="category.code", default=None)
    street = serializers.CharField(source="street.code", default=None)
    community = serializers.CharField(source="community.code", default=None)
    unit = serializers.CharField(source="unit.code", default=None)
    place = serializers.SerializerMethodField()

    class Meta:
        model = OldCase
        fields = (
            *("id", "system", "number", "kind", "main_class", "sub_class", "category"),
            *("origin", "source", "note", "address", "place", "street", "community"),
            *("cell_code", "unit", "unit_name", "node", "phase", "ending"),
            *("reported_at", "accepted_at", "filed_at", "dispatched_at", "due_at"),
            *("bundle_due_at", "disposed_at", "checked_at", "closed_at"),
            *("reworks", "returns", "extensions", "extra", "line"),
        )
        read_only_fields = fields

    def get_place(self, case: OldCase) -> list[float] | None:
        """Longitude and latitude."""
        return [case.place.x, case.place.y] if case.place else None


class OldCaseFilter(filters.FilterSet):
    q = filters.CharFilter(
        method="by_words",
        help_text="number, or words of address, description and class",
    )
    number = filters.CharFilter(lookup_expr="startswith")
    street = filters.CharFilter(field_name="street__code")
    unit = filters.CharFilter(field_name="unit__code")
    reported_after = filters.IsoDateTimeFilter(method="by_moment")
    reported_before = filters.IsoDateTimeFilter(method="by_moment")

    class Meta:
        model = OldCase
        fields: list[str] = []

    def by_words(
        self, cases: QuerySet[OldCase], name: str, value: str
    ) -> QuerySet[OldCase]:
        return matching(cases, value)

    def by_moment(
        self, cases: QuerySet[OldCase], name: str, value: datetime
    ) -> QuerySet[OldCase]:
        return cases.filter(**reported(name, value))


class OldCaseViewSet(ReadOnlyModelViewSet[OldCase]):
    """旧系统案卷, of which everybody sees those of his area and his unit."""

    request: AuthedApiRequest
    queryset = OldCase.objects.none()
    serializer_class = OldCaseSerializer
    pagination_class = KeysetPagination
    filterset_class = OldCaseFilter
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> OldCaseQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return OldCase.objects.none()
        rows = OldCase.objects.visible_to(self.request.user)
        return rows.select_related("system", "category", "street", "community", "unit")


class OldImportSerializer(SentTableSerializer):
    """An export on its way in; ``findings`` say what is not mapped, and the CRS."""

    system = serializers.CharField(source="system.code")
    findings = serializers.SerializerMethodField()

    class Meta(SentTableSerializer.Meta):
        model = OldImport
        fields = (
            *SentTableSerializer.Meta.fields,
            *("system", "findings", "withdrawn_at", "withdrawn_why"),
        )
        read_only_fields = fields

    def get_findings(self, run: OldImport) -> dict[str, Any]:
        return run.report


class SentExportSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    system = serializers.SlugRelatedField(
        slug_field="code", queryset=OldSystem.objects.all(), required=False
    )
    system_name = serializers.CharField(max_length=100, required=False)
    crs = serializers.CharField(max_length=60, required=False)


class WithdrawalSerializer(serializers.Serializer[Any]):
    why = serializers.CharField(max_length=200)


class OldImportViewSet(SentTableViewSet[OldImport]):
    """Exports of old systems: for those who may bring them in."""

    queryset = OldImport.objects.none()
    serializer_class = OldImportSerializer
    parser_classes = (JSONParser, MultiPartParser)

    def get_queryset(self) -> QuerySet[OldImport]:
        if getattr(self, "swagger_fake_view", False):
            return OldImport.objects.none()
        if not can_import_old(self.request.user):
            raise NotAllowed
        return OldImport.objects.select_related("system", "by")

    @extend_schema(request=SentExportSerializer, responses={202: OldImportSerializer})
    def create(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """An export; it is looked through by a job and taken only when told."""
        if not can_import_old(request.user):
            raise NotAllowed
        sent = SentExportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        asked = {**said, "system": said["system"].pk if "system" in said else None}
        form = OldFileForm(asked, MultiValueDict({"file": [said["file"]]}))
        if not form.is_valid():
            said_wrong = {
                name: [str(one) for one in found] for name, found in form.errors.items()
            }
            raise serializers.ValidationError(said_wrong)
        with recorded(request.user, address=request.path):
            system = form.system_asked()
        file, crs = said["file"], form.cleaned_data["crs"]
        run = running.send(request.user, system, file.name, file, crs=crs)
        return Response(self.get_serializer(run).data, status.HTTP_202_ACCEPTED)

    @extend_schema(request=WithdrawalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """The whole import; nothing of it is deleted."""
        sent = WithdrawalSerializer(data=request.data)
        run = self.get_object()
        sent.is_valid(raise_exception=True)
        running.withdraw(run, request.user, sent.validated_data["why"])
        run.refresh_from_db()
        return Response(self.get_serializer(run).data)

    def take_it(self, run: OldImport) -> OldImport:
        return running.take(run, self.request.user)

    def cancel_it(self, run: OldImport) -> None:
        carrying.cancel(run)
