"""Imports over the API: a file is sent, and its run asked for."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotAllowed
from layers.imports import intake, jobs
from layers.imports.forms import ImportForm
from layers.models import ImportRun, Layer
from layers.permissions import can_import


class RunSerializer(serializers.ModelSerializer[ImportRun]):
    """An import with its report."""

    layer = serializers.CharField(source="layer.code", read_only=True)
    version = serializers.SerializerMethodField()

    class Meta:
        model = ImportRun
        fields = (
            *("uuid", "layer", "source_name", "sha256", "status", "rows_read"),
            *("rows_total", "message", "report", "version", "made_at", "ended_at"),
        )

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_version(self, run: ImportRun) -> str | None:
        return str(run.version.uuid) if run.version else None


class FileSerializer(serializers.Serializer[Any]):
    """A file for a layer, as the form of its page sends it."""

    uuid = ClientUUIDField(help_text="made by the client; sent again, the same import")
    file = serializers.FileField()
    as_of = serializers.DateField(required=False)
    crs = serializers.CharField(required=False)
    encoding = serializers.CharField(required=False)
    layer = serializers.CharField(required=False, help_text="of several in the file")


class ImportViewSet(RetrieveModelMixin, GenericViewSet[ImportRun]):
    """Files on their way in, for who may import into their layer."""

    request: AuthedApiRequest
    queryset = ImportRun.objects.none()
    serializer_class = RunSerializer
    filter_backends = ()
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[ImportRun]:
        if getattr(self, "swagger_fake_view", False):
            return ImportRun.objects.none()
        layers = Layer.objects.visible_to(self.request.user)
        runs = ImportRun.objects.visible_to(self.request.user).filter(layer__in=layers)
        return runs.select_related("layer", "version")


class TakesFiles:
    """What the catalogue's API needs to take a file for a layer."""

    @extend_schema(
        request={"multipart/form-data": FileSerializer},
        responses={201: RunSerializer, 200: RunSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def imports(self, request: AuthedApiRequest, code: str, **kwargs: Any) -> Response:
        """Send a file: 201 and its import, to be asked for; the same uuid again, 200.

        What the file does not say and cannot be guessed is answered on its page.
        """
        layers = Layer.objects.visible_to(request.user).select_related("provider")
        layer = get_object_or_404(layers, code=code)
        if not can_import(request.user, layer):
            raise NotAllowed
        form = ImportForm(request.data, request.FILES)
        if not form.is_valid():
            raise ValidationError(form.errors.get_json_data())
        uuid: UUID = form.cleaned_data["uuid"]
        known = ImportRun.objects.filter(uuid=uuid).exists()
        file, name = form.upload()
        with file:
            run = intake.begin(
                layer,
                file,
                name=name,
                uuid=uuid,
                by=request.user,
                options=form.told,
                then=lambda run: jobs.import_file.defer(run=run.pk),
            )
        done = status.HTTP_200_OK if known else status.HTTP_201_CREATED
        return Response(RunSerializer(run).data, done)
