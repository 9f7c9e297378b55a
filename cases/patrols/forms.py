"""The form of a planned patrol."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from cases.field_ground import units_to_plan_for
from cases.models.patrol import MOST_TIMES
from cases.patrols.planning import Plan

PARTED = re.compile(r"[\s,，、]+")
DAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]


class PatrolForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("Name of the patrol"),
        max_length=60,
        widget=forms.TextInput({"class": "form-control"}),
    )
    hint = forms.CharField(
        label=gettext_lazy("What to look at"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"class": "form-control"}),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Of which unit"),
        widget=forms.Select({"class": "form-select"}),
    )
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On which days"),
        choices=DAYS,
        coerce=int,
        initial=[0, 1, 2, 3, 4],
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )
    times = forms.IntegerField(
        label=gettext_lazy("Rounds a day"),
        min_value=1,
        max_value=MOST_TIMES,
        initial=1,
        widget=forms.NumberInput({"class": "form-control", "inputmode": "numeric"}),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput({"class": "form-control", "type": "date"}),
    )
    cells = forms.CharField(
        label=gettext_lazy("Cells"),
        max_length=8000,
        widget=forms.Textarea({"class": "form-control", "rows": 3}),
        help_text=gettext_lazy("Click the cells on the map, or write their codes."),
        error_messages={"required": gettext_lazy("Choose at least one cell.")},
    )

    def __init__(self, user: User, data: Any = None) -> None:
        today = timezone.localdate().isoformat()
        super().__init__(data, initial={"uuid": uuid4(), "starts_on": today})
        self.units = units_to_plan_for(user)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(unit.code, str(unit)) for unit in self.units]

    @property
    def chosen_unit(self) -> Unit:
        return next(
            unit for unit in self.units if unit.code == self.cleaned_data["unit"]
        )

    def said(self) -> Plan:
        sent = self.cleaned_data
        return Plan(
            title=sent["title"],
            hint=sent["hint"],
            days=sent["days"],
            times=sent["times"],
            starts_on=sent["starts_on"],
            cells=[code for code in PARTED.split(sent["cells"]) if code],
        )
