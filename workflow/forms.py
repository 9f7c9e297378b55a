"""One form for every move: its fields are what the process's data asks for.

A form only turns what a browser sends into evidence; whether the evidence is good is
the engine's to say. Higher apps add the fields of their own evidence with `makes`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4, uuid5

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from workflow.attachments import store
from workflow.errors import UnknownVerb
from workflow.evidence import NOTE_MAX
from workflow.models import Subject, Transition
from workflow.sending import by_our_clock


class NumbersField(forms.Field):
    """``"116.3,39.9,12"`` as a list of numbers; empty as None."""

    widget = forms.HiddenInput
    default_error_messages = {
        "invalid": gettext_lazy("Choose the place again."),
    }

    def to_python(self, value: Any) -> list[float] | None:
        if value in self.empty_values:
            return None
        try:
            return [float(number) for number in str(value).split(",")]
        except ValueError as error:
            raise forms.ValidationError(
                self.error_messages["invalid"], code="invalid"
            ) from error


@dataclass
class Photos:
    """Uuids of photos that a script sent ahead, and files that came with the form."""

    uuids: list[str]
    files: list[UploadedFile]

    def __bool__(self) -> bool:
        return bool(self.uuids or self.files)

    def stored(self, by: User, act_id: UUID) -> list[str]:
        """The uuids of all; the same files of the same act get the same names.

        Raises as `workflow.attachments.store` does.
        """
        names = [f"{n}/{file.name}/{file.size}" for n, file in enumerate(self.files)]
        return self.uuids + [
            str(store(by, uuid5(act_id, name), file).uuid)
            for name, file in zip(names, self.files, strict=True)
        ]


class PhotosInput(forms.FileInput):
    """Reads ``<name>`` (uuids) and ``<name>_files`` (without scripts, the files)."""

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, UploadedFile], name: str
    ) -> Photos:
        uuids = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return Photos([uuid for uuid in uuids if uuid], files.getlist(f"{name}_files"))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class PhotosField(forms.Field):
    widget = PhotosInput

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def validate(self, value: Photos) -> None:
        if self.required and not value:
            raise forms.ValidationError(_("Add at least one photo."), code="required")


@dataclass(frozen=True)
class Asked:
    """What a field is made for: one name of one move of one subject."""

    subject: Any
    move: Transition
    spec: dict[str, Any]
    query: str  # what was searched for among the choices


Maker = Callable[[Asked], forms.Field]
# By the name of the evidence: what makes its field, and what draws it.
FIELDS: dict[str, tuple[Maker, str]] = {}


def makes(name: str, template: str) -> Callable[[Maker], Maker]:
    """Register what makes the field of one name of evidence, and its template."""

    def register(maker: Maker) -> Maker:
        FIELDS[name] = (maker, template)
        return maker

    return register


@makes("note", "workflow/fields/_note.html")
def _note(asked: Asked) -> forms.Field:
    return forms.CharField(
        max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


@makes("reason", "workflow/fields/_reason.html")
def _reason(asked: Asked) -> forms.Field:
    return forms.ChoiceField(choices=asked.move.reason_choices())


@makes("photos", "workflow/fields/_photos.html")
def _photos(asked: Asked) -> forms.Field:
    return PhotosField(int(asked.spec.get("most", 9)))


@makes("position", "workflow/fields/_position.html")
def _position(asked: Asked) -> forms.Field:
    return NumbersField()


class MoveForm(forms.Form):
    """The form of one move of one subject.

    Beside the evidence it carries ``act_id`` and ``after_event``: what the actor saw
    when he decided. ``action_url`` is where it is sent, ``page_url`` the subject's own
    page.
    """

    verb = forms.CharField(widget=forms.HiddenInput)
    act_id = forms.UUIDField(widget=forms.HiddenInput)
    after_event = forms.IntegerField(widget=forms.HiddenInput)
    # Of an act that waited on a phone: by its clock, as it is sent and as it was done.
    sent_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    happened_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        subject: Any,
        move: Transition,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        query: str = "",
    ) -> None:
        self.subject, self.move, self.query = subject, move, query
        super().__init__(
            data,
            files,
            auto_id=f"{move.verb}-%s",
            initial={
                "verb": move.verb,
                "act_id": uuid4(),
                "after_event": subject.events_count,
            },
        )
        for told in move.fields():
            name = told["name"]
            make, _template = FIELDS[name]
            field = make(Asked(subject, move, move.evidence[name], query))
            field.label, field.required = told["label"], told["required"]
            self.fields[name] = field

    @property
    def action_url(self) -> str:
        """Where the form is sent."""
        raise NotImplementedError

    @property
    def page_url(self) -> str:
        """The page that shows the subject with this form."""
        raise NotImplementedError

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The fields of the evidence in the data's order, and how each is drawn."""
        return [
            {"field": self[name], "template": FIELDS[name][1]}
            for name in self.fields
            if name in self.move.evidence
        ]

    @property
    def has_photos(self) -> bool:
        return "photos" in self.fields

    @property
    def searches(self) -> bool:
        """Whether choices can be searched for, without scripts by a form of its own."""
        return False

    def evidence(self, photos: list[str]) -> dict[str, Any]:
        """What the engine is given; ``photos`` are the uuids of all of them."""
        given = {
            name: self.cleaned_data[name]
            for name in self.move.evidence
            if self.cleaned_data.get(name) not in (None, "")
        }
        if "photos" in given:
            given["photos"] = photos
        return given

    def clean_happened_at(self) -> datetime | None:
        """By the server's clock; nothing where it was done as it was sent."""
        return by_our_clock(
            self.cleaned_data["happened_at"], self.cleaned_data.get("sent_at")
        )

    def said(self, by: User) -> dict[str, Any]:
        """What `workflow.engine.act` is told; files are stored as those of ``by``."""
        sent = self.cleaned_data
        photos = sent["photos"].stored(by, sent["act_id"]) if self.has_photos else []
        return {
            "act_id": sent["act_id"],
            "after_event": sent["after_event"],
            "evidence": self.evidence(photos),
        }

    @property
    def typed(self) -> str:
        """The words that somebody typed, to be given back where the form is gone."""
        return str(self.data.get("note", "")).strip()

    def again(self, subject: Any) -> Self:
        """The form as it was sent, upon the subject as it now is."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["after_event"] = str(subject.events_count)
        data["act_id"] = str(uuid4())
        return type(self)(subject, self.move, data, self.files)

    def refused(self, sentence: str) -> ErrorDict:
        """Show what the engine said of the evidence."""
        self.add_error(None, sentence)
        return self.errors


def primary_first(moves: Sequence[Transition]) -> list[Transition]:
    return sorted(moves, key=lambda move: not move.primary)


def move_meant(subject: Subject, verb: str) -> Transition:
    """The move that is meant, also where the subject has meanwhile moved on.

    Raises UnknownVerb.
    """
    moves = [move for move in subject.process.moves if move.verb == verb]
    here = [move for move in moves if move.from_state_id == subject.state_id]
    if not moves:
        raise UnknownVerb(verb=verb)
    return (here or moves)[0]


LOCAL = "%Y-%m-%dT%H:%M"  # what a browser's field of a day and a time sends


def moment_field() -> forms.DateTimeField:
    """A day and a time of the site's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(widget=widget, input_formats=[LOCAL])


def act_id_of(data: Mapping[str, Any]) -> UUID | None:
    """The act's id as it was sent, whatever else is wrong with the form."""
    try:
        return UUID(str(data.get("act_id", "")))
    except ValueError:
        return None
