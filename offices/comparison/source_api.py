"""The lists that are compared, for other programs: read by whom they are about, kept by
who keeps the data."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import mixins, serializers
from rest_framework.viewsets import GenericViewSet

from accounts.models import Unit
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.history import recorded
from govmap.lib.paging import KeysetPagination
from offices.comparison.forms import DAYS
from offices.comparison.listed import comparable
from offices.comparison.permissions import (
    can_see_rounds,
    keeps_sources,
    sources_for,
)
from offices.models import ComparisonSource


def _unit(*kinds: str, **more: Any) -> serializers.SlugRelatedField:
    rows = Unit.objects.filter(kind__in=kinds) if kinds else Unit.objects.all()
    return serializers.SlugRelatedField(slug_field="code", queryset=rows, **more)


class ComparisonSourceSerializer(serializers.ModelSerializer[ComparisonSource]):
    """One list. Its code and register are given once."""

    owner = _unit()
    street = _unit(Unit.Kind.STREET, allow_null=True, required=False)
    compared = serializers.ListField(child=serializers.CharField(), required=False)
    answer_days = serializers.IntegerField(
        min_value=DAYS.start, max_value=DAYS.stop - 1, required=False
    )

    class Meta:
        model = ComparisonSource
        fields = (
            *("code", "name", "owner", "register", "street", "basis", "columns"),
            *("compared", "absence", "every_days", "due_on", "answer_days"),
            "retired",
        )
        read_only_fields = ("columns",)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        row = self.instance
        if row is not None:
            for name in ("code", "register"):
                attrs.pop(name, None)
        register = row.register if row else attrs.get("register", "person")
        known = {one.name for one in comparable(register)}
        if unknown := set(attrs.get("compared", ())) - known:
            said = _("These fields cannot be compared: %(names)s.")
            names = ", ".join(sorted(unknown))
            raise serializers.ValidationError({"compared": said % {"names": names}})
        return attrs


class ComparisonSourceViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    GenericViewSet[ComparisonSource],
):
    """The lists that one knows of."""

    request: AuthedApiRequest
    queryset = ComparisonSource.objects.none()
    serializer_class = ComparisonSourceSerializer
    pagination_class = KeysetPagination
    lookup_field = "code"
    http_method_names = ["get", "post", "patch", "head", "options"]

    def get_queryset(self) -> QuerySet[ComparisonSource]:
        if getattr(self, "swagger_fake_view", False):
            return ComparisonSource.objects.none()
        if not can_see_rounds(self.request.user):
            raise NotFound
        return sources_for(self.request.user)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action in ("create", "partial_update") and not keeps_sources(
            request.user
        ):
            raise NotFound

    def perform_create(self, serializer: Any) -> None:
        self._keep(serializer)

    def perform_update(self, serializer: Any) -> None:
        self._keep(serializer)

    def _keep(self, serializer: Any) -> None:
        request = self.request
        with recorded(request.user, address=request.META.get("REMOTE_ADDR", "")):
            serializer.save()
