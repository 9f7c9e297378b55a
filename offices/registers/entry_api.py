"""What the API of every register shares: lists, one entry, its writing and its end."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.models import User
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.history import recorded
from govmap.lib.paging import KeysetPagination
from offices.models import Dwelling, Label, RegisterReading
from offices.models.code import Code
from offices.registers import codes, entering, life, reading
from offices.registers.permissions import check_keeps, uses_registers
from offices.registers.serializers import (
    EndedSerializer,
    LabelSerializer,
    RevealSerializer,
    WrittenLabelSerializer,
)


def by(request: AuthedApiRequest) -> Any:
    return recorded(request.user, address=request.META.get("REMOTE_ADDR", ""))


def said_in(kind: Any, request: Request, row: Any = None) -> dict[str, Any]:
    """What was sent, checked; of a row that is there only what is named."""
    more = {} if row is None else {"instance": row, "partial": True}
    sent = kind(data=request.data, **more)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def seen_dwelling(uuid: UUID | None, user: User) -> Dwelling | None:
    """The dwelling, or 404."""
    if uuid is None:
        return None
    return get_object_or_404(Dwelling.objects.visible_to(user).here(), uuid=uuid)


class EntryFilter(filters.FilterSet):
    street = filters.CharFilter(field_name="street__code")
    community = filters.CharFilter(field_name="community__code")
    cell = filters.CharFilter(field_name="cell__code")
    state = filters.CharFilter()


class EntryViewSet(ReadOnlyModelViewSet[Any]):
    """Entries that the reader sees; 404 to whoever has no ground."""

    request: AuthedApiRequest
    pagination_class = KeysetPagination
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    model: Any
    row_serializer: type[serializers.BaseSerializer[Any]]

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        if self.action == "list":
            return self.row_serializer
        assert self.serializer_class is not None
        return self.serializer_class

    @property
    def is_described(self) -> bool:
        """Whether only the schema is drawn, for nobody."""
        return bool(getattr(self, "swagger_fake_view", False))

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = self.model._default_manager
        if self.is_described:
            return rows.none()
        if not uses_registers(self.request.user):
            raise NotFound
        return rows.visible_to(self.request.user).listed()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        reading.note(self.request.user, RegisterReading.What.PAGE, row=row)
        return self.shown(row)

    def shown(self, row: Any, code: int = status.HTTP_200_OK) -> Response:
        """One entry as it now is."""
        assert self.serializer_class is not None
        return Response(self.serializer_class(row).data, code)


class WrittenViewSet(EntryViewSet):
    """Entries that whoever keeps them writes; `enter` and `change` do it."""

    written: ClassVar[Any]
    changed: ClassVar[Any]

    def create(self, request: AuthedApiRequest) -> Response:
        """A new entry."""
        self.get_queryset()
        said = said_in(self.written, request)
        with by(request):
            row = self.enter(said)
        return self.shown(row, status.HTTP_201_CREATED)

    def partial_update(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """What is named is changed."""
        row = self.get_object()
        check_keeps(request.user, row)
        said = said_in(self.changed, request, row)
        for name in ("dwelling", "another"):
            said.pop(name, None)  # moving is a step of its own
        with by(request):
            self.change(row, said)
        return self.shown(row)

    def enter(self, said: dict[str, Any]) -> Any:
        raise NotImplementedError

    def change(self, row: Any, said: dict[str, Any]) -> Any:
        raise NotImplementedError

    def place(self, said: dict[str, Any]) -> Dwelling | None:
        """Takes the dwelling out of what was sent; 404 where he sees none."""
        return seen_dwelling(said.pop("dwelling", None), self.request.user)


def writes(written: Any, changed: Any, shown: Any) -> Any:
    """Describe what `WrittenViewSet` takes and answers, and set it."""

    def dress(view: Any) -> Any:
        view.written, view.changed = written, changed
        described = extend_schema_view(
            create=extend_schema(request=written, responses={201: shown}),
            partial_update=extend_schema(request=changed, responses=shown),
        )
        return described(view)

    return dress


class EndsEntries(WrittenViewSet):
    """Entries that end; nothing is deleted."""

    @extend_schema(request=EndedSerializer, responses={204: None}, filters=False)
    @action(detail=True, methods=["post"])
    def end(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """It has left, or is there no longer."""
        row = self.get_object()
        said = said_in(EndedSerializer, request)
        with by(request):
            life.end(row, request.user, on=said["on"], told=said["told"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class HasLabels(EntryViewSet):
    """Entries with labels: ``about`` names them in a label, ``list_`` offers codes."""

    about: ClassVar[str]
    list_: ClassVar[str]

    def _labels(self, row: Any) -> Any:
        rows = Label.objects.filter(**{self.about: row}).readable_by(self.request.user)
        return rows.select_related("code", "source_unit")

    @extend_schema(methods=["get"], responses=LabelSerializer(many=True), filters=False)
    @extend_schema(
        methods=["post"],
        request=WrittenLabelSerializer,
        responses={201: LabelSerializer, 202: None},
        filters=False,
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def labels(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Those that hold today; or put one. 202: it was proposed to its owner."""
        row = self.get_object()
        if request.method != "POST":
            rows = self._labels(row).on()
            return Response(LabelSerializer(rows, many=True).data)
        check_keeps(request.user, row)
        said = said_in(WrittenLabelSerializer, request)
        code = self._code(said.pop("code"))
        with by(request):
            made = entering.put_label(row, code, request.user, **said)
        if made is None:
            return Response(status=status.HTTP_202_ACCEPTED)
        return Response(LabelSerializer(made).data, status.HTTP_201_CREATED)

    def _code(self, code: str) -> Code:
        rows = Code.objects.in_use().filter(list__code=self.list_, code=code)
        found = rows.select_related("group").first()
        if found is None:
            raise serializers.ValidationError(
                {"code": [f"{code}: no code of the list {self.list_}"]}
            )
        return found

    @extend_schema(request=None, responses={204: None, 202: None}, filters=False)
    @action(
        detail=True,
        methods=["post"],
        url_path=r"labels/(?P<label>\d{1,18})/end",
        url_name="label-end",
    )
    def end_label(self, request: AuthedApiRequest, uuid: UUID, label: str) -> Response:
        """From today it holds no more. 202: that was proposed to its owner."""
        row = self.get_object()
        one = get_object_or_404(self._labels(row), pk=int(label))
        with by(request):
            ended = entering.end_label(one, request.user)
        is_done = ended is not None
        code = status.HTTP_204_NO_CONTENT if is_done else status.HTTP_202_ACCEPTED
        return Response(status=code)


class Reveals(EntryViewSet):
    """Entries of which something is sealed."""

    @extend_schema(request=RevealSerializer, responses=RevealSerializer, filters=False)
    @action(detail=True, methods=["post"])
    def reveal(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """The whole number or phone, after name and purpose are kept."""
        row = self.get_object()
        said = said_in(RevealSerializer, request)
        if said["what"] not in {field.name for field in row._meta.fields}:
            raise BadInput
        text = reading.reveal(
            row, said["what"], request.user, purpose=said["purpose"], said=said["note"]
        )
        return Response({"text": text})


LABELS = {"person": codes.LABELS, "dwelling": codes.DWELLING_LABELS}
