"""How the API speaks of processes, events, classes and photos."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from govmap.lib.api import ClientUUIDField
from govmap.lib.localized import localized
from govmap.lib.times import light_of
from workflow.models import (
    Attachment,
    Category,
    Condition,
    Deadline,
    Event,
    Process,
    State,
    Transition,
)
from workflow.models.process import states_of
from workflow.own_labels import label_of
from workflow.rights import excluded

WHOLE_NUMBER_MOST = 2**31 - 1


class StateSerializer(serializers.ModelSerializer[State]):
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]

    class Meta:
        model = State
        fields = ("code", "label", "phase")


class AskedSerializer(serializers.Serializer[Any]):
    """One name of evidence that a move takes."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    required = serializers.BooleanField()  # type: ignore[assignment]
    choices = serializers.DictField(child=serializers.CharField(), required=False)


@extend_schema_field(AskedSerializer(many=True))
class EvidenceField(serializers.Field[Any, Any, Any, Any]):
    """What a move takes; choices as an object of codes and their words."""

    def to_representation(self, fields: Any) -> list[dict[str, Any]]:
        return [
            row | {"choices": dict(row["choices"])} if "choices" in row else row
            for row in fields
        ]


class MoveSerializer(serializers.ModelSerializer[Transition]):
    """A move that somebody may make now; one that stays leads to where it begins."""

    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    stays = serializers.BooleanField(read_only=True)
    to = StateSerializer(source="to_state", read_only=True)
    evidence = EvidenceField(source="fields", read_only=True)

    class Meta:
        model = Transition
        fields = ("verb", "label", "to", "stays", "primary", "evidence")


class WhoSerializer(serializers.Serializer[Any]):
    """A role at one of the units, or as one of the people, that the subject names."""

    role = serializers.CharField()
    at = serializers.CharField(required=False)
    is_ = serializers.CharField(required=False)
    not_ = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="`asker:<what>`: not who asked for it",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        fields["is"], fields["not"] = fields.pop("is_"), fields.pop("not_")
        return fields

    def to_representation(self, who: Any) -> dict[str, Any]:
        names = excluded(who)
        return super().to_representation({**who, "not": names} if names else who)


class CallsField(serializers.ListField):
    """Guards or effects, each ``name`` or ``name:argument``."""

    child = serializers.CharField()


class StageLimitSerializer(serializers.Serializer[Any]):
    """A limit that the process itself sets."""

    limit = serializers.IntegerField()
    type = serializers.CharField(help_text="how it runs, as of `limit_type`")
    label = serializers.SerializerMethodField()  # type: ignore[assignment]

    @extend_schema_field(serializers.CharField())
    def get_label(self, limit: dict[str, Any]) -> str:
        return localized(limit["label"])


