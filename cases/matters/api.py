"""Hard matters, conferences and their tasks over the API: made, listed, moved on."""

from typing import Any, cast
from uuid import UUID

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accounts.models import Unit, User
from cases.matters.raising import call_conference, raise_matter
from cases.models import (
    AgendaItem,
    Case,
    Conference,
    Invitation,
    Matter,
    MatterDecision,
    MatterTask,
    MatterTaskQuerySet,
)
from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import PointField
from workflow.act_api import (
    PlacedViewSet,
    SentSerializer,
    StorySerializer,
    SubjectViewSet,
)
from workflow.models import Phase
from workflow.serializers import StateSerializer


class MatterSerializer(serializers.ModelSerializer[Matter]):
    """A row of a list."""

    state = StateSerializer(read_only=True)
    sort = serializers.CharField(source="sort.code", read_only=True)
    sort_name = serializers.CharField(source="sort.__str__", read_only=True)
    street = serializers.CharField(source="street.code", read_only=True)
    community = serializers.CharField(
        source="community.code", default=None, allow_null=True, read_only=True
    )
    place = PointField()

    class Meta:
        model = Matter
        fields: tuple[str, ...] = (
            *("uuid", "number", "title", "state", "sort", "sort_name", "level"),
            *("street", "community", "place", "address", "raised_at", "taken_at"),
            *("decided_at", "ended_at", "events_count"),
        )


class TaskSerializer(serializers.ModelSerializer[MatterTask]):
    """What one unit does of a decision."""

    state = StateSerializer(read_only=True)
    matter = serializers.UUIDField(source="matter.uuid", read_only=True)
    title = serializers.CharField(source="matter.title", read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)
    unit_name = serializers.CharField(source="unit.__str__", read_only=True)
    decision = serializers.CharField(source="decision.text", read_only=True)
    done_when = serializers.CharField(source="decision.done_when", read_only=True)
    due_at = serializers.SerializerMethodField()

    class Meta:
        model = MatterTask
        fields: tuple[str, ...] = (
            *("uuid", "state", "matter", "title", "unit", "unit_name", "part"),
            *("decision", "done_when", "given_at", "due_at", "progress_at"),
            *("reported_at", "accepted_at", "over_at", "urged", "supervised"),
            "events_count",
        )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, task: Any) -> Any:
        """Of the limit that runs, or the last that ran."""
        return task.due


