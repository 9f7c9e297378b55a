"""One form for every move: its fields are what the process's data asks for.

A form only turns what a browser sends into evidence; whether the evidence is good is
the engine's to say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from cases.evidence import ADDRESS_MAX
from cases.models import Case
from workflow.evidence import NOTE_MAX
from workflow.models import Category, Condition, Transition

FOUND_MOST = 8  # classes shown for one search


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


class OptionsField(forms.IntegerField):
    """The id of one of ``options``; the engine refuses what it may not be."""

    def __init__(self, options: Sequence[Category] | Sequence[Condition]) -> None:
        super().__init__()
        self.options = options


@dataclass(frozen=True)
class Asked:
    """What a field is made for: one name of one move of one case."""

    case: Case
    move: Transition
    spec: dict[str, Any]
    query: str  # what was searched for among the classes


def _note(asked: Asked) -> forms.Field:
    return forms.CharField(
        max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


def _reason(asked: Asked) -> forms.Field:
    return forms.ChoiceField(choices=asked.move.reason_choices())


def _address(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=ADDRESS_MAX, initial=asked.case.address)


def _photos(asked: Asked) -> forms.Field:
    return PhotosField(int(asked.spec.get("most", 9)))


def _numbers(asked: Asked) -> forms.Field:
    return NumbersField()


def _category(asked: Asked) -> forms.Field:
    return OptionsField(find_categories(asked.query))


def _condition(asked: Asked) -> forms.Field:
    """The conditions of the case's class, or of the classes searched for."""
    options = conditions_for(asked.case, asked.query)
    field = OptionsField(options)
    field.initial = asked.case.condition_id or (options[0].pk if options else None)
    return field


def _unit(asked: Asked) -> forms.Field:
    """Units that dispose; the one of the condition is proposed, never imposed."""
    units = Unit.objects.disposing().select_related("parent").order_by("code")
    condition = asked.case.condition
    proposed = condition.department_id if condition else None
    choices = [("", _("Choose a department"))]
    field = forms.ChoiceField()
    for unit in units:
        if unit.pk == proposed:
            field.initial = unit.code
            choices.insert(1, (unit.code, f"{unit} {_('(proposed)')}"))
        else:
            choices.append((unit.code, str(unit)))
    field.choices = choices
    return field


FIELDS: dict[str, Callable[[Asked], forms.Field]] = {
    "note": _note,
    "reason": _reason,
    "photos": _photos,
    "position": _numbers,
    "place": _numbers,
    "address": _address,
    "category": _category,
    "condition": _condition,
    "unit": _unit,
}


class MoveForm(forms.Form):
    """The form of one move of one case.

    Beside the evidence it carries ``act_id`` and ``after_event``: what the actor saw
    when he decided.
    """

    verb = forms.CharField(widget=forms.HiddenInput)
    act_id = forms.UUIDField(widget=forms.HiddenInput)
    after_event = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        case: Case,
        move: Transition,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        query: str = "",
    ) -> None:
        self.case, self.move, self.query = case, move, query
        super().__init__(
            data,
            files,
            auto_id=f"{move.verb}-%s",
            initial={
                "verb": move.verb,
                "act_id": uuid4(),
                "after_event": case.events_count,
            },
        )
        for told in move.fields():
            name = told["name"]
            asked = Asked(case, move, move.evidence[name], query)
            field = FIELDS[name](asked)
            field.label, field.required = told["label"], told["required"]
            self.fields[name] = field

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The fields of the evidence in the data's order, and how each is drawn."""
        return [
            {"field": self[name], "template": f"cases/fields/_{name}.html"}
            for name in self.fields
            if name in self.move.evidence
        ]

    @property
    def has_photos(self) -> bool:
        return "photos" in self.fields

    @property
    def searches(self) -> bool:
        """Whether a class can be searched for, without scripts by a form of its own."""
        return "condition" in self.fields

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

    @property
    def typed(self) -> str:
        """The words that somebody typed, to be given back where the form is gone."""
        return str(self.data.get("note", "")).strip()

    def again(self, case: Case) -> "MoveForm":
        """The form as it was sent, upon the case as it now is."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["after_event"] = str(case.events_count)
        data["act_id"] = str(uuid4())
        return MoveForm(case, self.move, data, self.files)

    def refused(self, sentence: str) -> ErrorDict:
        """Show what the engine said of the evidence."""
        self.add_error(None, sentence)
        return self.errors


def forms_for(
    case: Case, moves: Sequence[Transition], *, query: str = ""
) -> list[MoveForm]:
    """A form for each move, the primary ones first."""
    ordered = sorted(moves, key=lambda move: not move.primary)
    return [MoveForm(case, move, query=query) for move in ordered]


def find_categories(query: str) -> list[Category]:
    """Subclasses whose name, initials or code the query names; all where it is empty.

    Those that begin with the query come first.
    """
    rows = Category.objects.choosable().select_related("parent")
    if not query:
        return list(rows)
    rows = rows.filter(
        Q(name__icontains=query)
        | Q(name_en__icontains=query)
        | Q(initials__icontains=query)
        | Q(code__startswith=query)
    )
    begins = Q(name__startswith=query) | Q(initials__startswith=query)
    rows = rows.annotate(begins=ExpressionWrapper(begins, models.BooleanField()))
    return list(rows.order_by("-begins", "kind", "code")[:FOUND_MOST])


def conditions_for(case: Case, query: str = "") -> list[Condition]:
    """The conditions of the case's class, or of the classes that the query finds."""
    rows = Condition.objects.select_related("category", "department")
    if query:
        return list(rows.filter(category__in=find_categories(query)))
    return list(rows.filter(category=case.category_id))