class TransitionSerializer(serializers.ModelSerializer[Transition]):
    """A move as the process declares it."""

    from_state = serializers.CharField(
        source="from_state.code", default=None, allow_null=True, read_only=True
    )
    to_state = serializers.CharField(source="to_state.code", read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    evidence = EvidenceField(source="fields", read_only=True)
    who = WhoSerializer(many=True, read_only=True)
    stays = serializers.BooleanField(read_only=True)
    when = CallsField(source="guards", read_only=True)
    effects = CallsField(read_only=True)

    class Meta:
        model = Transition
        fields = (
            *("verb", "label", "from_state", "to_state", "stays", "who", "barred"),
            *("when", "effects", "auto", "primary", "evidence"),
        )


class ProcessSerializer(serializers.ModelSerializer[Process]):
    title = serializers.CharField(source="__str__", read_only=True)
    limits = serializers.SerializerMethodField()
    states = serializers.SerializerMethodField()
    transitions = serializers.SerializerMethodField()

    class Meta:
        model = Process
        fields = (
            *("kind", "code", "version", "title", "is_default", "in_use"),
            *("takes", "priority", "limits", "states", "transitions"),
        )

    @extend_schema_field(serializers.DictField(child=StageLimitSerializer()))
    def get_limits(self, process: Process) -> Any:
        return {
            name: StageLimitSerializer(limit).data
            for name, limit in process.limits.items()
        }

    @extend_schema_field(StateSerializer(many=True))
    def get_states(self, process: Process) -> Any:
        return StateSerializer(states_of(process.pk), many=True).data

    @extend_schema_field(TransitionSerializer(many=True))
    def get_transitions(self, process: Process) -> Any:
        return TransitionSerializer(process.moves, many=True).data


class NewProcessSerializer(serializers.Serializer[Any]):
    """A new version, as the file of one says it, and what becomes of it."""

    process = serializers.DictField(help_text="as `export` gives it")
    in_use = serializers.BooleanField(default=True)
    default = serializers.BooleanField(
        default=False, help_text="what new subjects usually begin with"
    )


class UnsoundSerializer(serializers.Serializer[Any]):
    """Why a process was not taken: a sentence for each thing that is wrong."""

    detail = serializers.CharField()
    code = serializers.CharField()
    problems = serializers.ListField(child=serializers.CharField())


class ConditionSerializer(serializers.ModelSerializer[Condition]):
    department = serializers.CharField(
        source="department.code", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = Condition
        fields = (
            *("id", "order", "text", "closing"),
            *("limit", "limit_type", "limit_label", "department"),
            *("second_limit", "second_limit_type", "second_closing", "basis"),
        )


class CategorySerializer(serializers.ModelSerializer[Category]):
    key = serializers.SerializerMethodField(help_text="What a report may name it by.")
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", default=None, allow_null=True, read_only=True
    )
    standard = serializers.CharField(source="standard.code", read_only=True)
    conditions = ConditionSerializer(many=True, read_only=True)

    class Meta:
        model = Category
        fields = (
            *("id", "key", "standard", "kind", "code", "parent", "name", "name_en"),
            *("is_local", "urgent", "photo", "duplicate_radius", "duplicate_hours"),
            *("tags", "conditions"),
        )

    def get_key(self, category: Category) -> str:
        return f"{category.kind}/{category.code}"


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    url = serializers.SerializerMethodField()
    thumb = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = (
            *("uuid", "url", "thumb", "media_type", "size", "width", "height"),
            *("sha256", "taken_at", "uploaded_at"),
        )

    def get_url(self, attachment: Attachment) -> str:
        return reverse("workflow:file", kwargs={"uuid": attachment.uuid})

    def get_thumb(self, attachment: Attachment) -> str:
        return reverse("workflow:thumb", kwargs={"uuid": attachment.uuid})


class UploadSerializer(serializers.Serializer[Any]):
    """A photo under the uuid that the client made for it."""

    uuid = ClientUUIDField()
    file = serializers.FileField(allow_empty_file=True)


class EventSerializer(serializers.ModelSerializer[Event]):
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    unit = serializers.CharField(source="unit.code", read_only=True)
    unit_name = serializers.CharField(source="unit.__str__", read_only=True)
    actor = serializers.SerializerMethodField()
    note = serializers.CharField(source="remark.text", default="", read_only=True)
    photos = AttachmentSerializer(source="attachments", many=True, read_only=True)

    class Meta:
        model = Event
        fields = (
            *("seq", "act_id", "verb", "label", "from_state", "to_state"),
            *("actor", "unit", "unit_name", "role", "happened_at", "recorded_at"),
            *("data", "note", "photos", "previous_hash", "hash"),
        )

    def get_actor(self, event: Event) -> str:
        """The name, or the role where the reader may not know the name."""
        return event.actor_for(self.context["reader"])

    def get_label(self, event: Event) -> str:
        """What the button said, or what is called for an event that no move made."""
        for move in event.process.moves:
            if move.verb == event.verb:
                return localized(move.labels)
        return label_of(event.verb)


class ActSerializer(serializers.Serializer[Any]):
    """One act on a subject, under an id that the client made."""

    act_id = ClientUUIDField()
    verb = serializers.CharField(max_length=40)
    after_event = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=WHOLE_NUMBER_MOST,
        help_text="`events_count` of the subject as it was seen; older answers 409",
    )
    evidence = serializers.DictField(required=False)


class DeadlineSerializer(serializers.ModelSerializer[Deadline]):
    light = serializers.SerializerMethodField()

    class Meta:
        model = Deadline
        fields = (
            *("limit", "limit_type", "started_at", "yellow_at", "due_at"),
            *("paused_at", "met_at", "light"),
        )

    @extend_schema_field(
        serializers.ChoiceField(choices=["green", "yellow", "red", "paused"])
    )
    def get_light(self, deadline: Deadline) -> str:
        return light_of(deadline, timezone.now())