class MatterDecisionSerializer(serializers.ModelSerializer[MatterDecision]):
    lead = serializers.CharField(source="lead.code", read_only=True)
    tasks = serializers.SlugRelatedField("uuid", many=True, read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = MatterDecision
        fields = (
            *("text", "done_when", "lead", "until", "work_days"),
            *("decided_at", "tasks"),
        )


class WholeMatterSerializer(StorySerializer, MatterSerializer):
    """One matter, with its cases, decisions, record and what may be done next."""

    cases = serializers.SerializerMethodField()
    concerned = serializers.SlugRelatedField("code", many=True, read_only=True)  # type: ignore[var-annotated]
    decisions = MatterDecisionSerializer(many=True, read_only=True)

    class Meta:
        model = Matter
        fields = (
            *MatterSerializer.Meta.fields,
            *("cases", "concerned", "decisions", "events", "moves"),
        )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_cases(self, matter: Matter) -> list[str]:
        """Numbers of those that the reader sees."""
        seen = Case.objects.visible_to(self.context["reader"])
        rows = seen.filter(matters=matter).order_by("pk")
        return list(rows.values_list("number", flat=True))


class WholeTaskSerializer(StorySerializer, TaskSerializer):
    """One task, with its record and what may be done next."""

    class Meta:
        model = MatterTask
        fields = (*TaskSerializer.Meta.fields, "events", "moves")


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    unit = serializers.CharField(source="unit.code", read_only=True)
    unit_name = serializers.CharField(source="unit.__str__", read_only=True)

    class Meta:
        model = Invitation
        fields = ("unit", "unit_name", "answer", "answered_at")


class AgendaSerializer(serializers.ModelSerializer[AgendaItem]):
    matter = serializers.UUIDField(source="matter.uuid", read_only=True)
    title = serializers.CharField(source="matter.title", read_only=True)

    class Meta:
        model = AgendaItem
        fields = ("matter", "title", "order", "result")


class ConferenceSerializer(serializers.ModelSerializer[Conference]):
    """A row of a list."""

    state = StateSerializer(read_only=True)
    host = serializers.CharField(source="host.code", read_only=True)
    invitations = InvitationSerializer(source="parts", many=True, read_only=True)
    agenda = AgendaSerializer(many=True, read_only=True)

    class Meta:
        model = Conference
        fields: tuple[str, ...] = (
            *("uuid", "number", "title", "state", "host", "called_at", "begins_at"),
            *("venue", "online", "chair", "held_at", "minutes", "ended_at"),
            *("events_count", "invitations", "agenda"),
        )


class WholeConferenceSerializer(StorySerializer, ConferenceSerializer):
    """One conference, with its record and what may be done next."""

    class Meta:
        model = Conference
        fields = (*ConferenceSerializer.Meta.fields, "events", "moves")


class RaisedSerializer(SentSerializer):
    """A new matter. ``evidence``: ``title``, ``sort`` (code), ``note``, and if wanted
    ``place`` [lon, lat], ``address``, ``cases`` (uuids or numbers), ``concerned``
    (codes of units). ``street``: its code, from who works for the district.
    """

    street = serializers.SlugRelatedField(
        "code",
        queryset=Unit.objects.filter(kind=Unit.Kind.STREET),
        required=False,
    )


class CalledSerializer(SentSerializer):
    """A new conference. ``evidence``: ``title``, ``begins_at`` (ISO 8601), ``venue`` or
    ``online``, ``chair``, ``invited`` (codes of units), ``agenda`` (uuids or numbers of
    matters, in order), and if wanted ``note``. Over cases that belong to no matter yet:
    ``cases`` (uuids or numbers) and ``sort`` (code of what is hard); their matter is
    written down with the conference.
    """


def of_case(rows: Any, path: str, case: UUID, reader: User) -> Any:
    """Those that have to do with the case, as far as the reader sees it."""
    seen = Case.objects.visible_to(reader).filter(uuid=case)
    return rows.filter(**{f"{path}__in": seen}).distinct()


class MatterFilter(filters.FilterSet):
    sort = filters.CharFilter(field_name="sort__code")
    street = filters.CharFilter(field_name="street__code")
    phase = filters.ChoiceFilter(field_name="state__phase", choices=Phase.choices)
    late = filters.BooleanFilter(method="by_lateness")
    case = filters.UUIDFilter(method="by_case", label="uuid of a case that it has")

    class Meta:
        model = Matter
        fields = ("sort", "level", "street", "phase")

    def by_lateness(self, rows: Any, name: str, value: bool) -> Any:
        """Decided, and a task of it runs beyond its time."""
        late = Matter.objects.late().values("pk")
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)

    def by_case(self, rows: Any, name: str, value: UUID) -> Any:
        return of_case(rows, "cases", value, cast(User, self.request.user))


class ConferenceFilter(filters.FilterSet):
    case = filters.UUIDFilter(method="by_case", label="uuid of a case on its agenda")

    class Meta:
        model = Conference
        fields: tuple[str, ...] = ()

    def by_case(self, rows: Any, name: str, value: UUID) -> Any:
        reader = cast(User, self.request.user)
        return of_case(rows, "items__matter__cases", value, reader)


class MatterViewSet(PlacedViewSet):
    """疑难问题, of which everybody sees those that concern him."""

    model, whole = Matter, WholeMatterSerializer
    queryset = Matter.objects.none()
    serializer_class = MatterSerializer
    filterset_class = MatterFilter

    @extend_schema(
        request=RaisedSerializer,
        responses={201: WholeMatterSerializer, 200: WholeMatterSerializer},
    )
    def create(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Raise one. 201; sent again with the same uuid and body, 200."""
        return self.begun(request, RaisedSerializer, raise_matter)

    def said_of(self, row: Any) -> dict[str, Any]:
        return {
            "number": row.number,
            "sort": str(row.sort),
            "level": row.level,
            "phase": row.state.phase,
            "label": row.title,
        }


class ConferenceViewSet(SubjectViewSet):
    """会商, those that one's unit called or is invited to."""

    model, whole = Conference, WholeConferenceSerializer
    queryset = Conference.objects.none()
    serializer_class = ConferenceSerializer
    filterset_class = ConferenceFilter

    @extend_schema(
        request=CalledSerializer,
        responses={201: WholeConferenceSerializer, 200: WholeConferenceSerializer},
    )
    def create(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Call one. 201; sent again with the same uuid and body, 200."""
        return self.begun(request, CalledSerializer, call_conference)


class MatterTaskViewSet(SubjectViewSet):
    """Tasks of conferences: one's own unit's, and those of one's conferences."""

    model, whole = MatterTask, WholeTaskSerializer
    queryset = MatterTask.objects.none()
    serializer_class = TaskSerializer

    def rows(self) -> MatterTaskQuerySet:
        return MatterTask.objects.listed().with_due()
