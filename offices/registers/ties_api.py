"""Who belongs to whom, for other programs: what the pages of choosing have."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.models import User
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.history import recorded
from offices.models import Dwelling, Household, Organization, Person
from offices.registers import codes, ties
from offices.registers.permissions import uses_registers


def by(request: AuthedApiRequest) -> Any:
    return recorded(request.user, address=request.META.get("REMOTE_ADDR", ""))


class CodedField(serializers.CharField):
    """A code of a list."""

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(max_length=10, **more)
        self.list_ = name

    def to_internal_value(self, data: Any) -> str:
        code = str(super().to_internal_value(data))
        if code not in dict(codes.choices_of(self.list_)):
            raise serializers.ValidationError(f"no code of the list {self.list_}")
        return code


class TiePostSerializer(serializers.Serializer[Any]):
    organization = serializers.UUIDField()
    person = serializers.UUIDField()
    post = CodedField("post")
    since = serializers.DateField(required=False, allow_null=True, default=None)


class EndedPostSerializer(serializers.Serializer[Any]):
    organization = serializers.UUIDField()
    person = serializers.UUIDField()
    post = CodedField("post")
    on = serializers.DateField(required=False, allow_null=True, default=None)


class OwnerSerializer(serializers.Serializer[Any]):
    dwelling = serializers.UUIDField()
    person = serializers.UUIDField(required=False)
    organization = serializers.UUIDField(required=False)


class PlacedSerializer(serializers.Serializer[Any]):
    person = serializers.UUIDField()
    relation = CodedField("relation")
    leaves = serializers.BooleanField(required=False, default=False)


class ArrangementSerializer(serializers.Serializer[Any]):
    household = serializers.UUIDField()
    members = PlacedSerializer(many=True)
    number = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40
    )
    dwelling = serializers.UUIDField(required=False)
    on = serializers.DateField(required=False, allow_null=True, default=None)


class ArrangedSerializer(serializers.Serializer[Any]):
    household = serializers.UUIDField(help_text="the one that was split off, if any")


def _seen(model: Any, uuid: UUID, user: User) -> Any:
    rows: QuerySet[Any] = model.objects.visible_to(user).here()
    return get_object_or_404(rows, uuid=uuid)


class TieViewSet(ViewSet):
    """People of organisations, owners of dwellings, members of households."""

    request: AuthedApiRequest

    def _said(self, kind: Any) -> dict[str, Any]:
        if not uses_registers(self.request.user):
            raise NotFound
        sent = kind(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    @extend_schema(request=TiePostSerializer, responses={204: None})
    @action(detail=False, methods=["post"])
    def post(self, request: AuthedApiRequest) -> Response:
        """Somebody of the register works for an organisation."""
        said, user = self._said(TiePostSerializer), request.user
        row = _seen(Organization, said["organization"], user)
        person = _seen(Person, said["person"], user)
        with by(request):
            ties.name_post(row, person, said["post"], user, since=said["since"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=EndedPostSerializer, responses={204: None})
    @action(detail=False, methods=["post"], url_path="post-end")
    def post_end(self, request: AuthedApiRequest) -> Response:
        """He does it no more."""
        said, user = self._said(EndedPostSerializer), request.user
        row = _seen(Organization, said["organization"], user)
        held = row.posts.filter(until=None, post=said["post"])
        one = get_object_or_404(held, person__uuid=said["person"])
        with by(request):
            ties.end_post(one, user, on=said["on"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=OwnerSerializer, responses={204: None})
    @action(detail=False, methods=["post"])
    def owner(self, request: AuthedApiRequest) -> Response:
        """Whose a dwelling is; nobody's that is known where none is named."""
        said, user = self._said(OwnerSerializer), request.user
        row, owner = _seen(Dwelling, said["dwelling"], user), None
        if said.get("person"):
            owner = _seen(Person, said["person"], user)
        elif said.get("organization"):
            owner = _seen(Organization, said["organization"], user)
        with by(request):
            ties.name_owner(row, owner, user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=ArrangementSerializer, responses=ArrangedSerializer)
    @action(detail=False, methods=["post"])
    def arrange(self, request: AuthedApiRequest) -> Response:
        """Relations and head of a household; who ``leaves`` makes one of their own."""
        said, user = self._said(ArrangementSerializer), request.user
        row = _seen(Household, said["household"], user)
        told = {one["person"]: one for one in said["members"]}
        members = row.members.filter(until=None).select_related("person")
        places = {
            one.pk: ties.Place(found["relation"], found["leaves"])
            for one in members
            if (found := told.get(one.person.uuid))
        }
        if not any(place.leaves for place in places.values()):
            with by(request):
                ties.arrange(row, places, user)
            return Response({"household": row.uuid})
        uuid = said.get("dwelling")
        dwelling = _seen(Dwelling, uuid, user) if uuid else None
        with by(request):
            made = ties.split(
                *(row, places, user),
                number=said["number"],
                dwelling=dwelling,
                on=said["on"],
            )
        return Response({"household": made.uuid})
