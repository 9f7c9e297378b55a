"""The form of a new survey, and of one thing that is ticked off."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.gis.geos import Polygon
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Unit, User
from cases.field_ground import units_to_plan_for
from cases.models import Survey
from cases.surveys.fields import CHOICE, KINDS, TITLE_MOST, YES_NO
from cases.surveys.making import Asked
from govmap.lib.errors import DomainError
from layers.finding.area import read_area
from layers.models import Layer
from workflow.models import Category

ROWS = 6  # questions that the page offers
USUAL_DAYS = 14


def control(widget: type[forms.Widget], **more: Any) -> forms.Widget:
    return widget({"class": "form-control", **more})


def choice() -> forms.Select:
    return forms.Select({"class": "form-select"})


class SurveyForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=pgettext_lazy("survey", "What is surveyed"),
        max_length=60,
        widget=control(forms.TextInput),
    )
    purpose = forms.CharField(
        label=gettext_lazy("What for, and on whose word"),
        max_length=300,
        widget=control(forms.Textarea, rows=2),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Of which unit"), widget=choice())
    what = forms.ChoiceField(
        label=gettext_lazy("What is ticked off"),
        choices=Survey.What.choices,
        widget=choice(),
    )
    class_code = forms.ChoiceField(
        label=gettext_lazy("Class of the parts"), required=False, widget=choice()
    )
    layer = forms.ChoiceField(
        label=gettext_lazy("Layer"), required=False, widget=choice()
    )
    area = forms.CharField(required=False, widget=forms.HiddenInput)
    communities = forms.MultipleChoiceField(
        label=gettext_lazy("Communities"), required=False
    )
    cells = forms.CharField(
        label=gettext_lazy("Codes of cells"),
        required=False,
        max_length=4000,
        widget=control(forms.Textarea, rows=2),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"), widget=control(forms.DateInput, type="date")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), widget=control(forms.DateInput, type="date")
    )

    def __init__(self, user: User, data: Any = None) -> None:
        today = timezone.localdate()
        usual = {
            "uuid": uuid4(),
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=USUAL_DAYS)).isoformat(),
        }
        super().__init__(data, initial=usual)
        self.units = units_to_plan_for(user)
        self._offer("unit", [(unit.code, str(unit)) for unit in self.units])
        self._offer("class_code", [("", _("Choose a class")), *_classes()])
        self._offer("layer", [("", _("Choose a layer")), *_layers(user)])
        self._offer("communities", _communities(self.units))

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_area(self) -> Polygon | None:
        text = self.cleaned_data["area"]
        try:
            return read_area(text) if text else None
        except DomainError as error:
            raise forms.ValidationError(error.text) from error

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The rows of the page: as they were sent, or the first one proposed."""
        return [
            {"number": number, "kinds": KINDS, **self._question(number)}
            for number in range(1, ROWS + 1)
        ]

    def _question(self, number: int) -> dict[str, Any]:
        if not self.is_bound:
            first = {"title": _("Is it in order?"), "kind": YES_NO, "required": True}
            return first if number == 1 else {"title": "", "kind": YES_NO}
        sent = self.data
        return {
            "title": sent.get(f"title_{number}", "").strip()[:TITLE_MOST],
            "kind": sent.get(f"kind_{number}", YES_NO),
            "said": sent.get(f"choices_{number}", ""),
            "required": bool(sent.get(f"required_{number}")),
        }

    @property
    def chosen_unit(self) -> Unit:
        return next(
            unit for unit in self.units if unit.code == self.cleaned_data["unit"]
        )

    def asked(self) -> Asked:
        sent = self.cleaned_data
        rows = [row for row in self.questions if row["title"]]
        return Asked(
            **{name: sent[name] for name in ("title", "purpose", "what", "class_code")},
            **{name: sent[name] for name in ("layer", "area", "communities")},
            starts_on=sent["starts_on"],
            ends_on=sent["ends_on"],
            cells=sent["cells"].replace(",", " ").replace("，", " ").split(),
            fields=[
                {
                    **{name: row[name] for name in ("title", "kind", "required")},
                    "choices": _parted(row["said"]) if row["kind"] == CHOICE else [],
                }
                for row in rows
            ],
        )


def _parted(text: str) -> list[str]:
    """Choices as people write them: parted by commas of either kind or a new line."""
    for sign in "，、；;\n":
        text = text.replace(sign, ",")
    return [one.strip() for one in text.split(",") if one.strip()]


def _classes() -> list[tuple[str, str]]:
    rows = Category.objects.choosable().filter(kind=Category.Kind.PART)
    return [(row.code, f"{row.code} {row}") for row in rows.order_by("code")]


def _layers(user: User) -> list[tuple[str, str]]:
    rows = Layer.objects.visible_to(user).filter(published__isnull=False)
    rows = rows.exclude(sensitivity=Layer.Sensitivity.SENSITIVE)
    return [(row.code, str(row)) for row in rows]


def _communities(units: list[Unit]) -> list[tuple[str, str]]:
    rows = Unit.objects.filter(kind=Unit.Kind.COMMUNITY)
    if all(unit.kind == Unit.Kind.STREET for unit in units):
        rows = rows.filter(parent__in=units)
    return [(row.code, str(row)) for row in rows.order_by("code")]
