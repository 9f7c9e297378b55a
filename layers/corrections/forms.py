"""The form that marks something as wrong, and those that answer it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from layers.corrections.targets import Field, Target, fields_of
from layers.models import Correction
from workflow import forms as forms_of_moves
from workflow.attachments import can_upload
from workflow.evidence import NOTE_MAX
from workflow.forms import Asked, NumbersField, PhotosField, makes
from workflow.models import Transition
from workflow.sending import SendingForm

PREFIX = "value-"  # of the inputs of attributes
SHOWN_VERSIONS = 20


class ValuesInput(forms.HiddenInput):
    """Reads ``value-<field>`` of every attribute."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {
            key.removeprefix(PREFIX): str(data.get(key, "")).strip()
            for key in data
            if key.startswith(PREFIX)
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


@dataclass(frozen=True)
class Input:
    """One attribute in the form: what it says, and what it should."""

    field: Field
    value: str

    @property
    def name(self) -> str:
        return PREFIX + self.field.name

    @property
    def is_changed(self) -> bool:
        return self.value != self.field.raw

    @property
    def kind(self) -> str:
        """How a browser asks for it."""
        return "date" if self.field.entry.get("type") == "date" else "text"

    @property
    def keys(self) -> str:
        """The keys that a phone shows."""
        number = self.field.entry.get("type") in {"integer", "number"}
        return "decimal" if number else "text"


class ValuesField(forms.Field):
    """Attributes; of what was sent only those that are not so already.

    ``proposed`` stands in the inputs first.
    """

    widget = ValuesInput

    def __init__(self, known: list[Field], proposed: dict[str, Any]) -> None:
        super().__init__(required=False)
        self.known, self.proposed = known, proposed

    def clean(self, value: dict[str, str]) -> dict[str, Any] | None:
        now = {field.name: field.raw for field in self.known}
        changed = {
            name: text or None
            for name, text in (value or {}).items()
            if name in now and text != now[name]
        }
        return changed or None

    def inputs(self, sent: dict[str, str] | None) -> Iterator[Input]:
        for field in self.known:
            text = field.raw
            if field.name in self.proposed:
                text = Field(field.entry, self.proposed[field.name]).raw
            yield Input(field, (sent or {}).get(field.name, text))


class MarkForm(SendingForm):
    """This is wrong, of one feature; or it is missing, of a layer."""

    ids = "mark-%s"

    spot = NumbersField()

    def __init__(
        self,
        target: Target,
        move: Transition,
        user: User,
        data: Any = None,
        files: Any = None,
        **initial: Any,
    ) -> None:
        super().__init__(move, user, data, files, **initial)
        self.target = target
        self.fields["spot"].error_messages["required"] = _(
            "The place is missing: choose it on the map again."
        )
        makers = {
            "photos": lambda spec: PhotosField(int(spec.get("most", 9))),
            "reason": lambda spec: forms.ChoiceField(choices=move.reason_choices()),
            "values": lambda spec: ValuesField(target.fields, {}),
            "note": lambda spec: forms.CharField(max_length=NOTE_MAX),
        }
        for told in move.fields():
            name = told["name"]
            if name not in makers or (name == "photos" and not can_upload(user)):
                continue
            field = self.fields[name] = makers[name](move.evidence[name])
            field.label, field.required = told["label"], told["required"]
        if "reason" in self.fields:
            self.fields["reason"].error_messages["required"] = _(
                "Choose what is wrong."
            )

    @property
    def keeps(self) -> str:
        """Under which name its unsent photos stay on the phone: not a report's."""
        return f"{self.user.uuid}/{self.target.layer.code}/{self.target.key}"

    @property
    def inputs(self) -> list[Input]:
        """The attributes, if the move asks for them."""
        field = self.fields.get("values")
        if not isinstance(field, ValuesField):
            return []
        return list(field.inputs(self["values"].data if self.is_bound else None))

    def evidence(self) -> dict[str, Any]:
        sent, target = self.cleaned_data, self.target
        about = {"layer": target.layer.code, "version": target.version.number}
        about |= {"key": target.key} if target.key else {}
        given = {"feature" if target.key else "lacking": about, "spot": sent["spot"]}
        for name in ("reason", "values", "note"):
            if sent.get(name):
                given[name] = sent[name]
        if sent.get("photos"):
            given["photos"] = sent["photos"].stored(self.user, sent["uuid"])
        return given


@makes("values", "layers/fields/_values.html")
def _values(asked: Asked) -> forms.Field:
    """What is published, with what was proposed in its place."""
    known = getattr(asked.subject, "present_fields", [])
    return ValuesField(known, asked.subject.proposed)


@makes("removal", "layers/fields/_removal.html")
def _removal(asked: Asked) -> forms.Field:
    return forms.BooleanField()


@makes("version", "layers/fields/_version.html")
def _version(asked: Asked) -> forms.Field:
    """The layer's published versions since the one in which it was seen."""
    correction: Correction = asked.subject
    seen = correction.version.number or 0
    versions = correction.layer.versions.filter(number__gte=seen).order_by("-number")
    choices = [
        (str(row.uuid), _("Version %(number)s") % {"number": row.number})
        for row in versions[:SHOWN_VERSIONS]
    ]
    return forms.ChoiceField(choices=choices)


class MoveForm(forms_of_moves.MoveForm):
    """The form of one move of one correction."""

    @property
    def correction(self) -> Correction:
        return cast(Correction, self.subject)

    @property
    def action_url(self) -> str:
        return reverse("layers:correction-act", args=[self.correction.uuid])

    @property
    def page_url(self) -> str:
        return reverse("layers:correction", args=[self.correction.uuid])

    @property
    def inputs(self) -> list[Input]:
        field = self.fields.get("values")
        if not isinstance(field, ValuesField):
            return []
        return list(field.inputs(self["values"].data if self.is_bound else None))

    def evidence(self, photos: list[str]) -> dict[str, Any]:
        given = super().evidence(photos)
        if not given.get("removal", True):
            given.pop("removal")
        return given


def add_present(correction: Correction, reader: User) -> None:
    """Give the correction what its feature says now, as the reader may see it."""
    rows = correction.layer.features.current().filter(key=correction.key or None)
    properties = rows.values_list("properties", flat=True).first() or {}
    correction.present_fields = list(  # type: ignore[attr-defined]
        fields_of(correction.layer, properties, reader)
    )
