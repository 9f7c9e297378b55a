"""Mergings, who read what, and the code lists, for other programs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.forms import BaseForm
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.models import User
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.paging import KeysetPagination
from offices.models import Code, CodeList, Merging, RegisterReading, SensitiveGroup
from offices.models.code import NEVER
from offices.registers import merging
from offices.registers.entry_api import by, said_in
from offices.registers.forms import CodeForm, GroupForm
from offices.registers.keeping_serializers import (
    AskedMergingSerializer,
    CodeListSerializer,
    CodeSerializer,
    GroupSerializer,
    MergingDecisionSerializer,
    MergingSerializer,
    ReadingSerializer,
)
from offices.registers.permissions import audits, uses_registers
from workflow.rules_api import KeepsRules, RulesViewSet, unit_key


class MergingViewSet(ReadOnlyModelViewSet[Merging]):
    """Two entries that somebody says are one; somebody else decides."""

    request: AuthedApiRequest
    queryset = Merging.objects.none()
    serializer_class = MergingSerializer
    pagination_class = KeysetPagination
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Merging]:
        if getattr(self, "swagger_fake_view", False):
            return Merging.objects.none()
        if not uses_registers(self.request.user):
            raise NotFound
        return merging.visible_to(self.request.user)

    @extend_schema(request=AskedMergingSerializer, responses={201: MergingSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """Ask that ``goes`` become part of ``stays``; both are seen by who asks."""
        self.get_queryset()
        said = said_in(AskedMergingSerializer, request)
        rows: Any = merging.MODELS[said["register"]]._default_manager
        seen = rows.visible_to(request.user)
        stays = get_object_or_404(seen, uuid=said["stays"])
        goes = get_object_or_404(seen, uuid=said["goes"])
        with by(request):
            made = merging.ask(stays, goes, request.user, reason=said["reason"])
        return Response(MergingSerializer(made).data, status.HTTP_201_CREATED)

    @extend_schema(request=MergingDecisionSerializer, responses=MergingSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Agree, or refuse and say why."""
        row = self.get_object()
        said = said_in(MergingDecisionSerializer, request)
        with by(request):
            row = merging.decide(row, request.user, **said)
        return Response(MergingSerializer(row).data)


class ReadingFilter(filters.FilterSet):
    what = filters.ChoiceFilter(choices=RegisterReading.What.choices)
    by = filters.CharFilter(field_name="by__username")
    subject = filters.UUIDFilter()

    class Meta:
        model = RegisterReading
        fields: list[str] = []


class ReadingViewSet(mixins.ListModelMixin, GenericViewSet[RegisterReading]):
    """谁看过谁: for the audit administrator alone."""

    request: AuthedApiRequest
    queryset = RegisterReading.objects.select_related("by", "unit")
    serializer_class = ReadingSerializer
    pagination_class = KeysetPagination
    filterset_class = ReadingFilter

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not hasattr(self, str(request.method).lower()):
            return  # 405 says nothing of any row
        if not audits(self.request.user):
            raise NotFound


def may_read_codes(user: User) -> bool:
    """Whoever fills in the fields that hold codes, and whoever reads the rules."""
    return uses_registers(user)


class CodeListViewSet(mixins.RetrieveModelMixin, RulesViewSet):
    """The code lists of GB/T 31000, with their codes; the lists themselves stay."""

    queryset: QuerySet[Any] = CodeList.objects.prefetch_related("codes__group")
    serializer_class: Any = CodeListSerializer
    http_method_names = ("get", "head", "options")
    lookup_field = "code"
    lookup_value_regex = r"[a-z0-9_-]{1,30}"

    def may_read(self, user: User) -> bool:
        return super().may_read(user) or may_read_codes(user)


class CodeViewSet(KeepsRules):
    """Codes of the lists: added, worded anew, put out of use; never deleted."""

    queryset: QuerySet[Any] = Code.objects.select_related("list", "group")
    serializer_class: Any = CodeSerializer
    # In the list of which a new code stands.
    keys = {"list": lambda code: _list_key(code)}

    def may_read(self, user: User) -> bool:
        return super().may_read(user) or may_read_codes(user)

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        of = CodeList.objects.filter(pk=data.get("list") or 0).first()
        if row is None and of is None:
            raise NotFound
        made = row or Code(list=of, order=of.codes.count() + 1)  # type: ignore[union-attr]
        return CodeForm({"order": made.order, **data}, instance=made)


def _list_key(code: str) -> int:
    keys = CodeList.objects.filter(code=code).values_list("pk", flat=True)
    return keys.first() or 0


class SensitiveGroupViewSet(KeepsRules):
    """敏感群体: switches. Opened in writing, by a department, for a time."""

    queryset: QuerySet[Any] = SensitiveGroup.objects.select_related("department")
    serializer_class: Any = GroupSerializer
    keys = {"department": unit_key}
    lists = frozenset({"readers"})
    http_method_names = ("get", "head", "options", "patch", "post")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The groups are those of the standard."""
        return Response(status=status.HTTP_405_METHOD_NOT_ALLOWED)

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        if row.code == NEVER:
            raise NotFound
        row.written_by = self.request.user
        return GroupForm(data, instance=row)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def close(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Off from now on; what was written under it is hidden, not lost."""
        row = self.get_object()
        with self.recorded():
            row.opened_on = row.until = None
            row.save(update_fields=["opened_on", "until"])
        return Response(status=status.HTTP_204_NO_CONTENT)
