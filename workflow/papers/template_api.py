"""The API of papers' templates, their versions, and the offices that sign them."""

from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from govmap.lib.api import AuthedApiRequest
from workflow.models import PaperOffice, PaperTemplate, Phase
from workflow.papers import loading
from workflow.papers.forms import OfficeForm, TemplateForm
from workflow.papers.rule_views import newest_of, put_in_use, version_of
from workflow.rules_api import KeepsRules, RulesViewSet, TitleField, check, unit_key


class TemplateSerializer(serializers.ModelSerializer[PaperTemplate]):
    """A paper in one version. ``who``: ``{"role", "at"}`` of whoever prints it."""

    title = TitleField("zh-hans")
    title_en = TitleField("en", required=False, allow_blank=True)
    phases = serializers.ListField(
        child=serializers.ChoiceField(Phase.choices), required=False
    )
    effects = serializers.ListField(child=serializers.CharField(), required=False)
    who = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = PaperTemplate
        fields: tuple[str, ...] = (
            *("code", "version", "about", "in_use", "title", "title_en", "size"),
            *("number_rule", "who", "to", "phases", "effects", "leaves", "many"),
        )
        read_only_fields: tuple[str, ...] = ("code", "version", "about", "in_use")


class WholeTemplateSerializer(TemplateSerializer):
    class Meta(TemplateSerializer.Meta):
        fields = (*TemplateSerializer.Meta.fields, "asks", "body")
        read_only_fields = (*TemplateSerializer.Meta.read_only_fields, "asks")


class UseSerializer(serializers.Serializer[Any]):
    in_use = serializers.BooleanField()


class TemplateViewSet(RulesViewSet):
    """文书模板, each in the version in use, else in its newest."""

    queryset = PaperTemplate.objects.none()
    serializer_class = TemplateSerializer
    lookup_field = "code"
    lookup_value_regex = r"[-\w]{1,40}"
    lists = frozenset({"who", "phases", "effects", "asks"})

    def get_queryset(self) -> QuerySet[PaperTemplate]:
        return newest_of()

    @extend_schema(responses=WholeTemplateSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        """The version in use, with its text."""
        return Response(WholeTemplateSerializer(version_of(code, None)).data)

    @extend_schema(
        request=WholeTemplateSerializer, responses={201: WholeTemplateSerializer}
    )
    def partial_update(self, request: Request, code: str) -> Response:
        """A new version that says otherwise what is named; it is checked before."""
        row = version_of(code, None)
        before = dict(WholeTemplateSerializer(row).data)
        form = self.form(row, self.typed({**before, **self.sent}))
        check(form)
        with self.recorded():
            made = form.as_template()  # type: ignore[attr-defined]
            made.made_by = self.request.user
            made = loading.add_version(made)
        said = WholeTemplateSerializer(made).data
        return Response(said, status.HTTP_201_CREATED)

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        who = data.get("who")
        if isinstance(who, list):
            pairs = [one for one in who if isinstance(one, dict)]
            said = [f"{one.get('role', '')}@{one.get('at', '')}" for one in pairs]
            data["who"] = ", ".join(said)
        if isinstance(effects := data.get("effects"), list):
            data["effects"] = ", ".join(map(str, effects))
        return TemplateForm(row, data)

    @extend_schema(responses=WholeTemplateSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def versions(self, request: AuthedApiRequest, code: str) -> Response:
        """Every version, the newest first, with its text."""
        version_of(code, None)
        rows = PaperTemplate.objects.filter(code=code).order_by("-version")
        return Response(WholeTemplateSerializer(rows, many=True).data)

    @extend_schema(request=UseSerializer, responses=TemplateSerializer)
    @action(
        detail=True,
        methods=["post"],
        url_path=r"versions/(?P<version>\d{1,9})/use",
        pagination_class=None,
    )
    def use(self, request: AuthedApiRequest, code: str, version: str) -> Response:
        """Take a version out of use, or back. Faulty ones do not come back (400)."""
        row = version_of(code, int(version))
        sent = UseSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        if row.in_use != sent.validated_data["in_use"]:
            with self.recorded():
                put_in_use(row)
        return Response(TemplateSerializer(row).data)


class OfficeSerializer(serializers.ModelSerializer[PaperOffice]):
    """How a unit signs its papers; the unit of one that is there stays."""

    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = PaperOffice
        fields = ("id", "unit", "short", "signs_as", "phone", "address")


class OfficeViewSet(KeepsRules):
    """落款: the offices that sign."""

    queryset = PaperOffice.objects.select_related("unit")
    serializer_class = OfficeSerializer
    keys = {"unit": unit_key}

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        return OfficeForm(data, instance=row)
