"""The API of the units' phrases, as the lead of a desk or an administrator has them."""

from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.forms import BaseForm
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from govmap.lib.errors import NotFound
from workflow import phrases
from workflow.models import Phase, Phrase
from workflow.models.phrase import TEXT_MAX
from workflow.phrase_forms import UnitPhraseForm
from workflow.rules_api import KeepsRules, unit_field, unit_key


class UnitPhraseSerializer(serializers.ModelSerializer[Phrase]):
    """A unit's phrase; without ``unit`` everybody's, which administrators keep."""

    text = serializers.CharField(max_length=TEXT_MAX)
    unit = unit_field("unit")
    phase = serializers.ChoiceField(Phase.choices, required=False, allow_blank=True)

    class Meta:
        model = Phrase
        fields = ("id", "code", "text", "unit", "kind", "phase", "verb", "order")
        read_only_fields = ("code", "kind")


class UnitPhraseViewSet(KeepsRules):
    """单位常用语, those in use."""

    queryset = Phrase.objects.none()
    serializer_class = UnitPhraseSerializer
    keys = {"unit": unit_key}

    def get_queryset(self) -> QuerySet[Phrase]:
        return Phrase.objects.in_use().select_related("unit")

    def may_change(self, user: User) -> bool:
        return phrases.keeps_all(user) or bool(phrases.units_led(user))

    def get_object(self) -> Phrase:
        """Raises NotFound where somebody else keeps what is to be changed."""
        row: Phrase = super().get_object()
        if self.request.method != "GET" and not phrases.can_keep(
            self.request.user, row
        ):
            raise NotFound
        return row

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        row = row or Phrase(code=f"own-{uuid4().hex[:12]}")
        return UnitPhraseForm(self.request.user, data, instance=row)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Out of use; the record keeps what it said."""
        row = self.get_object()
        with self.recorded():
            row.retired_at = timezone.localdate()
            row.save(update_fields=["retired_at"])
        return Response(status=status.HTTP_204_NO_CONTENT)
