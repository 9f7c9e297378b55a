"""The form of one move of a record: the fields of its step are asked in it."""

from typing import Any

from django import forms
from django.urls import reverse

from offices.modules.conditions import EMPTY
from offices.modules.definition import definition_of
from offices.modules.forms import RecordForm, read
from offices.modules.keeping import not_shown, values_of
from offices.modules.values import check
from workflow import forms as forms_of_moves
from workflow.forms import Asked, makes


class StepInput(forms.Widget):
    """Reads all fields of the step at once."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class StepField(forms.Field):
    """The fields of the definition that a move fills in."""

    widget = StepInput

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        record = asked.subject
        self.record = record
        self.definition = definition_of(record.version_id)
        self.names = [one.name for one in self.definition.step(asked.move.verb)]
        self.values = values_of(record) if record.pk else {}
        self.hidden = not_shown(self.definition, self.names, self.values)
        self.shown = {k: v for k, v in self.values.items() if k not in self.hidden}
        self.drawn = RecordForm(
            self.definition, record.creator, values=self.shown, names=self.names
        )

    @property
    def kept(self) -> str:
        """What is filled in already and is not shown, in words."""
        return "、".join(self.definition.fields[name].label for name in self.hidden)

    def clean(self, value: Any) -> dict[str, Any]:
        """What was sent of the step. Raises ValidationError with all that is wrong."""
        user = self.record.creator
        sent = read(self.definition, value, user, self.names)
        filled = [
            name
            for name in self.names
            if name not in self.hidden or sent.raw.get(name) not in EMPTY
        ]
        checked = check(
            self.definition,
            sent.raw,
            user,
            before=self.values,
            only=filled,
            step=True,
        )
        errors = {**checked.errors, **sent.errors}
        self.drawn = RecordForm(
            self.definition,
            user,
            values=self.shown,
            raw={**self.shown, **sent.raw},
            errors=errors,
            names=self.names,
            finds=sent.finds,
        )
        if errors:
            raise forms.ValidationError(" ".join(checked.sentences(self.definition)))
        return {name: checked.values.get(name) for name in filled}


@makes("fields", "offices/modules/_step.html")
def _fields(asked: Asked) -> forms.Field:
    return StepField(asked)


class RecordMoveForm(forms_of_moves.MoveForm):
    """The form of one move of a record."""

    @property
    def action_url(self) -> str:
        return reverse("modules:record-act", args=[self.subject.uuid])

    @property
    def page_url(self) -> str:
        return reverse("modules:record", args=[self.subject.uuid])
