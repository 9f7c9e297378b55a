"""The API of the address book."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed
from govmap.lib.history import recorded
from workflow.contacts import book
from workflow.contacts.forms import ContactForm
from workflow.models import Contact
from workflow.roster.permissions import can_keep, can_read, keeps_all, led_units
from workflow.rules_api import check, unit_field, unit_key


class ContactSerializer(serializers.ModelSerializer[Contact]):
    unit = unit_field("unit")

    class Meta:
        model = Contact
        fields = ("id", "unit", "post", "phone", "always", "note", "order")


class DutySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(source="person.name")
    part = serializers.CharField()
    shift = serializers.CharField(source="kind.code")
    ends = serializers.DateTimeField(source="lasts.upper")


class EntrySerializer(serializers.Serializer[Any]):
    """One unit: its official numbers and who is on duty there now."""

    unit = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.name")
    own = serializers.BooleanField(source="is_own")
    contacts = ContactSerializer(many=True)
    on_duty = DutySerializer(source="duty", many=True)


class ContactViewSet(GenericViewSet[Contact]):
    """通讯录: read by whoever works here, kept by who keeps the unit."""

    request: AuthedApiRequest
    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    pagination_class = None
    filter_backends = ()
    lookup_value_regex = r"\d{1,18}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if hasattr(self, str(request.method).lower()) and not can_read(
            self.request.user
        ):
            raise NotAllowed

    def get_queryset(self) -> QuerySet[Contact]:
        return Contact.objects.in_use().select_related("unit")

    @extend_schema(
        parameters=[OpenApiParameter("q", str, description="words or initials")],
        responses=EntrySerializer(many=True),
    )
    def list(self, request: AuthedApiRequest) -> Response:
        """Units with their numbers, the own ones first."""
        query = request.query_params.get("q", "").replace("\x00", "").strip()
        query = query[: book.QUERY_MOST]
        page = book.look(request.user, query, timezone.now(), most=10_000)
        return Response(EntrySerializer(page.entries, many=True).data)

    @extend_schema(responses={201: ContactSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        if not keeps_all(request.user) and not led_units(request.user):
            raise NotAllowed
        row = self._keep(Contact(), {})
        return Response(ContactSerializer(row).data, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is named is changed."""
        row = self._mine()
        return Response(
            ContactSerializer(self._keep(row, dict(ContactSerializer(row).data))).data
        )

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Out of the book; the record keeps what it said."""
        row = self._mine()
        with recorded(self.request.user, address=request.path):
            row.retired_at = timezone.localdate()
            row.save(update_fields=["retired_at"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _mine(self) -> Contact:
        """Raises Http404, NotAllowed."""
        row: Contact = self.get_object()
        if not can_keep(self.request.user, row.unit):
            raise NotAllowed
        return row

    def _keep(self, row: Contact, said: dict[str, Any]) -> Contact:
        """Checked by the form of the page. Raises ValidationError."""
        sent = self.request.data
        said |= {**sent} if isinstance(sent, Mapping) else {}
        if "unit" in said:
            said["unit"] = unit_key(str(said["unit"]))
        form = ContactForm(self.request.user, said, instance=row)
        check(form)
        with recorded(self.request.user, address=self.request.path):
            kept: Contact = form.save()
        return kept
