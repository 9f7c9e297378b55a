"""Sheets of registers for other programs: sent, mapped, taken."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response

from cases.tables.api import SentTableSerializer, SentTableViewSet
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from offices.models import RegisterImport
from offices.models.register_import import IMPORTED
from offices.registers.importing import running
from offices.registers.importing.columns import FIELDS
from offices.registers.importing.views import own_runs
from offices.registers.permissions import uses_registers

REGISTERS = [one.value for one in IMPORTED]


class RegisterImportSerializer(SentTableSerializer):
    """A sheet on its way in; ``columns`` says which title was taken for which field."""

    columns = serializers.SerializerMethodField()
    lacking = serializers.SerializerMethodField()

    class Meta(SentTableSerializer.Meta):
        model = RegisterImport
        fields = (*SentTableSerializer.Meta.fields, "register", "columns", "lacking")
        read_only_fields = fields

    def get_columns(self, run: RegisterImport) -> dict[str, str]:
        return dict(run.report.get("columns", {}))

    def get_lacking(self, run: RegisterImport) -> list[str]:
        """Titles of columns without which no row can be read."""
        return list(run.report.get("lacking", []))


class SentRegisterSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    register = serializers.ChoiceField(choices=REGISTERS)


class MappedSerializer(serializers.Serializer[Any]):
    """{field: title}; an empty title takes a column away from a field."""

    columns = serializers.DictField(child=serializers.CharField(allow_blank=True))
    another = serializers.BooleanField(default=False)

    def validate_columns(self, columns: dict[str, str]) -> dict[str, str]:
        known = {one.name for fields in FIELDS.values() for one in fields}
        return {name: title for name, title in columns.items() if name in known}


class RegisterImportViewSet(SentTableViewSet[RegisterImport]):
    """One's own sheets, for whoever keeps registers."""

    queryset = RegisterImport.objects.none()
    serializer_class = RegisterImportSerializer
    parser_classes = (JSONParser, MultiPartParser)
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[RegisterImport]:
        if getattr(self, "swagger_fake_view", False):
            return RegisterImport.objects.none()
        if not uses_registers(self.request.user):
            raise NotFound
        return own_runs(self.request.user)

    @extend_schema(
        request=SentRegisterSerializer, responses={202: RegisterImportSerializer}
    )
    def create(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """A sheet; it is looked through by a job and taken only when told."""
        self.get_queryset()
        sent = SentRegisterSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        file = sent.validated_data["file"]
        register = sent.validated_data["register"]
        run = running.send(request.user, register, file.name, file)
        return Response(self.get_serializer(run).data, status.HTTP_202_ACCEPTED)

    @extend_schema(request=MappedSerializer, responses=RegisterImportSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """Look again, told which column is which."""
        run = self.get_object()
        sent = MappedSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = running.look_again(run, **sent.validated_data)
        return Response(self.get_serializer(row).data)

    def take_it(self, run: RegisterImport) -> RegisterImport:
        return running.take(run)

    def cancel_it(self, run: RegisterImport) -> None:
        running.cancel(run)
