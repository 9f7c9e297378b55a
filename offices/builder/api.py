"""Drafts of modules for other programs: made, changed step by step or as a whole,
looked through, published; modules ended and taken back."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from offices.builder import drafts, publishing
from offices.builder.access import builds, designs_of, modules_of
from offices.builder.checks import Check
from offices.builder.said import BadStep, Said
from offices.models import Design, Module
from offices.modules.definition import Definition, definition_of, without_order
from offices.modules.versions import differences


class DesignSerializer(serializers.ModelSerializer[Design]):
    """A draft: whose it is, and which of its changes is the last."""

    uuid = serializers.UUIDField(source="version.uuid", read_only=True)
    module = serializers.CharField(source="version.module.code", read_only=True)
    title = serializers.CharField(source="version.module.__str__", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    street = serializers.CharField(
        source="street.code", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = Design
        fields: tuple[str, ...] = (
            *("uuid", "module", "title", "version", "street", "revision"),
            "changed_at",
        )


class WholeDesignSerializer(DesignSerializer):
    """With its definition, as a file has it."""

    definition = serializers.SerializerMethodField()

    class Meta(DesignSerializer.Meta):
        fields = (*DesignSerializer.Meta.fields, "definition")

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_definition(self, row: Design) -> Any:
        return without_order(row.version.definition)


class NewDesignSerializer(serializers.Serializer[Any]):
    """From nothing (``title``, ``about``), from a published module (``copy_of``) or a
    definition.
    """

    title = serializers.CharField(max_length=40, required=False)
    about = serializers.ChoiceField(Module.About.choices, required=False)
    application = serializers.CharField(max_length=24, required=False)
    street = serializers.CharField(max_length=40, required=False)
    copy_of = serializers.CharField(max_length=24, required=False)
    definition = serializers.JSONField(required=False)


class DesignStepSerializer(serializers.Serializer[Any]):
    """One change; besides these, what the form of this change on the page sends."""

    revision = serializers.IntegerField(min_value=1)
    step = serializers.ChoiceField(sorted(drafts.STEPS))
    name = serializers.CharField(max_length=40, required=False)


class RevisionSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1)


class WholeSerializer(RevisionSerializer):
    definition = serializers.JSONField()


class ModuleEndSerializer(serializers.Serializer[Any]):
    """The last day on which something new is written; without it, yesterday."""

    day = serializers.DateField(required=False)


class DesignViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Design]
):
    """Drafts of modules that the reader may work on; 404 to whoever builds none."""

    request: AuthedApiRequest
    queryset = Design.objects.none()
    serializer_class = DesignSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field, lookup_url_kwarg = "version__uuid", "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Design]:
        if getattr(self, "swagger_fake_view", False):
            return Design.objects.none()
        if not builds(self.request.user):
            raise NotFound
        return designs_of(self.request.user).order_by("-changed_at")

    def get_serializer_class(self) -> Any:
        return DesignSerializer if self.action == "list" else WholeDesignSerializer

    def _sent(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        sent = kind(data=self.request.data)
        sent.is_valid(raise_exception=True)
        found: dict[str, Any] = sent.validated_data
        return found

    def _answer(self, row: Design, code: int = 200) -> Response:
        found = get_object_or_404(self.get_queryset(), pk=row.pk)
        return Response(WholeDesignSerializer(found).data, code)

    @extend_schema(request=NewDesignSerializer, responses={201: WholeDesignSerializer})
    def create(self, request: Request) -> Response:
        """Begin a draft."""
        self.get_queryset()
        said = self._sent(NewDesignSerializer)
        user = self.request.user
        if "definition" in said:
            row = drafts.from_definition(user, said["definition"], Said(said))
        elif "copy_of" in said:
            rows = Module.objects.published().filter(code=said["copy_of"])
            module = rows.select_related("published").first()
            if module is None:
                raise BadStep(copy_of="There is no such module.")
            row = drafts.from_module(user, module, Said(said))
        else:
            row = drafts.new_draft(user, Said(said))
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=DesignStepSerializer, responses=WholeDesignSerializer)
    @action(detail=True, methods=["post"])
    def steps(self, request: Request, uuid: str) -> Response:
        """Change one thing. 409 with what others changed, if ``revision`` is old."""
        row = self.get_object()
        said = self._sent(DesignStepSerializer)
        row, _work = drafts.take_step(
            row,
            said["step"],
            Said(dict(request.data)),
            self.request.user,
            revision=said["revision"],
        )
        return self._answer(row)

    @extend_schema(request=WholeSerializer, responses=WholeDesignSerializer)
    def update(self, request: Request, uuid: str) -> Response:
        """The whole definition anew."""
        row = self.get_object()
        said = self._sent(WholeSerializer)
        made = drafts.replace_whole(
            row,
            said["definition"],
            self.request.user,
            revision=said["revision"],
        )
        return self._answer(made)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: str) -> Response:
        """Throw the draft away."""
        drafts.discard(self.get_object(), self.request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def check(self, request: Request, uuid: str) -> Response:
        """What keeps it from being published, where; what it asks of a household; what
        it asks otherwise than the version that is published.
        """
        row = self.get_object()
        check = Check(row, self.request.user)
        published = row.version.module.published_id
        changes = (
            differences(definition_of(published), Definition(row.version.definition))
            if published
            else []
        )
        return Response(
            {
                "problems": [
                    {"text": str(one), "field": one.field, "part": one.part}
                    for one in check.problems
                ],
                "held_elsewhere": [
                    {"field": one.field, "refer_to": one.kind, "by": one.held_by}
                    for one in check.again
                ],
                "burden": check.burden.__dict__,
                "changes": [one.__dict__ for one in changes],
            }
        )

    @extend_schema(request=RevisionSerializer, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, uuid: str) -> Response:
        """From now on it is asked."""
        row = self.get_object()
        said = self._sent(RevisionSerializer)
        module = publishing.publish(row, self.request.user, revision=said["revision"])
        return Response({"module": module.code})


class BuiltModuleViewSet(GenericViewSet[Module]):
    """Modules that one builds: their next version, their end."""

    request: AuthedApiRequest
    queryset = Module.objects.none()
    serializer_class = ModuleEndSerializer
    lookup_field = "code"
    pagination_class = None
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Module]:
        if getattr(self, "swagger_fake_view", False):
            return Module.objects.none()
        if not builds(self.request.user):
            raise NotFound
        return modules_of(self.request.user)

    @extend_schema(request=None, responses={201: WholeDesignSerializer})
    @action(detail=True, methods=["post"])
    def next(self, request: Request, code: str) -> Response:
        """Begin a draft of the next version."""
        row = drafts.next_version(self.get_object(), self.request.user)
        return Response(WholeDesignSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(request=ModuleEndSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, code: str) -> Response:
        """Nothing new is written from the day after."""
        module = self.get_object()
        sent = ModuleEndSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        publishing.end(module, self.request.user, sent.validated_data.get("day"))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, code: str) -> Response:
        """Take it out of all menus; refused while entries of it are open."""
        publishing.take_back(self.get_object(), self.request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
